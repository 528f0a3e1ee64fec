"""What a client sends, gathered whole before a thread is spent on it."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from pathlib import Path
from tempfile import SpooledTemporaryFile
from typing import Any, Protocol

from gunicorn.http import get_parser
from gunicorn.http.body import ChunkedReader
from gunicorn.http.errors import LimitRequestHeaders, NoMoreData
from werkzeug.exceptions import RequestEntityTooLarge

HEAD_BYTES = 65_536
MEMORY_BYTES = 65_536
PIECE_BYTES = 262_144
_LINE_BYTES = 8_190
# An empty line, or a line that ends as none may, which the parser refuses.
_MAY_END = re.compile(rb"\r\n\r\n|[^\r]\n")
_CHUNK_SIZE = re.compile(rb"([0-9a-fA-F]{1,15})[ \t]*(;.*)?\r")


class _IncompleteError(Exception):
    """More has to arrive before this can be parsed."""


class _Readable(Protocol):
    def read(self, size: int, /) -> bytes: ...


class _Source:
    """Give gunicorn's parser what has arrived, in place of a socket."""

    def __init__(self, stream: _Readable) -> None:
        self.stream = stream
        self.end: Exception = _IncompleteError()

    def recv(self, size: int) -> bytes:
        """Return the next bytes; where there are none, raise why."""
        data = self.stream.read(size)
        if not data:
            raise self.end
        return data


class Chunks:
    """Follow a chunked body to its end; gunicorn's reader judges what is in it."""

    def __init__(self) -> None:
        self._line = b""
        self._skip = 0
        self._is_last = False

    def end_in(self, data: bytes) -> int | None:
        """Return where in `data` the body ends, if it does; where it is malformed it ends."""
        at = 0
        while at < len(data):
            if self._skip:
                step = min(self._skip, len(data) - at)
                self._skip -= step
                at += step
                continue
            head, found, _ = data[at:].partition(b"\n")
            at += len(head) + len(found)
            self._line += head
            if len(self._line) > _LINE_BYTES or (found and self._ends_with_line()):
                return at
        return None

    def _ends_with_line(self) -> bool:
        line, self._line = self._line, b""
        if self._is_last:
            return line in (b"\r", b"")
        match = _CHUNK_SIZE.fullmatch(line)
        if not match:
            return True
        size = int(match[1], 16)
        self._is_last = size == 0
        self._skip = size + 2 if size else 0
        return False


class Inbox:
    """One request of a client as it arrives: its head in memory, its body on disk.

    `most` tells how many bytes the body may have at a path.
    """

    def __init__(self, config: Any, client: Any, most: Callable[[str], int], folder: Path) -> None:
        self.request: Any = None
        self.is_complete = False
        self.is_whole = True
        self.size = 0
        self.rest = b""
        self._config = config
        self._client = client
        self._most_for = most
        self._most = 0
        self._head = b""
        self._left = 0
        self._chunks: Chunks | None = None
        self._source = _Source(io.BytesIO())
        # What does not fit in memory has no name on disk: nothing is left by a killed process.
        self._body = SpooledTemporaryFile(MEMORY_BYTES, dir=str(folder))  # noqa: SIM115 - see close

    @property
    def is_empty(self) -> bool:
        """Tell whether nothing of a request has arrived."""
        return self.request is None and not self._head

    @property
    def wanted(self) -> int:
        """Return how many bytes may be received next without a look beyond the body."""
        return min(self._left or PIECE_BYTES, PIECE_BYTES)

    def add(self, data: bytes) -> None:
        """Take what arrived; raises what gunicorn's parser finds wrong with the head."""
        if self.request is None:
            self._head += data
            # A parse at every byte would be dear: wait for what can end a head.
            fresh = self._head[-len(data) - 3 :]
            if not _MAY_END.search(fresh) and len(self._head) <= HEAD_BYTES:
                return
            data = self._parse_head()
        if self.request and not self.is_complete:
            self._add_body(data)

    def end(self) -> None:
        """Take that no more will come: the service meets the end where it reads the body."""
        self._refuse(NoMoreData())

    def takes_consent(self) -> bool:
        """Tell, once, whether the client waits to be told to send its body (100-continue)."""
        if self.request is None or not self.request._expected_100_continue:
            return False
        self.request._expected_100_continue = False
        return not self.is_complete

    def close(self) -> None:
        """Let go of the body."""
        self.size = 0
        self._body.close()

    def _parse_head(self) -> bytes:
        """Parse the head if it is complete and return what came after it."""
        self._source.stream = head = io.BytesIO(self._head)
        parser = get_parser(self._config, self._source, self._client)
        try:
            self.request = next(parser)
        except _IncompleteError:
            if len(self._head) > HEAD_BYTES:
                raise LimitRequestHeaders("max buffer headers") from None
            return b""
        self._expect_body()
        self._source.stream = self._body
        return bytes(parser.unreader.take_buffered()) + head.read()

    def _expect_body(self) -> None:
        self._most = self._most_for(self.request.path)
        reader = self.request.body.reader
        if isinstance(reader, ChunkedReader):
            self._chunks = Chunks()
            # Nothing may follow on a connection where two parsers saw the body's end.
            self.request.force_close()
        else:
            self._left = reader.length
            if self._left > self._most:
                self._refuse(RequestEntityTooLarge())

    def _add_body(self, data: bytes) -> None:
        end = self._end_in(data)
        data, self.rest = data[:end], data[end:]
        try:
            self._body.write(data)
        except OSError as error:
            return self._refuse(error)
        self.size += len(data)
        if end is not None:
            self._complete(NoMoreData())
        # Framing takes space of its own: the service counts what is in it.
        elif self.size > self._most * 1.25:
            self._refuse(RequestEntityTooLarge())
        return None

    def _end_in(self, data: bytes) -> int | None:
        """Return where in `data` the body ends, if it does."""
        if self._chunks:
            return self._chunks.end_in(data)
        end = self._left if self._left <= len(data) else None
        self._left -= min(self._left, len(data))
        return end

    def _refuse(self, reason: Exception) -> None:
        """Have the service meet `reason` where it reads the body, and leave the rest unread."""
        self.is_whole = False
        self.request.force_close()
        self._complete(reason)

    def _complete(self, end: Exception) -> None:
        self._source.end = end
        self._body.seek(0)
        self.is_complete = True
