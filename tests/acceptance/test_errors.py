"""Every error of the trees, raised behind a command: its exit code, the language of the call, and JSON in both."""

from collections.abc import Callable
from typing import NoReturn

import pytest

from models.codes import Label, Language
from models.errors import ExitCode, ExpectedError
from tests.acceptance.command_line import Orders
from tests.errors import made, raisable
from workflows.errors import RefusedError, expected
from workflows.missing import MissingError

#: Two ways to an operation, by what is called: where a command expects a refusal, and where it expects nothing.
BEHIND = {
    "cli.students.operations.end_student_hold": ("student", "end-hold", "100000001"),
    "cli.print_jobs.job_views": ("print-jobs",),
}


@pytest.fixture(scope="module")
def empty(installations: Callable[[], Orders]) -> Orders:
    """An installation without students, for calls that change nothing but what keeps attempts."""
    return installations()


def shown(error: ExpectedError) -> Label:
    """What a person at a terminal is told: numbers that were typed, and a line for each fault and reason."""
    return error.named if isinstance(error, MissingError) else error.label


@pytest.mark.parametrize("path", BEHIND)
@pytest.mark.parametrize("kind", raisable(), ids=lambda kind: kind.__name__)
def test_an_error_ends_a_command(
    empty: Orders, monkeypatch: pytest.MonkeyPatch, kind: type[Exception], path: str
) -> None:
    """Its kind is the exit code, its text is told in either language, and with --json in both."""

    def fail(*_: object, **__: object) -> NoReturn:
        raise made(kind)

    error = expected(made(kind))
    assert error is not None
    monkeypatch.setattr(path, fail)
    for language in Language:
        result = empty.call(*BEHIND[path], "--lang", language)
        assert result.exit_code == error.exit_code, result
        assert result.out == ""
        for word in shown(error).in_(language).split():
            assert word in result.err
    told = empty.call(*BEHIND[path], "--json")
    assert told.exit_code == error.exit_code
    if isinstance(error, RefusedError):
        refused = told.json["refused"]
        assert set(refused) == {"event", "state", "kind", "reasons"}
        assert refused["kind"] == {"stale": "conflict"}.get(error.kind, error.kind)
        assert refused["reasons"] == [each.as_json() for each in error.reasons]
        assert all(each["message"]["en"] and each["message"]["fr"] for each in refused["reasons"])
    else:
        text = told.json["error"]
        assert text["exit_code"] == error.exit_code
        assert {name: words.split() for name, words in text["message"].items()} == {
            name: words.split() for name, words in shown(error)._asdict().items()
        }


def test_what_nobody_expected_stays_an_error(empty: Orders, monkeypatch: pytest.MonkeyPatch) -> None:
    """A fault of the program is not made to look like an answer."""

    def fail(*_: object, **__: object) -> NoReturn:
        message = "x"
        raise KeyError(message)

    monkeypatch.setattr("cli.print_jobs.job_views", fail)
    with pytest.raises(KeyError):
        empty.call("print-jobs")


def test_exit_codes_are_those_of_the_interface() -> None:
    """0 done, 1 refused, 2 usage, 3 conflict, 4 not found, 5 infrastructure."""
    assert [each.name for each in sorted(ExitCode)] == [
        "DONE", "REFUSED", "USAGE", "CONFLICT", "NOT_FOUND", "INFRASTRUCTURE",
    ]  # fmt: skip
    assert sorted(ExitCode) == list(range(6))
