import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from picture.child import Child
from picture.errors import (
    ClientGoneError,
    DeadlineExceededError,
    PageTooComplexError,
    PasswordWrongError,
    PictureBrokenError,
    PictureTooLargeError,
    ServiceError,
)
from picture.serving import Deadline
from tests.conftest import ROOT, wait_until

TARGET = "tests.misbehaving:Handler"
MEMORY = 200_000_000


def child(deadline: float = 30, **terms: Any) -> Child:
    return Child(TARGET, Deadline(deadline), MEMORY, **terms)


def is_alive(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state not in ("Z", "X")


def test_calls_are_answered_by_one_instance() -> None:
    with child() as one:
        assert one.call("echo", value={"a": "é"})[0] == [{"a": "é"}, 1]
        value, data = one.call("echo", 5, value=None, data=5)
        assert (value, bytes(data)) == ([None, 2], b"xxxxx")


def test_a_module_of_functions_is_a_handler_too() -> None:
    with Child("tests.misbehaving", Deadline(30), MEMORY) as one:
        assert one.call("add", left=2, right=3)[0] == 5


def test_large_data_comes_whole() -> None:
    with child() as one:
        _, data = one.call("echo", 20_000_000, value=1, data=20_000_000)
        assert len(data) == 20_000_000
        assert data.count(b"x") == 20_000_000


def test_more_data_than_was_asked_for_is_not_taken() -> None:
    with child() as one, pytest.raises(PictureBrokenError, match="11 bytes of 10"):
        one.call("echo", 10, value=1, data=11)


def test_an_error_of_the_service_arrives_as_it_was_raised() -> None:
    with child() as one, pytest.raises(PasswordWrongError, match="no"):
        one.call("refuse")


def test_any_other_error_means_that_the_file_is_broken_and_the_child_lives_on() -> None:
    with child() as one:
        with pytest.raises(PictureBrokenError, match="RuntimeError: parsing failed"):
            one.call("fail")
        assert one.call("echo", value=1)[0] == [1, 1]


def test_a_handler_that_cannot_be_loaded_is_our_fault() -> None:
    with Child("tests.misbehaving:Nobody", Deadline(30), MEMORY) as one:
        with pytest.raises(ServiceError, match="Nobody") as caught:
            one.call("echo", value=1)
        assert caught.value.status == 500


@pytest.mark.parametrize("way", ["crash", "end", "babble"])
def test_a_child_that_dies_or_babbles_makes_the_file_broken(way: str) -> None:
    with child() as one, pytest.raises(PictureBrokenError):
        one.call(way)


def test_a_dead_child_answers_no_further_call() -> None:
    with child() as one:
        for _ in range(2):
            with pytest.raises(PictureBrokenError):
                one.call("crash")


def test_memory_has_a_bound() -> None:
    with child() as one:
        assert one.call("take", size=MEMORY // 2)[0] == MEMORY // 2
        with pytest.raises(PictureTooLargeError):
            one.call("take", size=2 * MEMORY)


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGABRT])
def test_a_child_that_ends_as_without_memory_had_too_much_to_do(number: int) -> None:
    with child() as one, pytest.raises(PictureTooLargeError):
        one.call("signal", number=number)


def test_a_call_has_so_much_of_the_cpu() -> None:
    with child(seconds=1) as one, pytest.raises(PageTooComplexError):
        one.call("spin")


def test_a_call_ends_with_the_deadline_and_the_child_with_the_block() -> None:
    with child(0.5) as one:
        pid = one.call("about")[0]["pid"]
        with pytest.raises(DeadlineExceededError):
            one.call("sleep")
        assert is_alive(pid)
    assert not is_alive(pid)


def test_a_call_ends_when_its_client_has_gone() -> None:
    gone: list[bool] = []
    with Child(TARGET, Deadline(30, is_gone=lambda: bool(gone)), MEMORY) as one:
        one.call("echo", value=1)
        gone.append(True)
        with pytest.raises(ClientGoneError):
            one.call("sleep")


def test_no_file_is_written_but_where_it_is_allowed(tmp_path: Path) -> None:
    with child() as one, pytest.raises(PictureBrokenError, match="too large"):
        one.call("write", path=str(tmp_path / "file"))
    with child(file_bytes=100) as one:
        one.call("write", path=str(tmp_path / "file"))
    assert (tmp_path / "file").read_bytes() == b"written"


def test_what_libraries_print_is_no_reply() -> None:
    with child() as one:
        assert one.call("chatter")[0] == "true"


def test_a_child_knows_no_secret_and_leaves_no_core(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OCR_API_KEYS", "hunter2")
    with child() as one:
        about = one.call("about")[0]
    assert "OCR_API_KEYS" not in about["environment"]
    assert about["limits"] == [0, 0]


def test_a_child_imports_little() -> None:
    with child() as one:
        modules = set(one.call("about")[0]["modules"])
    assert modules.isdisjoint({"numpy", "PIL", "flask", "cv2", "picture.settings"})


_PARENT = """
import sys, time
from picture.child import Child
from picture.serving import Deadline
with Child("tests.misbehaving:Handler", Deadline(600), 200_000_000) as child:
    print(child.call("about")[0]["pid"], flush=True)
    child.call(sys.argv[1])
"""


@pytest.mark.parametrize("call", ["sleep", "spin"])
def test_a_child_ends_when_its_parent_is_killed(call: str) -> None:
    command = [sys.executable, "-c", _PARENT, call]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout
        pid = int(parent.stdout.readline())
        assert is_alive(pid)
        os.kill(parent.pid, signal.SIGKILL)
    wait_until(lambda: not is_alive(pid))
