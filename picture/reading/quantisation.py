"""Models of eight-bit integers, made of published weights and a recipe.

`benchmarks.precision.quantise` measures what a recipe says; following it takes arithmetic
that gives the same bytes on every machine.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray
from onnx import ModelProto, helper

from picture.reading.graph import Graph

Floats = NDArray[np.float32]

# Channels of weights much smaller than the largest are rounded as if they had
# this share of it: finer steps would overflow where the bias is added.
LEAST_SHARE = np.float32(0.01)


@dataclass(frozen=True, slots=True)
class Range:
    """How a value becomes integers on its way into some nodes.

    `scale` and `zero` hold a number, or one for each channel. `smoothing` is what
    each channel is multiplied with before, and the weights that meet it are
    divided by. `inputs` are names of nodes and the places of their inputs.
    """

    value: str
    scale: Floats
    zero: NDArray[np.int32]
    is_signed: bool
    inputs: tuple[tuple[str, int], ...]
    smoothing: Floats | None = None


@dataclass(frozen=True, slots=True)
class Recipe:
    """What to make integers of in a model, and the SHA-256 of what comes out.

    `weights` maps the names of constants to their axis of channels and the largest
    integer that they may become; `biases` are constants corrected for what is lost.
    """

    ranges: tuple[Range, ...]
    weights: Mapping[str, tuple[int, int]]
    biases: Mapping[str, Floats] = field(default_factory=dict)
    sha256: str = ""

    @classmethod
    def parse(cls, text: str) -> Recipe:
        """Read what `dump` wrote."""
        said = json.loads(text)
        return cls(
            tuple(_parse_range(entry) for entry in said["ranges"]),
            {name: (axis, most) for name, (axis, most) in said["weights"].items()},
            {name: _parse_floats(value) for name, value in said["biases"].items()},
            said["sha256"],
        )

    def dump(self) -> str:
        """Write it as JSON, a range a line, numbers that come by channel in base64."""
        said = {
            "sha256": self.sha256,
            "ranges": [_dump_range(entry) for entry in self.ranges],
            "weights": self.weights,
            "biases": {name: _dump_floats(value) for name, value in self.biases.items()},
        }
        parts = []
        for key, value in said.items():
            if isinstance(value, str):
                parts.append(f'"{key}": {json.dumps(value)}')
            elif isinstance(value, Mapping):
                rows = [f"{json.dumps(name)}: {json.dumps(one)}" for name, one in value.items()]
                parts.append(f'"{key}": {{\n' + ",\n".join(rows) + "\n}")
            else:
                parts.append(f'"{key}": [\n' + ",\n".join(map(json.dumps, value)) + "\n]")
        return "{\n" + ",\n".join(parts) + "\n}\n"


def quantise(model: ModelProto, recipe: Recipe) -> bytes:
    """Return a tidy model with integers where a recipe says so."""
    graph = Graph(model)
    graph.constants.update(recipe.biases)
    nodes = {node.name: node for node in graph.nodes if node.name}
    for entry in recipe.ranges:
        value = _make_integers(graph, entry)
        for name, place in entry.inputs:
            nodes[name].input[place] = value
            if entry.smoothing is not None:
                _divide(graph, nodes[name].input[1], entry.smoothing)
    for name, (axis, most) in recipe.weights.items():
        _quantise_weights(graph, name, axis, most)
    graph.sort()
    return bytes(graph.to_model().SerializeToString(deterministic=True))


def _make_integers(graph: Graph, entry: Range) -> str:
    """Add the nodes that turn a value into integers and back, and return its new name."""
    value, stem = entry.value, f"{entry.value}.{'-'.join(map(str, entry.inputs[0]))}"
    if entry.smoothing is not None:
        graph.constants[f"{stem}.smoothing"] = entry.smoothing
        graph.nodes.append(
            helper.make_node("Mul", [value, f"{stem}.smoothing"], [f"{stem}.smooth"], f"{stem}.mul")
        )
        value = f"{stem}.smooth"
    zero = entry.zero.astype(np.int8 if entry.is_signed else np.uint8)
    return _add_pair(graph, value, stem, entry.scale, zero, 1)


def _add_pair(
    graph: Graph, value: str, stem: str, scale: Floats, zero: NDArray[Any], axis: int
) -> str:
    graph.constants[f"{stem}.scale"], graph.constants[f"{stem}.zero"] = scale, zero
    constants = [f"{stem}.scale", f"{stem}.zero"]
    options: dict[str, Any] = {"axis": axis} if scale.ndim else {}
    graph.nodes += [
        helper.make_node(
            "QuantizeLinear", [value, *constants], [f"{stem}.q"], f"{stem}.quantise", **options
        ),
        helper.make_node(
            "DequantizeLinear",
            [f"{stem}.q", *constants],
            [f"{stem}.dq"],
            f"{stem}.dequantise",
            **options,
        ),
    ]
    return f"{stem}.dq"


def _divide(graph: Graph, weights: str, smoothing: Floats) -> None:
    graph.constants[weights] = graph.constants[weights] / smoothing.reshape(-1, 1)


def _quantise_weights(graph: Graph, name: str, axis: int, most: int) -> None:
    """Make a constant integers, symmetric about zero and channel by channel."""
    weights = graph.constants[name]
    others = tuple(number for number in range(weights.ndim) if number != axis)
    largest = np.abs(weights).max(axis=others)
    scale = np.maximum(largest, largest.max() * LEAST_SHARE) / np.float32(most)
    spread = scale.reshape([-1 if number == axis else 1 for number in range(weights.ndim)])
    graph.constants[f"{name}.q"] = np.clip(np.rint(weights / spread), -most, most).astype(np.int8)
    graph.constants[f"{name}.scale"] = scale
    graph.constants[f"{name}.zero"] = np.zeros(scale.shape, np.int8)
    graph.replace(name, f"{name}.dq")
    constants = [f"{name}.q", f"{name}.scale", f"{name}.zero"]
    graph.nodes.append(
        helper.make_node(
            "DequantizeLinear", constants, [f"{name}.dq"], f"{name}.dequantise", axis=axis
        )
    )


def _parse_range(said: Mapping[str, Any]) -> Range:
    smoothing = said.get("smoothing")
    return Range(
        said["value"],
        _parse_floats(said["scale"]),
        _parse_integers(said["zero"]),
        said["signed"],
        tuple((name, place) for name, place in said["inputs"]),
        None if smoothing is None else _parse_floats(smoothing),
    )


def _dump_range(entry: Range) -> dict[str, Any]:
    said = {
        "value": entry.value,
        "scale": _dump_floats(entry.scale),
        "zero": entry.zero.tolist(),
        "signed": entry.is_signed,
        "inputs": entry.inputs,
    }
    if entry.smoothing is not None:
        said["smoothing"] = _dump_floats(entry.smoothing)
    return said


def _parse_floats(said: float | str) -> Floats:
    if isinstance(said, str):
        return np.frombuffer(base64.b64decode(said), "<f4").astype(np.float32)
    return np.array(said, np.float32)


def _dump_floats(value: Floats) -> float | str:
    if value.ndim:
        return base64.b64encode(value.astype("<f4").tobytes()).decode()
    return float(value)


def _parse_integers(said: int | Sequence[int]) -> NDArray[np.int32]:
    return np.array(said, np.int32)
