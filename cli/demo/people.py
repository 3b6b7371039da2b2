"""Made-up students without irregularities, each with the credentials achieved this year."""

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import count
from random import Random

from cli.demo.names import NamePool, legal_name
from cli.demo.places import FRENCH_AUTHORITY, alberta_address
from models.edges.extract import CREDENTIAL_COLUMNS, STUDENT_COLUMNS
from workflows.operations.ordering.numbering import with_check_digit

Row = dict[str, str]

#: What a student has achieved this year: types and their weight. Several at once show the precedence (CO-15).
ACHIEVEMENTS = (
    ("AHSD", 780), ("HSED", 90), ("CHSA", 65), ("COSC", 40), ("AHSD CHSA", 14), ("HSED COSC", 6), ("CHSA COSC", 5),
)  # fmt: skip


@dataclass
class World:
    """What everyone shares while students are made up."""

    rng: Random
    today: date
    pools: Sequence[NamePool]
    schools: Sequence[Row]
    asns: Iterator[str]
    numbers: Iterator[str] = field(default_factory=lambda: map(with_check_digit, count(900_000_001)))

    @property
    def school_year(self) -> str:
        """The school year that ends in today's year."""
        return f"{self.today.year - 1}/{self.today.year}"


@dataclass
class Person:
    """A student's row, with the further rows and the credentials that go with it."""

    student: Row
    credentials: list[Row]
    more_students: list[Row] = field(default_factory=list)


def made_up_person(world: World) -> Person:
    """A student of one of the schools, complete and without flaw."""
    rng = world.rng
    school = rng.choice(world.schools)
    (kind,) = rng.choices([types for types, _ in ACHIEVEMENTS], [weight for _, weight in ACHIEVEMENTS])
    french = school["authority_code"] == FRENCH_AUTHORITY
    student = (
        dict.fromkeys(STUDENT_COLUMNS, "")
        | legal_name(rng, world.pools)
        | alberta_address(rng, school["city"])
        | school
    )
    student["asn"] = next(world.asns)
    student["birth_date"] = _birth_date(world, adult="HSED" in kind).isoformat()
    student["language"] = "fr" if french else "en"
    student["deceased"] = "false"
    student["email"] = _email(rng, student)
    if rng.random() < 0.15:
        student["preferred_name"] = f"{student['first_name'].split()[0]} {student['last_name']}"
    programme = "fr" if french or rng.random() < 0.04 else "en"
    return Person(student, [achieved(world, student["asn"], one, programme) for one in kind.split()])


def _birth_date(world: World, *, adult: bool) -> date:
    age = world.rng.randint(19, 45) if adult else world.rng.choices((17, 18, 19), (35, 60, 5))[0]
    return date(world.today.year - age, 1, 1) + timedelta(days=world.rng.randrange(365))


def _email(rng: Random, name: Row) -> str:
    """An address at a domain for examples; a quarter of students gave none."""
    if rng.random() < 0.25:
        return ""
    whole = unicodedata.normalize("NFKD", f"{name['first_name'][:12]}.{name['last_name'][:12]}".lower())
    local = (
        "".join(one for one in whole if one.isascii() and (one.isalnum() or one == ".")).strip(".")
        or "student"
    )
    return f"{local}{rng.randint(1, 999)}@example.{rng.choice(('org', 'com'))}"


def achieved(world: World, asn: str, credential_type: str, language: str) -> Row:
    """A credential achieved this school year and not yet awarded."""
    return dict.fromkeys(CREDENTIAL_COLUMNS, "") | {
        "asn": asn, "credential_type": credential_type, "status": "achieved", "school_year": world.school_year,
        "programme_language": language,
    }  # fmt: skip


def award(world: World, credential: Row, least: int, most: int) -> date:
    """Award a credential that many days ago, in the school year it then was; returns the day."""
    awarded = world.today - timedelta(days=world.rng.randint(least, most))
    year = awarded.year if awarded.month < 9 else awarded.year + 1
    credential |= {
        "status": "awarded", "credential_number": next(world.numbers), "awarded_on": awarded.isoformat(),
        "school_year": f"{year - 1}/{year}",
    }  # fmt: skip
    return awarded
