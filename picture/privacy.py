"""Packages kept from telling anyone of their use, and from writing outside the service."""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_OWN_FOLDER = Path(__file__).resolve().parent.parent / "models"


def keep_quiet() -> None:
    """Turn off every package's telemetry and give PaddleX a folder of ours.

    To be called before any of them is imported.
    """
    # ONNX Runtime since 1.29 reports each session to its makers.
    os.environ["ORT_DISABLE_TELEMETRY"] = "1"
    # OpenVINO reports each import, unless the package that does so is not there.
    sys.modules["openvino_telemetry"] = None  # type: ignore[assignment]
    # What PaddleX downloads models with, where somebody asks for others than ours.
    os.environ["HF_HUB_DISABLE_TELEMETRY"] = "1"
    os.environ.setdefault("PADDLE_PDX_CACHE_HOME", str(_writable_folder()))


@contextmanager
def home_inside() -> Iterator[None]:
    """Have packages that keep files in the user's home keep them in our folder instead."""
    before = os.environ.get("HOME")
    os.environ["HOME"] = os.environ["PADDLE_PDX_CACHE_HOME"]
    try:
        yield
    finally:
        if before is None:
            del os.environ["HOME"]
        else:
            os.environ["HOME"] = before


def _writable_folder() -> Path:
    """Return a folder inside the service, or where that is read-only a private one."""
    inside = _OWN_FOLDER / "paddlex"
    try:
        inside.mkdir(parents=True, exist_ok=True)
    except OSError:
        return _private_folder()
    return inside if os.access(inside, os.W_OK) else _private_folder()


def _private_folder() -> Path:
    """Return a temporary folder of this user's: PaddleX believes what it finds there."""
    folder = Path(tempfile.gettempdir(), f"ocr-{os.getuid()}")
    try:
        folder.mkdir(mode=0o700, exist_ok=True)
        found = folder.lstat()
        is_ours = folder.is_dir() and not folder.is_symlink() and found.st_uid == os.getuid()
    except OSError:
        is_ours = False
    return folder if is_ours else Path(tempfile.mkdtemp(prefix="ocr-"))
