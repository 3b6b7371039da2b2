"""What the processes say: one event per line, as JSON or for a console, with numbers and ids but no personal data.

The text of an exception may quote what it failed on (a row, a name, a password in a URL). So of an exception only its
class is told, and the places in the code through which it came.
"""

import logging
import sys
import traceback
from collections.abc import Iterable
from typing import Any, Literal, TextIO, TypeAlias

import structlog
from structlog.typing import EventDict, Processor

Format: TypeAlias = Literal["json", "console"]

#: Libraries that say little of use below a warning.
_QUIET = ("alembic", "borb", "fontTools", "PIL", "sqlalchemy")


def configure(shape: Format, level: str = "INFO", stream: TextIO | None = None) -> None:
    """Send the log lines of this process, the libraries' too, to ``stream`` (stderr unless given)."""
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.ExtraAdder(),
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _told_of_exceptions,
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            pass_foreign_args=True,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, _renderer(shape)],
        )
    )
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(level)
    for name in _QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)


def logger(name: str) -> Any:
    """The logger of a part of the program."""
    return structlog.stdlib.get_logger(name)


def error_of(error: BaseException) -> dict[str, str]:
    """``{error, at}``: the class of ``error``, and the places in the code through which it came, the deepest last."""
    frames = traceback.extract_tb(error.__traceback__)
    return {"error": type(error).__name__, "at": " ".join(_places(frames))}


def _places(frames: Iterable[traceback.FrameSummary]) -> list[str]:
    return [f"{frame.filename.rsplit('/', 1)[-1]}:{frame.lineno}" for frame in frames]


def _told_of_exceptions(_logger: object, _method: str, event: EventDict) -> EventDict:
    """Replace an exception by its class and places; of a library's text that was made from one, only the pattern stays."""
    given = event.pop("exc_info", None)
    error = sys.exc_info()[1] if given is True else given[1] if isinstance(given, tuple) else given
    if isinstance(error, BaseException):
        event.update(error_of(error))
    quoted = [each for each in event.pop("positional_args", None) or () if isinstance(each, BaseException)]
    if quoted:
        event["event"] = event["_record"].msg
        event.update(error_of(quoted[0]))
    return event


def _renderer(shape: Format) -> Processor:
    if shape == "json":
        return structlog.processors.JSONRenderer(ensure_ascii=False)
    return structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())
