"""The models on disk: published weights made ready for PaddleX."""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Mapping
from pathlib import Path

import yaml

from picture.assets import locked, write_folder
from picture.reading.manifest import describe
from picture.reading.weights import PUBLISHED, Weights
from picture.wheels import FetchError, Wheelhouse

MODELS_FOLDER = Path(__file__).resolve().parents[2] / "models"

# Where a model's folder keeps it quantised.
INTEGERS = "int8"


def model_folder(
    name: str, own: Path | None = None, shared: Path = MODELS_FOLDER, *, integers: bool = False
) -> Path | None:
    """Return where the weights `name` stand, or None if PaddleOCR is to fetch them itself.

    `own` is a folder of the user's, which then has to hold them; `integers` asks for
    those that are quantised.
    """
    if own is None and name not in PUBLISHED:
        return None
    folder = (own or shared) / name
    return folder / INTEGERS if integers else folder


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
    files["inference.yml"] = yaml.safe_dump(
        describe(weights, characters), allow_unicode=True
    ).encode()
    if weights.is_onnx:
        files |= _made_ready(weights, files)
    files["recipe"] = weights.recipe().encode()
    write_folder(folder / weights.name, files)
    print(f"Prepared {weights.name} ({weights.licence})", file=sys.stderr, flush=True)


def _made_ready(weights: Weights, files: Mapping[str, bytes]) -> dict[str, bytes]:
    """Return the model as engines like it best and, in a folder of its own, of integers."""
    # Takes half a second to import, and is not needed again.
    from picture.reading.graph import tidy
    from picture.reading.quantisation import Recipe, quantise

    model = tidy(files["inference.onnx"])
    ready = {"inference.onnx": model.SerializeToString(deterministic=True)}
    if weights.is_quantised:
        recipe = Recipe.parse(weights.quantisation.read_text())
        integers = quantise(model, recipe)
        if hashlib.sha256(integers).hexdigest() != recipe.sha256:
            raise FetchError(f"The integers made of {weights.name} are not those that were tested.")
        ready[f"{INTEGERS}/inference.onnx"] = integers
        ready[f"{INTEGERS}/inference.yml"] = files["inference.yml"]
    return ready


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
