import numpy as np
import onnx
import pytest
from numpy.typing import NDArray
from onnx import ModelProto

from picture.reading.graph import Graph, tidy
from picture.reading.models import MODELS_FOLDER, prepare
from picture.reading.quantisation import Range, Recipe, quantise
from picture.reading.weights import PUBLISHED
from tests.reading.test_graph import model_of, node, random, run


def plain() -> ModelProto:
    weights = {"w": random(4, 3, 1, 1), "b": random(4), "v": random(12, 5)}
    nodes = [node("Conv", "x w b", "a"), node("Relu", "a", "r"), node("MatMul", "r v", "y")]
    return tidy(model_of(nodes, weights).SerializeToString())


def number(value: float) -> NDArray[np.float32]:
    return np.array(value, np.float32)


def recipe(model: ModelProto) -> Recipe:
    largest = float(np.maximum(run(model, PICTURE), 0).max()) + 4
    return Recipe(
        (
            Range("x", number(8 / 255), np.array(0, np.int32), True, (("Conv.a", 0),)),
            Range(
                "r",
                number(largest / 255),
                np.array(0, np.int32),
                False,
                (("MatMul.y", 0),),
                smoothing=np.linspace(0.5, 1, 12, dtype=np.float32),
            ),
        ),
        {"w": (0, 127), "v": (1, 127)},
        {"b": Graph(model).constants["b"]},
        "0" * 64,
    )


PICTURE = random(1, 3, 8, 12)


def test_integers_give_nearly_what_floats_give() -> None:
    model = plain()
    integers = onnx.load_from_string(quantise(model, recipe(model)))
    onnx.checker.check_model(integers)
    exact, rounded = run(model, PICTURE), run(integers, PICTURE)
    assert 0 < np.abs(exact - rounded).max() < 0.05 * np.abs(exact).max()


def test_weights_are_kept_as_integers_of_eight_bits_channel_by_channel() -> None:
    model = plain()
    graph = Graph(onnx.load_from_string(quantise(model, recipe(model))))
    assert graph.constants["w.q"].dtype == np.int8
    assert graph.constants["w.scale"].shape == (4,)
    assert "w" not in graph.constants
    assert np.abs(graph.constants["v.q"]).max(axis=0).tolist() == [127] * 5


def test_a_recipe_is_followed_to_the_same_bytes() -> None:
    model = plain()
    assert quantise(model, recipe(model)) == quantise(model, recipe(model))


def test_biases_are_those_of_the_recipe() -> None:
    model = plain()
    said = recipe(model)
    moved = Recipe(said.ranges, said.weights, {"b": np.full(4, 3, np.float32)})
    graph = Graph(onnx.load_from_string(quantise(model, moved)))
    assert graph.constants["b"].tolist() == [3] * 4


def test_a_recipe_comes_back_from_its_text() -> None:
    said = recipe(plain())
    back = Recipe.parse(said.dump())
    assert back.dump() == said.dump()
    assert back.weights == said.weights
    assert [entry.inputs for entry in back.ranges] == [entry.inputs for entry in said.ranges]
    first, second = (entry.smoothing for entry in back.ranges)
    assert first is None
    assert second is not None
    assert second.tolist() == np.linspace(0.5, 1, 12, dtype=np.float32).tolist()


@pytest.mark.parametrize("name", [name for name in PUBLISHED if "PP-OCRv6" in name])
def test_recipes_are_kilobytes_and_their_models_a_third_as_large(name: str) -> None:
    prepare([name])
    assert PUBLISHED[name].quantisation.stat().st_size < 50_000
    folder = MODELS_FOLDER / name
    floats, integers = (folder / "inference.onnx", folder / "int8" / "inference.onnx")
    assert integers.stat().st_size < 0.4 * floats.stat().st_size
