from pathlib import Path

import pytest

from picture.reading import packs
from picture.reading.languages import BY_TAG, Language
from picture.wheels import FetchError

RUSSIAN = BY_TAG["ru"]


@pytest.fixture
def nowhere(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have no pack on this machine."""
    monkeypatch.setattr(packs, "_SYSTEM", ())
    monkeypatch.delenv("TESSDATA_PREFIX", raising=False)


@pytest.mark.usefixtures("nowhere")
def test_a_missing_pack_is_fetched_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    def read(_: object, path: str) -> bytes:
        asked.append(path)
        return b"pack"

    monkeypatch.setattr(packs, "read_member", read)
    packs.prepare([RUSSIAN], tmp_path)
    packs.prepare([RUSSIAN], tmp_path)
    assert (tmp_path / "rus.traineddata").read_bytes() == b"pack"
    assert asked == ["usr/share/tesseract-ocr/5/tessdata/rus.traineddata"]
    assert packs.find("rus", tmp_path) == tmp_path


@pytest.mark.usefixtures("nowhere")
def test_without_a_network_only_what_was_asked_for_is_missed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(language: Language, _: Path) -> None:
        raise FetchError(f"no {language.pack}")

    monkeypatch.setattr(packs, "_fetch", fail)
    packs.prepare([RUSSIAN], tmp_path, is_needed=False)
    with pytest.raises(FetchError, match="no rus"):
        packs.prepare([RUSSIAN], tmp_path)


@pytest.mark.usefixtures("nowhere")
def test_packs_of_ones_own_go_before_ours(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    own, ours = tmp_path / "own", tmp_path / "ours"
    for folder, data in ((own, b"better"), (ours, b"usual")):
        folder.mkdir()
        (folder / "rus.traineddata").write_bytes(data)
    assert packs.find("rus", ours) == ours
    monkeypatch.setenv("TESSDATA_PREFIX", str(own))
    assert packs.find("rus", ours) == own
    assert packs.stamp(RUSSIAN) == ("ru", len(b"better"))
