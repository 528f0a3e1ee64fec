"""The calls of the service described for programs (OpenAPI 3.1)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from picture import errors
from picture.errors import ServiceError
from picture.layout import Layout
from picture.redraw import MIMETYPES, Color
from picture.settings import Settings

Description = dict[str, Any]

_TEXT = {"type": "string"}
_IMAGE = {
    "type": "string",
    "format": "binary",
    "description": "The picture: PNG, JPEG, WebP, BMP, TIFF or GIF (first frame).",
}
_LAYOUT = {
    "type": "string",
    "enum": [item.value for item in Layout],
    "default": Layout.PAGE.value,
    "description": "How the text is laid out.",
}
_WHITE = {
    "type": "string",
    "enum": ["true", "false"],
    "default": "true",
    "description": "White page, or the original with its text erased first.",
}
_COLOR = {
    "type": "string",
    "enum": [item.value for item in Color],
    "default": Color.BLACK.value,
    "description": "Colour of the text on a white page.",
}

_PARTIAL = {
    "type": "string",
    "enum": ["true", "false"],
    "default": "false",
    "description": "Where there is too much text: what can be read, marked as a part.",
}

# Every failure that an uploaded picture can meet; 500 is not among what is promised.
_UPLOAD_ERRORS = (
    errors.PictureMissingError,
    errors.PictureEmptyError,
    errors.FormInvalidError,
    errors.UploadIncompleteError,
    errors.OptionInvalidError,
    errors.KeyRequiredError,
    errors.CrossSiteError,
    errors.UploadTooLargeError,
    errors.FieldTooLargeError,
    errors.PartsExceededError,
    errors.PictureTooLargeError,
    errors.FormatUnsupportedError,
    errors.PictureBrokenError,
    errors.TooMuchWorkError,
    errors.ClientGoneError,
    errors.RateExceededError,
    errors.QueueFullError,
    errors.EngineUnavailableError,
    errors.StorageUnavailableError,
    errors.DeadlineExceededError,
    errors.DiskFullError,
)


def description(settings: Settings) -> Description:
    """Return the OpenAPI document of the service as it is set up."""
    document: Description = {
        "openapi": "3.1.0",
        "info": {"title": "OCR Picture Process Service", "version": "1.0.0"},
        "paths": {
            "/img_txt": {"post": _img_txt(settings)},
            "/img_img": {"post": _img_img(settings)},
            "/healthz": {"get": _probe("Tell that the process answers.")},
            "/readyz": {
                "get": _probe(
                    "Tell that the model is warm and that files can be written.",
                    errors.EngineUnavailableError,
                    errors.StorageUnavailableError,
                )
            },
            "/metrics": {"get": _METRICS},
        },
        "components": {"schemas": {"Error": _ERROR_SCHEMA}},
    }
    if settings.keys:
        document["components"]["securitySchemes"] = _SECURITY_SCHEMES
        document["security"] = [{name: []} for name in _SECURITY_SCHEMES]
    return document


_ERROR_SCHEMA = {
    "type": "object",
    "required": ["error"],
    "properties": {
        "error": {
            "type": "object",
            "required": ["code", "message"],
            "properties": {"code": {"type": "string"}, "message": {"type": "string"}},
        }
    },
}

_SECURITY_SCHEMES = {
    "key": {"type": "apiKey", "in": "header", "name": "X-API-Key"},
    "bearer": {"type": "http", "scheme": "bearer"},
    "basic": {"type": "http", "scheme": "basic"},
}


def _img_txt(settings: Settings) -> Description:
    answer = {"text/plain": {"schema": _TEXT}}
    return _upload(
        "Read the text of a picture.", {"layout": _LAYOUT, "partial": _PARTIAL}, answer, settings
    )


def _img_img(settings: Settings) -> Description:
    answer = {kind: {"schema": {"type": "string", "format": "binary"}} for kind in _IMAGE_KINDS}
    fields = {"white_background": _WHITE, "color": _COLOR, "partial": _PARTIAL}
    return _upload("Draw the text of a picture anew.", fields, answer, settings)


_IMAGE_KINDS = tuple(MIMETYPES.values())


def _upload(
    summary: str, fields: Mapping[str, Any], answer: Description, settings: Settings
) -> Description:
    schema = {"type": "object", "required": ["image"], "properties": {"image": _IMAGE, **fields}}
    return {
        "summary": summary,
        "description": f"At most {settings.max_body_mb:g} MB and {settings.max_megapixels:g} MP.",
        "requestBody": {
            "required": True,
            "content": {"multipart/form-data": {"schema": schema, "encoding": _ENCODING}},
        },
        "responses": {
            "200": {"description": "A file to save.", "headers": _HEADERS, "content": answer},
            **_responses(*_UPLOAD_ERRORS),
        },
    }


_ENCODING = {"image": {"contentType": ", ".join(_IMAGE_KINDS)}}

_HEADERS = {
    "Content-Disposition": {
        "description": "The file's name (RFC 6266).",
        "schema": {"type": "string"},
    },
    "X-Lines-Unread": {
        "description": "How many lines were found and not read; absent where none.",
        "schema": {"type": "integer"},
    },
    "X-Cache": {
        "description": "Whether the picture had to be read for this request.",
        "schema": {"type": "string", "enum": ["hit", "miss"]},
    },
    "X-Request-Id": {"schema": {"type": "string"}},
}


def _probe(summary: str, *failures: type[ServiceError]) -> Description:
    schema = {"type": "object", "properties": {"status": {"type": "string"}}}
    answer = {"description": "Yes.", "content": {"application/json": {"schema": schema}}}
    responses = {"200": answer, **_responses(*failures)}
    return {"summary": summary, "security": [], "responses": responses}


def _responses(*failures: type[ServiceError]) -> dict[str, Description]:
    """Return one response for each status, naming the codes that it may carry."""
    codes: dict[str, list[str]] = {}
    for failure in failures:
        codes.setdefault(str(failure.status), []).append(failure.code)
    schema = {"$ref": "#/components/schemas/Error"}
    content = {"application/json": {"schema": schema}}
    return {
        status: {"description": " or ".join(names), "content": content}
        for status, names in codes.items()
    }


_METRICS = {
    "summary": "Counts and times for Prometheus.",
    "responses": {
        "200": {"description": "All of them.", "content": {"text/plain": {"schema": _TEXT}}},
        **_responses(errors.KeyRequiredError, errors.RateExceededError),
    },
}
