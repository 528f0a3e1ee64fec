"""The house keeps its plan: who may import whom, read from the source."""

import ast
from collections.abc import Iterator
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

from tests.conftest import ROOT

WINGS = ("reading", "layout", "redraw", "formats", "serving", "batch")

# It measures the recipes that a wing keeps: a room of that wing.
WRITES_RECIPES = "benchmarks.precision"

# What a wing may know of the others, each by its door.
MAY_ENTER: dict[str, set[str]] = {
    "reading": set(),
    "layout": set(),
    "redraw": {"reading"},
    "formats": {"layout"},
    "serving": {"reading", "layout", "redraw", "formats"},
    "batch": {"serving"},
}


def sources(*folders: str) -> list[str]:
    """Return the paths of all modules in folders of the project."""
    paths = [path for folder in folders for path in (ROOT / folder).rglob("*.py")]
    return sorted(path.relative_to(ROOT).as_posix() for path in paths)


def dotted(source: str) -> str:
    """Return the name under which a module is imported."""
    return source.removesuffix(".py").removesuffix("/__init__").replace("/", ".")


def imports(source: str) -> Iterator[str]:
    """Yield the dotted names that a module imports, wherever in it."""
    for node in ast.walk(ast.parse((ROOT / source).read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{source} imports by a relative name"
            yield from _targets(str(node.module), [alias.name for alias in node.names])


def _targets(package: str, names: list[str]) -> Iterator[str]:
    """Yield the package, or the modules in it where those are what is imported."""
    folder = ROOT.joinpath(*package.split("."))
    handed_on = handed_on_by(folder / "__init__.py")
    for name in names:
        is_module = name not in handed_on and (folder / f"{name}.py").is_file()
        yield f"{package}.{name}" if is_module else package


def handed_on_by(door: Path) -> list[str]:
    """Return the names that a door lists, which may be those of rooms behind it."""
    if not door.is_file():
        return []
    nodes = ast.parse(door.read_text()).body
    lists = [node.value for node in nodes if isinstance(node, ast.Assign | ast.AnnAssign)]
    return [name for value in lists if value for name in ast.literal_eval(value)]


def wing_of(name: str) -> str | None:
    """Return the wing that a module of the project or of its tests belongs to."""
    if name.startswith(WRITES_RECIPES):
        return "reading"
    first, *rest = name.split(".")
    return rest[0] if first in ("picture", "tests") and rest and rest[0] in WINGS else None


def doors_passed_by(source: str) -> list[str]:
    """Return the rooms of other wings that a module enters without their door."""
    own = wing_of(dotted(source))
    rooms = [name for name in imports(source) if name.startswith("picture.")]
    return [name for name in rooms if name.count(".") > 1 and wing_of(name) != own]


ALL = [
    "ocr.py",
    "cli.py",
    "utility.py",
    *sources("picture", "deploy", "benchmarks", "tests", "tools"),
]
ROOMS = sources("picture")


@pytest.mark.parametrize("source", ALL)
def test_a_wing_is_entered_by_its_door_but_from_within(source: str) -> None:
    assert doors_passed_by(source) == []


@pytest.mark.parametrize("source", ROOMS)
def test_a_wing_knows_only_the_wings_below_it(source: str) -> None:
    own = wing_of(dotted(source))
    others = {wing_of(name) for name in imports(source)} - {None, own}
    assert others <= (MAY_ENTER[own] if own else set())


@pytest.mark.parametrize("source", ROOMS)
def test_only_serving_knows_the_web(source: str) -> None:
    if wing_of(dotted(source)) != "serving":
        tops = {name.partition(".")[0] for name in imports(source)}
        assert tops.isdisjoint({"flask", "werkzeug", "gunicorn"})


@pytest.mark.parametrize("source", ROOMS)
def test_no_room_knows_the_application(source: str) -> None:
    tops = {name.partition(".")[0] for name in imports(source)}
    assert tops.isdisjoint({"ocr", "cli", "utility", "tests", "benchmarks"})


def test_imports_run_in_no_circle() -> None:
    names = {dotted(source): source for source in ROOMS if not source.endswith("__init__.py")}
    graph = {name: set(imports(source)) & names.keys() for name, source in names.items()}
    assert list(TopologicalSorter(graph).static_order())


@pytest.mark.parametrize("wing", WINGS)
def test_a_door_hands_on_what_it_lists_and_nothing_else(wing: str) -> None:
    door = ast.parse((ROOT / "picture" / wing / "__init__.py").read_text())
    imported = [
        alias.asname or alias.name
        for node in door.body
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    ]
    listed = handed_on_by(ROOT / "picture" / wing / "__init__.py")
    assert sorted(imported) == sorted(listed)


def used_names(wing: str) -> set[str]:
    """Return the names that others take from a wing's door."""
    found: set[str] = set()
    for source in ALL:
        for node in ast.walk(ast.parse((ROOT / source).read_text())):
            if isinstance(node, ast.ImportFrom) and node.module == f"picture.{wing}":
                found |= {alias.name for alias in node.names}
    return found


@pytest.mark.parametrize("wing", WINGS)
def test_everything_a_door_hands_on_is_used(wing: str) -> None:
    listed = handed_on_by(ROOT / "picture" / wing / "__init__.py")
    assert set(listed) <= used_names(wing)


def test_tests_mirror_the_wings() -> None:
    for wing in WINGS:
        rooms = {path.stem for path in (ROOT / "picture" / wing).glob("*.py")}
        tested = {path.stem.removeprefix("test_") for path in _tests_of(wing)}
        assert tested <= rooms, f"tests/{wing} tests rooms that are elsewhere"


def _tests_of(wing: str) -> Iterator[Path]:
    return (ROOT / "tests" / wing).glob("test_*.py")
