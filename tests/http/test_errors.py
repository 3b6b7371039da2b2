"""Every error of the trees, raised behind a call of HTTP: its kind, its status, and both languages."""

import json
import logging

import httpx
import pytest

from models.codes import Language
from models.errors import KINDS
from tests.errors import MADE, made, raisable
from tests.ministry import Ministry
from tests.service import InProcess, app_of
from web.limits import BusyError, TooLargeError, TooSlowError
from workflows.refused import expected

#: What the application raises of its framework, and the kind of each.
OF_THE_FRAMEWORK: dict[type[Exception], str] = {
    TooLargeError: "too_large",
    TooSlowError: "slow",
    BusyError: "unavailable",
}


class Raising:
    """The service with one address more, behind which an error is raised."""

    def __init__(self, ministry: Ministry) -> None:
        """Nothing is raised yet."""
        self.error: Exception | None = None
        app = app_of(ministry.installation)
        app.add_api_route("/raise", self._raise)
        self._client = httpx.Client(transport=InProcess(app), base_url="http://orders")

    def _raise(self) -> None:
        assert self.error is not None
        raise self.error

    def answer(self, error: Exception, language: str) -> httpx.Response:
        """What a call is answered behind which ``error`` is raised."""
        self.error = error
        return self._client.get("/raise", headers={"Accept-Language": language})


@pytest.fixture
def raising(ministry: Ministry) -> Raising:
    """The service on an empty installation."""
    return Raising(ministry)


@pytest.mark.parametrize("language", list(Language))
@pytest.mark.parametrize("kind", raisable(), ids=lambda kind: kind.__name__)
def test_an_error_becomes_the_problem_of_its_kind(
    raising: Raising, kind: type[Exception], language: str
) -> None:
    """Status, type, title and detail are those of its kind, in the language of the call; the text is there in both."""
    error = expected(made(kind))
    assert error is not None
    answer = raising.answer(made(kind), language)
    told = answer.json()
    assert (answer.status_code, told["status"]) == (error.status, error.status)
    assert (told["kind"], told["type"]) == (error.kind, f"/api/problems/{error.kind}")
    assert told["title"] == KINDS[error.kind].title.in_(language)
    assert told["detail"] == error.label.in_(language)
    assert told["message"] == error.label._asdict()
    assert answer.headers["Content-Type"].startswith("application/problem+json")


@pytest.mark.parametrize("kind", OF_THE_FRAMEWORK)
def test_an_error_of_the_framework_becomes_a_problem_by_its_status(
    raising: Raising, kind: type[Exception]
) -> None:
    """Its own words, which are English, are not passed on."""
    told = raising.answer(kind(), "fr").json()
    assert told["kind"] == OF_THE_FRAMEWORK[kind]
    assert told["detail"] == told["message"]["fr"]
    assert told["message"]["fr"] != told["message"]["en"]


def test_a_fault_of_the_service_is_logged(raising: Raising, caplog: pytest.LogCaptureFixture) -> None:
    """Whoever runs the service reads of what a caller was told it is to blame for."""
    with caplog.at_level(logging.ERROR):
        raising.answer(MADE[next(each for each in MADE if each.__name__ == "AlteredDocumentError")](), "en")
    assert "AlteredDocumentError" in json.dumps([str(each.msg) for each in caplog.records])
