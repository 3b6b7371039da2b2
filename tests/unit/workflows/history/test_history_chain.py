"""The chain of hashes shows every rewritten past: a changed, removed, inserted, swapped or truncated row."""

from datetime import timedelta, timezone
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.codes import Role
from models.history import HistoryRow, OrderItemHistory
from tests.stored import broken_links, links_of
from tests.unit.workflows.builders import NOW
from workflows.evidence.tampering import broken
from workflows.history.chain import HASHED, Pen, chained, digest

#: Another value for every column; none of them occurs in a chain.
OTHER: dict[str, Any] = {
    "subject_id": 8,
    "seq": 99,
    "event": "forge",
    "from_state": "nowhere",
    "to_state": "elsewhere",
    "at": NOW + timedelta(days=400),
    "actor_role": Role.AUDITOR,
    "actor_name": "Mallory",
    "reason": "Forged",
    "note": "a note of another hand",
    "detail": {"forged": True},
    "command_id": "forged",
    "rule_set": "0",
    "previous_hash": "0" * 64,
    "hash": "0" * 64,
}

texts = st.text(max_size=8)
details = st.none() | st.dictionaries(st.text(max_size=4), st.integers() | st.text(max_size=4), max_size=3)
changes = st.fixed_dictionaries(
    {"actor_name": texts, "note": st.none() | texts, "detail": details, "reason": st.none() | texts}
)
chains = st.lists(changes, min_size=1, max_size=6).map(lambda rows: chain_of(rows))  # noqa: PLW0108 - defined below


def chain_of(rows):
    """An item's history: one chained row for each of ``rows``."""
    made, previous = [], ""
    for seq, row in enumerate(rows):
        made.append(SimpleNamespace(**chained(plain_row(seq, previous) | row)))
        previous = made[-1].hash
    return made


def plain_row(seq, previous):
    """A row without anything that a person typed."""
    return {
        "subject_id": 7,
        "seq": seq,
        "event": "process",
        "from_state": "created" if seq else None,
        "to_state": "processing",
        "at": NOW + timedelta(minutes=seq),
        "actor_role": Role.SYSTEM,
        "actor_name": "agent",
        "reason": None,
        "note": None,
        "detail": None,
        "command_id": f"command-{seq}",
        "rule_set": "0f1e2d3c4b5a",
        "previous_hash": previous,
    }


def copied(rows):
    """The same rows, to be tampered with."""
    return [SimpleNamespace(**vars(row)) for row in rows]


def rehashed(row):
    """The row with a hash that fits it again."""
    columns = vars(row) | {"hash": ""}
    columns.pop("hash")
    return SimpleNamespace(**chained(columns))


@given(chains)
def test_an_honest_chain_is_whole(rows):
    """What was appended row by row, with the head kept beside the state, has no broken link."""
    assert broken_links(rows, rows[-1].hash, len(rows)) == []


def test_no_history_has_no_head():
    """A subject without rows is whole only while no hash is kept beside its state."""
    assert broken_links([], "", 0) == []
    assert broken_links([], "a" * 64, 1) == [0]


@given(chains, st.data())
def test_a_changed_column_is_found_at_its_row(rows, data):
    """Any column of any row, changed by anything: the row whose hash no longer fits is named."""
    at = data.draw(st.integers(0, len(rows) - 1))
    column = data.draw(st.sampled_from(sorted(OTHER)))
    forged = copied(rows)
    setattr(forged[at], column, OTHER[column])
    assert forged[at].seq in broken_links(forged, rows[-1].hash, len(rows))


@pytest.mark.parametrize("column", HASHED)
def test_each_column_changes_the_digest(column):
    """The hash covers every column."""
    row = plain_row(0, "")
    assert digest(row | {column: OTHER[column]}) != digest(row)


@pytest.mark.parametrize("column", [column for column in HASHED if column not in {"subject_id", "seq"}])
def test_a_value_is_not_mistaken_for_none_or_for_text(column):
    """Nothing, an empty text and the word are three different values."""
    row = plain_row(0, "")
    assert len({digest(row | {column: value}) for value in (None, "", "None", "null")}) == 4


def test_a_value_does_not_run_into_its_neighbour():
    """Moving characters from one column to the next changes the hash."""
    row = plain_row(0, "")
    assert digest(row | {"reason": "ab", "note": "c"}) != digest(row | {"reason": "a", "note": "bc"})
    assert digest(row | {"reason": 'a","b'}) != digest(row | {"reason": "a", "note": "b"})


@given(chains, st.data())
def test_a_changed_and_rehashed_row_breaks_what_follows(rows, data):
    """Whoever mends the hash of the row they changed breaks the next one, or the end: no row is named that never was."""
    at = data.draw(st.integers(0, len(rows) - 1))
    forged = copied(rows)
    forged[at].note = OTHER["note"]
    forged[at] = rehashed(forged[at])
    pair = [at, at + 1] if at + 1 < len(rows) else [at]
    assert broken_links(forged, rows[-1].hash, len(rows)) == pair


@given(chains, st.data())
def test_a_removed_row_is_found(rows, data):
    """No row can be taken out, not the first and not the last."""
    at = data.draw(st.integers(0, len(rows) - 1))
    assert broken_links([*rows[:at], *rows[at + 1 :]], rows[-1].hash, len(rows))


@given(chains, st.data())
def test_a_truncated_chain_is_broken_after_its_last_row(rows, data):
    """The head beside the state knows how the chain ended, and the version how many rows it had."""
    kept = data.draw(st.integers(0, len(rows) - 1))
    assert broken_links(rows[:kept], rows[-1].hash, len(rows)) == list(range(kept, len(rows)))


@given(chains)
def test_a_number_beyond_all_is_named_alone(rows):
    """A row that says that it is the last of all takes no memory: the row that it was is missing, and it is named."""
    forged = copied(rows)
    forged[-1].seq = 2**63 - 1
    last, head = len(rows) - 1, rows[-1].hash
    found = list(broken(links_of(forged), head, len(rows)))
    assert found == [("missing", last, last), ("broken", 2**63 - 1, 2**63 - 1)]
    forged[-1] = rehashed(forged[-1])
    assert ("missing", last, 2**63 - 2) in list(broken(links_of(forged), head, len(rows)))


@given(chains, st.data())
def test_an_inserted_row_is_found(rows, data):
    """A row slipped in is found, be it a copy or a forgery with a hash that fits."""
    at = data.draw(st.integers(0, len(rows)))
    before = rows[at - 1].hash if at else ""
    forgery = SimpleNamespace(**chained(plain_row(at, before) | {"note": OTHER["note"]}))
    for slipped_in in (forgery, rows[min(at, len(rows) - 1)]):
        assert broken_links([*rows[:at], slipped_in, *rows[at:]], rows[-1].hash, len(rows))


@given(st.lists(changes, min_size=2, max_size=6).map(chain_of), st.data())
def test_swapped_rows_are_found(rows, data):
    """Two rows in the wrong order are found, even when their numbers are swapped back."""
    one, two = sorted(data.draw(st.permutations(range(len(rows))))[:2])
    swapped = copied(rows)
    swapped[one], swapped[two] = swapped[two], swapped[one]
    assert broken_links(swapped, rows[-1].hash, len(rows))
    swapped[one].seq, swapped[two].seq = one, two
    assert {one, two} <= set(broken_links(swapped, rows[-1].hash, len(rows)))


def test_the_hash_covers_every_column_of_the_table():
    """A column that is added to the table is hashed too, or this fails."""
    assert set(HistoryRow.model_fields) == set(OrderItemHistory.model_fields) == {*HASHED, "hash"}


def test_an_instant_has_one_hash_whatever_its_time_zone():
    """The database gives every instant back in UTC, so one written on Edmonton's clock must hash the same."""
    row = plain_row(0, "")
    there = NOW.astimezone(timezone(timedelta(hours=-7)))
    assert digest(row | {"at": there}) == digest(row)


def test_detail_hashes_the_same_in_any_order():
    """The database does not keep the order of a JSON object's keys."""
    row = plain_row(0, "")
    assert digest(row | {"detail": {"a": 1, "b": 2}}) == digest(row | {"detail": {"b": 2, "a": 1}})


def test_a_code_hashes_as_its_value():
    """Rows come back with codes or with plain values; both hash alike."""
    row = plain_row(0, "")
    assert digest(row | {"actor_role": "system"}) == digest(row)


def test_a_lone_surrogate_does_not_stop_history():
    """Whatever text reaches a note can be hashed."""
    assert len(digest(plain_row(0, "") | {"note": "\udcff"})) == 64


@given(row=changes, subject=st.integers(1, 2**63 - 1), seq=st.integers(0, 2**31 - 1))
def test_the_pen_writes_what_its_plain_twin_writes(row, subject, seq):
    """A command's circumstances written out once give the same hash as every row written out whole."""
    whole = plain_row(0, "f" * 64) | row | {"subject_id": subject, "seq": seq}
    assert Pen(whole).digest(whole) == digest(whole)
