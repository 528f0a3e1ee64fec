from pathlib import Path
from typing import Any

import pytest

from picture import machine, processor
from picture.reading import preflight, prepare_models
from picture.reading.engine import weights_of
from picture.settings import Settings, SettingsError
from picture.wheels import FetchError


def check(**values: Any) -> None:
    settings = Settings(**{"engine": "onnxruntime", **values})
    preflight.check(settings, weights_of(settings))


@pytest.mark.parametrize(
    "values",
    [
        {},
        {"model": "PP-OCRv6_tiny"},
        {"engine": "openvino"},
        {"engine": "openvino", "precision": "int8"},
        {"engine": "openvino", "precision": "f32"},
        {"precision": "int8", "model": "PP-OCRv6_tiny"},
        {"engine": "paddle"},
        {"engine": "paddle", "model": "PP-OCRv4_mobile"},
        {"model": "PP-OCRv6_medium"},
    ],
)
def test_what_can_start_passes(values: dict[str, Any]) -> None:
    check(**values)


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"model": "nonsense"}, "OCR_MODEL 'nonsense' is no pair of models. Known ones: PP-OCRv3"),
        ({"model": "PP-OCRv6_smal"}, "Did you mean PP-OCRv6_small?"),
        ({"model": "PP-OCRv4_mobile"}, "set OCR_ENGINE to paddle, or choose another OCR_MODEL"),
        ({"engine": "paddle", "model": "PP-OCRv6_small"}, "set OCR_ENGINE to onnxruntime"),
        ({"engine": "openvino", "device": "gpu"}, "OCR_ENGINE=openvino runs on the CPU"),
        ({"precision": "bf16"}, "OCR_PRECISION=bf16 needs OCR_ENGINE=openvino"),
        ({"precision": "int8", "model_dir": "/no/such"}, "OCR_PRECISION=int8 is there for"),
        ({"precision": "int8", "model": "PP-OCRv6_medium"}, "OCR_PRECISION=int8 is there for"),
        ({"model_dir": "/no/such"}, "OCR_MODEL_DIR has no /no/such/PP-OCRv6_small_det/inference"),
    ],
)
def test_what_cannot_start_is_told_in_a_sentence(values: dict[str, Any], sentence: str) -> None:
    with pytest.raises(SettingsError) as caught:
        check(**values)
    assert sentence in str(caught.value)


def test_bfloat16_needs_a_cpu_that_has_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(processor, "instructions", lambda: frozenset({"avx2"}))
    with pytest.raises(SettingsError, match="this CPU has no instructions for bfloat16"):
        check(engine="openvino", precision="bf16")
    monkeypatch.setattr(processor, "instructions", lambda: frozenset({"avx512_bf16"}))
    check(engine="openvino", precision="bf16")


@pytest.mark.parametrize("engine", ["onnxruntime", "paddle"])
def test_a_gpu_needs_packages_that_run_on_it(engine: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(preflight, "_runs_on_gpu", lambda _: False)
    with pytest.raises(SettingsError, match="needs packages for GPUs"):
        check(engine=engine, device="gpu")


@pytest.mark.parametrize(("device", "count"), [("gpu", 0), ("gpu:1", 1)])
def test_a_gpu_that_is_not_there_is_never_replaced_by_the_cpu(
    device: str, count: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(preflight, "_runs_on_gpu", lambda _: True)
    monkeypatch.setattr(preflight, "_count_gpus", lambda: count)
    with pytest.raises(SettingsError, match=f"{device} is not there: this machine shows {count}"):
        check(device=device)


def test_a_gpu_that_is_there_passes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(preflight, "_runs_on_gpu", lambda _: True)
    monkeypatch.setattr(preflight, "_count_gpus", lambda: 2)
    check(device="gpu:1")


def test_integers_run_on_the_cpu_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(preflight, "_runs_on_gpu", lambda _: True)
    monkeypatch.setattr(preflight, "_count_gpus", lambda: 1)
    with pytest.raises(SettingsError, match="OCR_PRECISION=int8 runs on the CPU"):
        check(device="gpu", precision="int8")


def test_the_packages_installed_here_do_not_run_on_a_gpu() -> None:
    assert not preflight._runs_on_gpu("onnxruntime")
    assert not preflight._runs_on_gpu("paddle")


def test_paddle_that_is_not_installed_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(preflight, "find_spec", lambda _: None)
    with pytest.raises(SettingsError, match="pip install paddlepaddle"):
        check(engine="paddle")


def test_paddles_system_library_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(machine, "PADDLE", {"libmissing.so": "libgomp1"})
    with pytest.raises(SettingsError, match="apt install libgomp1"):
        check(engine="paddle")


def test_a_folder_of_ones_own_is_enough(tmp_path: Path) -> None:
    for role in ("det", "rec"):
        folder = tmp_path / f"mine_{role}"
        folder.mkdir()
        for name in ("inference.yml", "inference.onnx"):
            (folder / name).touch()
    check(model="mine", model_dir=str(tmp_path))


def test_weights_that_no_hub_gives_are_told_in_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    from paddlex.inference.utils.official_models import official_models

    def fail(*_: Any, **__: Any) -> None:
        raise RuntimeError("No hub answers.")

    monkeypatch.setattr(official_models, "get_model_path", fail)
    with pytest.raises(FetchError, match=r"PP-OCRv6_medium_det could not .* No hub answers"):
        prepare_models(Settings(engine="onnxruntime", model="PP-OCRv6_medium"))
