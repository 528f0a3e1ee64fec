from pathlib import Path

import pytest

from tools import accents


def test_marks_are_counted_among_letters_that_are_alike() -> None:
    assert accents.counted("Čas a čáp: cena") == "á250 č667"
    assert accents.counted("c\u030cas") == "č990"


def test_the_dot_of_a_capital_i_is_a_mark_and_that_of_a_small_one_none() -> None:
    assert accents.counted("İki ılık Iğdır") == "ğ990 İ500 ı600"


def test_foreign_names_are_not_counted() -> None:
    assert accents.counted(f"André {'e' * 3000}") == ""


def test_a_line_is_printed_for_each_language(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "sv.txt").write_text("på ö", encoding="utf-8")
    (tmp_path / "en.txt").write_text("on an isle", encoding="utf-8")
    monkeypatch.setattr("sys.argv", ["accents", str(tmp_path)])
    accents.main()
    assert capsys.readouterr().out == '    "en": "",\n    "sv": "å990 ö990",\n'
