"""What is kept by one edition of the program is nothing to another."""

import shutil
from pathlib import Path

import pytest

from picture import program
from picture.reading import fingerprint
from picture.settings import Settings
from tests.conftest import ROOT


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """Return a copy of the program's own source."""
    shutil.copytree(ROOT / "picture", tmp_path / "picture")
    shutil.copy(ROOT / "utility.py", tmp_path)
    return tmp_path


def edition_of(root: Path) -> str:
    return program.digest_of(root / "picture", root / "utility.py")


def test_a_copy_is_the_same_edition_wherever_it_lies(copy: Path) -> None:
    assert edition_of(copy) == program.edition()


@pytest.mark.parametrize("name", ["utility.py", "picture/page.py", "picture/redraw/ink.py"])
def test_a_source_that_changed_is_another_edition(copy: Path, name: str) -> None:
    with (copy / name).open("a") as file:
        file.write("#")
    assert edition_of(copy) != program.edition()


def test_a_source_by_another_name_is_another_edition(copy: Path) -> None:
    (copy / "picture" / "page.py").rename(copy / "picture" / "pages.py")
    assert edition_of(copy) != program.edition()


def test_what_python_leaves_beside_sources_changes_nothing(copy: Path) -> None:
    (copy / "picture" / "page.pyc").write_bytes(b"compiled")
    assert edition_of(copy) == program.edition()


def test_another_edition_has_another_fingerprint(monkeypatch: pytest.MonkeyPatch) -> None:
    before = fingerprint(Settings())
    monkeypatch.setattr(program, "edition", lambda: "another")
    assert fingerprint(Settings()) != before
