import io
import json
import os
import pty
import select
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Event
from unittest.mock import MagicMock

import pytest
from click.testing import CliRunner, Result
from PIL import Image

import cli
from cli import Exit, Workshop
from picture.batch import FailureError, Task
from picture.errors import QueueFullError
from picture.settings import Settings
from tests.batch.makers import Copier
from tests.conftest import ROOT, LiveService, draw_page, to_bytes, wait_until
from utility import Jobs

PICTURE = to_bytes(draw_page("Hello", "Total 12.50"))


@pytest.fixture
def scans(tmp_path: Path) -> Path:
    folder = tmp_path / "scans"
    (folder / "deep" / "er").mkdir(parents=True)
    (folder / "a.png").write_bytes(PICTURE)
    (folder / "deep" / "b.jpg").write_bytes(to_bytes(draw_page("Deep"), "JPEG"))
    (folder / "deep" / "er" / "c.tiff").write_bytes(to_bytes(draw_page("Deeper"), "TIFF"))
    return folder


@pytest.fixture
def copying(monkeypatch: pytest.MonkeyPatch) -> Copier:
    """Have files copied in place of read, and return who does so."""
    copier = Copier()
    monkeypatch.setattr(cli, "gather", lambda *_: cli.Crew([copier], "model"))
    return copier


@pytest.fixture(autouse=True)
def own_signals() -> Iterator[None]:
    before = [(number, signal.getsignal(number)) for number in (signal.SIGINT, signal.SIGTERM)]
    yield
    for number, handler in before:
        signal.signal(number, handler)


def call(*arguments: object) -> Result:
    return CliRunner().invoke(cli.main, [str(each) for each in arguments])


def files(folder: Path) -> dict[str, bytes]:
    paths = (path for path in folder.rglob("*") if path.is_file() and ".ocr" not in path.parts)
    return {str(path.relative_to(folder)): path.read_bytes() for path in paths}


@pytest.mark.usefixtures("copying")
def test_it_ends_as_it_went(scans: Path, tmp_path: Path) -> None:
    for path in scans.rglob("*.*"):
        path.write_text("good")
    out = tmp_path / "out"
    result = call(scans, "-o", out, "--to", "txt,json")
    assert (result.exit_code, result.stderr) == (Exit.ALL_WELL, "3 read.\n")
    assert len(files(out)) == 6
    result = call(scans, "-o", out, "--to", "txt,json")
    assert (result.exit_code, result.stderr) == (
        Exit.NOTHING_TO_DO,
        "0 read, 3 were done before.\n",
    )
    (scans / "a.png").write_text("bad")
    result = call(scans, "-o", out, "--to", "txt,json", "--report", tmp_path / "report")
    assert result.exit_code == Exit.SOME_FAILED
    assert result.stderr == f"0 read, 2 were done before, 1 failed: see {tmp_path / 'report'}.\n"
    assert call(tmp_path / "out", "-o", tmp_path / "x").exit_code == Exit.NOTHING_TO_DO


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--to", "txt,doc"], "must be one of"),
        (["--dpi", "9"], "must be a number from 36 to 600"),
        (["--lang", "xx"], "is no language"),
        (["--region", "1"], "A region must be"),
        (["--server", "http://x", "--ray", "auto"], "Either a service"),
        (["--layout", "wild"], "is not one of"),
        (["--jobs", "0"], "not in the range"),
    ],
)
def test_what_is_called_wrongly_is_told(
    scans: Path, tmp_path: Path, arguments: list[str], sentence: str
) -> None:
    result = call(scans, "-o", tmp_path / "out", *arguments)
    assert result.exit_code == 2
    assert sentence in result.stderr
    assert not (tmp_path / "out").exists()


def test_what_is_read_is_not_written_over(scans: Path) -> None:
    assert call(scans, "-o", scans).exit_code == 2
    assert call(scans).exit_code == 2


def test_one_run_at_a_time_writes_into_a_folder(
    scans: Path, tmp_path: Path, copying: Copier
) -> None:
    codes: list[int] = []
    copying.close = lambda: codes.append(  # type: ignore[method-assign]
        call(scans / "a.png", "-o", tmp_path / "out").exit_code
    )
    (scans / "a.png").write_text("good")
    call(scans / "a.png", "-o", tmp_path / "out")
    assert codes == [2]


def test_settings_that_cannot_be_used_are_told(
    scans: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OCR_MAX_LINES", "many")
    result = call(scans, "-o", tmp_path / "out")
    assert result.exit_code == 1
    assert "OCR_MAX_LINES" in result.stderr


def test_a_watched_folder_is_read_as_it_fills(
    scans: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cli, "_WATCH_SECONDS", 0.1)
    asked = cli.Call(
        scans, tmp_path / "out", "txt", None, None, None, False, True, None, True, options={}
    )
    stopping = Event()
    found = cli.watch(asked, stopping)
    first = [next(found) for _ in range(3)]
    assert sorted(first) == sorted(path for path in scans.rglob("*") if path.is_file())
    (scans / "new.png").write_text("1")
    (scans / "old.png").write_text("2")
    ahead = time.time() + 0.3
    os.utime(scans / "new.png", (ahead, ahead))
    assert {next(found), next(found)} == {scans / "new.png", scans / "old.png"}
    (scans / "a.png").write_text("changed")
    assert next(found) == scans / "a.png"
    stopping.set()
    assert list(found) == []


def test_a_workshop_says_what_is_wrong(scans: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cli, "Engine", MagicMock())
    workshop, task = Workshop(Settings()), Task(scans / "a.png", "5a", ("txt",), {})
    for error, code in ((QueueFullError(), "queue_full"), (ValueError(), "internal_error")):
        monkeypatch.setattr(Jobs, "make", MagicMock(side_effect=error))
        with pytest.raises(FailureError) as raised:
            workshop.make(task)
        assert raised.value.code == code


def run(*arguments: object, **variables: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(ROOT / "cli.py"), *map(str, arguments)]
    environment = {**os.environ, **variables}
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)


def test_a_folder_is_read_without_a_service_and_by_one_alike(
    scans: Path, tmp_path: Path, live: LiveService
) -> None:
    own, served = tmp_path / "own", tmp_path / "served"
    (scans / "broken.png").write_bytes(PICTURE[:99])
    asked = ("--to", "txt,md,img,pdf", "--layout", "lines", "--white-background", "false")
    result = run(scans, "-o", own, *asked, "--jobs", "1")
    assert (result.returncode, result.stdout) == (Exit.SOME_FAILED, "")
    assert result.stderr == f"3 read, 1 failed: see {own / 'failed.jsonl'}.\n"
    made = files(own)
    assert made["a.txt"].splitlines() == [b"Hello", b"Total 12.50"]
    assert made["a.txt"] == live.post("/img_txt", PICTURE, layout="lines").body
    assert made["a_text.png"] == live.post("/img_img", PICTURE, white_background="false").body
    assert made["deep/er/c.txt"].strip() == b"Deeper"
    assert Image.open(io.BytesIO(made["deep/b_text.jpg"])).size == (640, 400)
    (failed,) = map(json.loads, made["failed.jsonl"].splitlines())
    assert (failed["file"], failed["code"]) == ("broken.png", "picture_broken")
    again = run(scans, "-o", served, *asked, "--server", live.url)
    assert again.returncode == Exit.SOME_FAILED
    assert files(served) == made


def test_a_service_that_is_none_is_told(scans: Path, tmp_path: Path) -> None:
    result = call(scans, "-o", tmp_path / "out", "--server", "http://127.0.0.1:9")
    assert result.exit_code == 1
    assert "is no such service" in result.stderr


def in_terminal(*arguments: object) -> tuple[int, int]:
    """Start the command in a terminal of its own and return its process and the terminal."""
    process, terminal = pty.fork()
    if not process:
        os.environ["TERM"] = "xterm"
        os.execv(sys.executable, [sys.executable, str(ROOT / "cli.py"), *map(str, arguments)])  # noqa: S606
    return process, terminal


def read_until(terminal: int, is_enough: Callable[[str], bool], seconds: float = 60) -> str:
    """Return what a terminal shows until it is enough, or its program ends."""
    shown, end = b"", time.monotonic() + seconds
    while not is_enough(shown.decode(errors="replace")):
        assert time.monotonic() < end, shown
        if select.select([terminal], [], [], 0.1)[0]:
            try:
                shown += os.read(terminal, 65_536)
            except OSError:
                break
    return shown.decode(errors="replace")


def test_who_is_stopped_or_killed_goes_on_where_it_was(tmp_path: Path) -> None:
    scans, out = tmp_path / "scans", tmp_path / "out"
    scans.mkdir()
    for number in range(24):
        (scans / f"{number:02}.png").write_bytes(to_bytes(draw_page(f"Page {number}")))
    asked = (scans, "-o", out, "--jobs", "1")

    process, terminal = in_terminal(*asked)
    wait_until((out / "01.txt").exists, seconds=60)
    os.write(terminal, b"\x03")
    shown = read_until(terminal, lambda text: "goes on from here" in text)
    assert "Finishing what is begun" in shown
    assert os.waitstatus_to_exitcode(os.waitpid(process, 0)[1]) == Exit.STOPPED
    os.close(terminal)
    stopped = files(out)
    assert 2 <= len(stopped) < 20

    with subprocess.Popen([sys.executable, str(ROOT / "cli.py"), *map(str, asked)]) as killed:
        wait_until((out / f"{len(stopped) + 1:02}.txt").exists, seconds=60)
        killed.kill()
    ledger = out / ".ocr" / "done.jsonl"
    before = ledger.read_text().splitlines()
    assert len(stopped) < len(before) < 24

    assert run(*asked).returncode == Exit.ALL_WELL
    made = {name: data.strip() for name, data in files(out).items()}
    assert made == {f"{number:02}.txt": f"Page {number}".encode() for number in range(24)}
    # What was done before stands as it was, and nothing was read twice.
    after = ledger.read_text().splitlines()
    assert after[: len(before)] == before
    assert len(after) == 24


def test_every_option_of_the_calls_is_one_of_the_command_line() -> None:
    flags = {flag for item in cli.read.params for flag in item.opts}
    for name in ("pages", "dpi", "lang", "min-score", "layout", "white-background", "pdfa"):
        assert f"--{name}" in flags
