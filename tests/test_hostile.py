"""Hostile pictures: each is refused with a reason, and none costs much."""

import io
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from picture.errors import PictureTooLargeError, ServiceError
from picture.reading import decode
from picture.settings import Settings
from tests.conftest import ROOT, LiveService
from tests.hostile import bombs, mutants, seed_picture

LIMITS = (Settings().max_pixels, Settings().max_side)
BOMBS = dict(bombs())


def outcome(data: bytes) -> str:
    """Decode, and return the code of the refusal or `ok`."""
    try:
        picture = decode(io.BytesIO(data), *LIMITS)
    except ServiceError as error:
        assert 400 <= error.status < 500
        return error.code
    assert picture.image.mode == "RGB"
    return "ok"


@pytest.mark.parametrize("name", BOMBS)
def test_a_bomb_is_refused(name: str) -> None:
    assert outcome(BOMBS[name]) != "ok"


@pytest.mark.parametrize("name", [name for name in BOMBS if name.endswith("pixels")])
def test_claimed_pixels_are_refused_as_too_many(name: str) -> None:
    with pytest.raises(PictureTooLargeError):
        decode(io.BytesIO(BOMBS[name]), *LIMITS)


_DECODE_ALL = """
import io, resource, sys
from picture.reading import decode
from picture.errors import ServiceError
from tests.hostile import bombs
files = [data for _, data in bombs()]
before = resource.getrusage(resource.RUSAGE_SELF)
for data in files:
    try:
        decode(io.BytesIO(data), 50_000_000, 20_000)
    except ServiceError:
        pass
after = resource.getrusage(resource.RUSAGE_SELF)
print(after.ru_maxrss - before.ru_maxrss)
"""


def test_all_bombs_together_cost_little_memory() -> None:
    done = subprocess.run(
        [sys.executable, "-c", _DECODE_ALL],
        cwd=ROOT,
        env={"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    )
    kilobytes = int(done.stdout)
    assert kilobytes < 50_000


def test_damaged_pictures_are_read_or_refused() -> None:
    outcomes = {outcome(data) for _, data in mutants(3_000)}
    assert {"ok", "picture_broken", "format_unsupported"} <= outcomes


@settings(
    max_examples=500, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck)
)
@given(
    form=st.sampled_from(["PNG", "JPEG", "WEBP", "BMP", "TIFF", "GIF"]),
    at=st.integers(0, 400),
    noise=st.binary(min_size=1, max_size=40),
)
@example(form="PNG", at=0, noise=b"\x89PNG\r\n\x1a\n")
def test_no_bytes_fail_in_a_way_of_their_own(form: str, at: int, noise: bytes) -> None:
    data = seed_picture(form)
    outcome(data[:at] + noise + data[at + len(noise) :])


def collection() -> Iterator[Path]:
    """Yield the files of the collection that OCR_TEST_HOSTILE names, if it names one."""
    folder = os.environ.get("OCR_TEST_HOSTILE")
    return iter(sorted(Path(folder).iterdir())) if folder else iter(())


def test_the_service_outlives_every_hostile_file(live: LiveService) -> None:
    worker = live.workers()
    files = [*BOMBS.values(), *(data for _, data in mutants(150, seed=1))]
    files += [path.read_bytes() for path in collection()]
    for number, data in enumerate(files):
        answer = live.post(("/img_txt", "/img_img")[number % 2], data)
        assert answer.status == 200 or 400 <= answer.status < 500
        if answer.status != 200:
            assert answer.error["code"]
            assert answer.error["message"].endswith(".")
    assert live.workers() == worker
    assert live.files() == []
