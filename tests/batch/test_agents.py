import asyncio
import base64
import io
import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Awaitable, Callable, Iterator, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
from PIL import Image, ImageDraw

from picture.batch import FailureError, Made, Task
from picture.batch.errands import MOST_CHARACTERS, MOST_SHOWN_BYTES, Errands, Given, LateMaker
from picture.serving import MANNERS, TARGETS
from tests.conftest import ROOT, draw_page, to_bytes

needs_mcp = pytest.mark.skipif(
    find_spec("mcp") is None,
    reason="something is not installed: pip install -r requirements/agents.lock",
)

PICTURE = to_bytes(draw_page("Hello", "Total 12.50"))
# Written to a PDF without loss.
PAGES = [draw_page(text).convert("P") for text in ("First page", "Second page")]


class Speaker:
    """Make what it is told to, or fail as it is told to."""

    def __init__(self, said: bytes | FailureError, unread: int = 0) -> None:
        self._said = said
        self._unread = unread
        self.asked: list[Task] = []
        self.is_closed = False

    def make(self, task: Task, _: Callable[[], bool]) -> Sequence[Made]:
        self.asked.append(task)
        if isinstance(self._said, FailureError):
            raise self._said
        return [Made(task.words[0], ".any", self._said, self._unread)]

    def close(self) -> None:
        self.is_closed = True


def nobody_goes() -> bool:
    return False


@pytest.fixture
def given(tmp_path: Path) -> Given:
    (tmp_path / "a.png").write_bytes(PICTURE)
    return Given(str(tmp_path / "a.png"), "")


def read(said: str, given: Given, word: str = "txt", **options: str) -> list[str]:
    return Errands(Speaker(said.encode()), 1000).read(given, word, options, nobody_goes)


def test_long_text_ends_with_a_page_and_says_which_come_next(given: Given) -> None:
    pages = ["a" * 25_000] * 4
    text, rest = read("\f".join(pages), given)
    assert text == "\f".join(pages[:2])
    assert rest == (
        "This is cut after 50,001 of 100,003 characters: 2 pages are whole. "
        "Read the others with pages=3-."
    )
    text, rest = read("\f".join(pages), given, pages="7-")
    assert rest.endswith("Read the others by their numbers with pages=.")


def test_a_long_page_is_cut_and_says_how_to_read_on(given: Given) -> None:
    text, rest = read("a" * (MOST_CHARACTERS + 1), given)
    assert text == "a" * MOST_CHARACTERS
    assert "region=" in rest
    with pytest.raises(FailureError, match="fewer pages"):
        read("1" * (MOST_CHARACTERS + 1), given, "json")
    assert read("a" * MOST_CHARACTERS, given) == [text]


def test_what_was_not_read_is_told(given: Given) -> None:
    errands = Errands(Speaker(b"Hello", unread=7), 1000)
    assert errands.read(given, "txt", {}, nobody_goes) == [
        "Hello",
        "There was too much text: 7 lines were found and not read.",
    ]


def test_a_picture_too_large_to_be_shown_is_written(given: Given, tmp_path: Path) -> None:
    speaker = Speaker(b"x" * (MOST_SHOWN_BYTES + 1))
    errands, path = Errands(speaker, 1000), tmp_path / "out.JPG"
    with pytest.raises(FailureError, match="as output"):
        errands.redraw(given, {}, nobody_goes)
    (told,) = errands.redraw_into(given, str(path), {"color": "keep"}, nobody_goes)
    assert told == f"Written to {path}: 3,500,001 bytes."
    assert path.stat().st_size == MOST_SHOWN_BYTES + 1
    assert speaker.asked[-1].options == {"color": "keep", "format": "jpeg"}


@pytest.mark.parametrize(
    ("output", "sentence"),
    [
        ("out.png", "no absolute path"),
        ("{}/a.png", "is there already"),
        ("{}/none/out.png", "There is no folder"),
        ("{}/out.bmp", "must end with one of"),
    ],
)
def test_nothing_is_read_that_cannot_be_written(
    given: Given, tmp_path: Path, output: str, sentence: str
) -> None:
    speaker = Speaker(b"")
    with pytest.raises(FailureError) as raised:
        Errands(speaker, 1000).redraw_into(given, output.format(tmp_path), {}, nobody_goes)
    assert sentence in raised.value.message
    assert speaker.asked == []


@pytest.mark.parametrize(
    ("path", "data", "sentence"),
    [
        ("", "", "Give either"),
        ("/a.png", "eA==", "Give either"),
        ("a.png", "", "no absolute path"),
        ("/none/a.png", "", "There is no file"),
        ("/", "", "is a folder"),
        ("/dev/zero", "", "no file that can be read"),
        ("/" + "a" * 300, "", "too long"),
        ("", "%%%", "no base64"),
        ("", "A" * 1400, "more than the 1,000 bytes"),
    ],
)
def test_a_file_that_cannot_be_read_is_told(path: str, data: str, sentence: str) -> None:
    with pytest.raises(FailureError) as raised:
        Errands(Speaker(b""), 1000).read(Given(path, data), "txt", {}, nobody_goes)
    assert sentence in raised.value.message


def test_several_pages_in_one_picture_are_told_in_the_tools_own_words(given: Given) -> None:
    errands = Errands(Speaker(FailureError("single_page", "ask for format=pdf")), 1000)
    with pytest.raises(FailureError, match=r"ends with \.pdf"):
        errands.redraw(given, {}, nobody_goes)


def test_a_maker_is_created_once_and_only_where_it_is_needed(given: Given) -> None:
    created: list[Speaker] = []

    def create() -> Speaker:
        created.append(Speaker(b"x"))
        return created[-1]

    LateMaker(create).close()
    assert created == []
    maker = LateMaker(create)
    for _ in range(2):
        Errands(maker, 1000).read(given, "txt", {}, nobody_goes)
    maker.close()
    assert [each.is_closed for each in created] == [True]


@needs_mcp
def test_tools_offer_what_the_calls_take() -> None:
    from picture.batch.tools import TOOLS

    options = {option.name: option.schema for option in MANNERS}
    for kind in TOOLS.values():
        for name, field in kind.model_json_schema()["properties"].items():
            about = options.get(name, {})
            if name == "format":
                assert set(field["enum"]) <= set(TARGETS)
            elif field.get("type") == "string":
                assert field.get("enum") == about.get("enum")
            assert name in ("path", "data", "format", "output", *options)
    number = TOOLS["read_document"].model_json_schema()["properties"]["dpi"]["anyOf"][0]
    assert (number["minimum"], number["maximum"]) == (
        options["dpi"]["minimum"],
        options["dpi"]["maximum"],
    )


@needs_mcp
def test_who_gives_up_is_not_waited_for() -> None:
    from picture.batch.tools import _in_thread

    begun, seen = threading.Event(), threading.Event()

    def run(is_gone: Callable[[], bool]) -> list[Any]:
        begun.set()
        while not is_gone():
            time.sleep(0.01)
        seen.set()
        return []

    async def ask() -> None:
        task = asyncio.create_task(_in_thread(run))
        await asyncio.to_thread(begun.wait)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(ask())
    assert seen.wait(10)


class Agent:
    """A client with a server of its own, whose loop runs in a thread."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever)
        self._thread.start()
        self._over, self._session = asyncio.Event(), self._loop.create_future()
        self._task = asyncio.run_coroutine_threadsafe(self._live(), self._loop)
        self.session: Any = self.wait(self._opened())

    async def _opened(self) -> Any:
        return await self._session

    async def _live(self) -> None:
        from mcp import ClientSession, StdioServerParameters, stdio_client

        server = StdioServerParameters(command=sys.executable, args=[str(ROOT / "cli.py"), "mcp"])
        async with stdio_client(server) as streams, ClientSession(*streams) as session:
            await session.initialize()
            self._session.set_result(session)
            await self._over.wait()

    def wait(self, asked: Awaitable[Any]) -> Any:
        async def answer() -> Any:
            return await asked

        return asyncio.run_coroutine_threadsafe(answer(), self._loop).result(120)

    def call(self, name: str, **arguments: object) -> tuple[list[Any], bool]:
        answer = self.wait(self.session.call_tool(name, arguments))
        return answer.content, answer.is_error

    def read(self, name: str, **arguments: object) -> str:
        content, is_error = self.call(name, **arguments)
        assert not is_error
        return "\n".join(item.text for item in content)

    def fail(self, name: str, **arguments: object) -> str:
        content, is_error = self.call(name, **arguments)
        assert is_error
        return str(content[0].text)

    def close(self) -> None:
        self._loop.call_soon_threadsafe(self._over.set)
        self._task.result(60)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()


@pytest.fixture(scope="module")
def agent() -> Iterator[Agent]:
    agent = Agent()
    yield agent
    agent.close()


@pytest.fixture
def scans(tmp_path: Path) -> Path:
    (tmp_path / "a.png").write_bytes(PICTURE)
    (tmp_path / "broken.png").write_bytes(PICTURE[:99])
    document = to_bytes(PAGES[0], "PDF", save_all=True, append_images=PAGES[1:])
    (tmp_path / "two.pdf").write_bytes(document)
    return tmp_path


@needs_mcp
def test_tools_are_listed_with_what_they_take(agent: Agent) -> None:
    tools = {tool.name: tool for tool in agent.wait(agent.session.list_tools()).tools}
    assert set(tools) == {"read_picture", "redraw_picture", "read_document"}
    assert "60,000 characters" in tools["read_picture"].description
    for tool in tools.values():
        assert all(field["description"] for field in tool.input_schema["properties"].values())
        assert tool.input_schema["additionalProperties"] is False
    assert tools["read_document"].input_schema["required"] == ["path"]
    assert tools["redraw_picture"].annotations.read_only_hint is False


@needs_mcp
def test_a_picture_is_read_by_its_path_and_by_its_bytes(agent: Agent, scans: Path) -> None:
    path = str(scans / "a.png")
    assert agent.read("read_picture", path=path).splitlines() == ["Hello", "Total 12.50"]
    data = base64.b64encode(PICTURE).decode()
    assert agent.read("read_picture", data=data).splitlines() == ["Hello", "Total 12.50"]
    data = f"data:image/png;base64,{data}"
    upper = agent.read("read_picture", data=data, region="0,0,100%,24%", format="md")
    assert upper.strip() == "Hello"
    told = json.loads(agent.read("read_picture", path=path, format="json", min_score=0.5))
    assert [line["text"] for line in told["pages"][0]["lines"]] == ["Hello", "Total 12.50"]


@needs_mcp
@pytest.mark.parametrize(("is_white", "form"), [(True, "PNG"), (False, "JPEG")])
def test_a_picture_is_drawn_anew_in_its_size(
    agent: Agent, scans: Path, is_white: bool, form: str
) -> None:
    path = str(scans / "a.png")
    (shown,), _ = agent.call("redraw_picture", path=path, white_background=is_white)
    picture = Image.open(io.BytesIO(base64.b64decode(shown.data)))
    assert (picture.size, picture.format) == ((640, 400), form)
    assert shown.mime_type == picture.get_format_mimetype()


@needs_mcp
def test_a_picture_is_written_where_it_is_wanted(agent: Agent, scans: Path) -> None:
    output = scans / "out.webp"
    told = agent.read("redraw_picture", path=str(scans / "a.png"), output=str(output))
    assert told == f"Written to {output}: {output.stat().st_size:,} bytes."
    with Image.open(output) as picture:
        assert (picture.size, picture.format) == ((640, 400), "WEBP")


@needs_mcp
def test_pages_of_a_document_are_read(agent: Agent, scans: Path) -> None:
    path = str(scans / "two.pdf")
    assert agent.read("read_document", path=path, pages="2").strip() == "Second page"
    whole = agent.read("read_document", path=path, layout="lines")
    assert [page.strip() for page in whole.split("\f")] == ["First page", "Second page"]


@needs_mcp
def test_drawn_rules_are_shown_where_they_are_wanted(agent: Agent, tmp_path: Path) -> None:
    page = draw_page("Tea 4.50", "Total 4.50")
    ImageDraw.Draw(page).line((40, 90, 300, 90), fill="black", width=2)
    page.save(path := tmp_path / "ruled.png")
    assert "-----" not in agent.read("read_picture", path=str(path))
    assert "-----" in agent.read("read_picture", path=str(path), rules=True)


@needs_mcp
def test_what_is_wrong_is_told_in_a_sentence(agent: Agent, scans: Path) -> None:
    path = str(scans / "a.png")
    broken = agent.fail("read_picture", path=str(scans / "broken.png"))
    assert broken == "The picture is damaged and cannot be read. Please try another copy."
    missing = agent.fail("read_document", path=str(scans / "none.pdf"))
    assert missing == f"There is no file {scans / 'none.pdf'} on this machine."
    assert "is a folder" in agent.fail("redraw_picture", path=str(scans))
    assert "no page 9" in agent.fail("read_document", path=str(scans / "two.pdf"), pages="9")
    assert agent.fail("read_picture", path=path, layout="wild").startswith("layout: ")
    assert agent.fail("read_picture", path=path, colour="red").startswith("colour: ")
    assert "There is no tool paint" in agent.fail("paint", path=path)


@needs_mcp
def test_nothing_but_the_protocol_is_on_standard_output(tmp_path: Path) -> None:
    # Whatever is printed while the engine is made, also what is only flushed at the end.
    noisy = (
        "import os, sys, cli\n"
        "def create(settings):\n"
        "    print('printed')\n"
        "    os.write(1, b'written')\n"
        "    raise cli.FailureError('x', 'No engine.')\n"
        "cli._prepared = create\n"
        "cli.main(['mcp'])\n"
    )
    (tmp_path / "a.png").write_bytes(PICTURE)
    about: dict[str, Any] = {"clientInfo": {"name": "x", "version": "1"}, "capabilities": {}}
    called = {"name": "read_picture", "arguments": {"path": str(tmp_path / "a.png")}}
    messages: list[dict[str, Any]] = [
        {"id": 1, "method": "initialize", "params": {"protocolVersion": "2025-06-18", **about}},
        {"method": "notifications/initialized"},
        {"id": 2, "method": "tools/call", "params": called},
    ]
    with subprocess.Popen(
        [sys.executable, "-c", noisy],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdin and process.stdout and process.stderr
        for message in messages:
            process.stdin.write(json.dumps({"jsonrpc": "2.0", **message}) + "\n")
            process.stdin.flush()
        lines = [process.stdout.readline() for _ in range(2)]
        process.stdin.close()
        lines += process.stdout
        told = process.stderr.read()
    assert [json.loads(line)["id"] for line in lines] == [1, 2]
    assert json.loads(lines[1])["result"]["content"][0]["text"] == "No engine."
    assert "printed" in told and "written" in told
    assert process.returncode == 0


def test_a_package_that_is_missing_is_told() -> None:
    missing = "import sys; sys.modules['mcp'] = None; import cli; cli.main(['mcp'])"
    result = subprocess.run(
        [sys.executable, "-c", missing],
        cwd=ROOT,
        env={**os.environ},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (result.returncode, result.stdout) == (1, "")
    assert result.stderr.count("\n") == 1
    assert "pip install --require-hashes --no-deps -r requirements/agents.lock" in result.stderr
