import importlib.util
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import ROOT, draw_page, free_port, to_bytes, wait_until

pytestmark = pytest.mark.skipif(
    importlib.util.find_spec("ray") is None,
    reason="something is not installed: pip install -r requirements/cluster.lock",
)


@pytest.fixture
def cluster() -> Iterator[str]:
    """Return the address of a cluster of this machine alone, with room for two makers."""
    ray, port = str(Path(sys.executable).with_name("ray")), free_port()
    environment = {**os.environ, "RAY_USAGE_STATS_ENABLED": "0"}
    options = [f"--port={port}", "--num-cpus=2", "--memory=3000000000"]
    options += ["--object-store-memory=100000000", "--include-dashboard=false"]
    started = [ray, "start", "--head", "--node-ip-address=127.0.0.1", *options]
    subprocess.run(started, env=environment, check=True, capture_output=True)
    yield f"127.0.0.1:{port}"
    subprocess.run([ray, "stop", "--force"], check=True, capture_output=True)


def actors() -> list[int]:
    """Return the process numbers of makers."""
    found = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            is_one = path.read_bytes().startswith(b"ray::_Actor")
        except OSError:
            continue
        if is_one:
            found.append(int(path.parent.name))
    return found


def files(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}


def test_nothing_is_lost_or_read_twice_where_one_of_two_is_killed(
    cluster: str, tmp_path: Path
) -> None:
    scans, here, there = tmp_path / "scans", tmp_path / "here", tmp_path / "there"
    scans.mkdir()
    for number in range(24):
        (scans / f"{number:02}.png").write_bytes(to_bytes(draw_page(f"Page {number}")))
    (scans / "broken.png").write_bytes(b"\x89PNG\r\n\x1a\n")
    command = [sys.executable, str(ROOT / "cli.py"), str(scans), "--to", "txt,img"]
    with subprocess.Popen(
        [*command, "-o", str(there), "--ray", cluster], stderr=subprocess.PIPE, text=True
    ) as run:
        wait_until((there / "02.txt").exists, seconds=90)
        wait_until(lambda: len(actors()) == 2)
        os.kill(actors()[0], signal.SIGKILL)
        _, said = run.communicate(timeout=120)
    assert run.returncode == 1
    assert said.endswith(f"24 read, 1 failed: see {there / 'failed.jsonl'}.\n")
    ledger = (there / ".ocr" / "done.jsonl").read_text().splitlines()
    assert len(ledger) == len(set(ledger)) == 48

    result = subprocess.run([*command, "-o", str(here)], capture_output=True, check=False)
    assert result.returncode == 1
    assert files(here) == files(there)
