"""The calls of the service described for programs (OpenAPI 3.1)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from picture import errors
from picture.errors import ServiceError
from picture.formats import FORMS, JSON_SCHEMA
from picture.redraw import MIMETYPES
from picture.serving import options
from picture.serving.targets import MANNERS, TO
from picture.settings import Settings

Description = dict[str, Any]

VERSION = "1.4.0"

_TEXT = {"type": "string"}
_FILE = {"type": "string", "format": "binary"}
_SENT = {
    **_FILE,
    "description": "PDF, PNG, JPEG, WebP, BMP, TIFF, GIF, HEIC or AVIF.",
}

# Every failure that an upload of one or many files can meet.
_REQUEST_ERRORS = (
    errors.PictureMissingError,
    errors.FormInvalidError,
    errors.UploadIncompleteError,
    errors.OptionInvalidError,
    errors.LanguageUnknownError,
    errors.NumberInvalidError,
    errors.RegionInvalidError,
    errors.PagesInvalidError,
    errors.CorrectionsInvalidError,
    errors.LinesInvalidError,
    errors.LinesExceededError,
    errors.KeyRequiredError,
    errors.CrossSiteError,
    errors.UploadTooLargeError,
    errors.FieldTooLargeError,
    errors.PartsExceededError,
    errors.RateExceededError,
    errors.QueueFullError,
    errors.StorageUnavailableError,
    errors.DiskFullError,
)

# What is wrong with an upload of many; of one of them, the manifest says.
_MANY_ERRORS = (
    *_REQUEST_ERRORS,
    errors.FilesExceededError,
    errors.ArchiveBrokenError,
)

# What can be wrong with a file, or with its reading.
_OF_FILES = (
    errors.PictureEmptyError,
    errors.PictureTooLargeError,
    errors.FormatUnsupportedError,
    errors.PagesExceededError,
    errors.PageTooLargeError,
    errors.PictureBrokenError,
    errors.DocumentBrokenError,
    errors.DocumentEmptyError,
    errors.DocumentLockedError,
    errors.PasswordRequiredError,
    errors.PasswordWrongError,
    errors.PageMissingError,
    errors.LineMissingError,
    errors.LinesOfOtherError,
    errors.LinesOutsideError,
    errors.PageTooComplexError,
    errors.RegionOutsideError,
    errors.SinglePageError,
    errors.ArchiveUnavailableError,
    errors.TooMuchWorkError,
    errors.ClientGoneError,
    errors.EngineUnavailableError,
    errors.DeadlineExceededError,
)

# Every failure that an uploaded picture can meet; 500 is not among what is promised.
_UPLOAD_ERRORS = (*_REQUEST_ERRORS, *_OF_FILES)


def description(settings: Settings) -> Description:
    """Return the OpenAPI document of the service as it is set up."""
    document: Description = {
        "openapi": "3.1.0",
        "info": {"title": "OCR Picture Process Service", "version": VERSION},
        "paths": {
            **{path: {"post": call} for path, call in _calls(settings).items()},
            **_calls_of_many(settings),
            "/capabilities": {"get": _CAPABILITIES},
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
        "components": {"schemas": {"Error": _ERROR_SCHEMA, "Document": JSON_SCHEMA}},
    }
    if settings.keys:
        document["components"]["securitySchemes"] = _SECURITY_SCHEMES
        document["security"] = [{name: []} for name in _SECURITY_SCHEMES]
    return document


_ERROR = {
    "type": "object",
    "required": ["code", "message"],
    "properties": {"code": {"type": "string"}, "message": {"type": "string"}},
}
_ERROR_SCHEMA = {"type": "object", "required": ["error"], "properties": {"error": _ERROR}}

_SECURITY_SCHEMES = {
    "key": {"type": "apiKey", "in": "header", "name": "X-API-Key"},
    "bearer": {"type": "http", "scheme": "bearer"},
    "basic": {"type": "http", "scheme": "basic"},
}


def _calls(settings: Settings) -> dict[str, Description]:
    """Return what can be sent for reading: each call with its options and answers."""
    texts = {form.mimetype: {"schema": _FILE} for form in FORMS.values()}
    pictures = {kind: {"schema": _FILE} for kind in (*MIMETYPES.values(), _PDF, _SVG)}
    record = {"application/json": {"schema": {"$ref": "#/components/schemas/Document"}}}
    results = {"application/json": {"schema": _RESULTS}}
    written = options.FORM, options.LAYOUT, options.RULES
    own = options.WHITE, options.COLOR, options.KEEP, options.WRITTEN
    return {
        "/img_txt": _call("Read text.", written, texts, settings),
        "/img_img": _call("Draw the text of a picture anew.", own, pictures, settings),
        "/img_pdf": _call(
            "Make a PDF whose text can be searched and copied.",
            (options.PDFA,),
            {_PDF: {"schema": _FILE}},
            settings,
        ),
        "/img_json": _call("Tell everything that was read.", (), record, settings),
        "/ocr": _call("Answer as LiteParse asks an OCR server.", (), results, settings, "file"),
    }


_PDF, _SVG = "application/pdf", "image/svg+xml"
_RESULT = {
    "type": "object",
    "required": ["text", "bbox", "confidence"],
    "properties": {
        "text": _TEXT,
        "bbox": {"type": "array", "items": {"type": "integer"}, "minItems": 4, "maxItems": 4},
        "confidence": {"type": "number", "minimum": 0, "maximum": 1},
    },
}
_RESULTS = {
    "type": "object",
    "required": ["results"],
    "properties": {"results": {"type": "array", "items": _RESULT}},
}


def _call(
    summary: str,
    own: Sequence[options.Option[Any]],
    answer: Description,
    settings: Settings,
    field: str = "image",
) -> Description:
    every = (*own, *options.SELECTION, options.PARTIAL)
    fields = {option.name: option.schema for option in every}
    schema = {"type": "object", "required": [field], "properties": {field: _SENT, **fields}}
    form = {"schema": schema, "encoding": {field: {"contentType": ", ".join(_KINDS)}}}
    bodies = {kind: {"schema": _FILE} for kind in ("image/*", *_OTHER_KINDS)}
    return {
        "summary": summary,
        "description": f"At most {settings.max_body_mb:g} MB and {settings.max_megapixels:g} MP "
        f"a page, {settings.max_pages} pages. With the file itself as the body, options stand "
        "behind the address.",
        "parameters": _parameters(every),
        "requestBody": {
            "required": True,
            "content": {"multipart/form-data": form, **bodies},
        },
        "responses": {
            "200": {"description": "A file to save.", "headers": _HEADERS, "content": answer},
            **_responses(*_UPLOAD_ERRORS),
        },
    }


def _calls_of_many(settings: Settings) -> dict[str, Description]:
    """Return the calls that take many files, and those about a job."""
    job = {"200": _json("How far it is.", _JOB), **_responses(*_JOB_ERRORS)}
    gone = {"204": {"description": "It is forgotten."}, **_responses(*_JOB_ERRORS)}
    result = {
        "200": {
            "description": "What was made: the file itself of one, else a zip with a manifest.",
            "content": {kind: {"schema": _FILE} for kind in ("*/*", _ZIP)},
        },
        **_responses(*_JOB_ERRORS, errors.JobUnfinishedError, errors.JobFailedError, *_OF_FILES),
    }
    token = {"parameters": [{"name": "job", "in": "path", "required": True, "schema": _TEXT}]}
    zipped = {"description": "A zip, sent while it is made.", "content": {_ZIP: {"schema": _FILE}}}
    accepted = _json("Where to ask for it.", _JOB)
    return {
        "/batch": {"post": _many("Make something of many files.", "200", zipped, settings)},
        "/jobs": {
            "post": _many(
                "Make something of files that take longer than a request may.",
                "202",
                accepted,
                settings,
                errors.BacklogFullError,
            )
        },
        "/jobs/{job}": {
            **token,
            "get": {"summary": "Tell how far a job is.", "responses": job},
            "delete": {"summary": "Forget a job, and stop it.", "responses": gone},
        },
        "/jobs/{job}/result": {
            **token,
            "get": {"summary": "Answer what a job has made.", "responses": result},
        },
    }


_ZIP = "application/zip"

_JOB_ERRORS = (
    errors.JobGoneError,
    errors.KeyRequiredError,
    errors.CrossSiteError,
    errors.StorageUnavailableError,
)

_COUNT = {"type": "integer", "minimum": 0}
_MOMENT = {"type": "string", "format": "date-time"}
_JOB = {
    "type": "object",
    "required": ["job", "state", "created", "files", "pages", "url"],
    "properties": {
        "job": _TEXT,
        "state": {"type": "string", "enum": ["waiting", "working", "done", "failed"]},
        "created": _MOMENT,
        "finished": _MOMENT,
        "expires": _MOMENT,
        "files": {
            "type": "object",
            "properties": {"total": _COUNT, "done": _COUNT, "failed": _COUNT},
        },
        "pages": {"type": "object", "properties": {"begun": _COUNT, "done": _COUNT}},
        "url": _TEXT,
        "result": _TEXT,
        "error": _ERROR,
    },
}


def _json(description: str, schema: Description) -> Description:
    return {"description": description, "content": {"application/json": {"schema": schema}}}


def _many(
    summary: str,
    status: str,
    answer: Description,
    settings: Settings,
    *failures: type[ServiceError],
) -> Description:
    """Describe a call that takes many files, or a zip of them."""
    every = (TO, *MANNERS)
    files = {"type": "array", "items": _SENT, "minItems": 1}
    fields = {"image": files, **{option.name: option.schema for option in every}}
    form = {"schema": {"type": "object", "required": ["image"], "properties": fields}}
    return {
        "summary": summary,
        "description": f"Files or zips of them: at most {settings.batch_files} files and "
        f"{settings.batch_mb:g} MB together, {settings.max_body_mb:g} MB each.",
        "parameters": _parameters(every),
        "requestBody": {
            "required": True,
            "content": {"multipart/form-data": form, _ZIP: {"schema": _FILE}},
        },
        "responses": {status: answer, **_responses(*_MANY_ERRORS, *failures)},
    }


def _parameters(every: Sequence[options.Option[Any]]) -> list[Description]:
    # As from a form that is sent with a field left empty.
    return [
        {
            "name": option.name,
            "in": "query",
            "schema": {"anyOf": [option.schema, {"const": ""}]},
        }
        for option in every
    ]


_OTHER_KINDS = (_PDF, "application/octet-stream")
_KINDS = (*MIMETYPES.values(), "image/heic", _PDF)

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


_CAPABILITIES = {
    "summary": "Formats, layouts, languages, limits, the model and the version.",
    "responses": {
        "200": {
            "description": "All of it.",
            "content": {"application/json": {"schema": {"type": "object"}}},
        },
        **_responses(errors.KeyRequiredError, errors.RateExceededError),
    },
}

_METRICS = {
    "summary": "Counts and times for Prometheus.",
    "responses": {
        "200": {"description": "All of them.", "content": {"text/plain": {"schema": _TEXT}}},
        **_responses(errors.KeyRequiredError, errors.RateExceededError),
    },
}
