"""Made-up but lifelike students: an extract in the import format, with the irregularities of real data.

No one here is real: given names and family names are drawn apart from each other, streets and schools are invented,
e-mail domains are those reserved for examples (RFC 2606). The same seed, day and number give the same bytes.
"""

import csv
from collections.abc import Iterator, Sequence
from datetime import date
from itertools import chain
from pathlib import Path
from random import Random

from cli.demo.irregularities import IRREGULARITIES
from cli.demo.names import name_pools
from cli.demo.people import Person, Row, World, made_up_person
from cli.demo.places import schools
from models.edges.extract import CREDENTIAL_COLUMNS, STUDENT_COLUMNS


def write_extract(folder: Path, students: int, seed: int, today: date) -> tuple[Path, Path]:
    """Write ``students.csv`` and ``credentials.csv`` about that many people into ``folder``; returns both paths.

    A few people have a second row under a secondary ASN, and some rows are faulty on purpose.
    """
    people = list(made_up_people(students, seed, today))
    student_rows = chain.from_iterable((one.student, *one.more_students) for one in people)
    credential_rows = chain.from_iterable(one.credentials for one in people)
    folder.mkdir(parents=True, exist_ok=True)
    return (
        _write(folder / "students.csv", STUDENT_COLUMNS, student_rows),
        _write(folder / "credentials.csv", CREDENTIAL_COLUMNS, credential_rows),
    )


def made_up_people(students: int, seed: int, today: date) -> Iterator[Person]:
    """So many people; in 200 or more each irregularity occurs at least once."""
    rng = Random(seed)
    asns = map(str, rng.sample(range(100_000_000, 1_000_000_000), 2 * students + 1))
    world = World(rng, today, name_pools(seed), schools(), asns)
    for kind in _kinds(rng, students):
        person = made_up_person(world)
        if kind:
            IRREGULARITIES[kind][1](world, person)
        yield person


def _kinds(rng: Random, students: int) -> list[str]:
    """The irregularity of each student, mostly none, in their exact shares."""
    least = 1 if students >= 200 else 0
    kinds = [
        kind
        for kind, (share, _) in IRREGULARITIES.items()
        for _ in range(max(least, round(share * students)))
    ]
    kinds = (kinds + [""] * students)[:students]
    rng.shuffle(kinds)
    return kinds


def _write(path: Path, columns: Sequence[str], rows: Iterator[Row]) -> Path:
    # surrogateescape: one kind of faulty row holds bytes that are no UTF-8.
    with path.open("w", encoding="utf-8", errors="surrogateescape", newline="") as stream:
        writer = csv.DictWriter(stream, columns)
        writer.writeheader()
        writer.writerows(rows)
    return path
