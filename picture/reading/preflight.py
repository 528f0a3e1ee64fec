"""Settings held against what this machine and its packages can do, before the service starts."""

from __future__ import annotations

import ctypes
import os
from contextlib import suppress
from importlib.metadata import distributions
from importlib.util import find_spec
from pathlib import Path

from picture import machine, privacy, processor
from picture.reading import languages
from picture.reading.weights import PUBLISHED
from picture.settings import PADDLEOCR, Settings, SettingsError, nearest
from picture.wheels import FetchError

_CUDA_PROVIDER = "CUDAExecutionProvider"


def check(settings: Settings, names: list[str]) -> None:
    """Raise SettingsError if an engine with the weights `names` could not start here."""
    _check_packages(settings)
    _check_device(settings)
    _check_precision(settings, names)
    _check_languages(settings)
    _check_scripts(settings)
    if settings.model_dir:
        _check_folder(settings, names)
    else:
        _check_names(settings, names)


def _check_packages(settings: Settings) -> None:
    if settings.runtime != "paddle":
        return
    if find_spec("paddle") is None:
        raise SettingsError("OCR_ENGINE=paddle needs a package: pip install paddlepaddle==3.2.2")
    if missing := machine.missing_packages(machine.PADDLE):
        raise SettingsError(
            f"OCR_ENGINE=paddle needs a system library. On Debian, run: apt install {missing[0]}"
        )


def _check_precision(settings: Settings, names: list[str]) -> None:
    if settings.arithmetic == "bf16":
        if settings.runtime != "openvino":
            raise SettingsError("OCR_PRECISION=bf16 needs OCR_ENGINE=openvino.")
        if not processor.has_bfloat16():
            raise SettingsError("OCR_PRECISION=bf16: this CPU has no instructions for bfloat16.")
    if settings.arithmetic != "int8":
        return
    if settings.device != "cpu":
        raise SettingsError("OCR_PRECISION=int8 runs on the CPU: leave it out for a GPU.")
    quantised = {name for name, weights in PUBLISHED.items() if weights.is_quantised}
    if settings.model_dir or not quantised.issuperset(names):
        raise SettingsError(
            "OCR_PRECISION=int8 is there for PP-OCRv6_small and PP-OCRv6_tiny as they come only."
        )


def _check_languages(settings: Settings) -> None:
    try:
        languages.split_tags(settings.langs)
    except ValueError as error:
        known = ", ".join((languages.AUTO, *languages.MAIN, *languages.BY_TAG))
        raise SettingsError(
            f"OCR_LANGS={error} is no language here. Known ones: {known}."
        ) from error


def _check_scripts(settings: Settings) -> None:
    """Look at what is to read other scripts, where that is PaddleOCR's own."""
    if settings.script_engine != PADDLEOCR:
        return
    if settings.runtime == "paddle":
        raise SettingsError("OCR_SCRIPT_ENGINE=paddleocr needs OCR_ENGINE=openvino or onnxruntime.")
    if settings.model_dir:
        expected = languages.expected(settings.langs)
        names = {item.paddle_name(settings.script_engine) for item in expected}
        _check_folder(settings, sorted(filter(None, names)))


def _check_device(settings: Settings) -> None:
    if settings.device == "cpu":
        return
    if settings.runtime == "openvino":
        raise SettingsError(
            "OCR_ENGINE=openvino runs on the CPU: for OCR_DEVICE=gpu set OCR_ENGINE=onnxruntime."
        )
    if not _runs_on_gpu(settings.runtime):
        raise SettingsError(
            f"OCR_DEVICE={settings.device} needs packages for GPUs: see “On a GPU” in the README."
        )
    number, count = int(settings.device.partition(":")[2] or 0), _count_gpus()
    if number >= count:
        raise SettingsError(
            f"OCR_DEVICE={settings.device} is not there: this machine shows {count} NVIDIA GPUs."
        )


def _runs_on_gpu(runtime: str) -> bool:
    if runtime == "paddle":
        # Its build for GPUs is a package of another name; to import it takes seconds.
        return any(distributions(name="paddlepaddle-gpu"))
    import onnxruntime

    return _CUDA_PROVIDER in onnxruntime.get_available_providers()


def _count_gpus() -> int:
    """Return how many GPUs NVIDIA's driver shows to this process."""
    count = ctypes.c_int(0)
    with suppress(OSError):
        driver = ctypes.CDLL("libcuda.so.1")
        if driver.cuInit(0) == 0:
            driver.cuDeviceGetCount(ctypes.byref(count))
    return count.value


def _check_folder(settings: Settings, names: list[str]) -> None:
    """Look for what PaddleX will look for in a folder of the user's own."""
    model = ("inference.pdiparams",) if settings.runtime == "paddle" else ("inference.onnx",)
    for name in names:
        for file in ("inference.yml", *model):
            path = Path(settings.model_dir, name, file)
            if not path.is_file():
                raise SettingsError(f"OCR_MODEL_DIR has no {path}.")


def _check_names(settings: Settings, names: list[str]) -> None:
    for name in names:
        weights = PUBLISHED.get(name)
        if weights is not None and weights.is_onnx == (settings.runtime == "paddle"):
            fitting = "onnxruntime or openvino" if weights.is_onnx else "paddle"
            raise SettingsError(
                f"The weights {name} are not for OCR_ENGINE={settings.runtime}: "
                f"set OCR_ENGINE to {fitting}, or choose another OCR_MODEL."
            )
    if any(name not in PUBLISHED for name in names):
        _check_known(settings.model_pair)


def _check_known(pair: str) -> None:
    """Refuse a pair of models that neither we nor PaddleOCR publish."""
    with privacy.home_inside():
        from paddlex.modules.text_detection.model_list import MODELS as DETECTORS
        from paddlex.modules.text_recognition.model_list import MODELS as RECOGNISERS

    detectors = {name.removesuffix("_det") for name in DETECTORS if name.endswith("_det")}
    recognisers = {name.removesuffix("_rec") for name in RECOGNISERS if name.endswith("_rec")}
    known = sorted(detectors & recognisers)
    if pair not in known:
        hint = nearest(pair, known) or f"Known ones: {', '.join(known)}."
        raise SettingsError(f"OCR_MODEL {pair!r} is no pair of models. {hint}")


def download(settings: Settings, name: str) -> None:
    """Have PaddleX fetch weights that we do not publish, unless it has them.

    Raises FetchError where no model hub can be reached.
    """
    # Looks for a hub that answers first: without a network each would be tried for long.
    os.environ.pop("PADDLE_PDX_DISABLE_MODEL_SOURCE_CHECK", None)
    with privacy.home_inside():
        from paddlex.inference.utils.official_models import official_models
    formats = ("paddle",) if settings.runtime == "paddle" else ("onnx",)
    try:
        official_models.get_model_path(name, model_formats=formats)
    except Exception as error:
        raise FetchError(
            f"The weights {name} could not be downloaded: {error} Where there is no network, "
            "put them into a folder of your own and name it in OCR_MODEL_DIR."
        ) from error
