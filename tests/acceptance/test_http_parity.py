"""The command line and the service give the same decision for the same case."""

import dataclasses
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from orders_client import NotFoundError, NotPermittedError, Orders, ProblemError

from models.codes import DiscardReason, ReorderReason, Role, StatusReason
from models.settings import Settings
from tests.acceptance.command_line import MORNING
from tests.acceptance.command_line import Orders as CommandLine
from tests.acceptance.wave import STATES, number_of
from tests.installations import SECRET
from tests.service import client_of
from workflows.installation import Installation
from workflows.machines import order_item

_REASONS = [None, "", "Nonsense", *StatusReason, *ReorderReason, *DiscardReason]
_EVENTS = [each for each in order_item.EVENTS if each != "reorder"]
_ROLES = [role for role in Role if role not in {Role.SYSTEM, Role.DOD_CONSUMER}]


@pytest.fixture(scope="module")
def both(seen_wave: CommandLine) -> Iterator[tuple[CommandLine, Orders]]:
    """A wave that is there by command and over HTTP alike; what is asked changes nothing."""
    settings_ = Settings(
        _env_file=None,  # type: ignore[call-arg]
        database_url=seen_wave.environment()["ORDERS_DATABASE_URL"],
        store_url=str(seen_wave.folder / "documents"),
        print_url=str(seen_wave.drop),
        secret=SECRET,
        clock=MORNING,  # type: ignore[arg-type]
    )
    installation = Installation.open(settings_)
    with client_of(installation) as clerk:
        yield seen_wave, clerk
    installation.database.close()


def test_can_is_the_same(both: tuple[CommandLine, Orders]) -> None:
    """Every event of an item in every state, for every role that sees it: allowed or refused, with the same reasons."""
    line, clerk = both
    for asn in STATES:
        number = number_of(line, asn)
        for role in (*_ROLES, Role.DOD_CONSUMER):
            by_command = line.call("item", "can", number, "--as", f"{role.value}:ada", "--json").json
            service = clerk.as_(f"{role.value}:ada")
            if role in {Role.PUBLIC, Role.DOD_CONSUMER}:  # to the public, others' items are not there
                with pytest.raises((NotFoundError, NotPermittedError)) as refused:
                    service.items.can(number)
                assert by_command["refused"]["kind"] == "permission"
                assert refused.value.reasons == by_command["refused"]["reasons"] or role is Role.PUBLIC
            else:
                assert list(service.items.can(number).values()) == by_command["events"]


@pytest.mark.parametrize("role", [Role.STUDENT_RECORDS, Role.AUDITOR, Role.PUBLIC])
def test_a_list_with_events_is_the_same(both: tuple[CommandLine, Orders], role: Role) -> None:
    """A page of items, each with what may be done with it; people are shown what is allowed."""
    line, clerk = both
    acting = f"{role.value}:ada"
    by_command = line.ok("items", "--can", "--limit", 5, "--as", acting)
    assert clerk.as_(acting).send.get("/api/order-items", can=True, limit=5) == by_command
    for each in by_command["items"]:
        assert each["events"] == line.ok("item", "can", each["number"], "--as", acting)["events"]
    assert bool(by_command["items"]) is (role is not Role.PUBLIC)
    shown, plainly = (line.call("items", *may, "--as", acting).out for may in (["--can"], []))
    assert "Allowed" in shown
    assert "Allowed" not in plainly


def test_a_rehearsal_of_many_is_told_alike(both: tuple[CommandLine, Orders]) -> None:
    """What would become of each item, and how many there are of each outcome and by rule."""
    line, clerk = both
    chosen = ("items-do", "cancel", "--state", "system_hold", "--dry-run", "--json")
    for reason in ("OrderedInError", "Nonsense"):
        by_command = line.call(*chosen, "--reason", reason).json
        over_http = clerk.bulk.do("cancel", dry_run=True, filter={"state": "system_hold"}, reason=reason)
        assert over_http == by_command
        assert by_command["selected"] == len(by_command["outcomes"]) > 0


def test_a_preview_is_told_alike(both: tuple[CommandLine, Orders]) -> None:
    """Every credential that would be awarded and ordered; over HTTP as other rehearsals are, which say so."""
    line, clerk = both
    by_command = line.call("award-and-order", "--type", "AHSD", "--preview", "--json").json
    over_http = clerk.bulk.award_and_order(["AHSD"], preview=True)
    assert over_http.pop("dry_run")
    assert sum(over_http.pop("by_outcome").values()) == over_http["selected"]
    assert over_http == by_command


@settings(max_examples=25)
@given(data=st.data())
def test_a_refusal_is_the_same(both: tuple[CommandLine, Orders], data: st.DataObject) -> None:
    """A rehearsed change of any item, by any role, for any reason: the same outcome and the same reasons."""
    if both[0].server is not None:
        pytest.skip("the command answers on a copied file; a database on a server is not copied as lightly")
    line, clerk = both
    asn = data.draw(st.sampled_from(sorted(STATES)))
    event = data.draw(st.sampled_from(_EVENTS))
    role = data.draw(st.sampled_from([each for each in _ROLES if each is not Role.PUBLIC]))
    reason = data.draw(st.sampled_from(_REASONS))
    number = number_of(line, asn)
    by_command = rehearsed(line, number, event, role, reason)
    over_http = clerk.as_(f"{role.value}:ada").bulk.do(event, dry_run=True, items=[number], reason=reason)
    (row,) = over_http["outcomes"]
    assert {"outcome": row["outcome"], "kind": row["kind"], "reasons": row["reasons"]} == by_command


def rehearsed(line: CommandLine, number: str, event: str, role: Role, reason: str | None) -> dict[str, Any]:
    """What the command would answer: it is made on a copy of the database that is thrown away."""
    with tempfile.TemporaryDirectory() as folder:
        shutil.copyfile(line.database, Path(folder) / "orders.db")
        (Path(folder) / "documents").symlink_to(line.folder / "documents")
        copy = dataclasses.replace(line, folder=Path(folder))
        given_reason = [] if reason is None else ["--reason", reason]
        result = copy.call("item", "do", number, event, *given_reason, "--as", f"{role.value}:ada", "--json")
    answer = result.json
    if "refused" in answer:
        refused = answer["refused"]
        assert result.exit_code == 1
        return {"outcome": "refused", "kind": refused["kind"], "reasons": refused["reasons"]}
    assert result.exit_code == 0
    return {"outcome": "done", "kind": None, "reasons": []}


@pytest.mark.parametrize(
    ("call", "words", "status", "exit_code"),
    [
        (lambda c: c.items.show("0000009999-01"), ("item", "show", "0000009999-01"), 404, 4),
        (lambda c: c.credentials.find("9999999999"), ("find", "9999999999"), 404, 4),
        (lambda c: c.credentials.first_run("9999999999"), ("first-run", "9999999999"), 404, 4),
        (lambda c: c.print_jobs.show("999"), ("print-job", "show", "999"), 404, 4),
        (lambda c: c.as_("auditor:a").people.student("100000001", "hold"), ("student", "hold", "100000001", "--as", "auditor:a"), 403, 1),
        (lambda c: c.as_("operational_support:o").credentials.award("100000001", "AHSD"), ("award", "100000001", "AHSD", "--as", "operational_support:o"), 403, 1),
        (lambda c: c.credentials.award("100000001", "AHSD"), ("award", "100000001", "AHSD"), 409, 1),
        (lambda c: c.people.student("12", "hold"), ("student", "hold", "12"), 422, 2),
    ],
)  # fmt: skip
def test_statuses_and_exit_codes_agree(
    both: tuple[CommandLine, Orders], call: Any, words: tuple[str, ...], status: int, exit_code: int
) -> None:
    """Not found, not permitted, refused and malformed are told alike."""
    line, clerk = both
    with pytest.raises(ProblemError) as refused:
        call(clerk)
    assert refused.value.status == status
    result = line.call(*words, "--json")
    assert result.exit_code == exit_code
    if status in {403, 409}:
        told = result.json["refused"]
        assert (told["kind"], told["reasons"]) == (refused.value.problem["kind"], refused.value.reasons)
