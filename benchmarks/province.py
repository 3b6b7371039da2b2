"""A province of made-up students with achieved credentials, and an installation that works for them."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from itertools import count, islice
from pathlib import Path
from random import Random
from typing import Any

from sqlalchemy import insert

from cli.demo.names import name_pools
from cli.demo.people import Person, World, made_up_person
from models.codes import CredentialState, CredentialType, Language
from models.credentials import Credential
from models.settings import Settings
from models.students import Address, Student
from workflows.installation import Installation
from workflows.source import table

_CITIES = ("Calgary", "Edmonton", "Red Deer", "Lethbridge")
_TODAY = date(2026, 7, 20)
_ADDRESS = ("city", "province", "postal_code", "country")
_CHUNK = 5000


def installation_on(url: str, folder: Path, *, plans_anew: bool = False, **settings: Any) -> Installation:
    """An installation on the database ``url`` with its store, drop and mail in ``folder``; no ``.env`` is read."""
    folders = {f"{name}_url": str(folder / name) for name in ("store", "print", "mail")}
    chosen = {"database_url": url, "redis_url": None, "secret": "a-secret-for-benchmarks", **folders}
    return Installation.open(Settings(_env_file=None, **(chosen | settings)), plans_anew=plans_anew)


def people(number: int) -> Iterator[Person]:
    """That many students without flaw, each with one achieved credential; the same at every call."""
    schools = [
        {
            "authority_code": "A1",
            "authority_name": "One",
            "school_code": f"S{n}",
            "school_name": city,
            "city": city,
        }
        for n, city in enumerate(_CITIES)
    ]
    world = World(Random(6), _TODAY, name_pools(6, size=60), schools, map(str, count(200_000_001)))
    return islice((made_up_person(world) for _ in count()), number)


def settle(installation: Installation, number: int, first: int = 1) -> None:
    """Put ``number`` students, of ids from ``first`` on, with an address and one achieved credential each into the database."""
    everybody = islice(people(first - 1 + number), first - 1, None)
    while some := list(islice(everybody, _CHUNK)):
        ids = range(first, first + len(some))
        with installation.database.write() as session:
            connection = session.connection()
            connection.execute(
                insert(table(Student)), [_student(*pair) for pair in zip(ids, some, strict=True)]
            )
            connection.execute(
                insert(table(Address)), [_address(*pair) for pair in zip(ids, some, strict=True)]
            )
            connection.execute(
                insert(table(Credential)), [_credential(*pair) for pair in zip(ids, some, strict=True)]
            )
        first += len(some)


def _student(key: int, person: Person) -> dict[str, Any]:
    row = person.student
    texts = ("asn", "last_name", "first_name", "middle_name", "suffix", "preferred_name", "email")
    return {name: row[name] for name in texts} | {
        "id": key,
        "language": Language(row["language"]),
        "deceased": False,
    }


def _address(key: int, person: Person) -> dict[str, Any]:
    row = person.student
    lines = row["address_lines"].split("\\n")
    return {name: row[name] for name in _ADDRESS} | {
        "student_id": key,
        "lines": lines,
        "received_at": datetime(2026, 1, 5, tzinfo=UTC),
    }


def _credential(key: int, person: Person) -> dict[str, Any]:
    row = person.credentials[0]
    return {
        "student_id": key,
        "credential_type": CredentialType(row["credential_type"]),
        "state": CredentialState.ACHIEVED,
        "school_year": row["school_year"],
        "programme_language": Language(row["programme_language"]),
        "version": 0,
        "history_hash": "",
    }
