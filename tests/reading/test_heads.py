from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
import yaml
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from picture.reading import models
from picture.reading.heads import ROWS, SplitModel, eyes
from picture.reading.runners import GPURunner, OpenVINORunner
from picture.reading.transcript import Alphabet, Sight, transcribe

Batch = NDArray[np.float32]
NAME = "PP-OCRv6_small_rec"
ROOT = Path(__file__).resolve().parents[2]


def line(text: str) -> Batch:
    """Draw a line as the recogniser takes it (1 x 3 x 48 x width)."""
    font = ImageFont.truetype(str(ROOT / "fonts" / "NotoSansCJK.ttc"), 30)
    picture = Image.new("L", (int(font.getlength(text)) + 20, 48), 255)
    ImageDraw.Draw(picture).text((10, 0), text, fill=0, font=font)
    pixels = np.asarray(cv2.cvtColor(np.asarray(picture), cv2.COLOR_GRAY2BGR), np.float32)
    return np.ascontiguousarray(pixels.transpose(2, 0, 1)[np.newaxis] / 127.5 - 1)


def letters_of(folder: Path) -> list[str]:
    said = yaml.safe_load((folder / "inference.yml").read_text(encoding="utf-8"))
    return ["blank", *said["PostProcess"]["character_dict"], " "]


def eyes_of(certain: float | None, precision: str) -> tuple[Any, Alphabet]:
    folder = models.model_folder(NAME, integers=precision == "int8")
    assert folder is not None
    letters = letters_of(folder)
    runner = OpenVINORunner(folder / "inference.onnx", precision, 1, 1, 40, certain)
    see, ordered = eyes(runner, letters)
    return see, Alphabet.of(ordered)


TEXTS = ["Total 12.50 (EUR)", "合计 12.50", "発車時刻と料金", "Straße, Überführung"]


@pytest.mark.parametrize("precision", ["f32", "int8"])
def test_lines_say_what_they_say_to_the_whole_model(precision: str) -> None:
    whole, letters = eyes_of(None, precision)
    split, ordered = eyes_of(16.0, precision)
    for text in TEXTS:
        (theirs,) = (transcribe(each, letters) for each in whole(line(text)))
        (ours,) = (transcribe(each, ordered) for each in split(line(text)))
        assert ours.text == theirs.text
        assert ours.scores == pytest.approx(theirs.scores, abs=0.05)
        assert ours.centres == pytest.approx(theirs.centres)


@pytest.mark.parametrize("precision", ["f32", "int8"])
def test_steps_that_are_all_asked_about_have_the_whole_models_odds(precision: str) -> None:
    whole, letters = eyes_of(None, precision)
    split, ordered = eyes_of(float("inf"), precision)
    (theirs,), (ours,) = whole(line("合计 12.50")), split(line("合计 12.50"))
    # Between integers some CPUs compute in bfloat16, which rounds here and there.
    assert ours.likely == pytest.approx(theirs.likely, abs=0.05 if precision == "int8" else 1e-4)
    said = [
        [each.letters[number] for number in sight.best]
        for each, sight in ((letters, theirs), (ordered, ours))
    ]
    assert said[0] == said[1]


def test_of_a_model_that_runs_on_a_gpu_only_what_is_needed_is_fetched() -> None:
    folder = models.model_folder(NAME)
    assert folder is not None
    letters = letters_of(folder)
    # Without a GPU the same is done on a CPU.
    runner = GPURunner(folder, "inference", {"device_type": "cpu"})
    batch = np.concatenate([line("合计 12.50"), line("合计 12.55")])
    whole = [Sight.of(odds) for odds in runner(x=[batch])[0]]
    see, ordered = eyes(runner, letters)
    for theirs, ours in zip(whole, see(batch), strict=True):
        assert ours.odds.shape[1] < len(letters) / 10
        assert [ordered[number] for number in ours.best] == [letters[n] for n in theirs.best]
        assert ours.likely == pytest.approx(theirs.likely, abs=1e-5)
        common = [letters.index(letter) for letter in ordered[1 : ours.odds.shape[1]]]
        assert ours.odds[:, 1:] == pytest.approx(theirs.odds[:, common], abs=1e-5)


def test_common_letters_come_first_and_the_blank_before_them() -> None:
    _, ordered = eyes_of(16.0, "f32")
    letters = list(ordered.letters)
    assert letters[0] == "blank"
    (sight,) = eyes_of(16.0, "f32")[0](line("A1"))
    common = letters[1 : sight.odds.shape[1]]
    assert {"A", "z", "0", " ", "é", ",", "，", "「", "ー", "っ"} <= set(common)
    assert not {"合", "计", "■"} & set(common)


class _Early:
    """A recogniser of three letters, of which it knows two; features are the scores of all."""

    def __init__(self, scores: list[list[float]]) -> None:
        self._scores = np.array([scores], np.float32)

    def __call__(self, **_: Any) -> list[Batch]:
        """Return odds of the common letters, the best score, and features."""
        common = self._scores[..., :2]
        return [_softmax(common), common.max(axis=-1), self._scores]


class _Late:
    """Its last layer, which remembers what it was asked about."""

    def __init__(self) -> None:
        self.asked: list[Batch] = []

    def __call__(self, x: Any) -> list[Batch]:
        """Return odds of all letters."""
        self.asked.append(x[0])
        return [_softmax(x[0])]


def _softmax(scores: Batch) -> Batch:
    powers = np.exp(scores - scores.max(axis=-1, keepdims=True))
    return np.asarray(powers / powers.sum(axis=-1, keepdims=True), np.float32)


def look(*scores: list[float]) -> tuple[Sight, _Late]:
    late = _Late()
    (sight,) = SplitModel(_Early(list(scores)), late, certain=16)(
        np.zeros((1, 3, 48, 8), np.float32)
    )
    return sight, late


SURE, RARE = [20.0, 1.0, 1.0], [3.0, 1.0, 12.0]


def test_nothing_is_asked_where_common_letters_are_certain() -> None:
    sight, late = look(SURE, SURE)
    assert late.asked == []
    assert sight.best.tolist() == [0, 0]
    assert sight.odds.shape == (2, 2)


def test_a_doubtful_step_and_those_beside_it_are_asked_about() -> None:
    sight, late = look(SURE, SURE, RARE, SURE, SURE)
    assert sight.best.tolist() == [0, 0, 2, 0, 0]
    (asked,) = late.asked
    assert len(asked) == ROWS[0]
    assert asked[:3].tolist() == [SURE, RARE, SURE]
    assert not asked[3:].any()
    # Of what is rare only that it is likely is told, of what is common how likely that is.
    assert sight.likely[2] == pytest.approx(0.9998, abs=1e-3)
    assert sight.odds[2] == pytest.approx([0.0001, 0], abs=1e-3)


def test_more_steps_than_are_usual_are_asked_about_at_once() -> None:
    sight, late = look(*[RARE] * (ROWS[-1] + 5))
    assert [len(rows) for rows in late.asked] == [ROWS[-1] + 5]
    assert set(sight.best.tolist()) == {2}
