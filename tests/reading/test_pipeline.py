"""PaddleOCR put together: on a GPU, and with its own recognisers beside the main one.

Weights and a CPU stand in for what is not here.
"""

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime
import pytest
from paddlex.inference.models.runners import ONNXRuntimeRunner

from picture.reading import languages, preflight
from picture.reading.engine import Engine, fingerprint, languages_of
from picture.reading.models import MODELS_FOLDER, prepare
from picture.reading.pipeline import scripts
from picture.settings import PADDLEOCR, Settings, SettingsError
from tests.conftest import draw_page

NAME = "eslav_PP-OCRv5_mobile_rec"


@pytest.fixture
def own(tmp_path: Path) -> Path:
    """Return a folder of one's own, with weights for Latin letters by the name of others."""
    prepare(["PP-OCRv6_tiny_rec"])
    shutil.copytree(MODELS_FOLDER / "PP-OCRv6_tiny_rec", tmp_path / NAME)
    about = tmp_path / NAME / "inference.yml"
    about.write_text(about.read_text().replace("PP-OCRv6_tiny_rec", NAME))
    return tmp_path


@pytest.mark.parametrize("engine", ["openvino", "onnxruntime"])
def test_its_recognisers_read_lines_by_our_engines(own: Path, engine: str) -> None:
    settings = Settings(model_dir=str(own), langs="ru", script_engine=PADDLEOCR, engine=engine)
    beside = scripts(settings)
    assert beside is not None
    crop = np.ascontiguousarray(np.asarray(draw_page("Hello world"))[30:90, 30:300, ::-1])
    reader = beside._opened(languages.BY_TAG["ru"])
    seen = reader.read(crop)
    assert seen.text == "Hello world"
    assert reader.name == f"paddleocr {NAME}"
    assert [word.text for word in seen.words] == ["Hello", "world"]
    beside.close()


def test_what_is_missing_in_a_folder_of_ones_own_is_named(own: Path) -> None:
    settings = Settings(model_dir=str(own), langs="ko", script_engine=PADDLEOCR)
    with pytest.raises(SettingsError, match="korean_PP-OCRv5_mobile_rec"):
        preflight.check(settings, [])


def test_it_does_not_go_with_paddle_itself() -> None:
    settings = Settings(engine="paddle", script_engine=PADDLEOCR)
    with pytest.raises(SettingsError, match="OCR_SCRIPT_ENGINE=paddleocr needs OCR_ENGINE"):
        preflight.check(settings, [])


def test_a_language_that_is_none_is_refused_at_start() -> None:
    with pytest.raises(SettingsError, match="OCR_LANGS=klingon is no language here"):
        preflight.check(Settings(langs="en,klingon"), [])


def test_who_reads_a_language_is_told_and_part_of_what_results_are_kept_under() -> None:
    assert languages_of(Settings(langs="en,ru")) == {"ru": "tesseract rus"}
    by_paddle = Settings(langs="en,ru,he", script_engine=PADDLEOCR)
    assert languages_of(by_paddle) == {"ru": f"paddleocr {NAME}", "he": "tesseract heb"}
    prints = {fingerprint(Settings(langs=langs)) for langs in ("auto", "en", "ru")}
    assert len(prints | {fingerprint(by_paddle)}) == 4


def test_without_other_languages_there_is_nobody_to_ask() -> None:
    assert scripts(Settings(langs="en,ja")) is None


Shapes = set[tuple[int, ...]]


@pytest.fixture(scope="module")
def on_gpu() -> Iterator[tuple[Engine, Shapes]]:
    """Return an engine that takes itself to be on a GPU, warm, and the shapes it has run."""
    prepare(["PP-OCRv6_tiny_det", "PP-OCRv6_tiny_rec"])
    shapes: Shapes = set()
    run = ONNXRuntimeRunner.__call__

    def noted(self: ONNXRuntimeRunner, x: Any = None, **others: Any) -> Any:
        shapes.add(x[0].shape)
        return run(self, x, **others)

    def on_cpu(_: ONNXRuntimeRunner) -> Any:
        return ["CPUExecutionProvider"], [{}]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(onnxruntime, "preload_dlls", lambda: None)
        patch.setattr(ONNXRuntimeRunner, "_resolve_providers", on_cpu)
        patch.setattr(ONNXRuntimeRunner, "__call__", noted)
        model = "PP-OCRv6_tiny"
        engine = Engine(Settings(device="gpu", engine="onnxruntime", model=model, langs="en"))
        engine.wait_until_ready()
        yield engine, shapes
        engine.close()


def test_a_gpu_meets_the_shapes_of_usual_pages_before_the_first(
    on_gpu: tuple[Engine, Shapes],
) -> None:
    engine, shapes = on_gpu
    ready = set(shapes)
    texts = ["Receipt", "Total 12.50 EUR", "Thank you for your visit, and see you again", "No."]
    page = draw_page(*texts).resize((1400, 1000))
    assert [line.text for line in engine.read(page, 60).lines] == texts
    assert shapes == ready
    assert len([shape for shape in ready if shape[2] == 48]) <= 10


def test_pages_of_any_size_add_few_shapes(on_gpu: tuple[Engine, Shapes]) -> None:
    engine, shapes = on_gpu
    for width in range(400, 1400, 240):
        page = draw_page("Receipt", "Total 12.50 EUR").resize((width, 900))
        assert len(engine.read(page, 60).lines) == 2
    assert len([shape for shape in shapes if shape[2] > 48]) <= 10
