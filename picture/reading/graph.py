"""A published ONNX model's graph, put into the form that engines run fastest.

Every step leaves what the model computes as it was, but for the order in which
floats are added.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import ModelProto, NodeProto, helper, numpy_helper, version_converter

Weights = NDArray[np.float32]

# The oldest that quantises weights channel by channel.
OPSET = 13

# Weights below which a channel counts as constant, and as not looked at; those of
# others are around .1.
_IDLE_WEIGHT = 1e-4
_UNSEEN_WEIGHT = 1e-6


class Graph:
    """The nodes and constants of a model, by the names of what they make and take."""

    def __init__(self, model: ModelProto) -> None:
        self._model = ModelProto()
        self._model.CopyFrom(model)
        self.nodes: list[NodeProto] = list(self._model.graph.node)
        self.constants = {
            tensor.name: numpy_helper.to_array(tensor) for tensor in model.graph.initializer
        }
        self._inputs = {entry.name for entry in model.graph.input}
        self.outputs = {output.name for output in model.graph.output}

    @property
    def makers(self) -> dict[str, NodeProto]:
        """Return which node makes a value."""
        return {name: node for node in self.nodes for name in node.output}

    @property
    def users(self) -> dict[str, list[NodeProto]]:
        """Return which nodes take a value, in order."""
        users: defaultdict[str, list[NodeProto]] = defaultdict(list)
        for node in self.nodes:
            for name in node.input:
                users[name].append(node)
        return users

    def remove(self, nodes: Iterable[NodeProto]) -> None:
        """Take nodes out; who used what they made has to be told before."""
        gone = {id(node) for node in nodes}
        self.nodes = [node for node in self.nodes if id(node) not in gone]

    def replace(self, value: str, other: str) -> None:
        """Let all who take a value take another."""
        for node in self.nodes:
            node.input[:] = [other if name == value else name for name in node.input]

    def sort(self) -> None:
        """Put each node behind those that make what it takes."""
        waiting, made = self.nodes, {"", *self._inputs, *self.constants}
        self.nodes = []
        while waiting:
            able = [node for node in waiting if made.issuperset(node.input)]
            if not able:
                raise ValueError(f"nothing makes what {waiting[0].name} takes")
            self.nodes += able
            made.update(name for node in able for name in node.output)
            waiting = [node for node in waiting if not made.issuperset(node.output)]

    def to_model(self) -> ModelProto:
        """Return a model of these nodes and of the constants that they use."""
        model, used = ModelProto(), {name for node in self.nodes for name in node.input}
        model.CopyFrom(self._model)
        for field in ("node", "initializer", "value_info"):
            model.graph.ClearField(field)
        model.graph.node.extend(self.nodes)
        model.graph.initializer.extend(
            numpy_helper.from_array(value, name)
            for name, value in self.constants.items()
            if name in used
        )
        return model


def tidy(model: bytes) -> ModelProto:
    """Return a published model made ready for engines and for quantisation."""
    loaded = onnx.load_from_string(model)
    if loaded.opset_import[0].version < OPSET:
        loaded = version_converter.convert_version(loaded, OPSET)
    graph = Graph(loaded)
    for step in _STEPS:
        step(graph)
    return graph.to_model()


def _flush_denormals(graph: Graph) -> None:
    """Set weights too small for a normal float32 to zero: a CPU takes a slow path for them."""
    for name, value in graph.constants.items():
        if value.dtype == np.float32:
            tiny = np.abs(value) < np.finfo(np.float32).tiny
            graph.constants[name] = np.where(tiny, np.float32(0), value)


def _drop_identities(graph: Graph) -> None:
    """Let nodes take their values without a detour; half of a graph of Paddle's are such."""
    same: dict[str, str] = {}
    idle = []
    for node in graph.nodes:
        node.input[:] = [same.get(name, name) for name in node.input]
        if node.op_type == "Identity" and node.output[0] not in graph.outputs:
            same[node.output[0]] = node.input[0]
            idle.append(node)
    graph.remove(idle)


def _fold_biases(graph: Graph) -> None:
    """Give convolutions the bias that is added after them, which quantising looks for there."""
    users, folded = graph.users, []
    for node in graph.nodes:
        following = users[node.output[0]]
        if node.op_type not in ("Conv", "ConvTranspose") or len(node.input) > 2:
            continue
        if len(following) != 1 or following[0].op_type != "Add":
            continue
        name = next((name for name in following[0].input if name in graph.constants), None)
        if name is None or not _is_per_channel(graph.constants[name]):
            continue
        graph.constants[f"{name}.bias"] = graph.constants[name].reshape(-1)
        node.input.append(f"{name}.bias")
        node.output[0] = following[0].output[0]
        folded.append(following[0])
    graph.remove(folded)


def _is_per_channel(value: Weights) -> bool:
    return value.ndim == 4 and value.size == value.shape[1]


def _join_gates(graph: Graph) -> None:
    """Make x + x * gate an x * (gate + 1): a pass over all pixels less."""
    makers, users = graph.makers, graph.users
    graph.constants["gate.one"] = np.array(1, np.float32)
    joined = []
    for add in graph.nodes:
        products = [makers[name] for name in add.input if name in makers]
        product = next((node for node in products if node.op_type == "Mul"), None)
        if add.op_type != "Add" or product is None or len(users[product.output[0]]) != 1:
            continue
        (value,) = [name for name in add.input if name != product.output[0]]
        gates = [name for name in product.input if name != value]
        if len(gates) != 1 or makers[gates[0]].op_type != "HardSigmoid":
            continue
        joined.append((add, product, value, gates[0]))
    for add, product, value, gate in joined:
        opened = helper.make_node("Add", [gate, "gate.one"], [f"{gate}.opened"], f"{gate}.opened")
        product.input[:] = [value, opened.output[0]]
        product.output[0] = add.output[0]
        graph.nodes.insert(graph.nodes.index(product), opened)
    graph.remove(add for add, *_ in joined)


def _prune_hidden(graph: Graph) -> None:
    """Leave out channels between two convolutions that training has left without effect.

    What comes out of one is its bias, whatever goes in, or nobody looks at it: of
    some layers of the small detector that is true of two thirds.
    """
    for first, second in _around_gelu(graph):
        (before, bias), (after, sum_bias) = _weights(graph, first), _weights(graph, second)
        idle = np.abs(before).max(axis=(1, 2, 3)) < _IDLE_WEIGHT
        unseen = np.abs(after).max(axis=(0, 2, 3)) < _UNSEEN_WEIGHT
        if after.shape[2:] != (1, 1) or not (gone := idle | unseen).any():
            continue
        moved = _moved(after[:, idle, 0, 0], bias[idle])
        pruned = before[~gone], bias[~gone], after[:, ~gone], (sum_bias + moved).astype(np.float32)
        for name, value in zip((*first.input[1:], *second.input[1:]), pruned, strict=True):
            graph.constants[name] = value


def _around_gelu(graph: Graph) -> Iterator[tuple[NodeProto, NodeProto]]:
    """Yield convolutions with a bias that only a GELU stands between."""
    users = graph.users
    for first in graph.nodes:
        nodes, value = users[first.output[0]], first.output[0]
        if first.op_type != "Conv" or [node.op_type for node in nodes] != ["Div", "Mul"]:
            continue
        for kind in ("Div", "Erf", "Add", "Mul", "Mul"):
            value = next((node.output[0] for node in users[value] if node.op_type == kind), "")
        following = users[value]
        if len(following) == 1 and following[0].op_type == "Conv":
            (second,) = following
            if len(first.input) == len(second.input) == 3:
                yield first, second


def _moved(weights: Weights, bias: Weights) -> NDArray[np.float64]:
    """Return what constant channels add to each of a convolution's results.

    Summed without rounding: the order in which numpy adds depends on the CPU, and
    the file's digest must not.
    """
    constant = [_gelu(float(value)) for value in bias]
    return np.array([math.fsum(row * constant) for row in weights.astype(np.float64)])


def _gelu(value: float) -> float:
    return value * 0.5 * (1 + math.erf(value / math.sqrt(2)))


def _shuffle_pixels(graph: Graph) -> None:
    """Enlarge a detector's map at the end, by moving pixels instead of computing at full size.

    Two transposed convolutions without overlap, each twice as large, are two
    convolutions of single pixels whose results are then laid out as 4 x 4 pixels.
    """
    upscales = [node for node in graph.nodes if node.op_type == "ConvTranspose"]
    if [_kernel(graph, node) for node in upscales] != [(2, 2), (2, 2)]:
        return
    first, second = upscales
    sigmoid = graph.users[second.output[0]][0]
    _become_pixelwise(graph, first, *_first_upscale(*_weights(graph, first)))
    _become_pixelwise(graph, second, *_second_upscale(*_weights(graph, second)))
    (whole,) = sigmoid.output
    sigmoid.output[0] = f"{whole}.pixels"
    shuffle = helper.make_node(
        "DepthToSpace", [sigmoid.output[0]], [whole], "shuffle", blocksize=4, mode="DCR"
    )
    graph.nodes.append(shuffle)


def _kernel(graph: Graph, node: NodeProto) -> tuple[int, ...]:
    return graph.constants[node.input[1]].shape[2:]


def _weights(graph: Graph, node: NodeProto) -> tuple[Weights, Weights]:
    return graph.constants[node.input[1]], graph.constants[node.input[2]]


def _first_upscale(weights: Weights, bias: Weights) -> tuple[Weights, Weights]:
    """Return what makes the channels of each of the 2 x 2 pixels (i, j), pixel by pixel."""
    inner, outer = weights.shape[:2]
    # k, c, i, j -> i, j, c, k
    return weights.transpose(2, 3, 1, 0).reshape(4 * outer, inner), np.tile(bias, 4)


def _second_upscale(weights: Weights, bias: Weights) -> tuple[Weights, Weights]:
    """Return what makes 4 x 4 pixels of the channels of 2 x 2, each of which sees its own."""
    inner = weights.shape[0]
    spread = np.zeros((2, 2, 2, 2, 2, 2, inner), np.float32)  # i, k, j, l out of i, j, c
    for i, j in np.ndindex(2, 2):
        spread[i, :, j, :, i, j] = weights[:, 0].transpose(1, 2, 0)
    return spread.reshape(16, 4 * inner), np.repeat(bias, 16)


def _become_pixelwise(graph: Graph, node: NodeProto, weights: Weights, bias: Weights) -> None:
    node.op_type = "Conv"
    node.ClearField("attribute")
    node.attribute.append(helper.make_attribute("kernel_shape", [1, 1]))
    names = [f"{name}.pixelwise" for name in node.input[1:]]
    node.input[1:] = names
    graph.constants[names[0]] = np.ascontiguousarray(weights[:, :, np.newaxis, np.newaxis])
    graph.constants[names[1]] = bias


_STEPS: tuple[Callable[[Graph], None], ...] = (
    _flush_denormals,
    _drop_identities,
    _fold_biases,
    _join_gates,
    _prune_hidden,
    _shuffle_pixels,
)
