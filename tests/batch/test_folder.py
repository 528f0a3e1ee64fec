from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from picture.batch.folder import Names, walk


def test_pictures_are_found_in_order_and_nothing_else(tmp_path: Path) -> None:
    out = tmp_path / "b" / "out"
    wanted = ["a.PNG", "b/c.pdf", "b/d/e.jpeg", "z.tiff"]
    others = ["note.txt", ".hidden.png", ".git/x.png", "b/out/made.png", "plain"]
    for name in (*wanted, *others):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    found = [str(path.relative_to(tmp_path)) for path in walk(tmp_path, out)]
    assert sorted(found) == wanted
    assert found == [str(path.relative_to(tmp_path)) for path in walk(tmp_path, out)]


def test_a_name_is_the_files_own_without_its_end() -> None:
    names = Names({})
    assert [names.of("x/a.png"), names.of("y/a.png"), names.of("a.b.png")] == ["x/a", "y/a", "a.b"]


def test_who_would_overwrite_another_keeps_its_end() -> None:
    names = Names({"a": "a.png"})
    assert [names.of("a.jpg"), names.of("A.gif"), names.of("a.png")] == ["a.jpg", "A.gif", "a"]
    assert names.of("a.jpg.png") == "a.jpg.png"


@given(st.lists(st.text("aA.", min_size=1, max_size=4).map(lambda name: f"{name}.p"), max_size=12))
def test_no_two_files_have_one_name(sources: list[str]) -> None:
    names = Names({})
    given_names = {source: names.of(source) for source in sources}
    assert len({name.casefold() for name in given_names.values()}) == len(given_names)
    assert {source: names.of(source) for source in sources} == given_names
