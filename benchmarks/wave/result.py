"""What a contender's wave took."""

from collections.abc import Mapping
from dataclasses import dataclass, field

#: Items of a wave that each contender sees through before its clock starts: what is made once is made by then.
WARM_UP = 100


@dataclass(frozen=True, slots=True)
class Result:
    """``seconds`` from the first award to the last hand-over, ``processor`` seconds of all processes but the servers'.

    ``peak`` is the most memory that one worker process held, in MB.
    """

    name: str
    size: int
    seconds: float
    processor: float
    peak: float
    notes: Mapping[str, str] = field(default_factory=dict)

    @property
    def rate(self) -> float:
        """Items a second."""
        return self.size / self.seconds
