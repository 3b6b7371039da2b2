"""What only the engine sees of edits and reorders: repeats, stale versions, unknown items, and who comes first."""

from typing import Any

import pytest

from models.codes import ConsumerState, DeliveryMethod, ItemState, Language, LetterKind, RecipientKind
from models.consumers import Consumer
from tests.ministry import CLERK, Ministry
from workflows.command import Command
from workflows.operations.ordering.edit import edit
from workflows.operations.ordering.reorder import reorder
from workflows.replay.replay import Chosen, replay

#: What a digital reprint for a consumer has.
DIGITAL: dict[str, Any] = {
    "delivery_method": DeliveryMethod.DIGITAL,
    "letter": LetterKind.NONE,
    "recipient_kind": RecipientKind.CONSUMER,
}


@pytest.mark.parametrize("version", [None, 1])
def test_a_repeated_edit_is_done_once(ministry: Ministry, version: int | None) -> None:
    """The same command id gives the first answer, whatever the version is by then."""
    (item,) = ministry.ordered()
    versions = {} if version is None else {item: version}
    command = Command("edit", CLERK, ministry.now, versions=versions)
    outcomes = [edit(ministry.installation, item, {"language": Language.FR}, command).kind for _ in range(2)]
    assert outcomes == ["done", "already_done"]
    assert ministry.item(item).version == 2
    assert ministry.broken_history() == []


def test_a_stale_edit_conflicts(ministry: Ministry) -> None:
    """An edit based on what is no longer so changes nothing."""
    (item,) = ministry.ordered()
    command = Command("edit", CLERK, ministry.now, versions={item: 0})
    assert edit(ministry.installation, item, {"language": Language.FR}, command).kind == "conflict"
    assert ministry.item(item).language is Language.EN


def test_what_is_not_there_is_neither_edited_nor_reordered(ministry: Ministry) -> None:
    """An unknown id is not found."""
    command = Command("edit", CLERK, ministry.now)
    assert edit(ministry.installation, 7, {"language": Language.FR}, command).kind == "not_found"
    assert reorder(ministry.installation, 7, command).outcome.kind == "not_found"


def test_student_credential_and_copies_never_change(ministry: Ministry) -> None:
    """60120: some fields are no one's to edit, in no state."""
    (item,) = ministry.ordered()
    refused = edit(ministry.installation, item, {"copies": 2}, Command("edit", CLERK, ministry.now))
    assert refused.decision is not None
    assert [each.code for each in refused.decision.reasons] == ["60120", "CO-01"]
    assert refused.decision.reasons[0].params == {"fields": ["copies"], "when": "ever"}


def test_an_item_under_work_is_edited_a_minute_later(ministry: Ministry) -> None:
    """60120: `processing` refuses, and says that it will not for long."""
    (item,) = ministry.in_state(ItemState.PROCESSING)
    refused = edit(
        ministry.installation, item, {"language": Language.FR}, Command("edit", CLERK, ministry.now)
    )
    assert refused.decision is not None
    (reason,) = refused.decision.reasons
    assert "minute" in reason.message("en")
    assert "minute" in reason.message("fr")


def consumer(ministry: Ministry, name: str, state: ConsumerState) -> int:
    """A digital document consumer in ``state``."""
    domain = f"{name.lower()}.example"
    return ministry._insert(
        Consumer,
        name=name,
        state=state,
        email_domain=domain,
        email=f"records@{domain}",
        language=Language.EN,
        version=1,
        history_hash="",
    )


def edited(ministry: Ministry, item: int, **fields: Any) -> tuple[str, list[str]]:
    """What becomes of a clerk's edit: its kind, and the codes that refuse it."""
    outcome = edit(ministry.installation, item, fields, Command("edit", CLERK, ministry.now))
    reasons = [] if outcome.decision is None else outcome.decision.reasons
    return outcome.kind, [each.code for each in reasons]


@pytest.mark.parametrize(
    ("before", "after", "found"),
    [
        (ConsumerState.ACTIVE, ConsumerState.DECLINED, ("refused", ["CO-03"])),
        (ConsumerState.DECLINED, ConsumerState.ACTIVE, ("done", [])),
    ],
)
def test_a_digital_item_is_moved_to_an_active_consumer_only(
    ministry: Ministry, before: ConsumerState, after: ConsumerState, found: tuple[str, list[str]]
) -> None:
    """CO-03 looks at the consumer to whom the item is to go, not at the one who has it."""
    old, new = consumer(ministry, "Old", before), consumer(ministry, "New", after)
    (first,) = ministry.ordered()
    item = ministry.reprint(first, **DIGITAL, consumer_id=old)
    assert edited(ministry, item, consumer_id=new) == found
    assert ministry.item(item).consumer_id == (new if found[0] == "done" else old)


@pytest.mark.parametrize(
    ("state", "found"),
    [(ConsumerState.ACTIVE, ("done", [])), (ConsumerState.PENDING, ("refused", ["CO-03"]))],
)
def test_a_reprint_on_paper_becomes_digital_for_an_active_consumer(
    ministry: Ministry, state: ConsumerState, found: tuple[str, list[str]]
) -> None:
    """CO-03: paper may become digital, as a new line for that consumer may be."""
    receiver = consumer(ministry, "College", state)
    (first,) = ministry.ordered()
    paper = ministry.reprint(first)
    wanted = {"consumer_id": receiver, "delivery_method": DeliveryMethod.DIGITAL}
    assert edited(ministry, paper, **wanted, recipient_kind=RecipientKind.CONSUMER) == found


def test_a_first_run_never_becomes_digital(ministry: Ministry) -> None:
    """CO-03: only what is a reprint at its root is delivered as a digital document, whoever would receive it."""
    receiver = consumer(ministry, "College", ConsumerState.ACTIVE)
    (first,) = ministry.ordered()
    wanted = {"consumer_id": receiver, "delivery_method": DeliveryMethod.DIGITAL}
    kind, codes = edited(ministry, first, **wanted, recipient_kind=RecipientKind.CONSUMER)
    assert (kind, "CO-03" in codes) == ("refused", True)


def test_what_an_edit_was_decided_on_is_kept(ministry: Ministry) -> None:
    """A replay judges an edit by the consumer of that day, before and after, and finds no difference."""
    old, new = (
        consumer(ministry, "Old", ConsumerState.ACTIVE),
        consumer(ministry, "New", ConsumerState.DECLINED),
    )
    (first,) = ministry.ordered()
    item = ministry.reprint(first, **DIGITAL, consumer_id=old)
    edited(ministry, item, consumer_id=new)
    edited(ministry, item, language=Language.FR)
    with ministry.installation.database.read() as session:
        found = replay(ministry.installation.source(session), Chosen(event="edit"))
    assert (found.decisions, found.same, found.differing) == (2, 2, [])
