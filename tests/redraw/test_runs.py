"""Words as they stand on a line, and letters as they may be set apart."""

import pytest

from picture.redraw import FONTS_FOLDER, Fonts
from picture.redraw.runs import split_words, visual_order


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("two words", "two words"),
        ("שלום עולם", "עולם שלום"),
        ("رقم 118 بتاريخ 2026", "2026 بتاريخ 118 رقم"),
        ("קנה Windows 11 Pro היום", "היום Windows 11 Pro קנה"),
        ("The word שלום עולם means", "The word עולם שלום means"),
        ("12 34", "12 34"),
    ],
)
def test_words_stand_as_their_script_is_written(text: str, seen: str) -> None:
    assert visual_order(text.split()) == seen.split()


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("(שלום)", ["(", "שלום", ")"]),
        ("[חדשה].", [".[", "חדשה", "]"]),
        ("הלחם (כולל מעמ)", ["(", "מעמ", "כולל", ")", "הלחם"]),
        ("(مرحبا) بالعالم", ["بالعالم", "(", "مرحبا", ")"]),
        ("אחת ( ועוד ) כאן", ["כאן", "(", "ועוד", ")", "אחת"]),
        ("ב-2024", ["2024-", "ב"]),
        ("בשנת (2024)", ["(2024)", "בשנת"]),
        # Such a number was read as it stands on the page.
        ("(1 שלום", ["שלום", "(1"]),
        ("The (word) שלום", ["The", "(word)", "שלום"]),
    ],
)
def test_brackets_stand_around_what_is_written_from_right_to_left(
    text: str, seen: list[str]
) -> None:
    runs = [run for word in split_words(text, Fonts(FONTS_FOLDER)) for run in word]
    assert [run.drawn for run in runs] == seen
    assert sorted("".join(run.text for run in runs)) == sorted(text.replace(" ", ""))


def test_letters_that_cling_are_not_set_apart() -> None:
    (word,) = split_words("किया", Fonts(FONTS_FOLDER))
    assert [run.clusters for run in word] == [["किया"]]
