"""The README's commands do what it says."""

import re
import shlex
import shutil
import subprocess
import zipfile
from pathlib import Path

import pytest

from tests.conftest import ROOT, LiveService, draw_page, needs, to_bytes

README = (ROOT / "README.md").read_text()
CURL = re.findall(r"^curl .+$", README.replace("\\\n", ""), re.MULTILINE)
LINKS = re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", README)
ANCHORS = re.findall(r"\]\(#([^)]+)\)", README)


@needs(curl=shutil.which("curl"))
def test_every_curl_line_saves_an_answer_and_may_be_repeated(
    live: LiveService, tmp_path: Path
) -> None:
    receipt = draw_page("TOTAL 42.50")
    (tmp_path / "receipt.jpg").write_bytes(to_bytes(receipt, "JPEG"))
    (tmp_path / "invoice.png").write_bytes(to_bytes(receipt))
    (tmp_path / "scan.pdf").write_bytes(to_bytes(receipt, "PDF"))
    pages = to_bytes(receipt, "PDF", save_all=True, append_images=[receipt] * 3)
    (tmp_path / "report.pdf").write_bytes(pages)
    with zipfile.ZipFile(tmp_path / "scans.zip", "w") as scans:
        scans.write(tmp_path / "receipt.jpg", "may/receipt.jpg")
    assert len(CURL) == 11
    for line in CURL * 2:
        words = shlex.split(line.replace("http://localhost:5001", live.url))
        subprocess.run([*words, "--silent", "--fail"], cwd=tmp_path, check=True)
    assert (tmp_path / "receipt.txt").read_text().strip() == "TOTAL 42.50"
    for name in ("clean.jpg", "redrawn.jpg"):
        assert (tmp_path / name).read_bytes().startswith(b"\xff\xd8\xff")
    assert (tmp_path / "report.md").read_text() == "\n\f\n\n".join(["TOTAL 42.50\n"] * 3)
    assert (tmp_path / "searchable.pdf").read_bytes().startswith(b"%PDF-")
    assert (tmp_path / "invoice.xlsx").read_bytes().startswith(b"PK")
    with zipfile.ZipFile(tmp_path / "results.zip") as results:
        assert results.read("may/receipt.md") == b"TOTAL 42.50\n"
    assert '"TOTAL 42.50"' in (tmp_path / "receipt.json").read_text()


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
