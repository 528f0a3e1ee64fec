"""What agents can call: three tools, each with its options described, over stdin and stdout."""

from __future__ import annotations

import base64
import logging
import sys
from collections.abc import Callable, Mapping
from contextlib import redirect_stdout
from functools import partial
from threading import Event
from typing import ClassVar, Literal

import anyio
from anyio import to_thread
from mcp.server import Server, ServerRequestContext
from mcp.server.stdio import stdio_server
from mcp.types import (
    CallToolRequestParams,
    CallToolResult,
    ContentBlock,
    ImageContent,
    ListToolsResult,
    PaginatedRequestParams,
    TextContent,
    Tool,
    ToolAnnotations,
)
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from picture.batch.errands import MOST_CHARACTERS, WRITTEN, Errands, Given
from picture.batch.task import FailureError
from picture.errors import ServiceError

log = logging.getLogger(__name__)

_ABOUT = (
    "Reads pictures, scans and PDFs on this machine, without a network. The first call takes some "
    "seconds longer: the model is loaded. What was read is kept for a while, so that another form "
    "or other pages of the same file come quickly."
)

_LENGTH = (
    f"An answer has at most {MOST_CHARACTERS:,} characters; where there are more, the last "
    "sentence says how to get the rest."
)

Gone = Callable[[], bool]


class _Call(BaseModel):
    """One call of a tool: its fields are what an agent gives, and run makes the answer."""

    model_config = ConfigDict(extra="forbid")

    about: ClassVar[str]
    is_reading: ClassVar[bool] = True

    path: str = Field("", description="Absolute path of the file on this machine.")

    def given(self) -> Given:
        """Return the file."""
        return Given(self.path, "")

    def options(self) -> dict[str, str]:
        """Return what differs from the defaults, as the service's calls take it."""
        own = {"path", "data", "format", "output"}
        chosen = self.model_dump(exclude=own, exclude_defaults=True)
        said = {name: _said(value) for name, value in chosen.items()}
        # What could be read is of more use to an agent than that it was not all.
        return {**said, "partial": "true"}

    def run(self, errands: Errands, is_gone: Gone) -> list[ContentBlock]:
        """Return what the tool answers; raises FailureError."""
        raise NotImplementedError


class _PictureCall(_Call):
    """A call whose file may also come with it."""

    data: str = Field("", description="In place of a path: the bytes of the file in base64.")

    def given(self) -> Given:
        """Return the file."""
        return Given(self.path, self.data)


class _ReadingCall(_Call):
    """A call that is answered with text."""

    format: Literal["txt", "md", "csv", "json"] = Field(
        "txt",
        description="txt: plain text in a layout; md: Markdown with headings, lists and tables; "
        "csv: the tables; json: every line and word with its place in pixels and its score.",
    )
    layout: Literal["page", "reading", "lines", "code"] = Field(
        "page",
        description="How txt is laid out. page: as on the page, in columns of characters; "
        "reading: columns one after the other, paragraphs joined; lines: a line each, top to "
        "bottom; code: with exact indentation.",
    )
    rules: bool = Field(
        False,
        description="true: txt in the layouts page and code shows drawn level rules, as rows of -.",
    )
    lang: str = Field(
        "",
        description="Languages that are expected, as tags with commas between, such as ru or "
        "el,en. Empty: most scripts are told apart; say it for short texts and for Vietnamese.",
    )
    region: str = Field(
        "",
        description="Where to read: left, top, width and height in pixels or percent, such as "
        "0,50%,100%,50%; several with ; between. Empty: everywhere.",
    )
    min_score: float = Field(
        0.0, ge=0, le=1, description="Lines less of whose words is likely right are left out."
    )

    def run(self, errands: Errands, is_gone: Gone) -> list[ContentBlock]:
        """Return the text, and remarks on it."""
        return _texts(errands.read(self.given(), self.format, self.options(), is_gone))


class ReadPicture(_ReadingCall, _PictureCall):
    """Read a picture."""

    about = (
        "Read the text in a picture (PNG, JPEG, WebP, BMP, TIFF, GIF, HEIC or AVIF): a photograph, "
        f"a screenshot, a scan. Rows, columns and blank lines stay where they were. {_LENGTH}"
    )


class RedrawPicture(_PictureCall):
    """Draw a picture anew."""

    about = (
        "Draw the text of a picture anew, each line in its place, size and colour: a clean page in "
        "black on white, or the original with its text erased and set again. The size stays. "
        "Answers with the picture, or writes it to output."
    )
    is_reading = False

    white_background: bool = Field(
        True,
        description="true: text on a white page; false: on the original picture, whose own text "
        "is erased first.",
    )
    color: Literal["black", "keep"] = Field(
        "black", description="Colour of the text on a white page: black, or as it was."
    )
    keep: Literal["text", "graphics"] = Field(
        "text",
        description="What a white page shows. text: text alone; graphics: also rules, boxes, "
        "stamps and pictures, a cleaned scan.",
    )
    pages: str = Field(
        "",
        description="Which pages of a document: 2 or 1-3,5. Several fit only into an output that "
        "is a .pdf or a .tiff. Empty: all.",
    )
    output: str = Field(
        "",
        description="Absolute path of a file that is to be written, and is not there yet: "
        f"its end says as what ({' '.join(WRITTEN)}). Empty: the picture is in the answer.",
    )

    def run(self, errands: Errands, is_gone: Gone) -> list[ContentBlock]:
        """Return the picture, or where it was written."""
        given, options = self.given(), self.options()
        if self.output:
            return _texts(errands.redraw_into(given, self.output, options, is_gone))
        # Letters on white are smallest without loss, a photograph is not.
        form = "png" if self.white_background and self.keep == "text" else "jpeg"
        data, remarks = errands.redraw(given, {**options, "format": form}, is_gone)
        shown = ImageContent(data=base64.b64encode(data).decode(), mime_type=f"image/{form}")
        return [shown, *_texts(remarks)]


class ReadDocument(_ReadingCall):
    """Read a document."""

    about = (
        "Read the text of a document of several pages: a PDF, scanned or not, or a TIFF. Pages "
        "are divided by a form feed. Long documents are best read in parts: a page takes about a "
        f"second. {_LENGTH}"
    )

    path: str = Field(description="Absolute path of the file on this machine.")
    pages: str = Field("", description="Which pages: 1-3,5 or 7- or last. Empty: all.")
    dpi: int | None = Field(
        None,
        ge=36,
        le=600,
        description="Dots an inch at which pages of a PDF are drawn to be read. Without it 200.",
    )
    password: str = Field("", description="What opens an encrypted PDF.")
    text_layer: Literal["ignore", "use", "mix"] = Field(
        "ignore",
        description="A PDF's own text. ignore: the page is read as it looks; use: its own text in "
        "place of reading, which is quick; mix: its own text where it has any, else read.",
    )


TOOLS: Mapping[str, type[_Call]] = {
    "read_picture": ReadPicture,
    "redraw_picture": RedrawPicture,
    "read_document": ReadDocument,
}


def serve(errands: Errands) -> None:
    """Answer who asks on standard input, on standard output, until there is nobody any more."""
    anyio.run(_serve, errands)


async def _serve(errands: Errands) -> None:
    async def call(_: ServerRequestContext, params: CallToolRequestParams) -> CallToolResult:
        return await _answer(errands, params)

    server = Server("ocr", instructions=_ABOUT, on_list_tools=_list, on_call_tool=call)
    # What others print goes to standard error: the streams have the real output by now.
    async with stdio_server() as (asked, answered):
        with redirect_stdout(sys.stderr):
            await server.run(asked, answered, server.create_initialization_options())


async def _list(_: ServerRequestContext, __: PaginatedRequestParams | None) -> ListToolsResult:
    return ListToolsResult(tools=[_described(name, kind) for name, kind in TOOLS.items()])


def _described(name: str, kind: type[_Call]) -> Tool:
    schema = kind.model_json_schema()
    # A docstring is for who reads the source, and a title says its name once more.
    del schema["description"], schema["title"]
    for about in schema["properties"].values():
        del about["title"]
    hints = ToolAnnotations(
        read_only_hint=kind.is_reading, destructive_hint=False, open_world_hint=False
    )
    return Tool(name=name, description=kind.about, input_schema=schema, annotations=hints)


async def _answer(errands: Errands, params: CallToolRequestParams) -> CallToolResult:
    """Return what a tool makes, or a sentence on what is wrong."""
    kind = TOOLS.get(params.name)
    if kind is None:
        return _failed(f"There is no tool {params.name}, but {', '.join(TOOLS)}.")
    try:
        asked = kind.model_validate(params.arguments or {})
        return CallToolResult(content=await _in_thread(partial(asked.run, errands)))
    except ValidationError as error:
        return _failed(
            "; ".join(f"{_field(item['loc'])}: {item['msg']}" for item in error.errors())
        )
    except FailureError as error:
        return _failed(error.message)
    except Exception:
        log.exception("failed")
        return _failed(ServiceError.sentence)


async def _in_thread(run: Callable[[Gone], list[ContentBlock]]) -> list[ContentBlock]:
    """Run an errand beside the loop; who asked and goes is not waited for."""
    gone = Event()
    try:
        return await to_thread.run_sync(run, gone.is_set, abandon_on_cancel=True)
    finally:
        gone.set()


def _said(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _field(location: tuple[int | str, ...]) -> str:
    return ".".join(map(str, location))


def _texts(texts: list[str]) -> list[ContentBlock]:
    return [TextContent(text=text) for text in texts]


def _failed(sentence: str) -> CallToolResult:
    return CallToolResult(content=[TextContent(text=sentence)], is_error=True)
