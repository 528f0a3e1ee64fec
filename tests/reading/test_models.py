import hashlib
import multiprocessing
import os
import signal
import time
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import onnx
import pytest
import yaml
from onnx import TensorProto, helper, numpy_helper

from picture.reading import models, weights
from picture.reading.graph import tidy
from picture.reading.models import model_folder, prepare
from picture.reading.quantisation import Recipe, quantise
from picture.reading.weights import PUBLISHED, Weights
from picture.settings import Settings
from picture.wheels import FetchError, Member, Wheelhouse

CHARACTERS = "a\nb\n你\n🛅"


def tiny_model() -> bytes:
    """Return an ONNX model with one denormal weight and a dictionary."""
    weights = np.array([0.5, 1e-42, -1e-42, 0.0], np.float32)
    graph = helper.make_graph(
        [helper.make_node("Add", ["x", "w"], ["y"])],
        "tiny",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, [4])],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, [4])],
        [numpy_helper.from_array(weights, "w")],
    )
    model = helper.make_model(graph)
    entry = model.metadata_props.add()
    entry.key, entry.value = "character", CHARACTERS
    return bytes(model.SerializeToString())


MODEL = tiny_model()
TINY = Weights(
    "tiny_rec",
    "rec",
    "Apache-2.0",
    {"inference.onnx": (Member("tiny", "1", "m.onnx", hashlib.sha256(MODEL).hexdigest()),)},
)


@pytest.fixture
def reads(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Publish one tiny model and stand in for its wheel; return what was fetched."""
    fetched: list[str] = []

    def read(_: Wheelhouse, sources: tuple[Member, ...]) -> bytes:
        fetched.append(sources[0].path)
        return MODEL

    monkeypatch.setattr(Wheelhouse, "read", read)
    monkeypatch.setattr(models, "PUBLISHED", {TINY.name: TINY})
    return fetched


def test_a_prepared_model_has_what_paddlex_reads(reads: list[str], tmp_path: Path) -> None:
    prepare(["tiny_rec"], tmp_path)
    description = yaml.safe_load((tmp_path / "tiny_rec" / "inference.yml").read_text())
    assert description["Global"]["model_name"] == "tiny_rec"
    assert list(description["PostProcess"]["character_dict"]) == ["a", "b", "你", "🛅"]
    assert reads == ["m.onnx"]


def test_denormal_weights_become_zero_and_others_stay(reads: list[str], tmp_path: Path) -> None:
    prepare(["tiny_rec"], tmp_path)
    model = onnx.load(tmp_path / "tiny_rec" / "inference.onnx")
    assert numpy_helper.to_array(model.graph.initializer[0]).tolist() == [0.5, 0.0, 0.0, 0.0]
    assert reads == ["m.onnx"]


def test_a_model_with_a_recipe_is_kept_in_integers_too(
    reads: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    integers = quantise(tidy(MODEL), Recipe((), {}))
    recipe = Recipe((), {}, sha256=hashlib.sha256(integers).hexdigest())
    write_recipe(recipe, tmp_path, monkeypatch)
    prepare(["tiny_rec"], tmp_path)
    folder = model_folder("tiny_rec", shared=tmp_path, integers=True)
    assert folder == tmp_path / "tiny_rec" / "int8"
    assert (folder / "inference.onnx").read_bytes() == integers
    assert (folder / "inference.yml").read_text() == (folder / "../inference.yml").read_text()
    assert reads == ["m.onnx"]


def test_integers_other_than_those_that_were_tested_are_refused(
    reads: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_recipe(Recipe((), {}, sha256="0" * 64), tmp_path, monkeypatch)
    with pytest.raises(FetchError, match="tiny_rec are not those that were tested"):
        prepare(["tiny_rec"], tmp_path)
    assert not (tmp_path / "tiny_rec").exists()
    assert reads == ["m.onnx"]


def write_recipe(recipe: Recipe, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the tiny model have a recipe for integers."""
    path = folder / f"{TINY.name}.json"
    path.write_text(recipe.dump())
    monkeypatch.setattr(Weights, "quantisation", path)


def test_a_second_start_fetches_nothing(reads: list[str], tmp_path: Path) -> None:
    prepare(["tiny_rec"], tmp_path)
    prepare(["tiny_rec"], tmp_path)
    assert reads == ["m.onnx"]


def test_a_changed_recipe_prepares_anew(
    reads: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    prepare(["tiny_rec"], tmp_path)
    monkeypatch.setattr(weights, "_RECIPE_VERSION", 0)
    prepare(["tiny_rec"], tmp_path)
    assert reads == ["m.onnx", "m.onnx"]


def test_a_model_that_is_not_published_is_left_to_paddleocr(tmp_path: Path) -> None:
    prepare(["PP-OCRv5_server_rec"], tmp_path)
    assert list(tmp_path.iterdir()) == []
    assert model_folder("PP-OCRv5_server_rec") is None


def test_a_folder_of_ones_own_holds_any_model(tmp_path: Path) -> None:
    assert model_folder("mine_rec", tmp_path) == tmp_path / "mine_rec"


def test_a_model_that_cannot_be_fetched_leaves_nothing(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def fail(*_: object) -> bytes:
        raise FetchError("no network")

    monkeypatch.setattr(Wheelhouse, "read", fail)
    monkeypatch.setattr(models, "PUBLISHED", {TINY.name: TINY})
    with pytest.raises(FetchError):
        prepare(["tiny_rec"], tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == [".lock"]


def test_processes_that_start_at_once_prepare_one_model(reads: list[str], tmp_path: Path) -> None:
    fork = multiprocessing.get_context("fork")
    processes = [fork.Process(target=prepare, args=(["tiny_rec"], tmp_path)) for _ in range(4)]
    for process in processes:
        process.start()
    for process in processes:
        process.join(30)
    assert [process.exitcode for process in processes] == [0] * 4
    assert sorted(path.name for path in tmp_path.iterdir()) == [".lock", "tiny_rec"]
    assert reads == []


def _prepare_slowly(folder: Path) -> None:
    def stall(target: Path, files: Mapping[str, bytes]) -> None:
        draft = target.with_name(".tiny_rec-draft")
        draft.mkdir()
        for name, data in files.items():
            (draft / name).write_bytes(data[: len(data) // 2])
        (folder / "half-way").touch()
        time.sleep(60)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(models, "write_folder", stall)
        prepare(["tiny_rec"], folder)


def test_a_kill_half_way_leaves_no_broken_model(reads: list[str], tmp_path: Path) -> None:
    process = multiprocessing.get_context("fork").Process(target=_prepare_slowly, args=(tmp_path,))
    process.start()
    while not (tmp_path / "half-way").exists():
        time.sleep(0.01)
    assert process.pid is not None
    os.kill(process.pid, signal.SIGKILL)
    process.join()
    assert not (tmp_path / "tiny_rec").exists()
    prepare(["tiny_rec"], tmp_path)
    onnx.load(tmp_path / "tiny_rec" / "inference.onnx")
    assert reads == ["m.onnx"]


@pytest.mark.parametrize("name", ["PP-OCRv6_small_rec", "PP-OCRv4_mobile_rec"])
def test_a_real_recogniser_has_a_dictionary_of_clean_characters(name: str) -> None:
    folder = model_folder(name)
    assert folder is not None
    description = yaml.safe_load((folder / "inference.yml").read_text())
    characters = description["PostProcess"]["character_dict"]
    assert len(characters) == len(set(characters)) > 6000
    assert not any(character.strip("\r\n") == "" for character in characters)


def test_every_published_model_names_its_licence_and_a_checksum() -> None:
    for published in PUBLISHED.values():
        assert published.licence == "Apache-2.0"
        for sources in published.files.values():
            assert all(len(source.sha256) == 64 for source in sources)
            assert len({source.sha256 for source in sources}) == 1


def test_the_default_model_has_a_second_source() -> None:
    for task in ("det", "rec"):
        published = PUBLISHED[f"{Settings().model_pair}_{task}"]
        assert len({source.package for source in published.files["inference.onnx"]}) == 2
