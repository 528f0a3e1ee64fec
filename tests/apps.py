"""The application around an engine that reads nothing, for tests of everything else."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from flask import Flask
from PIL import Image

import ocr
from picture.page import Line, Page
from picture.settings import Settings
from tests.conftest import draw_page, to_bytes

PICTURE = to_bytes(draw_page("Hello"))


class FakeEngine:
    """Stand in for the engine: one line on every picture."""

    is_ready = True

    def ahead_of(self, ticket: str) -> int | None:
        return 2 if ticket == "x" * 24 else None

    def read(self, image: Image.Image, *_: object) -> Page:
        box = ((40.0, 40.0), (140.0, 40.0), (140.0, 72.0), (40.0, 72.0))
        return Page(*image.size, (Line("Hello", 0.99, box),))


def make_app(folder: Path, **options: Any) -> Flask:
    """Create the application around a fake engine, with folders of its own."""
    folders = {"uploads_dir": str(folder / "uploads"), "output_dir": str(folder / "output")}
    return ocr.create_app(Settings(**folders, **options), FakeEngine())  # type: ignore[arg-type]
