"""The web service: routes, answers and errors around the jobs in utility.py."""

from __future__ import annotations

import errno
import logging
import os
import re
import signal
import socket
import sys
import time
import uuid
from dataclasses import dataclass
from functools import partial
from http import HTTPStatus
from pathlib import Path
from typing import IO, Any, TypeVar, cast
from urllib.parse import quote

from flask import (
    Blueprint,
    Flask,
    Request,
    Response,
    current_app,
    g,
    jsonify,
    make_response,
    render_template,
    request,
    send_file,
)
from werkzeug.exceptions import HTTPException
from werkzeug.http import parse_options_header

from picture import metrics
from picture.errors import (
    DiskFullError,
    EngineUnavailableError,
    FormInvalidError,
    PictureMissingError,
    ServiceError,
    StorageUnavailableError,
    UploadTooLargeError,
)
from picture.layout import Layout
from picture.reading import Asker, Engine, prepare_models
from picture.redraw import FONTS_FOLDER, Color, Fonts, Style, prepare_fonts
from picture.serving import (
    HEADERS,
    FormParser,
    Keys,
    Order,
    RateLimit,
    Storage,
    TrustedProxies,
    Upload,
    capabilities,
    description,
    discard,
    is_gone,
    options,
    refuse_cross_site,
)
from picture.settings import Settings, SettingsError, unknown
from picture.wheels import FetchError
from utility import Download, Jobs

ROOT = Path(__file__).resolve().parent

# Whether it is well is for everyone, how it is used is not.
OPEN_ENDPOINTS = {f"routes.{name}" for name in ("healthz", "readyz", "openapi")}
FORM_TYPE = "multipart/form-data"
FILE_TYPES = ("application/pdf", "application/octet-stream")
CHUNK = 65_536
NO_ADDRESS = (errno.EADDRNOTAVAIL, socket.EAI_NONAME, socket.EAI_NODATA)
NO_STORAGE = (errno.EACCES, errno.EIO, errno.ENOENT, errno.EROFS)
QUIET_ROUTES = ("/healthz", "/readyz", "/metrics")

PLAIN_SENTENCES = {
    HTTPStatus.NOT_FOUND: "There is no such page here.",
    HTTPStatus.METHOD_NOT_ALLOWED: "This address takes another method, such as POST with a form.",
}

T = TypeVar("T")

log = logging.getLogger("ocr")
routes = Blueprint("routes", __name__)


@dataclass(frozen=True, slots=True)
class Service:
    """What the routes need, made once for the application."""

    settings: Settings
    engine: Engine
    storage: Storage
    jobs: Jobs
    keys: Keys
    rate_limit: RateLimit


def service() -> Service:
    """Return the service of the application that handles this request."""
    return cast(Service, current_app.extensions["ocr"])


class UploadRequest(Request):
    """A request whose files go to disk, hashed while they arrive."""

    form_data_parser_class = FormParser
    max_form_parts = 20

    def receive(self) -> Upload:
        """Return a file on disk that goes when the request is handled."""
        upload = service().storage.receive()
        g.uploads.append(upload)
        g.paths.append(upload.path)
        return upload

    def _get_file_stream(self, *_: Any, **__: Any) -> IO[bytes]:
        return cast(IO[bytes], self.receive())


def create_app(settings: Settings, engine: Engine) -> Flask:
    """Create the application around an engine that may still be warming up."""
    app = Flask(__name__)
    app.request_class = UploadRequest
    app.config["MAX_CONTENT_LENGTH"] = settings.max_body_bytes
    storage = Storage.of(settings, ROOT)
    jobs = Jobs(settings, engine, Fonts(FONTS_FOLDER))
    keys = Keys(settings.keys, settings.counter_url)
    rate_limit = RateLimit(settings.rate_limit, settings.counter_url)
    app.extensions["ocr"] = Service(settings, engine, storage, jobs, keys, rate_limit)
    app.register_blueprint(routes)
    app.wsgi_app = TrustedProxies(  # type: ignore[method-assign]
        app.wsgi_app, settings.trusted_proxies, settings.proxies
    )
    return app


@routes.get("/")
def index() -> str:
    """Show the page with the form."""
    return render_template("index.html", settings=service().settings)


@routes.post("/img_txt")
def img_txt() -> Response:
    """Answer an uploaded picture or document with its text."""
    asked, form, layout = order(), read(options.FORM), Layout(read(options.LAYOUT))
    return answer(asked, service().jobs.image_to_text(asked, form, layout))


@routes.post("/img_img")
def img_img() -> Response:
    """Answer an uploaded picture or document with a picture of its text."""
    asked, style = order(), Style(read(options.WHITE), Color(read(options.COLOR)))
    return answer(asked, service().jobs.image_to_image(asked, style, read(options.WRITTEN)))


@routes.post("/img_pdf")
def img_pdf() -> Response:
    """Answer an uploaded picture or document with a PDF whose text can be searched."""
    asked = order()
    return answer(asked, service().jobs.image_to_pdf(asked, read(options.PDFA)))


@routes.post("/img_json")
def img_json() -> Response:
    """Answer an uploaded picture or document with everything that was read on it."""
    asked = order()
    return answer(asked, service().jobs.image_to_json(asked))


@routes.post("/ocr")
def ocr_server() -> Response:
    """Answer programs that know LiteParse's OCR servers."""
    asked = order("file")
    return answer(asked, service().jobs.image_to_results(asked))


@routes.get("/healthz")
def healthz() -> Response:
    """Tell that the process answers, without a look at the model."""
    return jsonify(status="ok")


@routes.get("/readyz")
def readyz() -> Response:
    """Tell whether the model is loaded and warm and files can be written."""
    if not service().engine.is_ready:
        raise EngineUnavailableError("not warmed up")
    if not service().storage.is_writable():
        raise StorageUnavailableError
    return jsonify(status="ready")


@routes.get("/metrics")
def counts() -> Response:
    """Answer Prometheus."""
    return Response(metrics.exposition(), content_type=metrics.CONTENT_TYPE)


@routes.get("/capabilities")
def abilities() -> Response:
    """Tell formats, languages, limits and the model."""
    return jsonify(capabilities(service().settings))


@routes.get("/openapi.json")
def openapi() -> Response:
    """Describe every route and error for programs."""
    return jsonify(description(service().settings))


def order(field: str = "image") -> Order:
    """Return what was sent, what of it is wanted, and by whom."""
    upload, name = uploaded_form(field) if request.mimetype == FORM_TYPE else uploaded_body()
    selection = options.read_selection(sent, service().settings.orientation)
    gone = partial(is_gone, request.environ)
    asker = Asker(request.remote_addr or "", read(options.PARTIAL), gone)
    return Order(upload, name, selection, asker)


def uploaded_form(field: str) -> tuple[Upload, str]:
    """Return the file in the form's field and its name at the client."""
    file = request.files.get(field)
    if file is None or not (file.filename or file.stream.seek(0, os.SEEK_END)):
        raise PictureMissingError
    return cast(Upload, file.stream), file.filename or ""


def uploaded_body() -> tuple[Upload, str]:
    """Return the body where it is a file itself, and the name that came with it."""
    if not request.mimetype.startswith("image/") and request.mimetype not in FILE_TYPES:
        raise FormInvalidError(f"Content-Type is {request.mimetype!r}")
    upload = cast(UploadRequest, request).receive()
    for chunk in iter(partial(request.stream.read, CHUNK), b""):
        upload.write(chunk)
    _, told = parse_options_header(request.headers.get("Content-Disposition"))
    return upload, told.get("filename", "")


def sent(name: str) -> list[str]:
    """Return all that was sent for an option, behind the address and in the form."""
    fields = request.form.getlist(name) if request.mimetype == FORM_TYPE else []
    return [*request.args.getlist(name), *fields]


def read(option: options.Option[T]) -> T:
    """Return what an option says."""
    return option.read(sent(option.name))


def answer(asked: Order, download: Download) -> Response:
    """Send a result as a file to save."""
    storage = service().storage
    storage.accept(asked.upload)
    path = storage.save_result(download.data, asked.upload.sha256 + download.suffix)
    g.paths.append(path)
    response = send_file(path, mimetype=download.mimetype, etag=False)
    response.headers.pop("Last-Modified")
    response.headers["Content-Disposition"] = attachment(download.name)
    response.headers["Cache-Control"] = "no-store"
    result = "hit" if download.from_cache else "miss"
    metrics.cache.labels(result).inc()
    response.headers["X-Cache"] = result
    if download.unread:
        response.headers["X-Lines-Unread"] = str(download.unread)
    return response


def attachment(name: str) -> str:
    """Return a Content-Disposition that carries any name (RFC 6266, RFC 8187)."""
    plain = re.sub(r"[^A-Za-z0-9 ._()+,=@-]", "_", name)
    if plain == name:
        return f'attachment; filename="{name}"'
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"


@routes.before_app_request
def identify() -> None:
    """Give the request an id: the client's own where it is a plain word, else a random one."""
    g.started = time.monotonic()
    g.uploads, g.paths = [], []
    own = request.headers.get("X-Request-Id", "")
    g.request_id = own if re.fullmatch(r"[A-Za-z0-9._-]{1,64}", own) else uuid.uuid4().hex


@routes.before_app_request
def guard() -> None:
    """Refuse who may not use the service, before a body is read."""
    if request.endpoint in OPEN_ENDPOINTS:
        return
    client = request.remote_addr or ""
    service().keys.require(request.headers, client)
    if request.method == "POST":
        refuse_cross_site(request.headers, request.host)
        service().rate_limit.check(client)


@routes.after_app_request
def finish(response: Response) -> Response:
    """Stamp, count and log an answer, without a word of what was in the picture."""
    response.headers.extend(HEADERS)
    response.headers["X-Request-Id"] = g.request_id
    route = request.url_rule.rule if request.url_rule else "none"
    seconds = time.monotonic() - g.started
    metrics.requests.labels(route, response.status_code).inc()
    metrics.request_seconds.labels(route).observe(seconds)
    answered = {
        "request": g.request_id,
        "client": request.remote_addr,
        "method": request.method,
        "route": route,
        "status": response.status_code,
        "cache": response.headers.get("X-Cache", "none"),
        "ms": round(1000 * seconds),
    }
    log.log(level_of(request), "answered", extra=answered)
    return response


def level_of(asked: Request) -> int:
    """Return how loudly a request is logged: those who watch would fill the log."""
    return logging.DEBUG if asked.path in QUIET_ROUTES else logging.INFO


@routes.teardown_app_request
def discard_files(_: BaseException | None) -> None:
    """Remove the request's files, however it ended; one being sent stays open until it is sent."""
    for upload in g.get("uploads", []):
        upload.close()
    for path in g.get("paths", []):
        discard(path)


@routes.app_errorhandler(ServiceError)
def answer_error(error: ServiceError) -> Response:
    """Answer a failure that has a sentence for the user."""
    metrics.refused.labels(error.code).inc()
    refused = {"request": g.request_id, "code": error.code, "detail": str(error)}
    log.log(level_of(request), "refused", extra=refused)
    response = error_response(error.status, error.code, error.message)
    if error.retry_after is not None:
        response.headers["Retry-After"] = str(error.retry_after)
    return response


@routes.app_errorhandler(HTTPException)
def answer_http_error(error: HTTPException) -> Response:
    """Answer an error of the web framework in the shape of our own."""
    if error.code == HTTPStatus.REQUEST_ENTITY_TOO_LARGE:
        return answer_error(UploadTooLargeError())
    status = HTTPStatus(error.code or 500)
    sentence = PLAIN_SENTENCES.get(status, f"{status.phrase}. {status.description}.")
    response = error_response(status, status.name.lower(), sentence)
    response.headers.extend(
        (name, value) for name, value in error.get_headers() if name in ("Allow", "Retry-After")
    )
    return response


@routes.app_errorhandler(Exception)
def answer_failure(error: Exception) -> Response:
    """Answer what nobody foresaw, and log it whole."""
    number = error.errno if isinstance(error, OSError) else None
    if number in (errno.ENOSPC, errno.EDQUOT):
        return answer_error(DiskFullError())
    log.error("failed", exc_info=error, extra={"request": g.request_id})
    return answer_error(StorageUnavailableError() if number in NO_STORAGE else ServiceError())


def error_response(status: int, code: str, message: str) -> Response:
    """Say what went wrong: as a page to a browser's form, as JSON to a program."""
    kinds = ["application/json", "text/html"]
    if request.accept_mimetypes.best_match(kinds) == "text/html":
        body: Any = render_template("error.html", status=status, code=code, message=message)
    else:
        body = jsonify(error={"code": code, "message": message})
    response = make_response(body, status)
    response.headers["Cache-Control"] = "no-store"
    if status == HTTPStatus.UNAUTHORIZED:
        response.headers["WWW-Authenticate"] = 'Basic realm="OCR", charset="UTF-8"'
    return response


def end_worker() -> None:
    """Have gunicorn finish this worker's requests and put a new one in its place."""
    os.kill(os.getpid(), signal.SIGTERM)


def prepare() -> Settings:
    """Check the settings and fetch what is missing.

    Raises SettingsError or FetchError, whose text says why the service cannot start.
    """
    settings = Settings.from_environment()
    Storage.check(settings, ROOT)
    prepare_models(settings)
    prepare_fonts()
    return settings


def check_address(host: str, port: int) -> None:
    """Raise SettingsError where nothing can listen on this address."""
    try:
        family, *_, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        socket.create_server(address[:2], family=family).close()
    except OSError as error:
        setting = "OCR_HOST" if error.errno in NO_ADDRESS else "OCR_PORT"
        reason, _, _ = (error.strerror or str(error)).partition(" (")
        raise SettingsError(
            f"{host}, port {port}: {reason}. Choose another with {setting}."
        ) from error


def serve() -> None:
    """Replace this process by gunicorn, whose workers import this module as `ocr`."""
    # A heap for every thread keeps memory that no other thread can use.
    os.environ.setdefault("MALLOC_ARENA_MAX", "2")
    configuration = str(ROOT / "deploy" / "gunicorn.conf.py")
    command = [sys.executable, "-m", "gunicorn", "--config", configuration, "ocr:app"]
    os.execv(sys.executable, command)  # noqa: S606 - there is no shell to avoid


def main() -> None:
    """Start the service, or with --prepare only fetch what it needs."""
    os.chdir(ROOT)
    try:
        settings = prepare()
        if sys.argv[1:] == ["--prepare"]:
            return
        check_address(settings.host, settings.port)
    except (SettingsError, FetchError) as error:
        sys.exit(f"The service cannot start.\n{error}")
    for name, _ in unknown(os.environ):
        print(f"{name} is no setting of this service and is ignored.", file=sys.stderr)
    serve()


if __name__ == "__main__":
    main()
else:
    prepared = prepare()
    app = create_app(prepared, Engine(prepared, on_death=end_worker))
