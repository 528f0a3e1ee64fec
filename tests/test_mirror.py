"""Brackets that look the other way."""

import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from picture.mirror import mirrored


@given(st.text())
def test_only_what_unicode_mirrors_is_exchanged_and_twice_is_the_same(text: str) -> None:
    assert mirrored(mirrored(text)) == text
    for before, after in zip(text, mirrored(text), strict=True):
        assert before == after or unicodedata.mirrored(before)


def test_brackets_open_where_they_closed() -> None:
    assert mirrored("([{<«1»>}])") == ")]}>»1«<{[("
