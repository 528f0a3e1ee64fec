"""The models on disk: published weights made ready for PaddleX."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path

import yaml

from picture.assets import locked, write_folder
from picture.reading.manifest import describe
from picture.reading.weights import PUBLISHED, Weights
from picture.wheels import Wheelhouse

MODELS_FOLDER = Path(__file__).resolve().parents[2] / "models"


def model_folder(name: str, own: Path | None = None, shared: Path = MODELS_FOLDER) -> Path | None:
    """Return where the weights `name` stand, or None if PaddleOCR is to fetch them itself.

    `own` is a folder of the user's, which then has to hold them.
    """
    if own is not None:
        return own / name
    return shared / name if name in PUBLISHED else None


def prepare(names: list[str], folder: Path = MODELS_FOLDER) -> None:
    """Fetch and prepare the weights among `names` that `folder` lacks.

    Each model appears whole or not at all, whichever process is first and
    whenever it is killed. Raises FetchError where a file cannot be had.
    """
    missing = [name for name in names if not _is_ready(name, folder)]
    if not missing:
        return
    with locked(folder), Wheelhouse() as wheelhouse:
        for name in missing:
            if not _is_ready(name, folder):
                _prepare_one(PUBLISHED[name], folder, wheelhouse)


def _is_ready(name: str, folder: Path) -> bool:
    if name not in PUBLISHED:
        return True
    recipe = folder / name / "recipe"
    return recipe.is_file() and recipe.read_text() == PUBLISHED[name].recipe()


def _prepare_one(weights: Weights, folder: Path, wheelhouse: Wheelhouse) -> None:
    files = {name: wheelhouse.read(sources) for name, sources in weights.files.items()}
    characters = _characters(weights, files, wheelhouse)
    if weights.is_onnx:
        files["inference.onnx"] = _without_denormals(files["inference.onnx"])
    files["inference.yml"] = yaml.safe_dump(
        describe(weights, characters), allow_unicode=True
    ).encode()
    files["recipe"] = weights.recipe().encode()
    write_folder(folder / weights.name, files)
    print(f"Prepared {weights.name} ({weights.licence})", file=sys.stderr, flush=True)


def _characters(
    weights: Weights, files: Mapping[str, bytes], wheelhouse: Wheelhouse
) -> list[str] | None:
    """Return what the recogniser can read, in the order of its outputs."""
    if weights.task != "rec":
        return None
    if weights.dictionary is not None:
        text = wheelhouse.read(weights.dictionary).decode()
    else:
        text = _onnx_metadata(files["inference.onnx"], "character")
    return text.replace("\r\n", "\n").removesuffix("\n").split("\n")


def _onnx_metadata(model: bytes, key: str) -> str:
    import onnx

    properties = onnx.load_from_string(model).metadata_props
    return str(next(entry.value for entry in properties if entry.key == key))


def _without_denormals(model: bytes) -> bytes:
    """Set weights too small for a normal float32 to zero.

    A CPU takes a slow path for them and they do not change the output.
    """
    import numpy as np
    import onnx
    from onnx import numpy_helper

    graph_model = onnx.load_from_string(model)
    for tensor in graph_model.graph.initializer:
        if tensor.data_type == onnx.TensorProto.FLOAT:
            values = numpy_helper.to_array(tensor).copy()
            values[np.abs(values) < np.finfo(np.float32).tiny] = 0
            tensor.CopyFrom(numpy_helper.from_array(values, tensor.name))
    return bytes(graph_model.SerializeToString())
