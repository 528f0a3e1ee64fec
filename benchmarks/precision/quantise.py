"""Measure how models become eight-bit integers, and write their recipes.

NNCF looks at what the models see in drawn lines, in drawn pages and in a folder of
real pictures; what it decides is kept in picture/reading/recipes. Pictures that
accuracy is judged by must not be among them.
"""

from __future__ import annotations

import argparse
import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray
from onnx import ModelProto, NodeProto

from benchmarks.precision import lines
from benchmarks.words import pages
from picture.reading.detection import TILE, at_scale, first_scale, padded
from picture.reading.graph import Graph, tidy
from picture.reading.quantisation import Range, Recipe, quantise
from picture.reading.recognition import stepped_width
from picture.reading.weights import PUBLISHED, RECOGNITION_WIDTH
from picture.redraw import prepare_fonts
from picture.settings import Settings
from picture.wheels import Wheelhouse

Pixels = NDArray[np.uint8]
Tensor = NDArray[np.float32]

NAMES = ("PP-OCRv6_small_det", "PP-OCRv6_small_rec", "PP-OCRv6_tiny_det", "PP-OCRv6_tiny_rec")
LINES_A_KIND, PAGES_A_LOOK = 25, 2
SEED = 1
"""Of what is drawn here; judges draw with others."""

LEFT_IN_FLOATS: Mapping[str, frozenset[str]] = {
    "PP-OCRv6_small_det": frozenset(("Conv.0", "Conv.14", "Mul.49", "Mul.51")),
    "PP-OCRv6_tiny_det": frozenset(("Conv.0", "Conv.14")),
}
"""What of a detector moves its results most; in floats it costs 2 % of the time."""

HALF, WHOLE = 63, 127
HEIGHT = 48
IMAGENET_MEAN = np.array([0.485, 0.456, 0.406], np.float32)
IMAGENET_DEVIATION = np.array([0.229, 0.224, 0.225], np.float32)


def main() -> None:
    """Write the recipe of each model."""
    options = _options()
    prepare_fonts()
    for name in options.only:
        with Wheelhouse() as wheelhouse:
            model = tidy(wheelhouse.read(PUBLISHED[name].files["inference.onnx"]))
        if name.endswith("_rec"):
            samples, floats = list(recognised()), sensitive(model)
            recipe = extract(model, calibrated_recogniser(model, samples), floats)
        else:
            samples, floats = list(detected(options.pictures)), LEFT_IN_FLOATS[name]
            recipe = extract(model, calibrated_detector(model, samples), floats)
        digest = hashlib.sha256(quantise(model, recipe)).hexdigest()
        text = replace(recipe, sha256=digest).dump()
        PUBLISHED[name].quantisation.write_text(text)
        print(f"{name}: {len(samples)} samples, {len(text) / 1000:.0f} kB")


def recognised() -> Iterator[Tensor]:
    """Yield drawn lines as the recogniser sees them."""
    for kind in lines.KINDS:
        for line in lines.draw(kind, LINES_A_KIND, SEED):
            yield line_tensor(line.crop)


def line_tensor(crop: Pixels) -> Tensor:
    """Return a line (height x width x 3, BGR) as the recogniser takes it."""
    size = max(stepped_width(crop, HEIGHT), RECOGNITION_WIDTH), HEIGHT
    scaled = np.asarray(cv2.resize(crop, size), np.float32) / 127.5 - 1
    return np.ascontiguousarray(scaled.transpose(2, 0, 1)[np.newaxis], np.float32)


def detected(folder: Path) -> Iterator[Tensor]:
    """Yield drawn pages and real pictures as the detector sees them."""
    for kind in pages.KINDS:
        for look in pages.LOOKS:
            for degrees in pages.ANGLES[:PAGES_A_LOOK]:
                sheet = pages.draw(kind, look, degrees, SEED)
                yield page_tensor(np.asarray(sheet.picture)[:, :, ::-1])
    for path in sorted(folder.iterdir()):
        picture = cv2.imread(str(path))
        if picture is not None:
            yield page_tensor(np.asarray(picture, np.uint8))


def page_tensor(picture: Pixels) -> Tensor:
    """Return a page (height x width x 3, BGR), or a tile of it, as the detector takes it."""
    scale = first_scale(picture.shape[:2], Settings().detection_side)
    tile = padded(at_scale(picture, scale)[:TILE, :TILE])
    normal = (tile.astype(np.float32) / 255 - IMAGENET_MEAN) / IMAGENET_DEVIATION
    return np.ascontiguousarray(normal.transpose(2, 0, 1)[np.newaxis], np.float32)


def sensitive(model: ModelProto) -> frozenset[str]:
    """Return the nodes of a recogniser that would lose most as integers, and gain nothing.

    Those are the first convolutions, those that see one channel each, and all
    attention: a tenth of the arithmetic, four fifths of what integers change.
    """
    nodes = list(model.graph.node)
    single = [number for number, node in enumerate(nodes) if _group(node) > 1]
    (pooling,) = [number for number, node in enumerate(nodes) if node.op_type == "AveragePool"]
    head = max(number for number, node in enumerate(nodes) if node.op_type == "MatMul")
    numbers = {*range(single[0]), *single, *range(pooling, head)}
    return frozenset(nodes[number].name for number in numbers)


def _group(node: NodeProto) -> int:
    return next((entry.i for entry in node.attribute if entry.name == "group"), 1)


def calibrated_recogniser(model: ModelProto, samples: Sequence[Tensor]) -> ModelProto:
    """Return the model with the integers that NNCF would make.

    What goes into matrix products needs to be smoothed (SmoothQuant); without, nine
    words of ten are lost.
    """
    import nncf

    return _calibrated(model, samples, model_type=nncf.ModelType.TRANSFORMER)


def calibrated_detector(model: ModelProto, samples: Sequence[Tensor]) -> ModelProto:
    """Return the model with the integers that NNCF would make.

    Its corrections of biases, layer by layer, move results by a half more than
    integers do without them.
    """
    import nncf

    plain = nncf.AdvancedQuantizationParameters(disable_bias_correction=True)
    return _calibrated(model, samples, advanced_parameters=plain)


def _calibrated(model: ModelProto, samples: Sequence[Tensor], **options: Any) -> ModelProto:
    import nncf

    (taken,) = [entry.name for entry in model.graph.input]
    dataset = nncf.Dataset(samples, lambda sample: {taken: sample})
    preset = nncf.QuantizationPreset.MIXED
    quantised: ModelProto = nncf.quantize(
        model, dataset, subset_size=len(samples), preset=preset, **options
    )
    return quantised


def extract(model: ModelProto, quantised: ModelProto, floats: frozenset[str]) -> Recipe:
    """Return what NNCF decided but for some nodes, as a recipe to be followed without it."""
    plain, theirs = Graph(model), Graph(quantised)
    makers = theirs.makers
    nodes = {node.name: node for node in theirs.nodes}
    ranges: dict[str, Range] = {}
    weights: dict[str, tuple[int, int]] = {}
    biases: dict[str, Tensor] = {}
    for node in plain.nodes:
        if not node.name or node.name in floats:
            continue
        for place, value in enumerate(node.input):
            taken = nodes[node.name].input[place]
            dequantise = makers.get(taken)
            if _is_corrected(plain, theirs, value, taken):
                biases[value] = theirs.constants[taken]
            if dequantise is None or dequantise.op_type != "DequantizeLinear":
                continue
            if dequantise.input[0] in theirs.constants:
                weights[value] = _axis(dequantise), _most(node, plain, theirs, dequantise)
                continue
            maker = makers[dequantise.input[0]]
            known = ranges.get(maker.name) or _range(theirs, value, maker)
            ranges[maker.name] = replace(known, inputs=(*known.inputs, (node.name, place)))
    return Recipe(tuple(ranges.values()), weights, biases)


def _is_corrected(plain: Graph, theirs: Graph, value: str, taken: str) -> bool:
    if value not in plain.constants or taken not in theirs.constants:
        return False
    return not np.array_equal(plain.constants[value], theirs.constants[taken])


def _range(theirs: Graph, value: str, quantise: NodeProto) -> Range:
    scale, zero = (theirs.constants[name] for name in quantise.input[1:])
    smooth = theirs.makers.get(quantise.input[0])
    smoothing = None
    if smooth is not None and quantise.input[0] != value:
        smoothing = theirs.constants[smooth.input[1]].reshape(-1)
    is_signed = zero.dtype == np.int8
    return Range(value, scale, zero.astype(np.int32), is_signed, (), smoothing)


def _axis(node: NodeProto) -> int:
    return next((entry.i for entry in node.attribute if entry.name == "axis"), 0)


def _most(node: NodeProto, plain: Graph, theirs: Graph, dequantise: NodeProto) -> int:
    """Return the largest integer of weights: half of all where sums could overflow."""
    largest = float(np.abs(plain.constants[node.input[1]]).max())
    steps = largest / float(theirs.constants[dequantise.input[1]].max())
    return HALF if node.op_type == "Conv" and steps < (HALF + WHOLE) / 2 else WHOLE


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("pictures", type=Path, help="folder of real pictures of any kind")
    parser.add_argument("--only", nargs="+", choices=NAMES, default=NAMES)
    return parser.parse_args()


if __name__ == "__main__":
    main()
