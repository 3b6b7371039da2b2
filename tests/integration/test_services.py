"""Service tokens, renewed leases, and the log of what was committed."""

import logging
from datetime import timedelta

import pytest

from models.codes import ItemState, Role
from models.orders import OrderItem
from tests.ministry import AUDITOR, CLERK, Ministry
from tests.service import token_of
from workflows.command import Command
from workflows.effects.credential import CREDENTIAL
from workflows.effects.order_item import ORDER_ITEM
from workflows.engine.engine import apply, judge
from workflows.machines import order_item, special_handling
from workflows.machines.follows import UndeclaredConsequenceError, begun
from workflows.operations.access import service_tokens
from workflows.operations.printing import leases

NOBODY = 999_999


def test_a_token_ends_when_it_was_said_to(ministry: Ministry) -> None:
    """A token is recognised until the instant at which it expires."""
    end = ministry.now + timedelta(days=1)
    command = Command("create", CLERK, ministry.now)
    token = service_tokens.create(ministry.installation, "portal", [Role.PUBLIC], [], end, command)
    assert isinstance(token, str)
    assert service_tokens.recognise(ministry.installation, token) is not None
    ministry.wait(days=1)
    assert service_tokens.recognise(ministry.installation, token) is None


def test_a_token_is_revoked_once(ministry: Ministry) -> None:
    """A repeat says that it was revoked before; a name without a token, that there is none."""
    token_of(ministry.installation, "portal")
    command = Command("revoke", CLERK, ministry.now)
    names = ("portal", "portal", "nobody")
    assert [service_tokens.revoke(ministry.installation, name, command) for name in names] == [
        True,
        False,
        None,
    ]


@pytest.mark.parametrize("roles", [[], [Role.SYSTEM]])
def test_a_token_without_a_role_is_not_made(ministry: Ministry, roles: list[Role]) -> None:
    """A service acts in a role, and never as the software itself."""
    with pytest.raises(ValueError, match="roles of a service"):
        service_tokens.create(
            ministry.installation, "portal", roles, [], None, Command("create", CLERK, ministry.now)
        )


def test_a_lease_is_not_renewed_for_ever(ministry: Ministry, monkeypatch: pytest.MonkeyPatch) -> None:
    """After so many renewals the work is taken to hang, and its lease lapses."""
    monkeypatch.setattr(leases, "_RENEWALS_MOST", 0)
    (item,) = ministry.ordered()
    ministry.claim([item])
    until = ministry.item(item).lease_until
    with leases.kept(ministry.installation, OrderItem, [item], "worker-1"):
        ministry.wait(seconds=20)
    assert ministry.item(item).lease_until == until


def test_judging_says_what_a_command_would_meet(ministry: Ministry) -> None:
    """A repeat, a stale version and an unknown item are told apart without changing anything."""
    repeated, stale = ministry.ordered(2)
    ministry.do("hold", [repeated], reason="Investigation", command_id="c-1")
    command = Command(
        "hold", CLERK, ministry.now, reason="Investigation", command_id="c-1", versions={stale: 99}
    )
    before = ministry.fingerprint()
    with ministry.installation.database.read() as session:
        found = judge(ministry.installation.source(session), ORDER_ITEM, [repeated, stale, NOBODY], command)
    assert [each.kind for each in found] == ["already_done", "conflict", "not_found"]
    assert ministry.fingerprint() == before


def test_what_only_changes_others_begins_nothing(ministry: Ministry) -> None:
    """A cause that is declared for an event, but not for a beginning, begins nothing."""
    command = Command("cancel", CLERK, ministry.now)
    with pytest.raises(UndeclaredConsequenceError, match="new"):
        begun(order_item.PLAN, command, special_handling.PLAN)


def test_the_log_tells_what_was_committed(ministry: Ministry, caplog: pytest.LogCaptureFixture) -> None:
    """One line a command with numbers by what became of them; nothing of what was rolled back."""
    caplog.set_level(logging.INFO, "orders.transitions")
    good, bad = ministry.ordered(2)
    ministry.do("cancel", [bad], reason="OrderedInError")
    caplog.clear()
    ministry.do("hold", [good, bad, NOBODY], reason="Investigation", command_id="c-1")
    (line,) = caplog.records
    assert (line.getMessage(), line.command) == ("order_items hold", "c-1")
    number = f"{ministry.item(good).order_id:010d}-01"
    refused = f"{ministry.item(bad).order_id:010d}-01"
    assert (line.done, line.not_found) == ([number], [str(NOBODY)])
    assert line.refused == {"no_such_transition": [refused]}
    caplog.clear()
    ministry.do("hold", [good], AUDITOR)
    ministry.do("delete", [1], AUDITOR, CREDENTIAL, reason="Duplicate")
    assert [each.refused for each in caplog.records] == [{"CO-11": [number]}, {"CO-11": ["1"]}]
    caplog.clear()
    with ministry.installation.database.rehearse() as session:
        apply(
            ministry.installation.source(session), ORDER_ITEM, [good], Command("release", CLERK, ministry.now)
        )
    assert caplog.records == []


def test_the_log_names_print_jobs_by_number(ministry: Ministry, caplog: pytest.LogCaptureFixture) -> None:
    """A job is called as people call it."""
    caplog.set_level(logging.INFO, "orders.transitions")
    ministry.in_state(ItemState.SENT)
    lines = [each for each in caplog.records if each.getMessage() == "print_jobs release"]
    assert [each.done for each in lines] == [["000001"]]
