"""Nothing is told to anyone, and nothing is written outside the service."""

import json
import os
import shutil
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from picture import privacy
from tests.conftest import ROOT

NAMESPACES = ["--net", "--mount", *([] if os.geteuid() == 0 else ["--map-root-user"])]

READ_A_PAGE = """
from picture.reading import Engine, prepare_models
from picture.settings import Settings
from PIL import Image
settings = Settings.from_environment()
prepare_models(settings)
engine = Engine(settings)
engine.wait_until_ready()
engine.read(Image.new("RGB", (64, 64), "white"), 60)
engine.close()
"""


def may_make_namespaces() -> bool:
    """Tell whether this user can run a program where no network is."""
    command = ["unshare", *NAMESPACES, "mount", "--bind", "/dev/null", "/etc/resolv.conf"]
    return (
        shutil.which("unshare") is not None
        and not subprocess.run(command, capture_output=True, check=False).returncode
    )


@pytest.fixture
def homes(tmp_path: Path) -> dict[str, str]:
    """Return an environment whose folders for a user's files are empty."""
    # With CI set some packages send nothing, which would prove nothing.
    variables = {name: value for name, value in os.environ.items() if name != "CI"}
    for name in ("HOME", "TMPDIR", "XDG_CACHE_HOME"):
        folder = tmp_path / name
        folder.mkdir()
        variables[name] = str(folder)
    return variables


def looked_up(code: str, variables: dict[str, str]) -> list[str]:
    """Return the names that a program looks up."""
    own = [sys.executable, str(ROOT / "tests" / "secluded.py"), sys.executable, "-c", code]
    done = subprocess.run(
        ["unshare", *NAMESPACES, *own],
        env=variables,
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    names: list[str] = json.loads(done.stdout.splitlines()[-1])
    return names


@pytest.mark.skipif(not may_make_namespaces(), reason="unshare (util-linux) may not be used here")
class TestWithoutANetwork:
    def test_a_look_up_would_be_seen(self, homes: dict[str, str]) -> None:
        code = "import socket\ntry: socket.gethostbyname('told.example')\nexcept OSError: pass"
        assert set(looked_up(code, homes)) == {"told.example"}

    @pytest.mark.parametrize("engine", ["onnxruntime", "openvino", "paddle"])
    def test_no_engine_looks_anyone_up_or_writes_outside(
        self, engine: str, homes: dict[str, str], tmp_path: Path
    ) -> None:
        assert looked_up(READ_A_PAGE, {**homes, "OCR_ENGINE": engine}) == []
        written = [path for name in ("HOME", "TMPDIR") for path in (tmp_path / name).rglob("*")]
        assert written == []


def test_a_home_is_put_back(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "/home/somebody")
    with privacy.home_inside():
        assert os.environ["HOME"] == os.environ["PADDLE_PDX_CACHE_HOME"]
    assert os.environ["HOME"] == "/home/somebody"


def test_who_has_no_home_has_none_afterwards(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("HOME", raising=False)
    with privacy.home_inside():
        pass
    assert "HOME" not in os.environ


def test_a_read_only_service_uses_a_private_temporary_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setattr(privacy, "_OWN_FOLDER", tmp_path / "file" / "models")
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    folder = privacy._writable_folder()
    assert folder == tmp_path / f"ocr-{os.getuid()}"
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_a_temporary_folder_that_is_not_ours_is_not_used(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / f"ocr-{os.getuid()}").symlink_to(tmp_path / "elsewhere")
    folder = privacy._private_folder()
    assert folder.name != f"ocr-{os.getuid()}"
    assert folder.is_dir()
