"""One page five ways, one by one and 200 to a file: ``scripts/bench rendering [ROUNDS]``."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator
from itertools import count, islice
from typing import Any

from benchmarks.measuring import Work, measure, show
from benchmarks.rendering import (
    page,
    with_fpdf2,
    with_naive_borb,
    with_reportlab,
    with_this_project,
    with_typst,
)
from renderers.content import DocumentContent

OURS, WITH_CODE = "this project", "this project, QR codes made too"
PEERS = {"reportlab": with_reportlab, "fpdf2": with_fpdf2, "typst": with_typst, "naive borb": with_naive_borb}

#: Documents a round, one by one: enough to last some tenths of a second.
ONE_BY_ONE = {"reportlab": 10, "fpdf2": 3, "typst": 20, "naive borb": 1}
OURS_ONE_BY_ONE, TOGETHER = 200, 200

_numbers = count()


def main(rounds: int) -> None:
    """Measure both ways and print a table for each."""
    with_reportlab.prepare()
    one = with_this_project.one
    singly = {
        OURS: _given(_each(one, OURS_ONE_BY_ONE, rounds)),
        WITH_CODE: _each(one, OURS_ONE_BY_ONE, rounds),
        **{name: _each(_alone(peer), ONE_BY_ONE[name], rounds) for name, peer in PEERS.items()},
    }
    show("One document by one, the QR matrix given", measure(singly, rounds), OURS)
    together = {
        OURS: _given(_all(with_this_project.file, rounds)),
        WITH_CODE: _all(with_this_project.file, rounds),
        **{name: _all(PEERS[name].file, rounds) for name in ("reportlab", "fpdf2", "typst")},
    }
    title = f"{TOGETHER} in a file; ours makes each stored document, then the job's print file of them"
    show(title, measure(together, rounds), OURS, "page")


def _alone(peer: Any) -> Callable[[DocumentContent], object]:
    return lambda content: peer.file([content])


def _each(make: Callable[[DocumentContent], object], number: int, rounds: int) -> Work:
    prepared = _prepared(number, rounds)

    def work() -> int:
        for content in next(prepared):
            make(content)
        return number

    return work


def _all(make: Callable[[Iterable[DocumentContent]], bytes], rounds: int) -> Work:
    prepared = _prepared(TOGETHER, rounds)

    def work() -> int:
        make(next(prepared))
        return TOGETHER

    return work


def _given(work: Work) -> Work:
    def given() -> int:
        with with_this_project.given_matrices():
            return work()

    return given


def _prepared(number: int, rounds: int) -> Iterator[list[DocumentContent]]:
    """The documents of each round and of the warm-up: names that no cache knows, and matrices made beforehand."""
    made = [page.content(each) for each in islice(_numbers, number * (rounds + 1))]
    for content in made:
        page.runs(content.verification_link)
        with_this_project.pixels(content.verification_link)
    return (made[start : start + number] for start in range(0, len(made), number))


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 5)
