from dataclasses import replace

import pytest

from picture.formats.forms import FORMS
from picture.layout import Layout, render_text
from picture.page import Rule
from tests.formats.pages import GARDEN


@pytest.mark.parametrize("name", FORMS)
def test_every_form_knows_its_own_files(name: str) -> None:
    form = FORMS[name]
    data = form.write([GARDEN, GARDEN], Layout.PAGE, False)
    assert form.is_valid(data)
    assert form.suffix.startswith(".")
    assert form.write([GARDEN, GARDEN], Layout.PAGE, False) == data


def test_suffixes_are_told_apart() -> None:
    assert len({form.suffix for form in FORMS.values()}) == len(FORMS)


def test_pages_of_plain_text_are_parted_by_form_feeds() -> None:
    text = FORMS["txt"].write([GARDEN, GARDEN], Layout.LINES, False).decode()
    assert text.split("\f") == [render_text(GARDEN, Layout.LINES)] * 2


def test_plain_text_shows_rules_where_they_are_wanted() -> None:
    ruled = replace(GARDEN, rules=(Rule((0, 1), (GARDEN.width, 1), 2),))
    write = FORMS["txt"].write
    assert write([ruled], Layout.PAGE, False) == write([GARDEN], Layout.PAGE, False)
    assert write([ruled], Layout.PAGE, True).startswith(b"-----")
