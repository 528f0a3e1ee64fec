"""The README's commands do what it says."""

import re
import shlex
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.conftest import ROOT, LiveService, draw_page, needs, to_bytes

README = (ROOT / "README.md").read_text()
CURL = re.findall(r"^curl .+$", README, re.MULTILINE)
LINKS = re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", README)
ANCHORS = re.findall(r"\]\(#([^)]+)\)", README)


@needs(curl=shutil.which("curl"))
def test_every_curl_line_saves_an_answer_and_may_be_repeated(
    live: LiveService, tmp_path: Path
) -> None:
    (tmp_path / "receipt.jpg").write_bytes(to_bytes(draw_page("TOTAL 42.50"), "JPEG"))
    assert len(CURL) == 4
    for line in CURL * 2:
        words = shlex.split(line.replace("http://localhost:5001", live.url))
        subprocess.run([*words, "--silent", "--fail"], cwd=tmp_path, check=True)
    assert (tmp_path / "receipt.txt").read_text().strip() == "TOTAL 42.50"
    for name in ("clean.jpg", "redrawn.jpg"):
        assert (tmp_path / name).read_bytes().startswith(b"\xff\xd8\xff")


@pytest.mark.parametrize("link", sorted(set(LINKS)))
def test_every_file_that_is_linked_is_there(link: str) -> None:
    assert (ROOT / link).exists()


@pytest.mark.parametrize("anchor", sorted(set(ANCHORS)))
def test_every_section_that_is_linked_is_there(anchor: str) -> None:
    headings = re.findall(r"^#+ (.+)$", README, re.MULTILINE)
    assert anchor in [heading.lower().replace(" ", "-") for heading in headings]


def test_every_folder_of_the_house_is_shown() -> None:
    for wing in (ROOT / "picture").glob("*/__init__.py"):
        assert f"  {wing.parent.name}/ " in README
