"""What people and services tried and were refused is kept, with its codes and without a word of its messages."""

import pytest
from sqlalchemy import event

from models.codes import CredentialType, Role
from models.evidence import Refusal
from models.orders import OrderItem
from tests.ministry import AUDITOR, CLERK, Ministry
from workflows.command import SYSTEM, Actor, Command
from workflows.effects.order_item import ORDER_ITEM
from workflows.engine.engine import apply
from workflows.history.refusals import note, refusals
from workflows.operations.ordering.award_and_order import Selection, preview_award
from workflows.operations.ordering.edit import edit
from workflows.operations.ordering.reorder import reorder
from workflows.source import table


def kept(ministry: Ministry) -> list[tuple[object, ...]]:
    """(role, event, subject, kind, codes) of every refusal that is kept."""
    with ministry.installation.database.read() as session:
        rows = refusals(ministry.installation.source(session))
    return [(row.actor_role, row.event, row.subject_id, row.kind, row.codes) for row in rows]


def test_each_refusal_of_a_command_is_kept(ministry: Ministry) -> None:
    """One row for each refused subject, whatever the kind; what was done leaves none."""
    good, bad, sealed = ministry.ordered(3)
    ministry.do("cancel", [sealed], reason="OrderedInError")
    ministry.do("hold", [good], reason="Investigation")
    ministry.do("hold", [bad, sealed], reason="NoReason")
    ministry.do("hold", [bad], AUDITOR, reason="Investigation")
    assert kept(ministry) == [
        (Role.STUDENT_RECORDS, "hold", bad, "rule", ["60118"]),
        (Role.STUDENT_RECORDS, "hold", sealed, "no_such_transition", []),
        (Role.AUDITOR, "hold", bad, "permission", ["CO-11"]),
    ]


def test_what_the_software_tries_is_no_attempt(ministry: Ministry) -> None:
    """The agents' own refusals are kept nowhere."""
    (item,) = ministry.ordered()
    ministry.do("expire", [item], SYSTEM)
    note(ministry.installation, Command("expire", SYSTEM, ministry.now), "rule", [])
    assert kept(ministry) == []


def test_a_dry_run_is_no_attempt(ministry: Ministry) -> None:
    """A rehearsal is undone with its refusals."""
    (item,) = ministry.ordered()
    with ministry.installation.database.rehearse() as session:
        source = ministry.installation.source(session)
        apply(source, ORDER_ITEM, [item], Command("pull", CLERK, ministry.now))
    assert kept(ministry) == []


def test_a_refused_edit_and_a_refused_reorder_are_kept(ministry: Ministry) -> None:
    """Also where the operation undid what it had begun."""
    (item,) = ministry.ordered()
    edit(ministry.installation, item, {"copies": 3}, Command("edit", CLERK, ministry.now))
    reorder(ministry.installation, item, Command("reorder", CLERK, ministry.now, reason="LostInMail"))
    assert [(wanted, subject) for _, wanted, subject, _, _ in kept(ministry)] == [
        ("edit", item),
        ("reorder", item),
    ]


def test_a_door_keeps_what_no_machine_was_asked(ministry: Ministry) -> None:
    """An operation that ends before a machine is asked is kept by its door, with role, name and command."""
    service = Actor(Role.SERVICE, "transcripts")
    command = Command("award", service, ministry.now, command_id="c-1")
    note(ministry.installation, command, "permission", [])
    (row,) = ministry.rows(Refusal)
    assert (row.actor_role, row.actor_name, row.event) == (Role.SERVICE, "transcripts", "award")
    assert (row.subject_table, row.subject_id, row.command_id, row.at) == ("", None, "c-1", ministry.now)


def test_a_bulk_run_keeps_what_it_refused(ministry: Ministry) -> None:
    """Each credential that was refused, with all its rules; a preview keeps nothing, nor does the software."""
    known = ministry.credential(ministry.student())
    unknown = ministry.credential(ministry.student(), school_year=None)
    selection = Selection(frozenset({CredentialType.AHSD}))
    preview_award(ministry.installation, selection, CLERK)
    assert kept(ministry) == []
    done = ministry.run_of_awards(selection)
    assert {row.credential_id: row.outcome for row in done.rows} == {known: "ordered", unknown: "refused"}
    assert kept(ministry) == [(Role.STUDENT_RECORDS, "order_in_bulk", unknown, "rule", ["44008"])]
    (row,) = ministry.rows(Refusal)
    assert (row.subject_table, row.state) == ("credentials", None)


def test_a_bulk_run_keeps_its_refusals_in_one_statement(ministry: Ministry) -> None:
    """However many there are."""
    for _ in range(12):
        ministry.credential(ministry.student(), school_year=None)
    statements = list[str]()

    def count(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        statements.append(statement)

    engine = ministry.installation.database.engine
    event.listen(engine, "before_cursor_execute", count)
    ministry.award_and_order(CredentialType.AHSD)
    event.remove(engine, "before_cursor_execute", count)
    assert len(ministry.rows(Refusal)) == 12
    assert sum(each.startswith("INSERT INTO refusals") for each in statements) == 1


@pytest.mark.parametrize(
    ("filters", "found"),
    [
        ({"role": Role.AUDITOR}, ["hold"]),
        ({"limit": 1}, ["pull"]),
        ({"after": 1}, ["hold"]),
        ({"subject": (table(OrderItem).name, 1)}, ["pull", "hold"]),
        ({"subject": (table(OrderItem).name, 2)}, []),
    ],
)
def test_pages_and_filters(ministry: Ministry, filters: dict[str, object], found: list[str]) -> None:
    """By role, by subject, a page at a time."""
    (item,) = ministry.ordered()
    ministry.do("pull", [item], reason="Investigation")
    ministry.do("hold", [item], AUDITOR, reason="Investigation")
    with ministry.installation.database.read() as session:
        rows = refusals(ministry.installation.source(session), **filters)
    assert [row.event for row in rows] == found


def test_only_since(ministry: Ministry) -> None:
    """What was tried before the moment is left out."""
    (item,) = ministry.ordered()
    ministry.do("pull", [item], reason="Investigation")
    ministry.wait(hours=1)
    since = ministry.now
    ministry.do("hold", [item], AUDITOR)
    with ministry.installation.database.read() as session:
        rows = refusals(ministry.installation.source(session), since=since)
    assert [row.event for row in rows] == ["hold"]
