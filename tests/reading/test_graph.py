"""What is done to a published model leaves what it computes as it was."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import onnx
import onnxruntime
import pytest
from numpy.typing import NDArray
from onnx import ModelProto, NodeProto, TensorProto, helper, numpy_helper

from picture.reading.graph import OPSET, Graph, tidy

Tensor = NDArray[np.float32]

CHANCE = np.random.default_rng(0)


def random(*shape: int) -> Tensor:
    return CHANCE.normal(size=shape).astype(np.float32)


def model_of(
    nodes: Sequence[NodeProto], constants: dict[str, Tensor], opset: int = OPSET
) -> ModelProto:
    """Return a model of a picture (1 x 3 x 8 x 12) whose last node makes y."""
    graph = helper.make_graph(
        list(nodes),
        "small",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, [1, 3, 8, 12])],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, list("ncyx"))],
        [numpy_helper.from_array(value, name) for name, value in constants.items()],
    )
    imports = [helper.make_opsetid("", opset)]
    return helper.make_model(graph, opset_imports=imports, ir_version=8)


def node(kind: str, inputs: str, output: str, **options: Any) -> NodeProto:
    return helper.make_node(kind, inputs.split(), [output], name=f"{kind}.{output}", **options)


def run(model: ModelProto, picture: Tensor) -> Tensor:
    session = onnxruntime.InferenceSession(
        model.SerializeToString(), providers=["CPUExecutionProvider"]
    )
    return np.asarray(session.run(None, {"x": picture})[0], np.float32)


def tidied(model: ModelProto) -> ModelProto:
    """Return the model made tidy, after a look that it computes the same."""
    ready = tidy(model.SerializeToString())
    onnx.checker.check_model(ready)
    picture = random(1, 3, 8, 12)
    assert np.allclose(run(model, picture), run(ready, picture), rtol=1e-5, atol=1e-5)
    return ready


def kinds(model: ModelProto) -> list[str]:
    return [entry.op_type for entry in model.graph.node]


def test_identities_are_dropped_but_for_one_that_makes_a_result() -> None:
    nodes = [node("Identity", "x", "a"), node("Relu", "a", "b"), node("Identity", "b", "y")]
    assert kinds(tidied(model_of(nodes, {}))) == ["Relu", "Identity"]


def test_a_bias_added_behind_a_convolution_becomes_its_own() -> None:
    constants = {"w": random(4, 3, 3, 3), "b": random(1, 4, 1, 1)}
    ready = tidied(model_of([node("Conv", "x w", "a"), node("Add", "a b", "y")], constants))
    assert kinds(ready) == ["Conv"]
    assert len(ready.graph.node[0].input) == 3


def test_a_constant_that_differs_from_pixel_to_pixel_is_no_bias() -> None:
    constants = {"w": random(4, 3, 1, 1), "b": random(1, 1, 1, 12)}
    nodes = [node("Conv", "x w", "a"), node("Add", "a b", "y")]
    assert kinds(tidied(model_of(nodes, constants))) == ["Conv", "Add"]


def test_a_value_and_its_gated_self_are_added_in_one_pass() -> None:
    nodes = [
        node("GlobalAveragePool", "x", "mean"),
        node("HardSigmoid", "mean", "gate"),
        node("Mul", "x gate", "gated"),
        node("Add", "x gated", "y"),
    ]
    ready = tidied(model_of(nodes, {}))
    assert kinds(ready) == ["GlobalAveragePool", "HardSigmoid", "Add", "Mul"]


def gelu(taken: str, made: str) -> list[NodeProto]:
    return [
        node("Div", f"{taken} root", f"{made}1"),
        node("Erf", f"{made}1", f"{made}2"),
        node("Add", f"{made}2 one", f"{made}3"),
        node("Mul", f"{taken} {made}3", f"{made}4"),
        node("Mul", f"{made}4 half", made),
    ]


def test_channels_without_effect_are_left_out() -> None:
    first, second = random(8, 3, 1, 1), random(5, 8, 1, 1)
    first[2] = 1e-6  # comes out as its bias, whatever goes in
    second[:, 6] = 0  # nobody looks at it
    constants = {
        "w": first,
        "b": random(8),
        "v": second,
        "c": random(5),
        "root": np.array(np.sqrt(2), np.float32),
        "one": np.array(1, np.float32),
        "half": np.array(0.5, np.float32),
    }
    nodes = [node("Conv", "x w b", "a"), *gelu("a", "g"), node("Conv", "g v c", "y")]
    ready = Graph(tidied(model_of(nodes, constants)))
    assert ready.constants["w"].shape == (6, 3, 1, 1)
    assert ready.constants["v"].shape == (5, 6, 1, 1)


def test_the_map_at_the_end_is_enlarged_by_moving_pixels() -> None:
    constants = {
        "w": random(3, 6, 2, 2),
        "b": random(6),
        "v": random(6, 1, 2, 2),
        "c": random(1),
    }
    nodes = [
        node("ConvTranspose", "x w b", "a", strides=[2, 2]),
        node("Relu", "a", "r"),
        node("ConvTranspose", "r v c", "s", strides=[2, 2]),
        node("Sigmoid", "s", "y"),
    ]
    ready = tidied(model_of(nodes, constants))
    assert kinds(ready) == ["Conv", "Relu", "Conv", "Sigmoid", "DepthToSpace"]


def test_an_old_model_is_brought_up_to_date() -> None:
    old = model_of([node("Relu", "x", "y")], {}, opset=11)
    assert tidied(old).opset_import[0].version == OPSET


def test_nodes_are_sorted_by_what_they_take() -> None:
    nodes = [node("Relu", "x", "a"), node("Neg", "a", "b"), node("Abs", "b", "y")]
    graph = Graph(model_of(nodes[::-1], {}))
    graph.sort()
    assert [entry.op_type for entry in graph.nodes] == ["Relu", "Neg", "Abs"]


def test_a_value_that_nothing_makes_is_told() -> None:
    graph = Graph(model_of([node("Add", "x missing", "y")], {}))
    with pytest.raises(ValueError, match=r"nothing makes what Add\.y takes"):
        graph.sort()


def test_a_graph_leaves_the_model_that_it_came_from_alone() -> None:
    model = model_of([node("Relu", "x", "y")], {})
    before = model.SerializeToString()
    graph = Graph(model)
    graph.replace("x", "z")
    graph.remove(graph.nodes)
    assert model.SerializeToString() == before
