import pytest

from picture.formats.visual import cut_letters, is_right_to_left, shown_letters


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain", "plain"),
        ("שלום", "םולש"),
        ("abc שלום", "abc םולש"),
        ("מחיר 12,50", "12,50 ריחמ"),
        ("א (ב) ג", "ג (ב) א"),
        ("a (ב) c", "a (ב) c"),
    ],
)
def test_letters_are_put_in_the_order_in_which_they_stand(text: str, shown: str) -> None:
    assert "".join(shown_letters(text)) == shown


def test_a_mark_stays_with_its_letter_when_they_are_turned_round() -> None:
    assert shown_letters("בּא") == ["א", "בּ"]


@pytest.mark.parametrize(
    ("text", "letters"),
    [
        ("ab", ["a", "b"]),
        ("e\u0301x", ["e\u0301", "x"]),
        ("𠮷野", ["𠮷", "野"]),
        ("👩\u200d👧", ["👩", "\u200d", "👧"]),
    ],
)
def test_a_letter_is_what_a_person_sees_as_one(text: str, letters: list[str]) -> None:
    assert cut_letters(text) == letters


def test_the_direction_of_a_text_is_told_by_its_letters() -> None:
    assert is_right_to_left("total مرحبا")
    assert not is_right_to_left("total 総額 12")
