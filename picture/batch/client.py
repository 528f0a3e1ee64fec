"""A running service as a maker."""

from __future__ import annotations

import re
import time
from collections.abc import Sequence
from http import HTTPStatus

import requests

from picture.batch.task import FailureError, Made, Task, ending, sent_name
from picture.serving import CALLS

_SECONDS = 180.0
# Before another attempt, where the answer does not say how long: five minutes in all.
_PAUSES = (1.0, 2.0, 4.0, 8.0, 15.0, 30.0, 60.0, 60.0, 60.0, 60.0)
_BUSY = (HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.BAD_GATEWAY, HTTPStatus.SERVICE_UNAVAILABLE)


class ServiceUnreachableError(Exception):
    """There is no such service at the address; the text says why."""


class ServiceMaker:
    """A service at an address, which is asked again where it is busy or away for a while."""

    def __init__(self, url: str, key: str = "") -> None:
        self._url = url.rstrip("/")
        self._session = requests.Session()
        if key:
            self._session.headers["X-API-Key"] = key

    def fingerprint(self) -> str:
        """Return what tells the service's model; raises ServiceUnreachableError."""
        try:
            answer = self._session.get(f"{self._url}/capabilities", timeout=_SECONDS)
            if not answer.ok:
                raise ServiceUnreachableError(_failure(answer).message)
            return str(answer.json()["fingerprint"])
        except (requests.RequestException, ValueError, KeyError) as error:
            raise ServiceUnreachableError(f"{type(error).__name__}") from error

    def make(self, task: Task) -> Sequence[Made]:
        """Make all that a task wants, a request each; raises FailureError."""
        return [self._make(task, word) for word in task.words]

    def close(self) -> None:
        """Close the connections."""
        self._session.close()

    def _make(self, task: Task, word: str) -> Made:
        call, options = CALLS[word], dict(task.options)
        if call == "img_txt":
            options["format"] = word
        answer = self._ask(task, call, options)
        if not answer.ok:
            raise _failure(answer)
        unread = int(answer.headers.get("X-Lines-Unread", "0"))
        return Made(word, ending(_name(answer)), answer.content, unread)

    def _ask(self, task: Task, call: str, options: dict[str, str]) -> requests.Response:
        """Return the service's answer, asked for again while it is busy or away."""
        for pause in _PAUSES:
            try:
                answer = self._post(task, call, options)
            except requests.RequestException:
                told = ""
            else:
                if answer.status_code not in _BUSY:
                    return answer
                told = answer.headers.get("Retry-After", "")
            time.sleep(min(float(told), _PAUSES[-1]) if told.isdecimal() else pause)
        try:
            return self._post(task, call, options)
        except requests.RequestException as error:
            raise FailureError("unreachable", f"No answer: {type(error).__name__}.") from error

    def _post(self, task: Task, call: str, options: dict[str, str]) -> requests.Response:
        with task.path.open("rb") as file:
            files = {"image": (sent_name(task), file)}
            return self._session.post(
                f"{self._url}/{call}", data=options, files=files, timeout=_SECONDS
            )


def _failure(answer: requests.Response) -> FailureError:
    """Return what the service says is wrong, or its status where it is another's answer."""
    try:
        error = answer.json()["error"]
        return FailureError(str(error["code"]), str(error["message"]))
    except (ValueError, KeyError, TypeError):
        return FailureError("refused", f"The answer was {answer.status_code} {answer.reason}.")


def _name(answer: requests.Response) -> str:
    found = re.search(r'filename="([^"]*)"', answer.headers.get("Content-Disposition", ""))
    return found[1] if found else ""
