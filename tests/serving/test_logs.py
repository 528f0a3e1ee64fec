import logging
import sys

from picture.serving.logs import LogfmtFormatter, configuration


def line(message: str, **extra: object) -> str:
    record = logging.makeLogRecord({"msg": message, "levelname": "INFO", **extra})
    return LogfmtFormatter().format(record)


def test_a_line_carries_what_was_given_for_it() -> None:
    assert line("answered", status=200, route="/img_txt").endswith(
        "level=info message=answered status=200 route=/img_txt"
    )


def test_a_value_cannot_break_its_line_or_forge_another_pair() -> None:
    written = line("bad", detail='x\nlevel=error admin="yes"')
    assert "\n" not in written
    assert written.endswith('detail="x\\nlevel=error admin=\\"yes\\""')


def test_an_empty_value_is_visible() -> None:
    assert line("refused", detail="").endswith('detail=""')


def test_a_traceback_stays_on_the_line() -> None:
    try:
        raise ValueError("broken")
    except ValueError:
        written = line("failed", exc_info=sys.exc_info())
    assert "\n" not in written
    assert "ValueError: broken" in written


def test_the_level_holds_for_all_loggers() -> None:
    assert configuration("debug")["root"]["level"] == "DEBUG"
