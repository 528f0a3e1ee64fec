import json
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from picture.batch.ledger import Ledger
from picture.batch.run import Report, Run, Wish
from picture.batch.task import Made, Task
from tests.batch.makers import Copier

WISH = Wish(("txt", "md"), {})


@pytest.fixture
def root(tmp_path: Path) -> Path:
    folder = tmp_path / "in"
    folder.mkdir()
    for name in ("a.png", "b.png", "c.png", "d.png"):
        (folder / name).write_text(name)
    (folder / "b.png").write_text("bad")
    return folder


@pytest.fixture
def go(root: Path, tmp_path: Path) -> Callable[..., Run]:
    out = tmp_path / "out"

    def go(*makers: Copier, wish: Wish = WISH) -> Run:
        with Ledger(out, "model") as ledger, Report(out / "failed.jsonl") as report:
            run = Run(root, wish, ledger, report)
            run(sorted(root.iterdir()), makers)
        return run

    return go


def test_all_is_made_and_one_bad_file_spoils_no_other(
    go: Callable[..., Run], tmp_path: Path
) -> None:
    tally = go(Copier(), Copier()).tally
    assert (tally.done, tally.skipped, tally.failed) == (3, 0, 1)
    made = sorted(path.name for path in (tmp_path / "out").iterdir() if path.is_file())
    assert made == ["a.md", "a.txt", "c.md", "c.txt", "d.md", "d.txt", "failed.jsonl"]
    (line,) = (tmp_path / "out" / "failed.jsonl").read_text().splitlines()
    told = {"file": "b.png", "code": "picture_broken", "message": "Damaged."}
    assert json.loads(line) == told


def test_what_is_done_is_not_made_again(go: Callable[..., Run], root: Path, tmp_path: Path) -> None:
    go(Copier())
    (root / "b.png").write_text("mended")
    maker = Copier()
    tally = go(maker).tally
    assert maker.made == ["b.png"]
    assert (tally.done, tally.skipped, tally.failed) == (1, 3, 0)
    assert not (tmp_path / "out" / "failed.jsonl").exists()


def test_a_new_wish_makes_what_is_new(go: Callable[..., Run], tmp_path: Path) -> None:
    go(Copier())
    go(Copier(), wish=Wish(("txt", "json"), {}))
    assert (tmp_path / "out" / "a.json").read_text() == "json:a.png"


def test_a_file_that_cannot_be_opened_is_told(go: Callable[..., Run], root: Path) -> None:
    (root / "c.png").unlink()
    (root / "c.png").symlink_to(root / "nowhere")
    assert go(Copier()).tally.failed == 2


def test_told_to_stop_it_finishes_what_is_begun(root: Path, tmp_path: Path) -> None:
    class Stopping(Copier):
        def make(self, task: Task) -> Sequence[Made]:
            run.stop()
            return super().make(task)

    out = tmp_path / "out"
    with Ledger(out, "model") as ledger, Report(out / "failed.jsonl") as report:
        run = Run(root, WISH, ledger, report)
        run(sorted(root.iterdir()), [Stopping()])
    assert run.tally.done == 1
    assert (out / "a.txt").exists()
    assert not (out / "c.txt").exists()


def test_what_nobody_foresaw_ends_it(root: Path, tmp_path: Path) -> None:
    class Failing(Copier):
        def make(self, _: Task) -> Sequence[Made]:
            raise ZeroDivisionError

    closed = []
    maker = Failing()
    maker.close = lambda: closed.append(maker)  # type: ignore[method-assign]
    with Ledger(tmp_path / "out", "") as ledger, Report(tmp_path / "failed") as report:
        run = Run(root, WISH, ledger, report)
        with pytest.raises(ZeroDivisionError):
            run(sorted(root.iterdir()), [maker])
    assert closed == [maker]
