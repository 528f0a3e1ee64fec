import os
import signal
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

from picture.batch.process import ProcessMaker
from picture.batch.task import FailureError, Task
from tests.batch.makers import Copier
from tests.conftest import ROOT, wait_until


@pytest.fixture
def log(tmp_path: Path) -> Path:
    return tmp_path / "log"


@pytest.fixture
def maker(log: Path) -> Iterator[ProcessMaker]:
    maker = ProcessMaker(partial(Copier, log))
    yield maker
    maker.close()


def task(folder: Path, text: str) -> Task:
    path = folder / f"{text}.png"
    path.write_text(text)
    return Task(path, "", ("txt",), {})


def test_it_makes_in_another_process(tmp_path: Path, maker: ProcessMaker) -> None:
    (made,) = maker.make(task(tmp_path, "good"))
    assert made.data == b"txt:good"


def test_a_failure_comes_back(tmp_path: Path, maker: ProcessMaker) -> None:
    with pytest.raises(FailureError, match="Damaged"):
        maker.make(task(tmp_path, "bad"))


def test_what_ends_the_process_is_tried_twice_and_harms_no_other(
    tmp_path: Path, maker: ProcessMaker, log: Path
) -> None:
    with pytest.raises(FailureError) as raised:
        maker.make(task(tmp_path, "deadly"))
    assert raised.value.code == "reader_died"
    assert log.read_text().splitlines() == ["deadly.png"] * 2
    assert maker.make(task(tmp_path, "good"))


def test_it_ends_with_whoever_is_killed(tmp_path: Path) -> None:
    program = f"""
    import os, signal
    from pathlib import Path
    from picture.batch.process import ProcessMaker
    from picture.batch.task import Task
    from tests.batch.makers import Copier
    if __name__ == "__main__":
        path = Path({str(tmp_path)!r}, "a.png")
        path.write_text("good")
        maker = ProcessMaker(Copier)
        maker.make(Task(path, "", ("txt",), {{}}))
        print(*maker._pool._processes, flush=True)
        signal.pause()
    """
    script = tmp_path / "script.py"
    script.write_text(textwrap.dedent(program))
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    with subprocess.Popen(
        [sys.executable, script], stdout=subprocess.PIPE, env=environment, stderr=subprocess.DEVNULL
    ) as process:
        assert process.stdout is not None
        child = int(process.stdout.readline())
        process.send_signal(signal.SIGKILL)
        wait_until(lambda: not Path(f"/proc/{child}").exists())
