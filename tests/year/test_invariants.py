"""The year's sentences can fail: each kind of damage is found by the sentence that it breaks."""

import pytest
from sqlalchemy import text

from models.codes import ItemState
from tests.ministry import Ministry
from tests.year import invariants

DAMAGES = {
    "UPDATE order_items SET state = 'delivered' WHERE id = 1": "order_items: a subject is where its last row",
    "DELETE FROM order_item_history WHERE seq = 4": "order_items: a subject is where its last row",
    "UPDATE order_items SET lease_owner = 'gone' WHERE id = 1": "nobody holds a lease",
    "UPDATE order_items SET state = 'processing', lease_owner = 'gone', lease_until = sent_at": "an item is not left",
    "UPDATE documents SET deleted_at = rendered_at": "a printed item has its document",
    "UPDATE order_items SET processed_at = NULL WHERE id = 1": "what was not processed",
    "UPDATE order_items SET state = 'system_hold' WHERE id = 1": "a system hold has its errors",
    "UPDATE order_items SET state = 'failed' WHERE id = 1": "a stopped item says why",
    "UPDATE order_items SET sequence = 9 WHERE id = 1": "what was sent on paper",
    "UPDATE order_items SET student_id = 2 WHERE id = 1": "an item's student is that of its credential",
    "DELETE FROM envelopes WHERE sequence = 1": "envelopes are numbered",
    "UPDATE messages SET sent_at = NULL": "every message has left",
    "UPDATE order_items SET state = 'created', next_attempt_at = NULL WHERE id = 1": "ordered, though its day",
    "UPDATE order_items SET state = 'rendered' WHERE id = 1": "rendered on paper, in no job",
    "UPDATE order_items SET state = 'rendered', delivery_method = 'digital' WHERE id = 1": "linked, though",
    "UPDATE order_items SET state = 'in_print_job' WHERE id = 1": "in a job that nobody hands over",
}


@pytest.fixture
def sent(ministry: Ministry) -> Ministry:
    """A ministry that sent two items and told everybody, a week and more ago."""
    ministry.in_state(ItemState.SENT, 2, email="maya@example.org")
    ministry.work()
    ministry.wait(days=8)
    assert not invariants.broken(ministry) | invariants.stuck(ministry)
    return ministry


@pytest.mark.parametrize(("damage", "sentence"), DAMAGES.items())
def test_damage_is_found(sent: Ministry, damage: str, sentence: str) -> None:
    """Whoever damages a row behind the engine's back is found by the sentence that forbids it."""
    with sent.installation.database.write() as session:
        session.connection().execute(text(damage))
    found = invariants.broken(sent) | invariants.stuck(sent)
    assert [each for each in found if each.startswith(sentence)], found


def test_what_was_sent_and_never_heard_of_is_stuck(sent: Ministry) -> None:
    """Two months after it was sent an item is delivered, failed or presumed to have arrived."""
    sent.wait(days=60)
    assert [*invariants.stuck(sent)] == ["sent, and never heard of again"]
    sent.work()
    assert invariants.stuck(sent) == {}
