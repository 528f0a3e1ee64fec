import ctypes
import io
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pikepdf
import pypdfium2 as pdfium
import pytest
from pikepdf import Array, Dictionary, Name, Pdf, Stream
from pypdfium2 import raw

from picture.errors import DocumentBrokenError, PasswordRequiredError, PasswordWrongError
from picture.formats.overlay import add_text
from picture.page import Page
from tests.conftest import ROOT
from tests.formats.readers import line, lines_by_pdfium

BOX = (0, 0, 300, 200)
DOTS = 200
TEXT = "what was read"
RIGHT, WRONG = "right", "wrong"

# A page's own drawing that leaves its state in disorder: bigger, red, and two levels deep.
UNTIDY = b"q 2 0 0 2 30 30 cm 1 0 0 rg q 3 Tr 10 10 40 20 re f BT 50 Tz ET"


def document(pages: int = 1, content: bytes = UNTIDY, **entries: Any) -> bytes:
    """Return a PDF of pages with an outline, a form, and entries of their own."""
    pdf = Pdf.new()
    for number in range(pages):
        page = Dictionary(
            Type=Name.Page,
            MediaBox=Array(BOX),
            Contents=Stream(pdf, content),
            Annots=Array([link(number)]),
            **entries,
        )
        pdf.pages.append(pikepdf.Page(pdf.make_indirect(page)))
    with pdf.open_outline() as outline:
        outline.root.append(pikepdf.OutlineItem("a chapter", 0))
    pdf.Root.AcroForm = Dictionary(Fields=Array())
    pdf.docinfo.Title = "A title"
    return saved(pdf)


def link(number: int) -> Dictionary:
    action = Dictionary(S=Name.URI, URI=f"https://example.org/{number}")
    return Dictionary(Type=Name.Annot, Subtype=Name.Link, Rect=Array([0, 0, 9, 9]), A=action)


def saved(pdf: Pdf, **options: Any) -> bytes:
    buffer = io.BytesIO()
    pdf.save(buffer, compress_streams=False, **options)
    return buffer.getvalue()


def changed(pdf: bytes, change: Callable[[Pdf], None]) -> bytes:
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        change(opened)
        return saved(opened)


def rendered(pdf: bytes, index: int = 0) -> Any:
    with pdfium.PdfDocument(pdf) as opened:
        return np.asarray(opened[index].render(scale=DOTS / 72).to_pil())


def read(pdf: bytes, rotation: int = 0) -> Page:
    """Return a page as it is rendered, with a line a tenth from its top and left."""
    height, width = rendered(pdf).shape[:2]
    if rotation % 180:
        width, height = height, width
    written = line(TEXT, width / 10, height / 10, width / 2, height / 10)
    return Page(width, height, (written,), rotation)


def place_of_text(pdf: bytes) -> tuple[float, ...]:
    """Return where all text is marked on the page as it is shown, in shares of it."""
    with pdfium.PdfDocument(pdf) as opened:
        page = opened[0]
        textpage = page.get_textpage()
        marks = [textpage.get_rect(at) for at in range(textpage.count_rects())]
        corners = [
            shown_point(page, x, y)
            for left, bottom, right, top in marks
            for x, y in ((left, bottom), (right, top))
        ]
        across, down = zip(*corners, strict=True)
        return min(across), min(down), max(across), max(down)


def shown_point(page: Any, x: float, y: float) -> tuple[float, float]:
    across, down = ctypes.c_int(), ctypes.c_int()
    raw.FPDF_PageToDevice(page, 0, 0, 10_000, 10_000, 0, x, y, across, down)
    return across.value / 10_000, down.value / 10_000


def test_text_is_added_and_nothing_that_is_seen_changes() -> None:
    pdf = document()
    added = add_text(pdf, {0: read(pdf)})
    assert lines_by_pdfium(added) == [TEXT]
    assert (rendered(added) == rendered(pdf)).all()


BOXES: dict[str, dict[str, Any]] = {
    "plain": {},
    "cropped": {"CropBox": Array([30, 20, 210, 170])},
    "cropped beyond its edge": {"CropBox": Array([30, 20, 900, 900])},
    "elsewhere": {"MediaBox": Array([-100, -50, 200, 150])},
    "upside down": {"MediaBox": Array([300, 200, 0, 0])},
    "in larger units": {"UserUnit": 2.5},
}


@pytest.mark.parametrize("rotate", [0, 90, 180, 270, -90, 450])
@pytest.mark.parametrize("box", BOXES)
def test_text_is_where_it_was_read_however_a_page_lies(box: str, rotate: int) -> None:
    def change(opened: Pdf) -> None:
        opened.pages[0].obj.Rotate = rotate
        for name, value in BOXES[box].items():
            opened.pages[0].obj[f"/{name}"] = value

    pdf = changed(document(), change)
    added = add_text(pdf, {0: read(pdf)})
    assert place_of_text(added) == pytest.approx((0.1, 0.1, 0.6, 0.2), abs=0.03)


def test_a_page_with_nothing_to_be_shown_does_no_harm() -> None:
    pdf = document(CropBox=Array([900, 900, 990, 990]))
    added = add_text(pdf, {0: Page(300, 200, (line(TEXT, 30, 20, 150, 20),))})
    with pikepdf.open(io.BytesIO(added)) as opened:
        assert opened.check_pdf_syntax() == []


@pytest.mark.parametrize("rotation", [0, 90, 180, 270])
def test_text_of_a_page_that_was_turned_to_be_read_lies_as_its_letters_do(rotation: int) -> None:
    pdf = document(Rotate=90)
    added = add_text(pdf, {0: read(pdf, rotation)})
    expected = {
        0: (0.1, 0.1, 0.6, 0.2),
        90: (0.8, 0.1, 0.9, 0.6),
        180: (0.4, 0.8, 0.9, 0.9),
        270: (0.1, 0.4, 0.2, 0.9),
    }[rotation]
    assert lines_by_pdfium(added) == [TEXT]
    assert place_of_text(added) == pytest.approx(expected, abs=0.03)


def test_what_pages_share_and_inherit_is_left_to_the_others() -> None:
    def change(opened: Pdf) -> None:
        shared = opened.make_indirect(Dictionary(Font=Dictionary(Glyphless=Dictionary())))
        opened.Root.Pages.Resources = shared
        opened.Root.Pages.Rotate = 90
        for page in opened.pages:
            del page.obj.Resources
            page.obj.Contents = opened.pages[0].obj.Contents

    pdf = changed(document(2, Resources=Dictionary()), change)
    added = add_text(pdf, {1: read(pdf)})
    assert lines_by_pdfium(added) == [TEXT]
    with pikepdf.open(io.BytesIO(added), inherit_page_attributes=False) as opened:
        first, second = (page.obj for page in opened.pages)
        assert isinstance(first.Contents, Stream)
        assert Name.Resources not in first
        assert sorted(second.Resources.Font.keys()) == ["/Glyphless", "/Glyphless_"]
        assert list(opened.Root.Pages.Resources.Font.keys()) == ["/Glyphless"]


def test_a_documents_other_parts_stay() -> None:
    pdf = document(3)
    added = add_text(pdf, {1: read(pdf)})
    with pikepdf.open(io.BytesIO(added)) as opened, opened.open_outline() as outline:
        assert opened.check_pdf_syntax() == []
        assert [item.title for item in outline.root] == ["a chapter"]
        assert opened.docinfo.Title == "A title"
        assert Name.AcroForm in opened.Root
        assert opened.pages[0].obj.Contents.read_raw_bytes() == UNTIDY
        assert opened.pages[1].obj.Contents[1].read_raw_bytes() == UNTIDY
        assert opened.pages[2].obj.Annots[0].A.URI == "https://example.org/2"


@pytest.mark.parametrize("content", [None, [], ["twice"]])
def test_pages_may_have_no_content_or_several_parts(content: list[str] | None) -> None:
    def change(opened: Pdf) -> None:
        page = opened.pages[0].obj
        if content is None:
            del page.Contents
        else:
            page.Contents = Array([page.Contents for _ in content])

    pdf = changed(document(), change)
    assert lines_by_pdfium(add_text(pdf, {0: read(pdf)})) == [TEXT]


def test_pages_on_which_nothing_was_read_stay_as_they_are() -> None:
    pdf = document()
    with pikepdf.open(io.BytesIO(add_text(pdf, {0: Page(100, 100, ())}))) as opened:
        assert isinstance(opened.pages[0].obj.Contents, Stream)


def test_some_pages_alone_are_kept_with_what_is_theirs() -> None:
    pdf = document(4)
    kept = add_text(pdf, {1: read(pdf), 3: read(pdf)}, only=[3, 1])
    with pikepdf.open(io.BytesIO(kept)) as opened:
        assert opened.check_pdf_syntax() == []
        links = [str(page.obj.Annots[0].A.URI) for page in opened.pages]
        assert links == ["https://example.org/3", "https://example.org/1"]
        assert opened.docinfo.Title == "A title"
        assert Name.Outlines not in opened.Root
        # Nothing of the other pages is left.
        kinds = [o.get(Name.Type) for o in opened.objects if isinstance(o, Dictionary)]
        assert kinds.count(Name.Page) == 2
    assert b"example.org/0" not in kept
    assert lines_by_pdfium(kept) == [TEXT, TEXT]


def test_all_pages_kept_are_the_whole_document() -> None:
    pdf = document(2)
    assert add_text(pdf, {}, only=[0, 1]) == add_text(pdf, {})


def test_hidden_layers_stay_hidden_where_some_pages_are_kept() -> None:
    def change(opened: Pdf) -> None:
        layer = opened.make_indirect(Dictionary(Type=Name.OCG, Name="secret"))
        for page in opened.pages:
            page.obj.Resources = Dictionary(Properties=Dictionary(L=layer))
        state = Dictionary(OFF=Array([layer]))
        opened.Root.OCProperties = Dictionary(OCGs=Array([layer]), D=state)

    pdf = changed(document(2, b"/OC /L BDC 0 0 300 200 re f EMC"), change)
    assert rendered(pdf).min() == 255
    assert rendered(add_text(pdf, {1: read(pdf)}, only=[1])).min() == 255


def test_an_encrypted_document_opens_with_its_password_and_comes_out_plain() -> None:
    pdf = document()
    page = read(pdf)
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        locked = saved(opened, encryption=pikepdf.Encryption(owner=RIGHT, user=RIGHT))
    with pytest.raises(PasswordRequiredError):
        add_text(locked, {0: page})
    with pytest.raises(PasswordWrongError):
        add_text(locked, {0: page}, password=WRONG)
    assert lines_by_pdfium(add_text(locked, {0: page}, password=RIGHT)) == [TEXT]


def test_a_file_is_read_and_left_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "in.pdf"
    path.write_bytes(document())
    assert lines_by_pdfium(add_text(path, {0: read(document())})) == [TEXT]
    assert path.read_bytes() == document()


def test_the_same_document_gives_the_same_bytes() -> None:
    pdf = document()
    assert add_text(pdf, {0: read(pdf)}) == add_text(pdf, {0: read(pdf)})


@pytest.mark.parametrize("pdf", [b"", b"no PDF", b"%PDF-1.7\n", document()[:200]])
def test_a_broken_document_is_refused(pdf: bytes) -> None:
    with pytest.raises(DocumentBrokenError):
        add_text(pdf, {0: Page(100, 100, (line(TEXT, 0, 0, 90, 9),))})


@pytest.mark.parametrize(
    "broken",
    [
        {"MediaBox": Array([0, 0, 1, Name.Odd])},
        {"Rotate": Name.Odd},
        {"Resources": 7},
        {"Resources": Dictionary(Font=7)},
    ],
)
def test_a_broken_page_is_refused_or_mended(broken: dict[str, Any]) -> None:
    def change(opened: Pdf) -> None:
        for name, value in broken.items():
            opened.pages[0].obj[f"/{name}"] = value

    pdf = changed(document(), change)
    page = Page(100, 100, (line(TEXT, 0, 0, 90, 9),))
    try:
        added = add_text(pdf, {0: page})
    except DocumentBrokenError:
        return
    assert lines_by_pdfium(added) == [TEXT]


def test_a_page_that_is_not_there_is_refused() -> None:
    with pytest.raises(DocumentBrokenError):
        add_text(document(), {7: Page(100, 100, (line(TEXT, 0, 0, 90, 9),))})


def test_every_byte_may_be_broken() -> None:
    pdf = document()
    page = Page(100, 100, (line(TEXT, 0, 0, 90, 9),))
    for at in range(0, len(pdf), 23):
        try:
            add_text(pdf[:at] + bytes([pdf[at] ^ 0x15]) + pdf[at + 1 :], {0: page})
        except DocumentBrokenError:
            continue


def test_it_starts_with_neither_numpy_nor_pillow() -> None:
    program = (
        "import sys, types; package = types.ModuleType('picture.formats');"
        "package.__path__ = ['picture/formats']; sys.modules['picture.formats'] = package;"
        "import picture.formats.overlay;"
        "sys.exit(any(name in sys.modules for name in ('numpy', 'PIL')))"
    )
    subprocess.run([sys.executable, "-c", program], check=True, cwd=ROOT)
