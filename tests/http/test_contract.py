"""The service keeps what its OpenAPI document says: schemathesis asks everything, alone and call after call."""

import os
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import checks
from schemathesis.core.result import Ok
from schemathesis.specs.openapi import checks as openapi_checks

from models.codes import ItemState
from tests.described import followed, kinds
from tests.installations import open_installation, sqlite_copy
from tests.ministry import Ministry
from tests.service import app_of, served, token_of

#: Examples of each operation, and sequences of calls; more with ``ORDERS_TEST_EXAMPLES``.
EXAMPLES = int(os.environ.get("ORDERS_TEST_EXAMPLES", "8"))
#: No 5xx, no undocumented status or content, every answer of the shape that the document gives.
CHECKS = [
    checks.not_a_server_error,
    openapi_checks.status_code_conformance,
    openapi_checks.content_type_conformance,
    openapi_checks.response_schema_conformance,
]
SETTINGS = settings(
    max_examples=EXAMPLES,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.explicit, Phase.generate],
    derandomize=True,
)


class Service:
    """A running service with something in it, and the document that it gives of itself."""

    def __init__(self, url: str, token: str, document: dict[str, Any]) -> None:
        """Asked as a clerk."""
        self.url = url
        self.headers = {"Authorization": f"Bearer {token}"}
        self.schema = schemathesis.openapi.from_dict(document)


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Iterator[Service]:
    """An installation with items, jobs, a cart and a run."""
    folder = tmp_path_factory.mktemp("contract")
    url = sqlite_copy(request.getfixturevalue("sqlite_template"), folder)
    installation = open_installation(url, folder, request.getfixturevalue("shared_masters"))
    ministry = Ministry(installation)
    for state in (ItemState.CREATED, ItemState.SYSTEM_HOLD, ItemState.IN_PRINT_JOB, ItemState.FAILED):
        ministry.in_state(state)
    app = app_of(installation)
    with served(app) as base:
        yield Service(base, token_of(installation), app.openapi())
    installation.database.close()


def test_every_operation_keeps_its_word(service: Service) -> None:
    """Whatever is asked, well or badly formed: no 5xx, and nothing that the document does not say."""
    broken: dict[str, str] = {}
    statuses: Counter[int] = Counter()
    for found in service.schema.get_all_operations():
        assert isinstance(found, Ok)
        operation = found.ok()

        @SETTINGS
        @given(case=operation.as_strategy())
        def ask(case: schemathesis.Case[Any]) -> None:
            answer = case.call(base_url=service.url, headers=service.headers)
            statuses[answer.status_code] += 1
            case.validate_response(answer, checks=CHECKS)

        try:
            ask()
        except BaseException as error:  # noqa: BLE001 - every operation is asked, and all that is wrong told
            broken[operation.label] = f"{error!r} {getattr(error, 'exceptions', '')}"[:600]
    assert not broken, "\n".join(f"{label}: {what}" for label, what in broken.items())
    # A service that let nobody in, or took nothing, would keep its word too.
    assert min(statuses[200], statuses[404], statuses[422]) > 0.02 * statuses.total(), statuses
    print(statuses)


def test_links_begin_where_their_answers_name_something(service: Service) -> None:
    """Every link takes its number from a place that the answer's schema tells, to an operation that there is."""
    document = service.schema.raw_schema
    calls = [call for methods in document["paths"].values() for call in methods.values()]
    ids = {call["operationId"] for call in calls}
    linked = set()
    for call in calls:
        for answer in call["responses"].values():
            for link in answer.get("links", {}).values():
                (place,) = link["parameters"].values()
                schema = followed(document, answer["content"]["application/json"]["schema"])
                for step in place.removeprefix("$response.body#/").split("/"):
                    schema = schema["items"] if step.isdecimal() else schema["properties"][step]
                assert kinds(schema) <= {"string", "integer", "null"}
                linked.add(link["operationId"])
    told = {
        call["operationId"]
        for path, methods in document["paths"].items()
        for call in methods.values()
        if "{" in path
    }
    assert linked <= ids
    # Only what is printed on paper, or met as a problem, is named by no answer.
    assert told - linked == {"verification.show", "rules.problem", "bulk.transition"}


def test_calls_that_lead_to_each_other_keep_their_word(service: Service) -> None:
    """What one call answers is carried to the next, along the links of the document."""
    machine = service.schema.as_state_machine()

    class Linked(machine):  # type: ignore[valid-type,misc]
        def get_call_kwargs(self, _case: schemathesis.Case[Any]) -> dict[str, Any]:
            return {"base_url": service.url, "headers": service.headers}

        def validate_response(self, response: Any, case: schemathesis.Case[Any], **_more: Any) -> None:
            case.validate_response(response, checks=CHECKS)

    Linked.run(settings=settings(SETTINGS, max_examples=EXAMPLES * 3, stateful_step_count=6))
