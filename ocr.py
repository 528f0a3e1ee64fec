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
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from http import HTTPStatus
from pathlib import Path
from threading import BoundedSemaphore
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
    url_for,
)
from flask.json.provider import DefaultJSONProvider
from flask_compress import Compress
from werkzeug.datastructures import FileStorage
from werkzeug.exceptions import HTTPException
from werkzeug.http import parse_options_header

from picture import metrics
from picture.errors import (
    ClientGoneError,
    DiskFullError,
    EngineUnavailableError,
    FormInvalidError,
    PageMissingError,
    PictureMissingError,
    QueueFullError,
    ResultsExceededError,
    ServiceError,
    StorageUnavailableError,
    UploadTooLargeError,
)
from picture.formats import is_foreign, lay_over, mark, starts_right, tabulate
from picture.layout import Layout
from picture.reading import MOST_BYTES, Asker, Engine, Selection, languages_of, prepare_models
from picture.redraw import FONTS_FOLDER, Color, Fonts, Keep, Style, prepare_fonts
from picture.serving import (
    HEADERS,
    IMAGE,
    JSON,
    MANNERS,
    PDF,
    TAKE_MANY,
    TO,
    Backlog,
    DiskStore,
    Foreman,
    FormParser,
    Item,
    JobRequest,
    Kept,
    Keys,
    Languages,
    Measure,
    Order,
    RateLimit,
    RedisStore,
    Sent,
    Shelf,
    Storage,
    TrustedProxies,
    Upload,
    capabilities,
    cleaned,
    description,
    discard,
    is_gone,
    options,
    read_target,
    read_targets,
    refuse_cross_site,
    stream,
    unpack,
)
from picture.settings import Settings, SettingsError, unknown
from picture.wheels import FetchError
from utility import ZIP_NAME, ZIP_TYPE, Download, Jobs, Ordering, pack_all

ROOT = Path(__file__).resolve().parent

# Whether it is well is for everyone, how it is used is not.
OPEN_ENDPOINTS = {f"routes.{name}" for name in ("healthz", "readyz", "openapi")}
# What these answer is for one person's eyes.
KEPT_ENDPOINTS = {
    f"routes.{name}"
    for name in ("result", "view", "progress", "send", "begin", "job", "job_result")
}
FORM_TYPE = "multipart/form-data"
FORM_TYPES = (FORM_TYPE, "application/x-www-form-urlencoded")
FILE_TYPES = ("application/pdf", "application/octet-stream")
ARCHIVE_TYPES = (ZIP_TYPE, "application/x-zip-compressed")
CHUNK = 65_536
# Parts that a form may have beside files.
OPTIONS = 20
MOST_BATCHES = 2
MOST_RESULTS = 200
YEAR_SECONDS = 31_536_000

# What the address of the page, and of files made from it, says beside what is changed.
FILE_OPTIONS = ("orientation", "region")
DRAWN_OPTIONS = ("white_background", "color", "keep")
PAGE_OPTIONS = (*FILE_OPTIONS, "show", "page", "layout", "rules", "look", *DRAWN_OPTIONS)
NO_ADDRESS = (errno.EADDRNOTAVAIL, socket.EAI_NONAME, socket.EAI_NODATA)
NO_STORAGE = (errno.EACCES, errno.EIO, errno.ENOENT, errno.EROFS)
QUIET_ROUTES = ("/healthz", "/readyz", "/metrics")

# Pictures and documents are compressed as they are.
COMPRESSION = {
    "COMPRESS_MIMETYPES": [
        "text/html", "text/css", "text/javascript", "text/plain", "text/markdown", "text/csv",
        "text/tab-separated-values", "application/json", "application/xml", "image/svg+xml",
        "application/javascript",  # what Python 3.11 calls a script where the system is silent
    ],
    # A third of the time of level 6, for a fifteenth more bytes.
    "COMPRESS_LEVEL": 4,
    "COMPRESS_ALGORITHM": ["zstd", "br", "gzip"],
    "COMPRESS_ALGORITHM_STREAMING": ["zstd", "br", "gzip"],
    "COMPRESS_REGISTER": False,
}  # fmt: skip

PLAIN_SENTENCES = {
    HTTPStatus.NOT_FOUND: "There is no such page here.",
    HTTPStatus.METHOD_NOT_ALLOWED: "This address takes another method, such as POST with a form.",
}

JOB_OPTIONS = [option.name for option in (TO, *MANNERS)]

# Calls that make one thing.
WORDS = {"img_img": IMAGE, "img_pdf": PDF, "img_json": JSON}

T = TypeVar("T")

log = logging.getLogger("ocr")
routes = Blueprint("routes", __name__)
compression = Compress()


@dataclass(frozen=True, slots=True)
class Service:
    """What the routes need, made once for the application."""

    settings: Settings
    engine: Engine
    storage: Storage
    jobs: Jobs
    keys: Keys
    rate_limit: RateLimit
    shelf: Shelf
    languages: Languages
    batches: BoundedSemaphore
    backlog: Backlog
    foreman: Foreman


def service() -> Service:
    """Return the service of the application that handles this request."""
    return cast(Service, current_app.extensions["ocr"])


class UploadRequest(Request):
    """A request whose files go to disk, hashed while they arrive."""

    form_data_parser_class = FormParser
    max_form_parts = OPTIONS

    def receive(self) -> Upload:
        """Return a file on disk that goes when the request is handled."""
        # What came before has come whole: many files are not held open.
        for earlier in g.uploads:
            earlier.close()
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
    # Sentences in any script are to be read in a terminal, too.
    cast(DefaultJSONProvider, app.json).ensure_ascii = False
    app.config["MAX_CONTENT_LENGTH"] = settings.max_body_bytes
    storage = Storage.of(settings, ROOT)
    jobs = Jobs(settings, engine, Fonts(FONTS_FOLDER))
    keys = Keys(settings.keys, settings.counter_url)
    rate_limit = RateLimit(settings.rate_limit, settings.counter_url)
    shelf, spoken = Shelf.of(settings, ROOT), Languages(ROOT / "templates" / "languages")
    backlog = Backlog(job_store(settings), settings.job_bytes, 3600 * settings.job_hours)
    app.config.update(COMPRESSION)
    compression.init_app(app)
    app.extensions["ocr"] = Service(
        settings,
        engine,
        storage,
        jobs,
        keys,
        rate_limit,
        shelf,
        spoken,
        BoundedSemaphore(MOST_BATCHES),
        backlog,
        Foreman(backlog, partial(jobs.carry_out, receive=storage.receive)),
    )
    app.jinja_env.add_extension("jinja2.ext.i18n")
    app.jinja_env.install_gettext_callables(  # type: ignore[attr-defined]
        lambda text: spoken.translations(g.language).gettext(text),
        lambda one, many, count: spoken.translations(g.language).ngettext(one, many, count),
        newstyle=True,
    )
    app.register_blueprint(routes)
    app.wsgi_app = TrustedProxies(  # type: ignore[method-assign]
        app.wsgi_app, settings.trusted_proxies, settings.proxies
    )
    return app


def job_store(settings: Settings) -> RedisStore | DiskStore:
    """Return where jobs are kept."""
    folder = ROOT / settings.uploads_dir
    return RedisStore(settings.job_url, folder) if settings.job_url else DiskStore(folder)


@routes.get("/")
def index() -> str:
    """Show the page where pictures are chosen."""
    return page([])


@routes.post("/results")
def send() -> Response:
    """Keep what the page sends, to be read once it is looked at."""
    files = [file for file in request.files.getlist("image") if file.filename]
    if not files:
        raise PictureMissingError
    items = [keep(files[0])] if len(files) == 1 else [kept_or_told(file) for file in files]
    if wants_json():
        return make_response(jsonify(results=items), HTTPStatus.CREATED)
    if all("token" in item for item in items):
        return see(url_for("routes.result", tokens=",".join(item["token"] for item in items)))
    return make_response(page(items))


@routes.get("/results/<tokens>")
def result(tokens: str) -> Response:
    """Show what was read, one picture of several at a time."""
    items = [found_or_told(token) for token in split(tokens)]
    at = min(read(options.SHOW), len(items)) - 1
    status, view, error = HTTPStatus.OK, None, None
    try:
        view = look(items[at]["token"])
    except ServiceError as failure:
        status, error = HTTPStatus(failure.status), told(failure)
    return make_response(page(items, at, view, error), status)


@routes.get("/results/<token>/view")
def view(token: str) -> str:
    """Show what was read as a part of the page."""
    return render_template("view.html", **look(token))


@routes.get("/results/<token>/picture")
def picture(token: str) -> Response:
    """Show the picture of a page, upright as it was read."""
    kept = service().shelf.find(token)
    asked = order_of(kept, asker(token))
    shown = service().jobs.show(asked, page_of(kept.measure), kept.measure.is_shown)
    return answer(asked, shown)


@routes.get("/results/<token>/progress")
def progress(token: str) -> Response:
    """Tell how many pictures are read before this one, where it waits."""
    return jsonify(ahead=service().engine.ahead_of(token))


@routes.post("/results/<token>/corrections")
def correct(token: str) -> Response:
    """Keep what lines of some pages really say."""
    kept, said = service().shelf.find(token), read(options.CORRECTIONS)
    kept.correct(selection().manner, page_of(kept.measure), said)
    return see(f"{url_for('routes.result', tokens=token)}?{request.query_string.decode()}")


@routes.post("/results/<tokens>/forget")
def forget(tokens: str) -> Response:
    """Remove what was sent and all that was read of it."""
    for token in split(tokens):
        service().shelf.forget(token)
    return see(url_for("routes.index"))


@routes.get("/results/<tokens>/text")
def all_text(tokens: str) -> Response:
    """Answer the text of several pictures in one file."""
    orders = [order(token) for token in split(tokens)]
    return answer(orders[0], service().jobs.join(orders, Layout(read(options.LAYOUT))))


@routes.get("/results/<tokens>/zip")
def all_files(tokens: str) -> Response:
    """Answer a file of each of several pictures."""
    orders = [order(token) for token in split(tokens)]
    call = read(options.CALL)
    word = read(options.FORM) if call == "img_txt" else WORDS[call]
    return answer(orders[0], service().jobs.pack(orders, read_target(word, sent)))


@routes.post("/img_txt")
@routes.get("/results/<token>/img_txt")
def img_txt(token: str = "") -> Response:
    """Answer a picture or document with its text."""
    return answer_with(read(options.FORM), order(token))


@routes.post("/img_img")
@routes.get("/results/<token>/img_img")
def img_img(token: str = "") -> Response:
    """Answer a picture or document with a picture of its text."""
    return answer_with(IMAGE, order(token))


@routes.post("/img_pdf")
@routes.get("/results/<token>/img_pdf")
def img_pdf(token: str = "") -> Response:
    """Answer a picture or document with a PDF whose text can be searched."""
    return answer_with(PDF, order(token))


@routes.post("/img_json")
@routes.get("/results/<token>/img_json")
def img_json(token: str = "") -> Response:
    """Answer a picture or document with everything that was read on it."""
    return answer_with(JSON, order(token))


@routes.post("/ocr")
def ocr_server() -> Response:
    """Answer programs that know LiteParse's OCR servers."""
    asked = order(field="file")
    return answer(asked, service().jobs.image_to_results(asked))


@routes.post("/batch")
def batch() -> Response:
    """Answer many files with a zip of what is made of each, sent while it is made."""
    targets, items = read_targets(sent), received(uploads())
    place = service().batches
    if not place.acquire(blocking=False):
        raise QueueFullError
    made = service().jobs.make_each(items, targets, ordering())
    stream(request.environ, service().settings.client_seconds)
    response = Response(until_gone(pack_all(made)), mimetype=ZIP_TYPE)
    response.call_on_close(place.release)
    # What was sent is needed until all is answered.
    response.call_on_close(partial(discard_all, g.paths))
    g.paths = []
    response.headers["Content-Disposition"] = attachment(ZIP_NAME)
    response.headers["Cache-Control"] = "no-store"
    return response


@routes.post("/jobs")
def begin() -> Response:
    """Keep files to be read when there is time, and tell where to ask for what is made."""
    came = uploads()
    # What is wrong with the request is told now.
    read_targets(sent)
    selection()
    received(came)
    given = {name: values for name in JOB_OPTIONS if (values := sent(name))}
    names, digests = [cleaned(name) for _, name in came], [each.sha256 for each, _ in came]
    asked = JobRequest(names, digests, given, asker().client)
    token = service().backlog.add(asked, [upload for upload, _ in came])
    service().foreman.wake()
    response = make_response(job_state(token), HTTPStatus.ACCEPTED)
    response.headers["Location"] = url_for("routes.job", token=token)
    response.headers["Retry-After"] = "1"
    return response


@routes.get("/jobs/<token>")
def job(token: str) -> Response:
    """Tell how far a job is."""
    return make_response(job_state(token))


@routes.delete("/jobs/<token>")
def drop(token: str) -> Response:
    """Forget a job, and stop where it is being done."""
    service().backlog.drop(token)
    return Response(status=HTTPStatus.NO_CONTENT)


@routes.get("/jobs/<token>/result")
def job_result(token: str) -> Response:
    """Answer what a job has made, or why it has made nothing."""
    _, progress = service().backlog.find(token)
    if progress.error:
        return error_response(**progress.error)
    with service().backlog.result(token) as (progress, path):
        return file_to_save(path, progress.mimetype, progress.name)


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


def answer_with(word: str, asked: Order) -> Response:
    """Answer a file with what is made of it."""
    return answer(asked, service().jobs.make(asked, read_target(word, sent)))


def style() -> Style:
    """Return how text is to be drawn."""
    return Style(read(options.WHITE), Color(read(options.COLOR)), Keep(read(options.KEEP)))


def keep(file: FileStorage) -> dict[str, Any]:
    """Keep a file that the page sent and tell how it is found again."""
    upload, name, wanted = cast(Upload, file.stream), file.filename or "", selection()
    measure = service().jobs.measure(Order(upload, name, wanted, asker()))
    token = service().shelf.keep(upload, name, measure, wanted.password)
    return {"token": token, "name": name, "pages": measure.count}


def kept_or_told(file: FileStorage) -> dict[str, Any]:
    """Keep a file, or tell why it is none that can be read."""
    try:
        return keep(file)
    except ServiceError as error:
        return {"name": file.filename, "error": told(error)}


def found_or_told(token: str) -> dict[str, Any]:
    """Tell what is kept under a token, or that it no longer is."""
    try:
        kept = service().shelf.find(token)
    except ServiceError as error:
        return {"token": token, "name": "", "error": told(error)}
    return {"token": token, "name": kept.name, "pages": kept.measure.count}


def split(tokens: str) -> list[str]:
    """Return the tokens of an address."""
    each = tokens.split(",")
    if len(each) > MOST_RESULTS:
        raise ResultsExceededError(MOST_RESULTS)
    return each


def page(
    items: Sequence[Mapping[str, Any]],
    at: int = 0,
    view: Mapping[str, Any] | None = None,
    error: str | None = None,
) -> str:
    """Render the page: what was sent, and a look at one of it."""
    return render_template(
        "index.html",
        settings=service().settings,
        others=len(languages_of(service().settings)),
        items=items,
        at=at,
        error=error,
        **{"view": None, **(view or {})},
    )


def look(token: str) -> dict[str, Any]:
    """Return what the page shows of a picture or a page of a document."""
    kept, most = service().shelf.find(token), service().settings.max_pages
    asked = order_of(kept, asker(token))
    measure, layout, with_rules = kept.measure, Layout(read(options.LAYOUT)), read(options.RULES)
    number = page_of(measure)
    seen = service().jobs.view(asked, number)
    return {
        "token": token,
        "name": kept.name,
        "count": measure.count,
        "number": number,
        "layout": layout,
        "with_rules": with_rules,
        "look": read(options.LOOK),
        "style": style(),
        "corrections": {
            each.line: each.text for each in asked.selection.corrections if each.page == number
        },
        "page": seen.page,
        "overlay": lay_over(seen.lines),
        "spans": mark(seen.page, layout, seen.numbers, with_rules),
        "tables": tabulate(seen.page, seen.numbers),
        "is_foreign": is_foreign(seen.page),
        "starts_right": starts_right(seen.page),
        "is_shown": measure.is_shown and not seen.page.rotation,
        "pages": f"1-{most}" if measure.count > most else None,
        "view": True,
        "here": here,
        "file": partial(file_of, token),
    }


def here(**changes: object) -> str:
    """Return the address of what is looked at, with some options changed or left out."""
    address = request.view_args or {}
    tokens = address.get("tokens") or address["token"]
    return url_for("routes.result", tokens=tokens, **chosen(PAGE_OPTIONS, changes))


def file_of(token: str, call: str, **changes: object) -> str:
    """Return the address of a file that is made of what was sent."""
    return url_for(f"routes.{call}", token=token, **chosen(FILE_OPTIONS, changes))


def chosen(names: Iterable[str], changes: Mapping[str, object]) -> dict[str, Any]:
    """Return the options that this request has, with some changed or left out."""
    own = {name: request.args[name] for name in names if name in request.args}
    return {name: value for name, value in {**own, **changes}.items() if value is not None}


def page_of(measure: Measure) -> int:
    """Return the page of a document that is looked at."""
    number = read(options.PAGE)
    if number > measure.count:
        raise PageMissingError(number, measure.count)
    return number


def order(token: str = "", field: str = "image") -> Order:
    """Return what was sent, now or before, what of it is wanted, and by whom."""
    if token:
        return order_of(service().shelf.find(token), asker(token))
    upload, name = uploaded_form(field) if request.mimetype == FORM_TYPE else uploaded_body()
    return Order(upload, name, selection(), asker())


def job_state(token: str) -> Response:
    """Return what is told of a job."""
    asked, progress = service().backlog.find(token)
    about: dict[str, Any] = {
        "job": token,
        "state": progress.state,
        "created": when(asked.created),
        "files": {
            "total": progress.files,
            "done": progress.files_done,
            "failed": progress.files_failed,
        },
        "pages": {"begun": progress.pages, "done": progress.pages_done},
        "url": url_for("routes.job", token=token),
    }
    expires = service().backlog.expires(progress)
    if expires is not None:
        about |= {"finished": when(progress.finished), "expires": when(expires)}
        about["result"] = url_for("routes.job_result", token=token)
    if progress.error:
        about["error"] = {key: progress.error[key] for key in ("code", "message")}
    return jsonify(about)


def when(seconds: float) -> str:
    """Return a moment of the clock as programs read it (RFC 3339)."""
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="seconds")


def until_gone(pieces: Iterator[bytes]) -> Iterator[bytes]:
    """Yield pieces as long as somebody takes them."""
    with suppress(ClientGoneError):
        yield from pieces


def uploads() -> list[tuple[Upload, str]]:
    """Return the files that were sent together, each with its name."""
    if request.mimetype != FORM_TYPE:
        return [uploaded_body(ARCHIVE_TYPES)]
    files = [file for file in request.files.getlist("image") if file.filename]
    if not files:
        raise PictureMissingError
    return [(cast(Upload, file.stream), file.filename or "") for file in files]


def received(came: Iterable[tuple[Upload, str]]) -> list[Item]:
    """Return the files that were sent together, those in zips as well."""
    each = [Sent(cleaned(name), upload) for upload, name in came]
    bounds = service().settings.batch_files, service().settings.max_body_bytes
    return unpack(each, service().storage.receive, *bounds)


def ordering() -> Ordering:
    """Return how files that were sent together are ordered."""
    wanted, who = selection(), asker()
    return lambda name, content: Order(content, name, wanted, who)


def order_of(kept: Kept, asked_by: Asker) -> Order:
    """Return what was sent before, with what its sender has said of it since."""
    wanted = selection()
    said = wanted.corrections or kept.corrections(wanted.manner)
    wanted = replace(wanted, corrections=said, password=kept.password)
    return Order(kept, kept.name, wanted, asked_by, kept.page)


def selection() -> Selection:
    """Return what of a document is wanted."""
    return options.read_selection(sent, service().settings)


def asker(token: str = "") -> Asker:
    """Return who asks; on the page what could not be read is told beside what was."""
    gone = partial(is_gone, request.environ)
    return Asker(request.remote_addr or "", bool(token) or read(options.PARTIAL), gone, token)


def uploaded_form(field: str) -> tuple[Upload, str]:
    """Return the file in the form's field and its name at the client."""
    file = request.files.get(field)
    if file is None or not (file.filename or cast(Upload, file.stream).size):
        raise PictureMissingError
    return cast(Upload, file.stream), file.filename or ""


def uploaded_body(others: Sequence[str] = ()) -> tuple[Upload, str]:
    """Return the body where it is a file itself, and the name that came with it."""
    if not request.mimetype.startswith("image/") and request.mimetype not in (*FILE_TYPES, *others):
        raise FormInvalidError(f"Content-Type is {request.mimetype!r}")
    upload = cast(UploadRequest, request).receive()
    for chunk in iter(partial(request.stream.read, CHUNK), b""):
        upload.write(chunk)
    _, told = parse_options_header(request.headers.get("Content-Disposition"))
    return upload, told.get("filename", "")


def sent(name: str) -> list[str]:
    """Return all that was sent for an option, behind the address and in the form."""
    fields = request.form.getlist(name) if request.mimetype in FORM_TYPES else []
    return [*request.args.getlist(name), *fields, *sent_as_files(name)]


def sent_as_files(name: str) -> Iterator[str]:
    """Yield what came as files for an option that may be long."""
    if name != options.LINES.name or request.mimetype != FORM_TYPE:
        return
    for file in request.files.getlist(name):
        # What is longer is refused for its length, without all of it.
        with cast(Upload, file.stream).path.open("rb") as opened:
            yield opened.read(MOST_BYTES + 1).decode("utf-8-sig", "replace")


def read(option: options.Option[T]) -> T:
    """Return what an option says."""
    return option.read(sent(option.name))


def answer(asked: Order, download: Download) -> Response:
    """Send a result as a file to save."""
    storage = service().storage
    if isinstance(asked.upload, Upload):
        storage.accept(asked.upload)
    path = storage.save_result(download.data, asked.upload.sha256 + download.suffix)
    g.paths.append(path)
    response = file_to_save(path, download.mimetype, download.name)
    result = "hit" if download.from_cache else "miss"
    metrics.cache.labels(result).inc()
    response.headers["X-Cache"] = result
    if download.unread:
        response.headers["X-Lines-Unread"] = str(download.unread)
    return response


def file_to_save(path: Path, mimetype: str, name: str) -> Response:
    """Send a file that a browser saves under a name."""
    response = send_file(path, mimetype=mimetype, etag=False)
    response.headers.pop("Last-Modified")
    response.headers["Content-Disposition"] = attachment(name)
    response.headers["Cache-Control"] = "no-store"
    return response


def attachment(name: str) -> str:
    """Return a Content-Disposition that carries any name (RFC 6266, RFC 8187)."""
    plain = re.sub(r"[^A-Za-z0-9 ._()+,=@-]", "_", name)
    if plain == name:
        return f'attachment; filename="{name}"'
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"


def told(error: ServiceError) -> str:
    """Return what a failure says, in the language of who asked."""
    return say(error.sentence, error.values)


def say(sentence: str, values: Mapping[str, object]) -> str:
    """Return a sentence in the language of who asked, which the answer is then in."""
    g.is_spoken = True
    return languages().say(g.language, sentence, values)


def languages() -> Languages:
    """Return the languages of the application that handles this request."""
    return service().languages


@routes.before_app_request
def speak() -> None:
    """Choose the language: asked for, chosen before, or the browser's."""
    wanted = (request.args.get("language", ""), request.cookies.get("language", ""))
    g.language, g.is_spoken = languages().choose(wanted, request.accept_languages), False


@routes.after_app_request
def tell_language(response: Response) -> Response:
    """Name the language of an answer that has one, and remember one that was asked for."""
    if g.is_spoken:
        response.content_language = g.language
        response.vary.update(("Accept-Language", "Cookie"))
    if request.args.get("language") == g.language:
        response.set_cookie(
            "language",
            g.language,
            max_age=YEAR_SECONDS,
            path=request.script_root or "/",
            secure=request.is_secure,
            httponly=True,
            samesite="Lax",
        )
    return response


@routes.app_context_processor
def speech() -> dict[str, Any]:
    """Give templates the language and those that there are."""
    g.is_spoken = True
    return {
        "language": g.language,
        "languages": languages().names,
        "script_words": lambda: languages().of_scripts(g.language),
    }


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
    if request.path in TAKE_MANY:
        request.max_content_length = service().settings.max_batch_bytes
        request.max_form_parts = service().settings.batch_files + OPTIONS
    if request.method in ("POST", "DELETE"):
        refuse_cross_site(request.headers, request.host)
    if request.method == "POST":
        service().rate_limit.check(client)


@routes.after_app_request
def finish(response: Response) -> Response:
    """Stamp, count and log an answer, without a word of what was in the picture."""
    response.headers.extend(HEADERS)
    if request.endpoint in KEPT_ENDPOINTS:
        response.headers["Cache-Control"] = "no-store"
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


@routes.after_app_request
def compress(response: Response) -> Response:
    """Compress text for who takes it, before anything is told of the answer."""
    if response.status_code == HTTPStatus.PARTIAL_CONTENT:
        # Content-Range counts the bytes of the file as it is.
        response.vary.add("Accept-Encoding")
        return response
    close = getattr(response.response, "close", None)
    if close:
        # Once compressed, it no longer closes the file that it is made of.
        response.call_on_close(close)
    return compression.after_request(response)


def level_of(asked: Request) -> int:
    """Return how loudly a request is logged: those who watch would fill the log."""
    return logging.DEBUG if asked.path in QUIET_ROUTES else logging.INFO


@routes.teardown_app_request
def discard_files(_: BaseException | None) -> None:
    """Remove the request's files, however it ended; one being sent stays open until it is sent."""
    for upload in g.get("uploads", []):
        upload.close()
    discard_all(g.get("paths", []))


def discard_all(paths: Iterable[Path]) -> None:
    """Remove files of a request."""
    for path in paths:
        discard(path)


@routes.app_errorhandler(ServiceError)
def answer_error(error: ServiceError) -> Response:
    """Answer a failure that has a sentence for the user."""
    metrics.refused.labels(error.code).inc()
    refused = {"request": g.request_id, "code": error.code, "detail": str(error)}
    log.log(level_of(request), "refused", extra=refused)
    response = error_response(error.status, error.code, told(error))
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
    response = error_response(status, status.name.lower(), say(sentence, {}))
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


def wants_json() -> bool:
    """Tell a program from a browser's form."""
    kinds = ["application/json", "text/html"]
    return request.accept_mimetypes.best_match(kinds) != "text/html"


def see(url: str) -> Response:
    """Send a browser to a page, and tell a program that all is done."""
    status = HTTPStatus.NO_CONTENT if wants_json() else HTTPStatus.SEE_OTHER
    return Response(status=status, headers={"Location": url})


def error_response(status: int, code: str, message: str) -> Response:
    """Say what went wrong: as a page to a browser's form, as JSON to a program."""
    if wants_json():
        body: Any = jsonify(error={"code": code, "message": message})
    else:
        body = render_template("error.html", status=status, code=code, message=message)
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
    app.extensions["ocr"].shelf.sweep_from_now_on()
    app.extensions["ocr"].foreman.start()
