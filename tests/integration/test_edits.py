"""What only the engine sees of edits and reorders: repeats, stale versions, unknown items, and who comes first."""

import pytest

from models.codes import ItemState, Language
from tests.ministry import CLERK, Ministry
from workflows.command import Command
from workflows.operations.ordering.edit import edit
from workflows.operations.ordering.reorder import reorder


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
