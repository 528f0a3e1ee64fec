import pytest

from picture.words import cut_words


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", []),
        (" \u3000", []),
        ("Total", ["Total"]),
        ("  Tea  4.50 ", ["Tea", "4.50"]),
        ("春天 tea", ["春", "天", "tea"]),
        ("第12页", ["第", "12", "页"]),
        ("かなカナ", ["か", "な", "カ", "ナ"]),
        ("\U00020000\U0001f600", ["\U00020000", "\U0001f600"]),
        ("한국어 말", ["한국어", "말"]),
    ],
)
def test_words_stand_between_spaces_and_han_letters_alone(text: str, words: list[str]) -> None:
    assert [text[start:end] for start, end in cut_words(text)] == words
