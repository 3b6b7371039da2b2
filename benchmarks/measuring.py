"""Measuring contenders side by side in one run: interleaved rounds, medians, ratios.

A machine's speed drifts by a tenth or more within minutes. So every contender runs once a round, in an order
that turns, and what is claimed is a ratio between two of the same run.
"""

from __future__ import annotations

import gc
import statistics
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from rich.console import Console
from rich.table import Table

#: One round of a contender; returns how many units (documents, transitions, …) it did.
Work = Callable[[], int]


@dataclass(frozen=True, slots=True)
class Measured:
    """The rounds of one contender, in seconds a unit."""

    name: str
    seconds: tuple[float, ...]

    @property
    def median(self) -> float:
        """The middle round, in seconds a unit."""
        return statistics.median(self.seconds)


def measure(contenders: Mapping[str, Work], rounds: int = 5, warm_up: bool = True) -> dict[str, Measured]:
    """Run every contender once a round, each round beginning with the next one of them."""
    if warm_up:
        for work in contenders.values():
            work()
    taken: dict[str, list[float]] = {name: [] for name in contenders}
    names = list(contenders)
    for turn in range(rounds):
        first = turn % len(names)
        for name in names[first:] + names[:first]:
            taken[name].append(_seconds_a_unit(contenders[name]))
    return {name: Measured(name, tuple(seconds)) for name, seconds in taken.items()}


def show(title: str, measured: Mapping[str, Measured], ours: str, unit: str = "document") -> None:
    """A table with the median of each contender, its spread, and how many times as long as ours it takes."""
    table = Table(title=title, title_justify="left")
    for heading in ("", f"ms a {unit}", "fastest – slowest round", f"{unit}s/s", f"× {ours}"):
        table.add_column(heading, justify="left" if not heading else "right")
    reference = measured[ours].median
    for each in sorted(measured.values(), key=lambda each: each.median):
        table.add_row(
            each.name,
            f"{each.median * 1000:.3f}",
            f"{min(each.seconds) * 1000:.3f} – {max(each.seconds) * 1000:.3f}",
            f"{1 / each.median:,.0f}",
            f"{each.median / reference:.2f}",
        )
    Console(width=110).print(table)


def _seconds_a_unit(work: Work) -> float:
    gc.collect()
    start = time.perf_counter()
    units = work()
    return (time.perf_counter() - start) / units
