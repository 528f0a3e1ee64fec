import pytest
from hypothesis import given
from hypothesis import strategies as st

from picture.serving.names import Names, cleaned


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


@pytest.mark.parametrize(
    ("sent", "clean"),
    [
        ("a.png", "a.png"),
        ("scans/may/a.png", "scans/may/a.png"),
        ("../../etc/passwd.png", "etc/passwd.png"),
        ("/root/a.png", "root/a.png"),
        ("C:\\scans\\..\\a.png", "C_/scans/a.png"),
        (".hidden/.a.png", "hidden/a.png"),
        ("a\u202egnp.exe\0", "agnp.exe"),
        ("../..", "picture"),
        ("", "picture"),
    ],
)
def test_a_name_stays_in_its_folder(sent: str, clean: str) -> None:
    assert cleaned(sent) == clean


@given(st.text())
def test_no_name_leads_anywhere_else(sent: str) -> None:
    parts = cleaned(sent).split("/")
    assert all(part and not part.startswith(".") and len(part) <= 100 for part in parts)
    assert len(parts) <= 16
