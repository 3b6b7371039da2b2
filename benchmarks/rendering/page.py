"""The documents that every contender makes: the same persons, the same links, no two alike."""

from __future__ import annotations

import hashlib
from datetime import date

from renderers.content import DocumentContent, Name

FIRST = ("Anna", "Émilie", "Wei", "Sahar", "Liam", "Noëlle", "Łukasz", "Marie-Ève", "Omar", "Zoë")
MIDDLE = ("Maria", "", "Jean", "Rose", "", "Thérèse", "Jan", "Anne", "", "Kay")
LAST = ("Smith", "Tremblay", "Li", "O’Brien", "Żółć", "Bélanger-Roy", "Fournier", "García", "Nowak", "Ünal")


def content(index: int) -> DocumentContent:
    """The ``index``-th document: an Alberta High School Diploma without a letter."""
    name = Name(FIRST[index % 10], MIDDLE[index // 10 % 10], LAST[index // 100 % 10], "")
    token = hashlib.md5(str(index).encode()).hexdigest()
    return DocumentContent(
        item_number=f"{index:010d}-01",
        credential_type="AHSD",
        language="en",
        letter="none",
        name=name,
        asn=f"{index:09d}",
        credential_number=f"{index:010d}",
        awarded_on=date(2026, 7, 1 + index % 28),
        processed_on=date(2026, 8, 1),
        recipient=f"{name.first} {name.last}",
        address=("10123 Jasper Avenue NW", "Edmonton AB  T5J 3N6"),
        verification_link=f"https://orders.example.ca/verify/{token}",
    )
