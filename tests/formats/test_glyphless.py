import io
import re

import pikepdf
from pikepdf import Dictionary, Pdf
from PIL import ImageFont

from picture.formats.glyphless import ASCENT, DESCENT, SPACE, Glyphs, width


def filled(glyphs: Glyphs) -> tuple[str, bytes, bytes]:
    """Return a font's map to characters, its glyphs by code and its program."""
    with Pdf.new() as pdf:
        font = pdf.make_indirect(Dictionary())
        glyphs.fill(font, pdf)
        own = font.DescendantFonts[0]
        program = own.FontDescriptor.FontFile2.read_bytes()
        return font.ToUnicode.read_bytes().decode(), own.CIDToGIDMap.read_bytes(), program


def characters(cmap: str) -> dict[int, str]:
    """Return what codes mean as a reader takes them from a map."""
    found: dict[int, str] = {}
    for first, last, row in re.findall(r"<(\w{4})><(\w{4})>\[(.*?)\]", cmap):
        listed = re.findall(r"<(\w+)>", row)
        codes = range(int(first, 16), int(last, 16) + 1)
        assert len(listed) == len(codes) <= 100
        assert first[:2] == last[:2]
        texts = (bytes.fromhex(text).decode("utf-16-be") for text in listed)
        found |= dict(zip(codes, texts, strict=True))
    return found


def test_letters_have_codes_of_their_own_and_keep_them() -> None:
    glyphs = Glyphs()
    codes = [glyphs.code(letter) for letter in ("a", "𠮷", "e\u0301", "a", SPACE)]
    assert codes[0] == codes[3]
    assert len({0, *codes}) == 5


def test_the_map_gives_every_letter_back() -> None:
    glyphs = Glyphs()
    letters = [chr(0x4E00 + at) for at in range(700)] + ["e\u0301", "𠮷", "\n"]
    codes = {glyphs.code(letter): letter for letter in letters}
    mapped = characters(filled(glyphs)[0])
    assert codes.items() <= mapped.items()


def test_more_letters_than_there_are_codes_are_replaced() -> None:
    glyphs = Glyphs()
    last = [glyphs.code(chr(0x20000 + at)) for at in range(65_600)][-1]
    assert characters(filled(glyphs)[0])[last] == "\ufffd"


def test_chinese_letters_are_twice_as_wide_as_others_and_spaces_half() -> None:
    assert (width("字"), width("a"), width(SPACE)) == (1000, 500, 250)


def test_freetype_reads_the_font_and_finds_sizes_and_no_ink() -> None:
    glyphs = Glyphs()
    program = filled(glyphs)[2]
    font = ImageFont.truetype(io.BytesIO(program), 1000)
    assert font.getmetrics() == (ASCENT, -DESCENT)
    assert sum(font.getmask("a").histogram()[1:]) == 0


def test_an_empty_font_is_sound() -> None:
    with Pdf.new() as pdf:
        pdf.Root.Font = pdf.make_indirect(Dictionary())
        Glyphs().fill(pdf.Root.Font, pdf)
        buffer = io.BytesIO()
        pdf.add_blank_page()
        pdf.save(buffer)
    with pikepdf.open(buffer) as opened:
        assert opened.check_pdf_syntax() == []
