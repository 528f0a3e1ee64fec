"""Read known lines in floats and in integers, and count the characters that are wrong."""

from __future__ import annotations

import argparse
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import islice
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import onnx
import onnxruntime
import yaml
from numpy.typing import NDArray
from onnx import ModelProto, TensorProto, helper
from rapidfuzz.distance import Levenshtein

from benchmarks.precision import lines
from benchmarks.precision.quantise import Pixels, Tensor, line_tensor
from benchmarks.speed.pictures import pictures_of, true_lines
from benchmarks.speed.tables import table
from picture import processor
from picture.reading import models
from picture.reading.graph import Graph
from picture.reading.runners import OpenVINORunner
from picture.redraw import prepare_fonts

NAMES = ("PP-OCRv6_small_rec", "PP-OCRv6_tiny_rec")
RECEIPTS = "receipts"
SEED = 2
"""Another than that of the lines that ranges were measured on."""

EVERY = 3
"""Of how many lines of receipts one is read."""

Run = Callable[[Tensor], Tensor]


def main() -> None:
    """Print the share of wrong characters by kind of line, for each way to compute."""
    options = _options()
    prepare_fonts()
    models.prepare(list(NAMES))
    samples = [*_drawn(options.count), *islice(_receipts(options.receipts), None, None, EVERY)]
    for name in NAMES:
        print(f"\n### {name}\n")
        runs = _runs(name)
        print("\n".join(_table(_errors(samples, runs, _letters(name)), runs)), flush=True)


def _drawn(count: int) -> Iterator[tuple[str, str, Pixels]]:
    for kind in lines.KINDS:
        for line in lines.draw(kind, count, SEED):
            yield kind, line.text, line.crop


def _receipts(folder: Path) -> Iterator[tuple[str, str, Pixels]]:
    """Yield lines cut out of receipts by their true boxes, a little wider than these."""
    for picture in pictures_of(folder):
        pixels = np.asarray(cv2.imread(str(picture.path)), np.uint8)
        for numbers, text in true_lines(picture.path.with_suffix(".csv")):
            corners = np.array(numbers, int).reshape(4, 2)
            (left, top), (right, bottom) = corners.min(axis=0), corners.max(axis=0)
            border = round(lines.PADDING * (bottom - top))
            above, before = max(0, top - border), max(0, left - border)
            crop = pixels[above : bottom + border, before : right + border]
            if crop.size:
                yield RECEIPTS, text, np.ascontiguousarray(crop)


def _runs(name: str) -> Mapping[str, Run]:
    """Return ways to run a recogniser, by name; the last are what this CPU itself makes of it."""
    folder = models.MODELS_FOLDER / name
    model = onnx.load(folder / "inference.onnx")
    integers = folder / models.INTEGERS / "inference.onnx"
    runs = {
        "f32": _exact(model),
        "bf16": _exact(_rounded(model)),
        "int8": _exact(onnx.load(integers)),
        "int8 here": _here(integers, "int8"),
    }
    if processor.has_bfloat16():
        runs["bf16 here"] = _here(folder / "inference.onnx", "bf16")
    return runs


def _here(model: Path, precision: str) -> Run:
    """Return what runs a model as the service does."""
    runner = OpenVINORunner(model, precision, threads=1, streams=1, shapes=100)
    return lambda tensor: runner(x=[tensor])[0]


def _exact(model: ModelProto) -> Run:
    """Return what runs a model to the letter: integers that are optimised may overflow."""
    options = onnxruntime.SessionOptions()
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
    options.log_severity_level = 3
    session = onnxruntime.InferenceSession(
        model.SerializeToString(), options, providers=["CPUExecutionProvider"]
    )
    (taken,) = session.get_inputs()
    return lambda tensor: np.asarray(session.run(None, {taken.name: tensor})[0], np.float32)


def _rounded(model: ModelProto) -> ModelProto:
    """Return a model whose products are of bfloat16 and whose sums are not, as CPUs do it."""
    graph, casts = Graph(model), []
    for node in graph.nodes:
        if node.op_type not in ("Conv", "MatMul"):
            continue
        for place, value in enumerate(node.input[:2]):
            stem = f"{node.name}.{place}"
            casts += [
                helper.make_node("Cast", [value], [f"{stem}.bf16"], to=TensorProto.BFLOAT16),
                helper.make_node("Cast", [f"{stem}.bf16"], [f"{stem}.f32"], to=TensorProto.FLOAT),
            ]
            node.input[place] = f"{stem}.f32"
    graph.nodes += casts
    graph.sort()
    return graph.to_model()


def _letters(name: str) -> list[str]:
    description = models.MODELS_FOLDER / name / "inference.yml"
    said = yaml.safe_load(description.read_text(encoding="utf-8"))
    return ["", *said["PostProcess"]["character_dict"], " "]


def _errors(
    samples: list[tuple[str, str, Pixels]], runs: Mapping[str, Run], letters: list[str]
) -> Mapping[str, NDArray[Any]]:
    """Return wrong characters by kind, for each run and, last, how many there are in truth."""
    errors: defaultdict[str, NDArray[Any]] = defaultdict(lambda: np.zeros(len(runs) + 1, int))
    for kind, text, crop in samples:
        tensor = line_tensor(crop)
        # Receipts' truth is in upper case throughout.
        fold = str.upper if kind == RECEIPTS else str
        read = [fold(_text(run(tensor), letters)) for run in runs.values()]
        wrong = [Levenshtein.distance(_tidy(text), _tidy(one)) for one in read]
        errors[kind] += [*wrong, len(_tidy(text))]
    return {name: errors[name] for name in errors} | {"all": sum(errors.values(), np.zeros(1, int))}


def _text(scores: Tensor, letters: list[str]) -> str:
    best = scores[0].argmax(axis=1)
    begun = np.concatenate([[True], best[1:] != best[:-1]])
    return "".join(letters[number] for number in best[begun])


def _tidy(text: str) -> str:
    return " ".join(text.split())


def _table(errors: Mapping[str, NDArray[Any]], runs: Iterable[str]) -> list[str]:
    head = ["kind", "characters", *runs]
    rows = [
        [kind, str(counts[-1]), *(f"{wrong / counts[-1]:.4f}" for wrong in counts[:-1])]
        for kind, counts in errors.items()
    ]
    return table(head, rows)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("receipts", type=Path, help="folder with pictures and their truth (.csv)")
    parser.add_argument("--count", type=int, default=40, help="drawn lines of each kind")
    return parser.parse_args()


if __name__ == "__main__":
    main()
