"""A multipart form read from a stream, and what is wrong with one that is none."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from typing import IO

from gunicorn.http.errors import ParseException
from werkzeug.datastructures import FileStorage, Headers, MultiDict
from werkzeug.exceptions import ClientDisconnected, RequestEntityTooLarge
from werkzeug.formparser import FormDataParser
from werkzeug.sansio.multipart import (
    Data,
    Event,
    Field,
    File,
    MultipartDecoder,
    NeedData,
    State,
)

from picture.errors import (
    BoundaryMissingError,
    ChunkInvalidError,
    FieldTooLargeError,
    FormEmptyError,
    FormInvalidError,
    PartsExceededError,
    ServiceError,
    UploadIncompleteError,
)

_READ_BYTES = 65_536


class FormParser(FormDataParser):
    """Read a form as Werkzeug does, but raise a ServiceError where that finds nothing."""

    def parse(
        self,
        stream: IO[bytes],
        mimetype: str,
        content_length: int | None,
        options: dict[str, str] | None = None,
    ) -> tuple[IO[bytes], MultiDict[str, str], MultiDict[str, FileStorage]]:
        """Return the stream, now read, the fields and the files of a multipart form."""
        if mimetype != "multipart/form-data":
            return super().parse(stream, mimetype, content_length, options)
        decoder = _Decoder(_boundary(options or {}), self.max_form_memory_size)
        form = _Form(self)
        for event in _events(stream, decoder, content_length):
            form.take(event)
        if not form.parts:
            raise FormEmptyError
        return stream, self.cls(form.fields), self.cls(form.files)


class _Form:
    """The parts that have come so far."""

    def __init__(self, parser: FormParser) -> None:
        self.fields: list[tuple[str, str]] = []
        self.files: list[tuple[str, FileStorage]] = []
        self.parts = 0
        self._parser = parser
        self._part: Field | File
        self._content: IO[bytes]

    def take(self, event: Event) -> None:
        """Take the head of a part, or what comes of its content."""
        if isinstance(event, Field | File):
            self._begin(event)
        elif isinstance(event, Data):
            self._content.write(event.data)
            self._check_size()
            if not event.more_data:
                self._end()

    def _begin(self, part: Field | File) -> None:
        self.parts += 1
        most = self._parser.max_form_parts
        if most is not None and self.parts > most:
            raise PartsExceededError
        self._part = part
        is_file = isinstance(part, File)
        self._content = self._parser.stream_factory(None, None, None) if is_file else io.BytesIO()

    def _check_size(self) -> None:
        most = self._parser.max_form_memory_size
        if most is not None and isinstance(self._part, Field) and self._content.tell() > most:
            raise FieldTooLargeError

    def _end(self) -> None:
        name, part = self._part.name or "", self._part
        self._content.seek(0)
        if isinstance(part, File):
            file = FileStorage(self._content, part.filename, name, headers=part.headers)
            self.files.append((name, file))
        else:
            self.fields.append((name, self._content.read().decode("utf-8", "replace")))


class _Decoder(MultipartDecoder):
    """Werkzeug's decoder, which drops a form whose file names are not in UTF-8."""

    def _parse_headers(self, data: bytes | bytearray) -> Headers:
        return super()._parse_headers(_text(bytes(data)).encode())


def _text(head: bytes) -> str:
    """Return a part's head as text: in UTF-8, or as old browsers and shells write names."""
    try:
        return head.decode()
    except UnicodeDecodeError:
        pass
    # Where Shift JIS has first bytes, ISO 8859-1 has control characters.
    if re.search(rb"[\x80-\x9f]", head):
        try:
            return head.decode("shift_jis")
        except UnicodeDecodeError:
            pass
    # A character's second byte in GBK or Big5 may be a backslash, which would
    # escape the quote after the name.
    return re.sub(rb"(?<=[\x81-\xfe])\\", b"_", head).decode("latin-1")


def _boundary(options: dict[str, str]) -> bytes:
    boundary = options.get("boundary", "")
    if not (boundary and boundary.isascii()):
        raise FormInvalidError(f"boundary is {boundary!r}")
    return boundary.encode()


def _events(stream: IO[bytes], decoder: MultipartDecoder, length: int | None) -> Iterator[Event]:
    """Yield what a body of `length` bytes holds, each part's head and then its content."""
    received = 0
    while data := _read(stream):
        received += len(data)
        # What follows the last boundary is read, as HTTP wants, and forgotten.
        if decoder.state is not State.EPILOGUE:
            _receive(decoder, data)
            yield from _ready_events(decoder)
    if decoder.state is not State.EPILOGUE:
        raise _failure(decoder.state, received, length)


def _read(stream: IO[bytes]) -> bytes:
    try:
        return stream.read(_READ_BYTES)
    except ClientDisconnected as error:
        raise UploadIncompleteError(str(error.__context__)) from error
    except ParseException as error:
        raise ChunkInvalidError(str(error)) from error


def _receive(decoder: MultipartDecoder, data: bytes) -> None:
    try:
        decoder.receive_data(data)
    except RequestEntityTooLarge as error:
        # The decoder holds only what it cannot yet tell: a beginning without a
        # boundary, or the head of a part.
        missing = decoder.state is State.PREAMBLE
        raise (BoundaryMissingError if missing else FieldTooLargeError) from error


def _ready_events(decoder: MultipartDecoder) -> Iterator[Event]:
    try:
        while not isinstance(event := decoder.next_event(), NeedData):
            yield event
    except ValueError as error:
        raise FormInvalidError(str(error)) from error


def _failure(state: State, received: int, length: int | None) -> ServiceError:
    """Return why a body ended where its form did not."""
    if state is not State.PREAMBLE or received < (length or 0):
        return UploadIncompleteError(f"{received} bytes of {length}")
    return BoundaryMissingError() if received else FormEmptyError()
