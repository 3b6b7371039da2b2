"""What an idempotent upsert counts and how it changes a row only where it differs."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(slots=True)
class Tally:
    """Rows of one file by what became of them."""

    new: int = 0
    changed: int = 0
    unchanged: int = 0
    rejected: int = 0

    @property
    def accepted(self) -> int:
        """How many rows were taken: new, changed or unchanged."""
        return self.new + self.changed + self.unchanged

    def count(self, *, changed: bool) -> None:
        """One more row that was known before."""
        if changed:
            self.changed += 1
        else:
            self.unchanged += 1


def assign(row: Any, values: Mapping[str, Any]) -> bool:
    """Set the attributes that differ; gives whether any did."""
    differing = {name: value for name, value in values.items() if getattr(row, name) != value}
    for name, value in differing.items():
        setattr(row, name, value)
    return bool(differing)
