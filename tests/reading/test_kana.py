import numpy as np
import pytest

from picture.reading.kana import with_true_kana
from picture.reading.scripts import FoundLine
from picture.reading.transcript import Reading, Spot
from picture.words import cut_words


def corrected(text: str, reader: str = "", flipped: bool = False) -> Reading:
    words = tuple(Spot(text[at:end], 0.9, (0.0, 0.0, 1.0, 1.0)) for at, end in cut_words(text))
    box = np.array([[0, 0], [90, 0], [90, 20], [0, 20]], np.int16)
    line = FoundLine(
        Reading(text, 0.9, flipped, words, reader=reader), box, lambda: np.zeros((1, 1, 3), "u1")
    )
    with_true_kana([line])
    return line.reading


@pytest.mark.parametrize(
    ("read", "written"),
    [
        ("サービスのー覧", "サービスの一覧"),
        ("同ーのマシン", "同一のマシン"),
        ("ー般的な話", "一般的な話"),
        ("サ一バ一を", "サーバ一を"),
        ("すベて選ぶベきです", "すべて選ぶべきです"),
        ("スべイン", "スベイン"),
        ("メ二ュー", "メニュー"),
        ("プ口グラム", "プログラム"),
        ("バ—ジョン", "バージョン"),
    ],
)
def test_letters_are_as_those_on_both_sides(read: str, written: str) -> None:
    reading = corrected(read)
    assert (reading.text, reading.first_choice) == (written, read)
    assert "".join(word.text for word in reading.words) == written


@pytest.mark.parametrize(
    "text",
    ["サーバー構成", "ページ一覧", "らーめん", "35カ国語", "入口", "サイトへメール", "ー", "力"],
)
def test_what_is_right_where_it_stands_stays(text: str) -> None:
    assert corrected(text).text == text


def test_what_others_read_stays_and_what_stands_on_its_head() -> None:
    assert corrected("すベて", reader="tesseract").text == "すベて"
    assert corrected("すベて", flipped=True).text == "すベて"
