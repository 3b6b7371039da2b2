"""What tells one master from another."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class MasterKey:
    """What tells one master from another. ``programs`` are the font programs that some value needs."""

    credential_type: str
    language: str
    letter: str
    programs: frozenset[str]
