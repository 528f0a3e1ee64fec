from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from picture.batch.ledger import Ledger, LedgerHeldError
from picture.batch.task import Made, Task

TASK = Task(Path("a.png"), "5a", ("txt", "img"), {"lang": "ru"})


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    with Ledger(tmp_path, "model") as ledger:
        yield ledger


def keep(ledger: Ledger, task: Task = TASK) -> None:
    for word, suffix in (("txt", ".txt"), ("img", "_text.png")):
        ledger.keep("x/a.png", "x/a", task, Made(word, suffix, word.encode()))


def test_what_is_kept_is_there_under_its_name(tmp_path: Path, ledger: Ledger) -> None:
    assert ledger.missing("x/a.png", TASK) == ("txt", "img")
    keep(ledger)
    assert ledger.missing("x/a.png", TASK) == ()
    files = sorted(path.name for path in (tmp_path / "x").iterdir())
    assert files == ["a.txt", "a_text.png"]
    assert (tmp_path / "x" / "a.txt").read_bytes() == b"txt"


def test_another_run_goes_on_from_there(tmp_path: Path) -> None:
    with Ledger(tmp_path, "model") as first:
        keep(first)
    with Ledger(tmp_path, "model") as second:
        assert second.missing("x/a.png", TASK) == ()
        assert second.names == {"x/a": "x/a.png"}


@pytest.mark.parametrize(
    "task",
    [
        replace(TASK, sha256="5b"),
        replace(TASK, options={"lang": "ru", "dpi": "300"}),
        replace(TASK, options={}),
    ],
)
def test_another_content_or_option_makes_it_anew(ledger: Ledger, task: Task) -> None:
    keep(ledger)
    assert ledger.missing("x/a.png", task) == ("txt", "img")


def test_another_model_makes_it_anew(tmp_path: Path) -> None:
    with Ledger(tmp_path, "model") as first:
        keep(first)
    with Ledger(tmp_path, "better model") as second:
        assert second.missing("x/a.png", TASK) == ("txt", "img")


def test_only_what_is_wanted_beside_is_missing(ledger: Ledger) -> None:
    keep(ledger)
    assert ledger.missing("x/a.png", replace(TASK, words=("txt", "pdf"))) == ("pdf",)


def test_what_was_removed_or_broke_off_is_made_anew(tmp_path: Path, ledger: Ledger) -> None:
    keep(ledger)
    (tmp_path / "x" / "a.txt").unlink()
    assert ledger.missing("x/a.png", TASK) == ("txt",)
    (tmp_path / "x" / "a.txt").write_bytes(b"t")
    assert ledger.missing("x/a.png", TASK) == ("txt",)


def test_a_line_that_broke_off_costs_that_file_alone(tmp_path: Path) -> None:
    with Ledger(tmp_path, "model") as first:
        keep(first)
    path = tmp_path / ".ocr" / "done.jsonl"
    path.write_bytes(path.read_bytes()[:-20])
    (tmp_path / ".ocr" / "0.part").touch()
    with Ledger(tmp_path, "model") as second:
        assert second.missing("x/a.png", TASK) == ("img",)
        assert not list((tmp_path / ".ocr").glob("*.part"))
    assert len(path.read_text().splitlines()) == 1


def test_two_runs_do_not_write_into_one_folder(tmp_path: Path, ledger: Ledger) -> None:
    keep(ledger)
    with pytest.raises(LedgerHeldError), Ledger(tmp_path, "model"):
        pass
