"""Finds which rows of a broken chain were tampered with, and names as few rows as possible."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from models.codes import Code


class FaultKind(Code):
    """What is wrong with a row of history."""

    BROKEN = (
        "broken",
        "was changed, or does not belong there",
        "a été modifiée, ou n'a pas sa place là",
    )
    MISSING = "missing", "is missing", "manque"
    ONE_OF_TWO = "one_of_two", "one of them was changed", "l'une des deux a été modifiée"
    UNREADABLE = "unreadable", "can't be read", "est illisible"
    STATE = (
        "state",
        "does not lead to the state and version that are stored",
        "ne mène pas à l'état et à la version enregistrés",
    )
    RECORDED = (
        "recorded",
        "says otherwise than what is stored",
        "dit autre chose que ce qui est enregistré",
    )
    GONE = (
        "gone",
        "tells of what is there no more",
        "raconte ce qui n'existe plus",
    )
    SIGNED = "signed", "is not the row that was signed", "n'est pas la ligne qui a été signée"


class Link(NamedTuple):
    """A row of a history as a link of its chain; ``genuine`` where its hash is that of its columns."""

    seq: int
    previous: str
    hash: str
    genuine: bool


class Broken(NamedTuple):
    """The rows from ``first`` to ``last``, of one subject."""

    kind: FaultKind
    first: int
    last: int


def broken(links: Iterable[Link], head: str | None, version: int) -> Iterator[Broken]:
    """What is wrong with the rows of one subject, in the order of ``seq``.

    ``head`` is the hash kept beside the state, ``None`` where the subject is gone, and ``version`` what the subject counts:
    as many rows as there must be.
    """
    before: Link | None = None
    ends: dict[str, int] = {}
    seqs: list[int] = []
    for link in links:
        yield from _between(before, link, version)
        ends[link.hash] = link.seq
        seqs.append(link.seq)
        before = link
    if head is None or (before is not None and before.hash == head):
        return
    if head in ends:
        yield from (_one(FaultKind.BROKEN, seq) for seq in seqs if seq > ends[head])
    elif (expected := before.seq + 1 if before else 0) < version or (head and before is None):
        yield Broken(FaultKind.MISSING, expected, max(version - 1, expected))
    elif before is not None and before.genuine:
        yield _one(FaultKind.BROKEN, before.seq)


def _one(kind: FaultKind, seq: int) -> Broken:
    return Broken(kind, seq, seq)


def _between(before: Link | None, link: Link, version: int) -> Iterator[Broken]:
    """What is wrong with a row, or between it and the one before it."""
    expected = before.seq + 1 if before else 0
    # The number of a forged row tells of no gap that the subject did not count.
    until = link.seq - 1 if link.genuine else min(link.seq, version) - 1
    if expected <= until:
        yield Broken(FaultKind.MISSING, expected, until)
    if not link.genuine or link.seq < expected:
        yield _one(FaultKind.BROKEN, link.seq)
    elif link.seq == expected and link.previous != (before.hash if before else ""):
        if before is None:
            yield _one(FaultKind.BROKEN, link.seq)
        elif before.genuine:
            yield Broken(FaultKind.ONE_OF_TWO, before.seq, link.seq)
