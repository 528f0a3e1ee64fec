from pathlib import Path

import pytest

from tools import frequencies


def test_letters_are_counted_small_and_with_their_marks() -> None:
    assert frequencies.counted("Čas a čáp: 1") == "a2857 p1429 s1429 á1429 č2857"
    assert frequencies.counted("c\u030c") == "č10000"


def test_the_dot_of_a_capital_i_is_a_mark() -> None:
    assert frequencies.counted("İki") == "i3333 k3333 İ3333"


def test_names_that_are_rare_are_not_counted() -> None:
    assert frequencies.counted(f"é {'e' * 30_000}") == "e10000"


def test_a_part_of_the_table_is_printed_for_each_language(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "sv.txt").write_text("på ö", encoding="utf-8")
    (tmp_path / "en.txt").write_text("no", encoding="utf-8")
    monkeypatch.setattr("sys.argv", ["frequencies", str(tmp_path)])
    frequencies.main()
    assert capsys.readouterr().out == (
        '    "en": (\n        "n5000 o5000 "\n    ),\n'
        '    "sv": (\n        "p3333 å3333 ö3333 "\n    ),\n'
    )
