"""A recogniser's last layer, asked about all its letters only where common ones leave doubt.

The head of a recogniser weighs some 18,000 letters at each step along a line, most of them
Chinese, and takes a fifth of its time. Where a common letter, or that there is none, scores
as high as only true ones do, no rare one comes near: the common ones settle such steps.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from onnx import ModelProto, TensorProto, helper, numpy_helper

from picture.reading.transcript import Sight

Batch = NDArray[np.float32]
Numbers = NDArray[np.intp]

# Letters below this, of Latin and Greek with their marks, are common; so are the kana,
# and marks as Chinese and Japanese have them, with letters as wide.
_WESTERN = "\u2100"
_EASTERN = ("\u3000", "\u30ff"), ("\uff00", "\uffef")

# How many steps the head is asked about at once: each is a shape of its own.
ROWS = (8, 16, 32, 64, 128, 256)

# What turns a value into integers and back on its way into a layer.
_QUANTISING = frozenset(("Convert", "FakeQuantize", "Multiply", "Subtract"))


Runner = Callable[..., list[NDArray[np.float32]]]
See = Callable[[Batch], list[Sight]]
"""Tells what is seen on each line of a batch; it stands until this thread's next run."""


def eyes(runner: Any, letters: Sequence[str]) -> tuple[See, Sequence[str]]:
    """Return what looks at lines with a recogniser's runner, and its letters in their order."""
    is_condensed = hasattr(runner, "condense")
    if not is_condensed and getattr(runner, "certain", None) is None:
        return (lambda batch: [Sight.of(odds) for odds in runner(x=[batch])[0]]), letters
    order, count = _common_first(letters)
    ordered = [letters[number] for number in order]
    if is_condensed:
        runner.condense(order[:count])
        return CondensedModel(runner, order), ordered
    early, late = runner.split(order, count)
    return SplitModel(early, late, runner.certain), ordered


def _common_first(letters: Sequence[str]) -> tuple[Numbers, int]:
    """Return the letters' numbers, those of common ones first, and how many these are.

    The first letter is the blank, which stays the first.
    """
    is_common = np.array([number == 0 or _is_common(each) for number, each in enumerate(letters)])
    return np.argsort(~is_common, kind="stable"), int(is_common.sum())


def _is_common(letter: str) -> bool:
    return letter < _WESTERN or any(first <= letter <= last for first, last in _EASTERN)


def condense(model: ModelProto, letters: Numbers) -> ModelProto:
    """Return an ONNX recogniser that gives of its probabilities what a `Sight` holds.

    That is the likeliest letter at each step, its probability, and those of some letters.
    """
    condensed = ModelProto()
    condensed.CopyFrom(model)
    graph, (odds,) = condensed.graph, model.graph.output
    lines, steps, _ = odds.type.tensor_type.shape.dim
    graph.initializer.append(numpy_helper.from_array(letters.astype(np.int64), "letters"))
    graph.node.extend(
        (
            helper.make_node("ArgMax", [odds.name], ["best"], axis=2, keepdims=0),
            helper.make_node("ReduceMax", [odds.name], ["likely"], axes=[2], keepdims=0),
            helper.make_node("Gather", [odds.name, "letters"], ["odds"], axis=2),
        )
    )
    sizes = [size.dim_param or size.dim_value for size in (lines, steps)]
    del graph.output[:]
    graph.output.extend(
        (
            helper.make_tensor_value_info("best", TensorProto.INT64, sizes),
            helper.make_tensor_value_info("likely", TensorProto.FLOAT, sizes),
            helper.make_tensor_value_info("odds", TensorProto.FLOAT, [*sizes, len(letters)]),
        )
    )
    return condensed


class CondensedModel:
    """A recogniser that was condensed; `order` has its letters' numbers in their new order."""

    def __init__(self, runner: Runner, order: Numbers) -> None:
        self._runner, self._places = runner, np.argsort(order)

    def __call__(self, batch: Batch) -> list[Sight]:
        """Return what is seen on each line."""
        best, likely, odds = self._runner(x=[batch])
        return [Sight(*line) for line in zip(self._places[best], likely, odds, strict=True)]


def end_early(model: Any, letters: Numbers) -> Any:
    """Return an OpenVINO model that knows some letters only.

    It gives their probabilities among each other, the largest of their scores before
    they became such, and what the last layer makes them of.
    """
    import openvino
    from openvino import opset13 as operations

    chances, scores, features = _head_of(model)
    _choose(scores, letters)
    highest = operations.reduce_max(scores.output(0), np.array([2]), keep_dims=False)
    values = chances.output(0), highest.output(0), features
    ended = openvino.Model([operations.result(value) for value in values], model.get_parameters())
    ended.validate_nodes_and_infer_types()
    return ended


def begin_late(model: Any, letters: Numbers) -> Any:
    """Return the last layer (steps x features -> steps x letters), in another order of letters."""
    import openvino
    from openvino import opset13 as operations

    chances, scores, features = _head_of(model)
    _choose(scores, letters)
    size = features.get_partial_shape()[2].get_length()
    entry = operations.parameter([-1, size], np.float32)
    # Integers that have been turned back become the same integers again.
    for target in _before_integers(features).get_target_inputs():
        target.replace_source_output(entry.output(0))
    late = openvino.Model([operations.result(chances.output(0))], [entry])
    late.validate_nodes_and_infer_types()
    return late


def _head_of(model: Any) -> tuple[Any, Any, Any]:
    """Return a recogniser's last steps: the softmax, the scores it takes, and their features."""
    chances = model.get_results()[0].input_value(0).get_node()
    scores = chances.input_value(0).get_node()
    return chances, scores, scores.input_value(0).get_node().input_value(0)


def _before_integers(value: Any) -> Any:
    """Return what is made integers and back to become a value, or the value if nothing is."""
    earlier = value
    while (node := earlier.get_node()).get_type_name() in _QUANTISING:
        earlier = node.input_value(0)
        if node.get_type_name() == "FakeQuantize":
            return earlier
    return value


def _choose(scores: Any, letters: Numbers) -> None:
    """Leave some letters' weights and biases to a layer, in this order."""
    product, bias = (scores.input_value(place) for place in (0, 1))
    count = bias.get_node().data.shape[-1]
    for value in (product.get_node().input_value(1), bias):
        _choose_from(value, letters, count)


def _choose_from(value: Any, letters: Numbers, count: int) -> None:
    from openvino import opset13 as operations

    node = value.get_node()
    if node.get_type_name() != "Constant":
        for entry in node.inputs():
            _choose_from(entry.get_source_output(), letters, count)
    elif node.data.ndim and node.data.shape[-1] == count:
        chosen = operations.constant(np.ascontiguousarray(node.data[..., letters]))
        for target in value.get_target_inputs():
            target.replace_source_output(chosen.output(0))


class SplitModel:
    """A recogniser that ends early and the last layer for all letters, as one.

    `certain` is how high a common letter scores, before that becomes a probability, where
    it leaves no room for a rare one.
    """

    def __init__(self, early: Runner, late: Runner, certain: float) -> None:
        self._early, self._late, self._certain = early, late, certain

    def __call__(self, batch: Batch) -> list[Sight]:
        """Return what is seen on each line; it stands until this thread's next run."""
        odds, highest, features = self._early(x=[batch])
        best, likely = odds.argmax(axis=-1), odds.max(axis=-1)
        doubtful = _with_neighbours(highest < self._certain)
        if doubtful.any():
            rows = self._all_letters(features[doubtful])
            odds[doubtful] = rows[:, : odds.shape[-1]]
            best[doubtful], likely[doubtful] = rows.argmax(axis=-1), rows.max(axis=-1)
        return [Sight(*line) for line in zip(best, likely, odds, strict=True)]

    def _all_letters(self, features: Batch) -> Batch:
        """Return the probabilities of all letters at some steps (steps x letters)."""
        count = len(features)
        size = next((size for size in ROWS if size >= count), count)
        padded = np.pad(features, ((0, size - count), (0, 0)))
        return self._late(x=[padded])[0][:count]


def _with_neighbours(steps: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return these steps (lines x steps) and those beside them, where letters begin and end."""
    wider = steps.copy()
    wider[:, 1:] |= steps[:, :-1]
    wider[:, :-1] |= steps[:, 1:]
    return wider
