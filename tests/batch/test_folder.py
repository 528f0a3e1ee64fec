from pathlib import Path

from picture.batch.folder import walk


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
