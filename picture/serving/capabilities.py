"""What this service can do as it is set up, for programs that choose among services."""

from __future__ import annotations

from typing import Any

from picture.formats import FORMS
from picture.layout import Layout
from picture.reading import FORMATS, MAIN, Orientation, TextLayer, fingerprint, languages_of
from picture.serving.openapi import VERSION
from picture.serving.options import WRITABLE
from picture.serving.targets import TARGETS
from picture.settings import Settings


def capabilities(settings: Settings) -> dict[str, Any]:
    """Return formats in and out, layouts, languages, limits, the model and the version."""
    readers = languages_of(settings)
    return {
        "version": VERSION,
        **settings.about,
        "fingerprint": fingerprint(settings),
        "formats": {
            "in": [form.lower() for form in (*FORMATS, "PDF", "HEIF", "AVIF")],
            "text": list(FORMS),
            "image": list(WRITABLE),
            "calls": ["img_txt", "img_img", "img_json", "img_pdf", "ocr", "batch", "jobs"],
            "to": list(TARGETS),
        },
        "layouts": [item.value for item in Layout],
        "languages": [*MAIN, *readers],
        "readers": readers,
        "orientations": [item.value for item in Orientation],
        "text_layers": [item.value for item in TextLayer],
        "limits": {
            "upload_mb": settings.max_body_mb,
            "megapixels": settings.max_megapixels,
            "side": settings.max_side,
            "pages": settings.max_pages,
            "lines": settings.max_lines,
            "read_seconds": settings.read_seconds,
            "deadline_seconds": settings.deadline,
            "batch_files": settings.batch_files,
            "batch_mb": settings.batch_mb,
            "job_pages": settings.job_pages,
        },
    }
