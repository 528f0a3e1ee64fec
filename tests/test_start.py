"""A start that cannot work ends at once, with a sentence."""

import os
import shutil
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT, LiveService, draw_page, free_port, to_bytes


def start(**variables: str) -> subprocess.CompletedProcess[str]:
    """Start the service as `python ocr.py` does and return how it ended."""
    own = {"OCR_HOST": "127.0.0.1", "OCR_PORT": str(free_port()), **variables}
    return subprocess.run(
        [sys.executable, str(ROOT / "ocr.py")],
        env={**os.environ, **own},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.mark.parametrize(
    ("variables", "sentence"),
    [
        ({"OCR_DEVICE": "banana"}, "OCR_DEVICE must be cpu, gpu or gpu:<number>, not 'banana'"),
        ({"OCR_WORKRES": "2"}, "OCR_WORKRES is no setting. Did you mean OCR_WORKERS?"),
        ({"OCR_DEVICE": "gpu"}, "OCR_DEVICE=gpu needs packages for GPUs: see"),
        ({"OCR_MODEL": "nonsense"}, "OCR_MODEL 'nonsense' is no pair of models."),
        ({"OCR_MODEL_DIR": "/no/such"}, "OCR_MODEL_DIR has no /no/such/"),
        ({"OCR_UPLOADS_DIR": "/dev/null/up"}, "OCR_UPLOADS_DIR /dev/null/up cannot be written to"),
        ({"OCR_HOST": "203.0.113.7"}, "Choose another with OCR_HOST."),
    ],
)
def test_a_setting_that_cannot_work_ends_the_start(
    variables: dict[str, str], sentence: str
) -> None:
    ended = start(**variables)
    assert ended.returncode == 1
    first, second, *_ = ended.stderr.splitlines()
    assert first == "The service cannot start."
    assert second.find(sentence) >= 0
    assert "Traceback" not in ended.stderr
    assert "gunicorn" not in ended.stderr


def test_a_port_that_is_taken_is_named_with_its_setting() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        ended = start(OCR_PORT=port)
    assert ended.returncode == 1
    assert f"127.0.0.1, port {port}: Address already in use. Choose another" in ended.stderr
    assert ended.stderr.rstrip().endswith("with OCR_PORT.")


def test_an_engine_that_cannot_start_ends_the_service_instead_of_looping(tmp_path: Path) -> None:
    for role in ("det", "rec"):
        name = f"PP-OCRv6_tiny_{role}"
        shutil.copytree(ROOT / "models" / "PP-OCRv6_small_det", tmp_path / name)
        (tmp_path / name / "inference.onnx").write_bytes(b"junk")
    ended = start(OCR_MODEL="PP-OCRv6_tiny", OCR_MODEL_DIR=str(tmp_path))
    assert ended.returncode == 3
    assert ended.stderr.count("Booting worker") == 1
    assert ended.stderr.count("the engine cannot start") == 1
    assert "Traceback" not in ended.stderr


@pytest.fixture(scope="module")
def log(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Return the log of a service that was started, polled until it was warm, and stopped."""
    folder = tmp_path_factory.mktemp("started")
    service = LiveService(folder, OCR_COLOUR="blue", OCR_SERVICE_PORT="80")
    assert service.stop() == 0
    return service.log.read_text()


def test_a_variable_of_somebody_elses_is_named_and_ignored(log: str) -> None:
    assert "OCR_COLOUR is no setting of this service and is ignored." in log
    assert "OCR_SERVICE_PORT is no" not in log


def test_who_polls_while_the_engine_warms_up_fills_no_log(log: str) -> None:
    assert "readyz" not in log
    assert "message=refused" not in log


def test_paddle_ends_without_a_crash_report(tmp_path: Path) -> None:
    service = LiveService(tmp_path, OCR_ENGINE="paddle")
    answer = service.post("/img_txt", to_bytes(draw_page("Paddle reads")))
    assert answer.text.strip() == "Paddle reads"
    assert service.stop() == 0
    assert "Traceback" not in service.log.read_text()
