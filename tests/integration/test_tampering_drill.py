"""The drill: histories, heads, columns and refusals tampered with at random; everything is found, each named."""

import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import delete, select, update

from models.codes import ItemState
from models.history import OrderItemHistory
from models.orders import OrderItem
from tests.ministry import Ministry
from tests.tampering import chain, rewrite, run, run_plainly, verified
from workflows.evidence.heads import file_name
from workflows.evidence.verification import Verified
from workflows.history.chain import HASHED, chained
from workflows.source import table

_HISTORY, _ITEMS = table(OrderItemHistory), table(OrderItem)


def test_tampering_at_random_is_found_and_named(ministry: Ministry) -> None:
    """A drill in histories, columns, heads, their list and refusals, each tampering undone again; every one is named."""
    drill(ministry, rounds=40)


@pytest.mark.long
def test_a_thousand_tamperings_are_found_and_named(ministry: Ministry) -> None:
    """The whole drill."""
    drill(ministry, rounds=1000)


def drill(ministry: Ministry, rounds: int) -> None:
    """Tamper with one thing at a time, look, and put it back."""
    items = ministry.in_state(ItemState.SENT, 6)
    for _ in range(4):
        ministry.do("hold", items)
    ministry.work()
    ministry.wait(days=1)
    ministry.work()
    chance = random.Random(2026)
    for _ in range(rounds):
        item = chance.choice(items)
        if chance.randrange(len(TAMPERINGS) + len(ELSEWHERE)) < len(TAMPERINGS):
            tamper_with_rows(ministry, chance, item, chance.choice(TAMPERINGS))
            continue
        elsewhere = chance.choice(ELSEWHERE)
        with elsewhere(ministry, chance, item) as told:
            found = verified(ministry)
            assert told(found), (elsewhere.__name__, item, found)
    assert verified(ministry).whole


def tamper_with_rows(ministry: Ministry, chance: random.Random, item: int, tampering: Any) -> None:
    """Tamper with the rows of one item's history alone: a row of it is named, and nothing else."""
    honest = chain(ministry, item)
    forged, named = tampering(chance, [dict(row) for row in honest])
    replace_rows(ministry, item, forged)
    found = named_rows(verified(ministry))
    assert (item, named) in found, (tampering.__name__, named, found)
    assert {subject for subject, _ in found} == {item}
    replace_rows(ministry, item, honest)


def named_rows(found: Verified) -> set[tuple[Any, Any]]:
    """(item, ``seq``) of each row of the items' history that is named, the many of a range one by one."""
    return {
        (row.subject, seq)
        for row in found.rows
        if row.table == _HISTORY.name
        for seq in ([row.seq] if row.last is None else range(int(row.seq), row.last + 1))
    }


def replace_rows(ministry: Ministry, item: int, rows: list[dict[str, Any]]) -> None:
    """Put ``rows`` in the place of an item's history."""
    with ministry.installation.database.write() as session:
        session.connection().execute(delete(_HISTORY).where(_HISTORY.c.subject_id == item))
        if rows:
            session.connection().execute(_HISTORY.insert(), rows)


def edited(chance: random.Random, rows: list[dict[str, Any]]) -> tuple[list[dict[str, Any]], int]:
    """One column of one row says something else."""
    row = chance.choice(rows)
    column = chance.choice(
        ["event", "to_state", "actor_name", "reason", "note", "command_id", "rule_set", "hash"]
    )
    row[column] = f"forged {chance.random()}"
    return rows, row["seq"]


def removed(chance: random.Random, rows: list[dict[str, Any]]) -> tuple[list[dict[str, Any]], int]:
    """One row is gone."""
    gone = rows.pop(chance.randrange(len(rows)))
    return rows, gone["seq"]


def swapped(chance: random.Random, rows: list[dict[str, Any]]) -> tuple[list[dict[str, Any]], int]:
    """Two rows change places."""
    one, two = sorted(chance.sample(range(len(rows)), 2))
    rows[one]["seq"], rows[two]["seq"] = rows[two]["seq"], rows[one]["seq"]
    return rows, one


def inserted(chance: random.Random, rows: list[dict[str, Any]]) -> tuple[list[dict[str, Any]], int]:
    """A forged row, with a hash that fits, is slipped in at the end."""
    forged = {name: rows[-1][name] for name in HASHED}
    forged |= {"seq": len(rows), "previous_hash": rows[-1]["hash"], "command_id": f"forged {chance.random()}"}
    return [*rows, chained(forged)], len(rows)


def truncated(chance: random.Random, rows: list[dict[str, Any]]) -> tuple[list[dict[str, Any]], int]:
    """The newest rows are gone."""
    kept = chance.randrange(len(rows))
    return rows[:kept], kept


Told = Callable[[Verified], bool]
Elsewhere = Iterator[Told]


def kinds_of(found: Verified, item: int) -> set[str]:
    """What is said of an item, while nothing is said of others."""
    assert {row.subject for row in found.rows} == {item}, found
    return {row.kind.value for row in found.rows}


@contextmanager
def mended(ministry: Ministry, chance: random.Random, item: int) -> Elsewhere:
    """One row says something else, and every hash is mended, that beside the state too."""
    honest = chain(ministry, item)
    forged = [dict(row) for row in honest]
    chance.choice(forged)["actor_name"] = f"forged {chance.random()}"
    rewrite(ministry, item, forged)
    yield lambda found: kinds_of(found, item) == {"signed"}
    rewrite(ministry, item, honest)


@contextmanager
def spelt_otherwise(ministry: Ministry, chance: random.Random, item: int) -> Elsewhere:
    """A row's instant is stored in another spelling, or where there is none a microsecond later."""
    honest = chain(ministry, item)
    seq = chance.randrange(len(honest))
    sqlite = ministry.installation.database.is_sqlite
    value = "replace(at, ' ', 'T')" if sqlite else "at + interval '1 microsecond'"
    run_plainly(
        ministry,
        f"UPDATE order_item_history SET at = {value} WHERE subject_id = {item} AND seq = {seq}",
    )
    yield lambda found: (item, seq) in named_rows(found) and kinds_of(found, item) == {"broken"}
    replace_rows(ministry, item, honest)


@contextmanager
def vanished(ministry: Ministry, _chance: random.Random, item: int) -> Elsewhere:
    """The whole history is gone, and the hash beside the state."""
    honest = chain(ministry, item)
    replace_rows(ministry, item, [])
    run(ministry, update(_ITEMS).where(_ITEMS.c.id == item).values(history_hash=""))
    yield lambda found: (item, 0) in named_rows(found) and "missing" in kinds_of(found, item)
    rewrite(ministry, item, honest)


@contextmanager
def column_edited(ministry: Ministry, chance: random.Random, item: int) -> Elsewhere:
    """A column that the history recorded says something else."""
    column, value = chance.choice((("status_reason", "Investigation"), ("item_no", 9)))
    before = getattr(ministry.item(item), column)
    run(ministry, update(_ITEMS).where(_ITEMS.c.id == item).values({column: value}))
    yield lambda found: kinds_of(found, item) == {"recorded"}
    run(ministry, update(_ITEMS).where(_ITEMS.c.id == item).values({column: before}))


@contextmanager
def list_edited(ministry: Ministry, chance: random.Random, _item: int) -> Elsewhere:
    """The list of the heads says something else of one."""
    heads = _HISTORY.metadata.tables["signed_heads"]
    number = chance.randint(1, 3)
    with ministry.installation.database.read() as session:
        (row,) = session.connection().execute(select(heads).where(heads.c.number == number)).all()
    column, value = chance.choice((("occasion", "day:2026-03-09"), ("subjects", 99), ("sha256", "x")))
    run(ministry, update(heads).where(heads.c.number == number).values({column: value}))
    yield (
        lambda found: [(each.number, each.kind.value) for each in found.head_faults] == [(number, "altered")]
    )
    run(ministry, update(heads).where(heads.c.number == number).values(row._mapping))


@contextmanager
def file_edited(ministry: Ministry, chance: random.Random, _item: int) -> Elsewhere:
    """One byte of a head's file is another."""
    number = chance.randint(1, 3)
    honest = ministry.installation.heads.read(file_name(number)) or b""
    place = chance.randrange(len(honest))
    forged = honest[:place] + bytes([honest[place] ^ (1 << chance.randrange(8))]) + honest[place + 1 :]
    ministry.installation.heads.write(file_name(number), forged)
    yield lambda found: (number, "unsigned") in [(each.number, each.kind.value) for each in found.head_faults]
    ministry.installation.heads.write(file_name(number), honest)


@contextmanager
def refusal_edited(ministry: Ministry, chance: random.Random, _item: int) -> Elsewhere:
    """A refused attempt is another's, or was never made."""
    refusals = _HISTORY.metadata.tables["refusals"]
    key = chance.randint(1, 24)
    with ministry.installation.database.read() as session:
        (row,) = session.connection().execute(select(refusals).where(refusals.c.id == key)).all()
    one = refusals.c.id == key
    run(ministry, chance.choice((delete(refusals), update(refusals).values(actor_name="forged"))).where(one))
    yield lambda found: found.refused == ((key, key),)
    run(ministry, delete(refusals).where(one))
    run(ministry, refusals.insert().values(row._mapping))


ELSEWHERE = (
    mended,
    spelt_otherwise,
    vanished,
    column_edited,
    list_edited,
    file_edited,
    refusal_edited,
)
TAMPERINGS = (edited, removed, swapped, inserted, truncated)
