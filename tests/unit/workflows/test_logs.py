"""Log lines tell where and what kind, never what a failing statement, row or URL held."""

import io
import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest
import structlog

from workflows import logs

CANARY = "Canarywood"


@pytest.fixture
def lines() -> Iterator[Any]:
    """Hears what is logged as JSON, and gives the lines so far."""
    root = logging.getLogger()
    handlers, level, stream = root.handlers, root.level, io.StringIO()
    logs.configure("json", "DEBUG", stream)
    yield lambda: [json.loads(line) for line in stream.getvalue().splitlines()]
    root.handlers, root.level = handlers, level
    structlog.reset_defaults()


def failure() -> Exception:
    """An exception that quotes what it failed on."""
    try:
        int(CANARY)
    except ValueError as error:
        return error
    raise AssertionError


def test_an_exception_is_its_class_and_its_place(lines: Any) -> None:
    """Whether it is being handled, is given, or is quoted by a library's message."""
    log = logging.getLogger("dramatiq.worker")
    try:
        raise failure()
    except ValueError:
        log.exception("Failed to process message %s.", 7)
    log.warning("Failed for %s: %s", 7, failure())
    logs.logger("orders.test").error("failed", **logs.error_of(failure()))
    logs.logger("orders.test").error("failed", exc_info=failure())
    assert [line["error"] for line in lines()] == ["ValueError"] * 4
    assert [line["event"] for line in lines()] == [
        "Failed to process message 7.",
        "Failed for %s: %s",
        "failed",
        "failed",
    ]
    assert all("test_logs.py:" in line["at"] for line in lines())
    assert CANARY not in json.dumps(lines())


def test_what_is_told_beside_the_event(lines: Any) -> None:
    """Fields of both kinds of logger stand beside the event."""
    logging.getLogger("orders.transitions").info("order_items render", extra={"done": ["0000000001-01"]})
    logs.logger("orders.test").info("step done", step="render", ids=3)
    first, second = lines()
    assert (first["event"], first["done"]) == ("order_items render", ["0000000001-01"])
    assert (second["step"], second["ids"], second["level"], second["logger"]) == (
        "render",
        3,
        "info",
        "orders.test",
    )


def test_for_a_console() -> None:
    """One line for a person, likewise without the exception's text."""
    root = logging.getLogger()
    handlers, level, stream = root.handlers, root.level, io.StringIO()
    logs.configure("console", "INFO", stream)
    try:
        logging.getLogger("x").error("broken", exc_info=failure())
        logging.getLogger("x").debug("not told")
    finally:
        root.handlers, root.level = handlers, level
        structlog.reset_defaults()
    (line,) = stream.getvalue().splitlines()
    assert "broken" in line
    assert "ValueError" in line
    assert CANARY not in line
