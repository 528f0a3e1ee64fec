import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from picture.reading.engine import Engine
from picture.reading.scripts import FoundLine
from picture.reading.stems import with_true_stems
from picture.reading.transcript import STEMS, Alphabet, Reading, Sight, Spot, transcribe
from picture.redraw import FONTS_FOLDER
from picture.words import cut_words


def corrected(text: str, likely: float, reader: str = "", known: bool = True) -> Reading:
    """Return a line as it is when each of its stems is so likely the other letter."""
    words = tuple(Spot(text[at:end], 0.9, (0.0, 0.0, 1.0, 1.0)) for at, end in cut_words(text))
    box = np.array([[0, 0], [90, 0], [90, 20], [0, 20]], np.int16)
    stems = (likely,) * sum(char in STEMS for char in text) if known else (likely,)
    reading = Reading(text, 0.9, words=words, reader=reader, stems=stems)
    line = FoundLine(reading, box, lambda: np.zeros((1, 1, 3), "u1"))
    with_true_stems([line])
    return line.reading


@pytest.mark.parametrize(
    ("read", "written"),
    [
        ("getltem(userld)", "getItem(userId)"),
        ("addlmagesTolndex", "addImagesToIndex"),
        ("stoplfTrue", "stopIfTrue"),
        ("lmage, rowlds: 3", "lmage, rowIds: 3"),
        ("by OpenAl in chapter XVl.", "by OpenAI in chapter XVI."),
        ("chapter VIl of Ulm", "chapter VII of Ulm"),
        ("UIm, PIc and IIse", "Ulm, Plc and Ilse"),
        ("LeveI of a smalI hill", "Level of a small hill"),
        ("I’homme et I'égalité", "l’homme et l'égalité"),
        ("l’ve, l'll", "I’ve, I'll"),
    ],
)
def test_a_stem_is_the_letter_that_those_about_it_tell(read: str, written: str) -> None:
    reading = corrected(read, 0.2)
    assert reading.text == written
    assert reading.first_choice == read
    assert "".join(word.text for word in reading.words) == written.replace(" ", "")


@pytest.mark.parametrize(
    "text",
    [
        "world build filter",
        "xlsx, tls and html",
        "AIs by OpenAI",
        "getItem",
        "TIme",
        "All Will",
        "Ill",
    ],
)
def test_others_stay_however_likely(text: str) -> None:
    assert corrected(text, 0.0009).text == text
    if "world" not in text:
        assert corrected(text, 0.4).text == text


def test_what_the_recogniser_is_sure_of_stays() -> None:
    assert corrected("getltem(userld) LeveI", 0.0005).text == "getltem(userld) LeveI"


def test_lines_that_others_read_or_nothing_is_known_of_stay() -> None:
    assert corrected("userld", 0.4, reader="x").text == "userld"
    assert corrected("userld of a field", 0.4, known=False).text == "userld of a field"


def test_how_likely_a_stem_is_the_other_letter_stays_with_it() -> None:
    alphabet = Alphabet.of(["", "a", "l", "I"])
    steps = np.zeros((2, 4), np.float32)
    steps[0, 1], steps[1, 2], steps[1, 3] = 0.9, 0.6, 0.3
    assert transcribe(Sight.of(steps), alphabet).twins == pytest.approx([0, 0.3])


def test_names_of_a_drawn_page_are_read(engine: Engine) -> None:
    page = Image.new("RGB", (640, 120), "white")
    font = ImageFont.truetype(FONTS_FOLDER / "NotoSans.ttf", 30)
    ImageDraw.Draw(page).text((30, 35), "userId of all fields, Ulm", fill="black", font=font)
    (line,) = engine.read(page, seconds=60).lines
    assert line.text == "userId of all fields, Ulm"
