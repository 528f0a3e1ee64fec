"""Log lines that people read and programs parse (logfmt)."""

from __future__ import annotations

import json
import logging
from typing import Any

# What every record carries; the rest was given for this line by `extra=`.
_USUAL = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}


class LogfmtFormatter(logging.Formatter):
    """Format a record as key=value pairs on one line."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line; a traceback becomes one quoted value."""
        pairs: dict[str, Any] = {
            "time": self.formatTime(record, "%Y-%m-%dT%H:%M:%S%z"),
            "level": record.levelname.lower(),
            "message": record.getMessage(),
        }
        pairs |= {key: value for key, value in vars(record).items() if key not in _USUAL}
        if record.exc_info:
            pairs["trace"] = self.formatException(record.exc_info)
        return " ".join(f"{key}={_quoted(value)}" for key, value in pairs.items())


def _quoted(value: object) -> str:
    text = str(value)
    plain = text.isprintable() and text.isascii() and not set(text) & set(' "=')
    return text if plain and text else json.dumps(text)


def configuration(level: str) -> dict[str, Any]:
    """Return a logging configuration that sends everything to standard error."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"logfmt": {"()": LogfmtFormatter}},
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "logfmt"}},
        "root": {"level": level.upper(), "handlers": ["stderr"]},
        # gunicorn sets up its own logger unless told that the root serves it.
        "loggers": {
            "gunicorn.error": {"level": level.upper(), "handlers": [], "propagate": True},
            "gunicorn.access": {"level": "WARNING", "handlers": [], "propagate": True},
        },
    }
