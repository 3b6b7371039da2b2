"""Every error of the trees, raised behind a call of HTTP: its kind, its status, and both languages."""

from collections.abc import Callable, Iterator
from typing import NoReturn
from unittest.mock import Mock

import httpx
import pytest

from models.codes import Language
from models.errors import KINDS
from tests.errors import made, raisable
from tests.ministry import Ministry
from tests.service import InProcess, app_of
from web.limits import BusyError, TooLargeError, TooSlowError
from workflows.errors import expected
from workflows.operations.access.as_seen import StaleError
from workflows.operations.printing.transmission import AlteredDocumentError

#: What the application raises of its framework, and the kind of each.
OF_THE_FRAMEWORK: dict[type[Exception], str] = {
    TooLargeError: "too_large",
    TooSlowError: "slow",
    BusyError: "unavailable",
}


Answer = Callable[[Exception, str], httpx.Response]


@pytest.fixture
def answer(ministry: Ministry, monkeypatch: pytest.MonkeyPatch) -> Iterator[Answer]:
    """What a call in some language is answered behind which an error is raised."""
    with httpx.Client(transport=InProcess(app_of(ministry.installation)), base_url="http://orders") as http:

        def ask(error: Exception, language: str) -> httpx.Response:
            def fail(_: object) -> NoReturn:
                raise error

            monkeypatch.setattr("web.app._status", fail)
            return http.get("/healthz", headers={"Accept-Language": language})

        yield ask


@pytest.mark.parametrize("kind", raisable(), ids=lambda kind: kind.__name__)
def test_an_error_becomes_the_problem_of_its_kind(answer: Answer, kind: type[Exception]) -> None:
    """Status, type, title and detail are those of its kind, in the language of the call; the text is there in both."""
    error = expected(made(kind))
    assert error is not None
    for language in Language:
        given = answer(made(kind), language)
        told = given.json()
        assert (given.status_code, told["status"]) == (error.status, error.status)
        assert (told["kind"], told["type"]) == (error.kind, f"/api/problems/{error.kind}")
        assert told["title"] == KINDS[error.kind].title.in_(language)
        assert told["detail"] == error.label.in_(language)
        assert told["message"] == error.label._asdict()
        assert given.headers["Content-Type"].startswith("application/problem+json")


@pytest.mark.parametrize("kind", OF_THE_FRAMEWORK)
def test_an_error_of_the_framework_becomes_a_problem_by_its_status(
    answer: Answer, kind: type[Exception]
) -> None:
    """Its own words, which are English, are not passed on."""
    told = answer(kind(), "fr").json()
    assert told["kind"] == OF_THE_FRAMEWORK[kind]
    assert told["detail"] == told["message"]["fr"]
    assert told["message"]["fr"] != told["message"]["en"]


def test_a_fault_of_the_service_is_logged(answer: Answer, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever runs the service reads of what a caller was told it is to blame for; of nothing else."""
    log = Mock()
    monkeypatch.setattr("web.api.protocol.faults._LOG", log)
    answer(made(StaleError), "en")
    assert log.error.call_count == 0
    answer(made(AlteredDocumentError), "en")
    assert log.error.call_args.kwargs["error"] == "AlteredDocumentError"
