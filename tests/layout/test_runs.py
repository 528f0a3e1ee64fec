from __future__ import annotations

from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from picture.layout import Layout, Run, render_runs, render_text
from picture.page import Line, Page
from tests.layout.pages import at, down, page

TEXTS = st.text(alphabet="ab1-,: é合计\t\n\f", min_size=1, max_size=14)
LINES = st.builds(at, TEXTS, st.integers(0, 60), st.integers(0, 30))
HANGING = st.builds(down, TEXTS, st.integers(0, 900), st.integers(0, 600))


def said(runs: list[Run], lines: tuple[Line, ...]) -> list[tuple[str, str]]:
    """Return what each line says in the text beside what it says itself."""
    return [(run.text, lines[run.line].text) for run in runs if run.line is not None]


@pytest.mark.parametrize("layout", Layout)
@given(lines=st.lists(st.one_of(LINES, HANGING), max_size=12), unread=st.integers(0, 2))
def test_runs_are_the_text_and_every_line_is_in_one(
    layout: Layout, lines: list[Line], unread: int
) -> None:
    drawn = replace(page(*lines), unread=unread)
    runs = render_runs(drawn, layout)
    assert "".join(run.text for run in runs) == render_text(drawn, layout)
    counts = Counter(run.line for run in runs if run.line is not None)
    assert counts == Counter(at for at, line in enumerate(lines) if line.text.split())
    for shown, own in said(runs, drawn.lines):
        tidy = " ".join(own.splitlines()).replace("\t", " ").strip()
        # Only a hyphen at a line's end may go, and a bullet may have more blanks behind it.
        is_same = shown == tidy or (tidy.startswith("- ") and shown.split() == tidy.split())
        assert is_same or (layout == Layout.READING and shown + "-" == tidy)


def test_columns_read_one_after_the_other_keep_their_lines() -> None:
    left = [at(f"left column line {row} of text", 0, row) for row in range(5)]
    right = [at(f"right column line {row} of it", 45, row) for row in range(5)]
    both = Page(1000, 1000, tuple(line for pair in zip(left, right, strict=True) for line in pair))
    lines = [run.line for run in render_runs(both, Layout.READING) if run.line is not None]
    assert lines == [0, 2, 4, 6, 8, 1, 3, 5, 7, 9]


def test_a_page_without_text_has_no_runs() -> None:
    assert render_runs(page()) == []
    assert render_runs(page(at(" ", 0, 0))) == []
