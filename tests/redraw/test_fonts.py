"""Which font draws which character, and how fonts come to be on disk."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from picture.redraw import fonts as rooms
from picture.redraw.fonts import FONTS_FOLDER, Fonts, prepare
from picture.redraw.typefaces import BOLD, CJK, COMIC, SANS, SONG, TYPEFACES
from picture.wheels import FetchError, Wheelhouse

MODEL = FONTS_FOLDER.parent / "models" / "PP-OCRv6_small_rec" / "inference.yml"


@pytest.fixture(scope="session")
def fonts() -> Fonts:
    prepare(FONTS_FOLDER)
    return Fonts(FONTS_FOLDER)


def test_nearly_all_that_the_model_reads_has_a_glyph(fonts: Fonts) -> None:
    yaml = pytest.importorskip("yaml")
    if not MODEL.is_file():
        pytest.skip("the model is not prepared")
    description = yaml.load(MODEL.read_text(), getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    characters = [c for c in description["PostProcess"]["character_dict"] if c]
    missing = [c for c in characters if fonts.face(c) is None]
    assert len(missing) <= 0.001 * len(characters), missing


def test_all_of_hangul_has_a_glyph(fonts: Fonts) -> None:
    assert all(fonts.face(chr(code)) == CJK for code in range(0xAC00, 0xD7A4))


@pytest.mark.parametrize(
    "text", ["Grüße", "Привет", "Ελληνικά", "العربية", "देवनागरी", "ภาษาไทย", "עברית"]
)
def test_a_script_is_covered(fonts: Fonts, text: str) -> None:
    assert all(fonts.face(character) for character in text)


@pytest.mark.parametrize("character", ["A", "中", "한", "あ", "ß", "✓", "→"])
def test_what_the_index_promises_is_drawn(fonts: Fonts, character: str) -> None:
    face = fonts.face(character)
    assert face is not None
    font = fonts.font(face, 32)
    glyph, nothing = font.getmask(character), font.getmask("\U0010ffff")
    assert bytes(glyph) != bytes(nothing)


def test_a_preferred_face_goes_before_the_stack(fonts: Fonts) -> None:
    assert fonts.face("…") == SANS
    assert fonts.face("…", CJK) == CJK


def test_an_unassigned_character_has_no_face(fonts: Fonts) -> None:
    assert fonts.face("\U0002ffff") is None
    assert fonts.face("\U0010ffff") is None


def test_bold_is_wider_than_regular(fonts: Fonts) -> None:
    regular, bold = fonts.font(SANS, 40), fonts.font(SANS, 40, BOLD)
    assert bold.getlength("weight") > regular.getlength("weight")


def test_a_typeface_that_does_not_vary_has_a_file_for_bold(fonts: Fonts) -> None:
    if not fonts.draws("A", COMIC):
        pytest.skip("the comic typeface could not be had")
    regular, semibold, bold = (fonts.font(COMIC, 40, weight) for weight in (500, 600, 900))
    assert bold is semibold
    assert bold.getlength("weight") > regular.getlength("weight")
    assert fonts.cut(COMIC, 800, 100.0, "").path.name == "ComicNeue-Bold.otf"


def test_the_narrow_width_is_narrower(fonts: Fonts) -> None:
    assert fonts.font(SANS, 40, width=62.5).getlength("w") < fonts.font(SANS, 40).getlength("w")


@pytest.mark.usefixtures("fonts")
def test_no_more_fonts_stay_open_than_the_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rooms, "_CACHED_FONTS", 4)
    own = Fonts(FONTS_FOLDER)
    for size in range(10, 20):
        own.font(SANS, size)
    assert len(own._opened) == 4


@pytest.mark.usefixtures("fonts")
def test_many_threads_open_fonts_at_once() -> None:
    own, failures = Fonts(FONTS_FOLDER), []

    def draw(offset: int) -> None:
        try:
            for size in range(10, 30):
                own.font(SANS, size + offset % 2).getmask("text")
        except Exception as error:
            failures.append(error)

    threads = [threading.Thread(target=draw, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []


@pytest.mark.usefixtures("fonts")
def test_a_prepared_folder_needs_no_network_and_is_not_written_to(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def refuse(*_: object) -> None:
        raise AssertionError("the network was asked, or a lock written")

    monkeypatch.setattr(Wheelhouse, "read", refuse)
    monkeypatch.setattr(rooms, "locked", refuse)
    prepare(FONTS_FOLDER)


@pytest.mark.usefixtures("fonts")
def test_only_the_damaged_font_is_fetched_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for path in FONTS_FOLDER.iterdir():
        if path.is_file():
            (tmp_path / path.name).write_bytes(path.read_bytes())
    damaged = tmp_path / "NotoSansThai.ttf"
    damaged.write_bytes(b"damaged")
    asked = []

    def read(_: Wheelhouse, sources: list[object]) -> bytes:
        asked.append(sources)
        return (FONTS_FOLDER / "NotoSansThai.ttf").read_bytes()

    monkeypatch.setattr(Wheelhouse, "read", read)
    prepare(tmp_path)
    assert len(asked) == 1
    assert damaged.read_bytes() == (FONTS_FOLDER / "NotoSansThai.ttf").read_bytes()
    assert Fonts(tmp_path).face("ไ") == "NotoSansThai"


@pytest.mark.usefixtures("fonts")
def test_a_typeface_that_is_not_needed_is_done_without(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for path in FONTS_FOLDER.iterdir():
        if path.is_file() and not path.name.startswith(COMIC):
            (tmp_path / path.name).symlink_to(path)
    asked = []

    def refuse(*_: object) -> bytes:
        asked.append(1)
        raise FetchError("there is no network")

    (tmp_path / "recipe").unlink()
    (tmp_path / "coverage.npy").unlink()
    monkeypatch.setattr(rooms, "read_member", refuse)
    prepare(tmp_path)
    prepare(tmp_path)
    assert len(asked) == 1
    own = Fonts(tmp_path)
    assert own.draws("A", SANS)
    assert not own.draws("A", COMIC)


@pytest.mark.usefixtures("fonts")
def test_the_serif_for_chinese_is_done_without_where_its_package_is_out_of_reach(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for path in FONTS_FOLDER.iterdir():
        if path.is_file() and not path.name.startswith((SONG, "recipe", "coverage")):
            (tmp_path / path.name).symlink_to(path)

    def refuse(*_: object) -> bytes:
        raise FetchError("there is no network")

    monkeypatch.setattr(Wheelhouse, "read", refuse)
    monkeypatch.setattr(rooms, "read_member", refuse)
    prepare(tmp_path)
    own = Fonts(tmp_path)
    assert own.face("中") == CJK
    assert not own.draws("中", SONG)


def test_a_missing_library_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("PIL.features.check", lambda _: False)
    assert rooms.missing_libraries() == ["libfribidi0"]


def test_every_font_names_its_licence() -> None:
    assert all(face.licence and len(face.member.sha256) == 64 for face in TYPEFACES)
