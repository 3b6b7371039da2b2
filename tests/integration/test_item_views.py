"""What is shown of an item: one joined statement shows what its plain twin gathers table by table."""

from typing import Any

import pytest
from sqlalchemy import select

from models.codes import DeliveryMethod, ItemState, OrderOrigin, SpecialHandling
from models.credentials import Credential
from models.documents import Document
from models.orders import DocumentOrder, ItemError, OrderItem, item_number
from models.print_jobs import job_number
from models.special_handling import SpecialHandlingTask
from models.students import Student
from tests.ministry import AUDITOR, CITIZEN, CLERK, REACHABLE, Ministry
from workflows.command import Actor, Command
from workflows.finding.items import ItemFilter, ids_of_numbers, item_of_number, items_of_ids
from workflows.rules.rule import plain, restore
from workflows.shapes import instant
from workflows.source import Source, table
from workflows.views.items import find_items, find_items_and_events, item_views
from workflows.views.outcomes import DecisionView, decision_view

AS_STORED = (
    "kind", "root_kind", "letter", "state", "version", "language", "copies", "delivery_method", "address", "printed_name",
    "control_date", "status_reason", "sequence", "delivered_how",
)  # fmt: skip


@pytest.fixture
def busy(ministry: Ministry) -> Ministry:
    """Items in every state, some that were held before, on every way of delivery that asks for something."""
    for state in sorted(
        REACHABLE, key=lambda each: each is ItemState.IN_PRINT_JOB
    ):  # whose job others would send
        ministry.in_state(state)
    held = ministry.in_state(ItemState.SYSTEM_HOLD, 2)
    ministry.do("cancel", held[:1], reason="OrderedInError")
    ministry.do("release", held[1:])
    (printed,) = ministry.in_state(ItemState.RENDERED, method=DeliveryMethod.MANUAL_MAIL)
    ministry.to_consumer(printed)
    courier = ministry.reprint(printed, delivery_method=DeliveryMethod.COURIER, copies=3)
    ministry.render([courier])
    return ministry


def plain_view(source: Source, item: int) -> dict[str, Any]:
    """An item as the interfaces show it, looked up in one table after the other."""
    (row,) = source.rows(OrderItem, table(OrderItem).c.id == item)
    (student,) = source.rows(Student, table(Student).c.id == row.student_id)
    (credential,) = source.rows(Credential, table(Credential).c.id == row.credential_id)
    errors, documents = table(ItemError).c, table(Document).c
    stored = source.rows(ItemError, errors.item_id == item, errors.cleared_at.is_(None))
    current = source.rows(Document, documents.item_id == item, documents.deleted_at.is_(None))
    task = source.rows(SpecialHandlingTask, table(SpecialHandlingTask).c.id == item)

    def number(other: int | None) -> str | None:
        found = source.rows(OrderItem, table(OrderItem).c.id == other)
        return item_number(found[0].order_id, found[0].item_no) if found else None

    return {
        **{name: plain(getattr(row, name)) for name in AS_STORED},
        **{name: instant(getattr(row, name)) for name in ("processed_at", "sent_at", "delivered_at")},
        "number": number(item),
        "asn": student.asn,
        "credential_number": credential.number or credential.legacy_number,
        "credential_type": credential.credential_type.value,
        "reorder_of": number(row.reorder_of_id),
        "reorder_root": number(row.root_id),
        "recipient": {"kind": row.recipient_kind.value, "name": row.recipient},
        "print_job": None if row.print_job_id is None else job_number(row.print_job_id),
        "special_handling": task[0].state.value if task else SpecialHandling.NOT_REQUIRED.value,
        "errors": [restore(each.code, each.params).as_json() for each in stored],
        "document": {name: getattr(current[0], name) for name in ("sha256", "size", "pages", "master")}
        if current
        else None,
    }


def test_an_item_is_shown_as_its_tables_say(busy: Ministry) -> None:
    """On a page, by number and by id: what its plain twin finds."""
    with busy.installation.database.read() as session:
        source = busy.installation.source(session)
        ids = list(session.connection().execute(select(table(OrderItem).c.id)).scalars())
        expected = [plain_view(source, item) for item in sorted(ids)]
        assert find_items(source, ItemFilter(), 0, 100) == (expected, None)
        assert item_views(source, items_of_ids(source, ids)) == expected
        one_by_one = [item_of_number(source, each["number"]) for each in expected]
        assert item_views(source, one_by_one) == expected
    shown = {each["state"] for each in expected}
    assert {state.value for state in REACHABLE} <= shown
    assert any(each["errors"] for each in expected if each["state"] == "cancelled")
    assert any(each["special_handling"] != "not_required" for each in expected)


def test_no_number_is_no_item(ministry: Ministry) -> None:
    """What is no item number, and what no item has, finds nothing."""
    with ministry.installation.database.read() as session:
        source = ministry.installation.source(session)
        assert [item_of_number(source, each) for each in ("?", "0000000009-01")] == [None, None]


def test_items_asked_together_answer_as_each_alone(busy: Ministry) -> None:
    """What may happen to each, asked for all at once and one by one, whoever asks and whosever they are."""
    (others,) = busy.in_state(ItemState.CREATED)
    ids = [row.id for row in busy.rows(OrderItem)]
    own = table(DocumentOrder).c.id == busy.item(ids[0]).order_id
    busy._update(DocumentOrder, own, origin=OrderOrigin.PUBLIC, requested_by=CITIZEN.name)

    def shown(asked: list[int], actor: Actor) -> dict[int, list[DecisionView]]:
        found = busy.can(asked, actor)
        return {item: [decision_view(each) for each in found[item].values()] for item in asked}

    for actor in (CLERK, AUDITOR, CITIZEN):
        assert shown(ids, actor) == {each: shown([each], actor)[each] for each in ids}
    assert busy.can(ids, CITIZEN)[ids[0]]["cancel"].allowed
    assert busy.can(ids, CITIZEN)[others]["cancel"].kind == "permission"


def test_a_page_shows_what_may_happen_as_each_item_does(busy: Ministry) -> None:
    """Page after page, whoever looks; only documents are not read, which each item's own answer looks into."""
    damaged = busy.in_state(ItemState.DELIVERED)[0]
    for actor in (CLERK, AUDITOR):
        shown = paged(busy, actor)
        for item, events in shown.items():
            assert events == [decision_view(each) for each in busy.can([item], actor)[item].values()]
    busy.installation.store.write(busy.document(damaged).path, b"damaged")
    assert not busy.can([damaged])[damaged]["reorder"].allowed
    (reorder,) = (each for each in paged(busy, CLERK)[damaged] if each["event"] == "reorder")
    assert reorder["allowed"]


def paged(ministry: Ministry, actor: Actor) -> dict[int, list[DecisionView]]:
    """The events of all items, by pages of three."""
    found: dict[int, list[DecisionView]] = {}
    after: int | None = 0
    with ministry.installation.database.read() as session:
        source = ministry.installation.source(session)
        numbers = ids_of_numbers(
            source, [each["number"] for each in find_items(source, ItemFilter(), 0, 100)[0]]
        )
        command = Command("can", actor, ministry.now, asking=True, glancing=True)
        while after is not None:
            views, after = find_items_and_events(source, ItemFilter(), after, 3, command)
            plain_views = [{k: v for k, v in each.items() if k != "events"} for each in views]
            assert plain_views == item_views(
                source, items_of_ids(source, [numbers[each["number"]] for each in views])
            )
            found |= {numbers[each["number"]]: each["events"] for each in views}
    return found
