import subprocess
import sys

import pytest

from picture import machine
from tests.conftest import ROOT


def test_nothing_is_missing_where_opencv_loads() -> None:
    assert machine.missing_packages(machine.OPENCV) == []


def test_the_message_names_the_debian_packages() -> None:
    needed = {
        "libmissing-one.so.7": "libmissing7",
        "libmissing-two.so": "two",
        "libc.so.6": "libc6",
    }
    with pytest.raises(SystemExit, match=r"apt install libmissing7 two$"):
        machine.require(needed)


@pytest.mark.parametrize("version", [(3, 11), (3, 12), (3, 13)])
def test_a_machine_that_has_everything_has_no_problem(version: tuple[int, int]) -> None:
    assert machine.problems(version, True, []) == []


@pytest.mark.parametrize("version", [(3, 8), (3, 10), (3, 14)])
def test_another_python_is_refused_in_a_sentence(version: tuple[int, int]) -> None:
    (sentence,) = machine.problems(version, True, [])
    assert sentence.startswith("Python 3.11 to 3.13 is needed, this is 3.")


def test_everything_that_is_missing_is_named_at_once() -> None:
    found = machine.problems((3, 10), False, ["libgomp1", "libgl1"])
    assert [sentence.split()[0] for sentence in found] == ["Python", "Python's", "System"]
    assert found[1].endswith("apt install python3-venv")
    assert found[2].endswith("apt install libgomp1 libgl1")


def test_the_check_runs_without_any_package() -> None:
    command = [sys.executable, "-I", "-S", str(ROOT / "picture" / "machine.py")]
    assert subprocess.run(command, capture_output=True, check=True).stderr == b""
