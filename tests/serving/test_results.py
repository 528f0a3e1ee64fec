import pytest
from PIL import Image

from picture.page import Page
from picture.redraw import MIMETYPES
from picture.serving.results import is_drawing, is_page, is_text
from tests.conftest import to_bytes


@pytest.mark.parametrize("form", MIMETYPES)
def test_a_file_of_every_format_that_is_drawn_is_a_drawing(form: str) -> None:
    assert is_drawing(form.encode() + b"\n" + to_bytes(Image.new("RGB", (9, 9)), form))


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"PNG",
        b"PNG\n",
        b"png\n\x89PNG\r\n\x1a\n",
        b"JPEG\n\x89PNG\r\n\x1a\n",
        b"EXE\nMZ",
        b"WEBP\nRIFF1234AVI ",
        b"\xff\n\xff\xd8\xff",
    ],
)
def test_anything_else_is_no_drawing(data: bytes) -> None:
    assert not is_drawing(data)


def test_text_is_utf_8() -> None:
    assert is_text("Grüße 你好\n".encode())
    assert is_text(b"")
    assert not is_text("Grüße".encode("latin-1"))


def test_a_page_is_what_can_be_restored() -> None:
    assert is_page(Page(100, 50, ()).to_bytes())
    assert not is_page(b"[100, 50]")
