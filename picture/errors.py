"""Every failure a user can meet: an HTTP status, a code and a sentence."""

from __future__ import annotations

from collections.abc import Iterable, Mapping


class ServiceError(Exception):
    """A failure with an answer for the user.

    `sentence` is what the user reads, in English, once `values` are filled in where
    there are any. The exception's own text, if any, is detail for the log and never
    leaves the service.
    """

    status = 500
    code = "internal_error"
    sentence = "Something went wrong on our side. Please try again."
    retry_after: int | None = None
    """Seconds to wait before another try, where waiting helps."""
    is_of_request = False
    """Whether it befell one request: another that asks for the same may fare better."""
    is_lasting = False
    """Whether who asks for the same again meets it again."""
    values: Mapping[str, object] = {}

    @property
    def message(self) -> str:
        """Return the whole sentence in English."""
        return self.sentence % self.values if self.values else self.sentence


class PictureMissingError(ServiceError):
    """The form came without a picture."""

    status = 400
    code = "picture_missing"
    sentence = "No picture was sent. Choose a file for the form field “image”."


class PictureEmptyError(ServiceError):
    """The file holds no bytes."""

    status = 400
    code = "picture_empty"
    sentence = "The file is empty. Please choose another one."


class OptionInvalidError(ServiceError):
    """A form field holds a value that is not among its choices."""

    status = 400
    code = "option_invalid"
    sentence = "The form field “%(name)s” must be one of: %(choices)s."

    def __init__(self, name: str, choices: tuple[str, ...]) -> None:
        super().__init__(name)
        self.values = {"name": name, "choices": ", ".join(choices)}


class NumberInvalidError(ServiceError):
    """A form field is no number within its bounds."""

    status = 400
    code = "number_invalid"
    sentence = "The form field “%(name)s” must be a number from %(least)s to %(most)s."

    def __init__(self, name: str, least: float, most: float) -> None:
        super().__init__(name)
        self.values = {"name": name, "least": f"{least:g}", "most": f"{most:g}"}


class LanguageUnknownError(ServiceError):
    """A form field names a language that is not read here."""

    status = 400
    code = "language_unknown"
    sentence = "“%(tag)s” is no language that is read here. Please name some of: %(tags)s."

    def __init__(self, tag: str, tags: Iterable[str]) -> None:
        super().__init__(tag)
        self.values = {"tag": tag, "tags": ", ".join(tags)}


class RegionInvalidError(ServiceError):
    """A region is not written as regions are."""

    status = 400
    code = "region_invalid"
    sentence = (
        "A region must be four numbers such as 10,20,300,150: left, top, width and height "
        "in pixels, or in percent such as 0,50%,100%,50%."
    )


class RegionOutsideError(ServiceError):
    """A region holds nothing of the picture."""

    status = 422
    code = "region_outside"
    sentence = "A region lies outside of the picture, which has %(width)s x %(height)s pixels."

    def __init__(self, size: tuple[int, int]) -> None:
        width, height = size
        super().__init__(f"{width} x {height}")
        self.values = {"width": width, "height": height}


class PagesInvalidError(ServiceError):
    """The form field that chooses pages is not written as pages are."""

    status = 400
    code = "pages_invalid"
    sentence = "The form field “pages” must name pages such as 1-3,5 or 7- or last."


class CorrectionsInvalidError(ServiceError):
    """The form field with corrected lines is not written as corrections are."""

    status = 400
    code = "corrections_invalid"
    sentence = (
        'The form field “corrections” must be JSON such as {"1": {"0": "Total"}}: '
        "a page, a line of it counted from 0, and what the line says."
    )


class LinesInvalidError(ServiceError):
    """The form field with lines is not written as lines are."""

    status = 400
    code = "lines_invalid"
    sentence = (
        "The form field “lines” must be JSON as /img_json answers it, where each line has a "
        "text and a quad or a bbox. This is wrong: %(place)s."
    )

    def __init__(self, place: str, detail: str = "") -> None:
        super().__init__(detail or place)
        self.values = {"place": place}


class LinesExceededError(ServiceError):
    """More lines are sent than a page may have."""

    status = 413
    code = "too_many_lines"
    sentence = "The form field “lines” may have %(lines)s lines a page and %(megabytes)s MB in all."

    def __init__(self, lines: int, size: int) -> None:
        super().__init__()
        self.values = {"lines": f"{lines:,}", "megabytes": size // 1_000_000}


class LinesOfOtherError(ServiceError):
    """Lines are sent with a page that they are not of."""

    status = 422
    code = "lines_of_other"
    sentence = (
        "The form field “lines” has none of page %(page)s, or of a picture of another size. Send "
        "them with the same options as to /img_json, or choose other pages."
    )

    def __init__(self, page: int) -> None:
        super().__init__(f"page {page}")
        self.values = {"page": page}


class LinesOutsideError(ServiceError):
    """A line that is sent lies outside of its picture."""

    status = 422
    code = "lines_outside"
    sentence = (
        "Line %(line)s of page %(page)s, counted from 0, lies outside of the picture, which has "
        "%(width)s x %(height)s pixels."
    )

    def __init__(self, line: int, page: int, size: tuple[int, int]) -> None:
        super().__init__(f"{line} of page {page}")
        self.values = {"line": line, "page": page, "width": size[0], "height": size[1]}


class FormInvalidError(ServiceError):
    """The body is no form that can be read."""

    status = 400
    code = "form_invalid"
    sentence = (
        "The form could not be read. Please send it as multipart/form-data, "
        "or the file itself with its own Content-Type, such as image/png."
    )


class BoundaryMissingError(FormInvalidError):
    """The boundary between the form's parts occurs nowhere in the body."""

    sentence = (
        "The form could not be read: the boundary that its Content-Type names "
        "does not occur in the body."
    )


class FormEmptyError(FormInvalidError):
    """The form has no parts."""

    sentence = "The form is empty. Send the picture in the form field “image”."


class ChunkInvalidError(FormInvalidError):
    """The body comes in chunks that break the rules of HTTP."""

    sentence = "The upload could not be read: its chunked transfer coding is broken."


class UploadIncompleteError(ServiceError):
    """The body ended before the form did."""

    status = 400
    code = "upload_incomplete"
    sentence = "The upload broke off before it was complete. Please send it again."


class KeyRequiredError(ServiceError):
    """The request carries none of the service's keys."""

    status = 401
    code = "key_required"
    sentence = "This service needs a key. Send it in the header X-API-Key."


class CrossSiteError(ServiceError):
    """A page of another site sent the form."""

    status = 403
    code = "cross_site"
    sentence = "Forms from other sites are not accepted."


class ResultGoneError(ServiceError):
    """What a token stood for is no longer kept, or never was."""

    status = 410
    code = "result_gone"
    sentence = "This result is no longer kept. Please send the picture again."


class JobGoneError(ServiceError):
    """A job is no longer kept, or never was."""

    status = 410
    code = "job_gone"
    sentence = "There is no such job, or it is no longer kept."


class JobUnfinishedError(ServiceError):
    """The result of a job is asked for that is not done."""

    status = 409
    code = "job_unfinished"
    sentence = "This job is not done yet. Please ask again in a few seconds."
    retry_after = 2


class JobFailedError(ServiceError):
    """A job has ended those that worked on it."""

    status = 422
    code = "job_failed"
    sentence = "This job was given up: the service broke off at it several times."


class BacklogFullError(ServiceError):
    """The service keeps as many jobs as it has room for."""

    status = 503
    code = "backlog_full"
    sentence = "The service has no room for another job. Please try again in a few minutes."
    retry_after = 120


class ResultsExceededError(ServiceError):
    """More pictures are looked at together than the page takes."""

    status = 413
    code = "too_many_results"
    sentence = "At most %(most)s pictures can be looked at together."

    def __init__(self, most: int) -> None:
        super().__init__()
        self.values = {"most": most}


class PackTooLargeError(ServiceError):
    """The files of several pictures are more than one answer may hold."""

    status = 413
    code = "pack_too_large"
    sentence = "All these files are too much for one download. Please download fewer at a time."


class UploadTooLargeError(ServiceError):
    """The body is larger than the service takes."""

    status = 413
    code = "upload_too_large"
    sentence = "The upload is too large for this service."


class FieldTooLargeError(ServiceError):
    """A form field that is no file is larger than any option."""

    status = 413
    code = "field_too_large"
    sentence = "A form field is too long. Send the picture as a file, with a file name."


class PartsExceededError(ServiceError):
    """The form has more parts than the service reads."""

    status = 413
    code = "too_many_parts"
    sentence = "The form has too many parts. Send one picture and its options."


class FilesExceededError(ServiceError):
    """More files are sent together than the service takes."""

    status = 413
    code = "too_many_files"
    sentence = "These are more than %(most)s files. Please send fewer at a time."

    def __init__(self, count: int, most: int) -> None:
        super().__init__(f"{count} files")
        self.values = {"most": f"{most:,}"}


class PictureTooLargeError(ServiceError):
    """The picture has more pixels than the service takes."""

    status = 413
    code = "picture_too_large"
    sentence = "The picture has too many pixels for this service. Please make it smaller."


class PageTooLargeError(PictureTooLargeError):
    """A page takes more pixels or memory than the service has for it."""

    code = "page_too_large"
    sentence = "A page of this document is too large for this service."


class PagesExceededError(ServiceError):
    """More pages are asked for than one request may have."""

    status = 413
    code = "too_many_pages"
    sentence = (
        "These are %(count)s pages, and one request may have %(most)s. "
        "Please choose some with the form field “pages”."
    )

    def __init__(self, count: int, most: int) -> None:
        super().__init__(f"{count} pages")
        self.values = {"count": f"{count:,}", "most": f"{most:,}"}


class FormatUnsupportedError(ServiceError):
    """The file is not in a format that the service reads."""

    status = 415
    code = "format_unsupported"
    sentence = (
        "This is not a picture or document we can read. "
        "Please send PDF, PNG, JPEG, WebP, BMP, TIFF, GIF, HEIC or AVIF."
    )


class PictureBrokenError(ServiceError):
    """The file says it is a picture but its pixels cannot be read."""

    status = 422
    code = "picture_broken"
    sentence = "The picture is damaged and cannot be read. Please try another copy."


class DocumentBrokenError(PictureBrokenError):
    """The file says it is a document but its pages cannot be read."""

    code = "document_broken"
    sentence = "The document is damaged and cannot be read. Please try another copy."


class ArchiveBrokenError(ServiceError):
    """The file says it is a zip but what it holds cannot be unpacked."""

    status = 422
    code = "archive_broken"
    sentence = "The zip is damaged, or packed in a way that cannot be unpacked here."


class ArchiveLockedError(ServiceError):
    """What a zip holds is encrypted."""

    status = 422
    code = "archive_locked"
    sentence = "The zip is encrypted. Please send it without a password."


class ArchiveNestedError(ServiceError):
    """A zip holds another one."""

    status = 422
    code = "archive_nested"
    sentence = "A zip inside of a zip is not unpacked. Please send it by itself."


class DocumentEmptyError(ServiceError):
    """The document has no pages."""

    status = 422
    code = "document_empty"
    sentence = "The document has no pages."


class DocumentLockedError(ServiceError):
    """The document is protected in a way that no password opens."""

    status = 422
    code = "document_locked"
    sentence = "The document is protected in a way that this service cannot open."


class PasswordRequiredError(ServiceError):
    """The document opens with a password only, and none was sent."""

    status = 422
    code = "password_required"
    sentence = "The document is encrypted. Send its password in the form field “password”."


class PasswordWrongError(ServiceError):
    """The password that was sent does not open the document."""

    status = 422
    code = "password_wrong"
    sentence = "The password does not open this document."


class PageMissingError(ServiceError):
    """A page is asked for that the document does not have."""

    status = 422
    code = "page_missing"
    sentence = "There is no page %(number)s: the document ends with page %(count)s."

    def __init__(self, number: int, count: int) -> None:
        super().__init__(f"{number} of {count}")
        self.values = {"number": number, "count": f"{count:,}"}


class LineMissingError(ServiceError):
    """A line is corrected that its page does not have."""

    status = 422
    code = "line_missing"
    sentence = (
        "A line %(line)s of page %(page)s is corrected, and the page has %(count)s lines, "
        "counted from 0."
    )

    def __init__(self, line: int, page: int, count: int) -> None:
        super().__init__(f"{line} of {count}")
        self.values = {"line": line, "page": page, "count": f"{count:,}"}


class PageTooComplexError(ServiceError):
    """To draw the page takes more of the CPU than the service gives it."""

    status = 422
    code = "page_too_complex"
    sentence = "A page of this document is too complicated to be drawn. Please try a simpler copy."


class ArchiveUnavailableError(ServiceError):
    """PDF/A is asked for where its rules cannot be kept."""

    status = 422
    code = "archive_unavailable"
    sentence = (
        "A PDF cannot be made a PDF/A here, since its own pages are kept. Send pictures for that."
    )


class SinglePageError(ServiceError):
    """Several pages are asked for in a format that holds one."""

    status = 422
    code = "single_page"
    sentence = (
        "%(form)s holds one page, and these are %(count)s. "
        "Please choose one with pages=1, or ask for format=pdf or format=tiff."
    )

    def __init__(self, form: str, count: int) -> None:
        super().__init__(f"{count} pages")
        self.values = {"form": form, "count": f"{count:,}"}


class TooMuchWorkError(ServiceError):
    """The picture holds more text than one request may have read.

    Asking again gives the same answer.
    """

    status = 422
    code = "too_much_work"
    sentence = (
        "There is too much text in this picture to read it at once. "
        "Please send a part of it, or ask for what can be read with partial=true."
    )
    is_lasting = True


class ClientGoneError(ServiceError):
    """The client has closed its connection: nobody reads this answer."""

    status = 499
    code = "client_gone"
    sentence = "The client has gone."
    is_of_request = True


class RateExceededError(ServiceError):
    """One client asked more often than the service allows."""

    status = 429
    code = "rate_exceeded"
    sentence = "You have sent too many requests. Please wait a little."

    def __init__(self, seconds: int) -> None:
        super().__init__(f"free again in {seconds} s")
        self.retry_after = seconds


class QueueFullError(ServiceError):
    """As many pictures wait as the service lets wait."""

    status = 503
    code = "queue_full"
    sentence = "The service is busy right now. Please try again in a few seconds."
    retry_after = 2
    is_of_request = True


class EngineUnavailableError(ServiceError):
    """The engine did not start or has stopped."""

    status = 503
    code = "engine_unavailable"
    sentence = "The service cannot read pictures right now. Please try again in a minute."
    retry_after = 30


class StorageUnavailableError(ServiceError):
    """Files cannot be written where the request's files belong."""

    status = 503
    code = "storage_unavailable"
    sentence = "The service cannot store files right now. Please try again in a minute."
    retry_after = 30


class DeadlineExceededError(ServiceError):
    """The request took longer than it may."""

    status = 504
    code = "deadline_exceeded"
    sentence = "Reading the picture took too long. Please try a smaller picture, or later."
    is_of_request = True


class DiskFullError(ServiceError):
    """There is no room left for the request's files."""

    status = 507
    code = "disk_full"
    sentence = "The service has no disk space left. Please try again later."
    retry_after = 60
