import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tools import lock
from tools.lock import LOCKS, ROOT, Lock, LockError

PACKAGE = re.compile(r"^([a-z0-9-]+)==(\S+)", re.MULTILINE)


def versions(one: Lock) -> dict[str, str]:
    return dict(PACKAGE.findall((ROOT / one.file).read_text()))


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """Return a copy of everything that locks are made from, and of the locks."""
    for name in ("requirements.txt", "requirements-dev.txt"):
        shutil.copy(ROOT / name, tmp_path)
    shutil.copytree(ROOT / "requirements", tmp_path / "requirements")
    return tmp_path


@pytest.mark.parametrize("one", LOCKS, ids=lambda one: one.name)
def test_a_lock_belongs_to_its_requirements(one: Lock) -> None:
    assert lock.is_current(one), f"{one.file} is out of date: run python tools/lock.py"


@pytest.mark.parametrize("one", LOCKS, ids=lambda one: one.name)
def test_a_lock_is_out_of_date_once_a_requirement_changes(one: Lock, copy: Path) -> None:
    pins = copy / "requirements.txt"
    pins.write_text(pins.read_text().replace("pillow==", "pillow==1"))
    assert not lock.is_current(one, copy)


def test_a_comment_leaves_a_lock_as_it_is(copy: Path) -> None:
    pins = copy / "requirements.txt"
    pins.write_text("# More words\n\n" + pins.read_text())
    assert all(lock.is_current(one, copy) for one in LOCKS)


def test_a_lock_that_was_edited_or_lost_is_out_of_date(copy: Path) -> None:
    edited, lost = LOCKS[:2]
    path = copy / edited.file
    path.write_text(path.read_text().replace("sha256:0", "sha256:1", 1))
    (copy / lost.file).unlink()
    assert not lock.is_current(edited, copy)
    assert not lock.is_current(lost, copy)


@pytest.mark.parametrize("one", LOCKS, ids=lambda one: one.name)
def test_a_lock_has_hashes_and_none_of_what_it_leaves_out(one: Lock) -> None:
    found = versions(one)
    assert found.keys().isdisjoint(one.left_out)
    assert lock.TELEMETRY in one.left_out
    entries = re.split(r"\n(?=[a-z0-9-]+==)", (ROOT / one.file).read_text())[1:]
    assert len(entries) == len(found)
    assert all("--hash=sha256:" in entry for entry in entries)


def test_all_locks_agree_on_versions() -> None:
    first = versions(LOCKS[0])
    for one in LOCKS[1:]:
        found = versions(one)
        shared = first.keys() & found.keys()
        assert {name: found[name] for name in shared} == {name: first[name] for name in shared}


def test_only_one_onnx_runtime_is_installed() -> None:
    runtimes = {"onnxruntime", "onnxruntime-gpu"}
    assert all(len(runtimes & versions(one).keys()) == 1 for one in LOCKS)


def test_the_settings_of_the_machine_stay_out(copy: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("UV_FIND_LINKS", "/somewhere")
    seen: dict[str, Any] = {}

    def run(command: list[str], **options: Any) -> subprocess.CompletedProcess[str]:
        seen.update(options, command=command)
        (copy / LOCKS[1].file).write_text("good==1.0 \\\n    --hash=sha256:0\n")
        return subprocess.CompletedProcess(command, 0)

    monkeypatch.setattr(subprocess, "run", run)
    lock.write(LOCKS[1], root=copy)
    assert "UV_FIND_LINKS" not in seen["env"]
    assert "--no-config" in seen["command"]
    assert lock.is_current(LOCKS[1], copy)


def test_requirements_that_cannot_be_met_are_told(
    copy: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        subprocess, "run", lambda command, **_: subprocess.CompletedProcess(command, 1)
    )
    with pytest.raises(LockError, match=r"requirements/default\.lock could not be made"):
        lock.write(LOCKS[0], root=copy)


@pytest.mark.parametrize(("broken", "status"), [(False, 0), (True, 1)])
def test_check_tells_which_locks_are_out_of_date(
    broken: bool, status: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.argv", ["lock.py", "--check"])
    monkeypatch.setattr(lock, "is_current", lambda _: not broken)
    assert lock.main() == status
    assert ("requirements/gpu.lock is out of date" in capsys.readouterr().err) == broken
