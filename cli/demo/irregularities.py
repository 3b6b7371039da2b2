"""The irregularities of real data: each function is one, its decorator the share of students that have it."""

from collections.abc import Callable
from datetime import timedelta

from cli.demo.names import LOCALES, UNPRINTABLE_NAMES
from cli.demo.people import Person, World, achieved, award
from cli.demo.places import address_elsewhere
from models.edges.extract import ADDRESS_COLUMNS

Change = Callable[[World, Person], None]
#: What happens to some: its name, the share of students, and what it changes. Whoever is left is ordinary.
IRREGULARITIES: dict[str, tuple[float, Change]] = {}


def irregular(share: float) -> Callable[[Change], Change]:
    """Register a change under its function's name."""

    def register(change: Change) -> Change:
        IRREGULARITIES[change.__name__] = share, change
        return change

    return register


@irregular(0.004)
def mononym(_world: World, person: Person) -> None:
    """One name only."""
    person.student |= {"first_name": "", "middle_name": "", "suffix": "", "preferred_name": ""}


@irregular(0.01)
def long_name(world: World, person: Person) -> None:
    """So many names that only a shorter format fits."""
    pool = world.rng.choice(world.pools[: len(LOCALES)])
    person.student |= {
        "first_name": "-".join(world.rng.sample(pool.given[0], 2)),
        "middle_name": " ".join(world.rng.sample(pool.given[0], 4))[:50].strip(),
        "last_name": "-".join(world.rng.sample(pool.family[0], 2)),
    }


@irregular(0.002)
def name_that_fits_nowhere(_world: World, person: Person) -> None:
    """A family name without a place to break, too wide in every format (CO-06)."""
    last_name = "Wamangkwhammawongmowwammerschmidtwangammwomoomwmam"
    person.student |= {"first_name": "Maximiliane", "middle_name": "Wilhelmine", "last_name": last_name}


@irregular(0.006)
def unprintable_name(world: World, person: Person) -> None:
    """Emoji, or a script that our faces do not set (CO-06)."""
    first, last = world.rng.choice(UNPRINTABLE_NAMES)
    person.student |= {"first_name": first, "last_name": last, "middle_name": "", "preferred_name": ""}


@irregular(0.015)
def missing_address(_world: World, person: Person) -> None:
    """No address on file (60108)."""
    person.student |= dict.fromkeys(ADDRESS_COLUMNS, "")


@irregular(0.015)
def incomplete_address(world: World, person: Person) -> None:
    """One part of the address is missing (60108)."""
    person.student[world.rng.choice(ADDRESS_COLUMNS)] = ""


@irregular(0.012)
def expired_address(world: World, person: Person) -> None:
    """The address was valid until some day in the last year (60108)."""
    person.student["address_expires"] = _days_from(world, -365, -1)


@irregular(0.01)
def address_that_will_expire(world: World, person: Person) -> None:
    """The address is valid for another while."""
    person.student["address_expires"] = _days_from(world, 60, 400)


@irregular(0.035)
def moved_away(world: World, person: Person) -> None:
    """A complete address in another province or country."""
    person.student |= address_elsewhere(world.rng)


@irregular(0.008)
def held_student(world: World, person: Person) -> None:
    """A student hold in force (CO-05)."""
    person.student["hold_until"] = _days_from(world, 20, 200)


@irregular(0.004)
def formerly_held_student(world: World, person: Person) -> None:
    """A student hold that has ended."""
    person.student["hold_until"] = _days_from(world, -200, -1)


@irregular(0.002)
def deceased_student(_world: World, person: Person) -> None:
    """Deceased: no bulk order (CO-13)."""
    person.student["deceased"] = "true"


@irregular(0.005)
def secondary_asn(world: World, person: Person) -> None:
    """The student came under a second ASN too, which points to the primary one."""
    person.more_students.append(
        person.student | {"asn": next(world.asns), "primary_asn": person.student["asn"]}
    )


@irregular(0.002)
def credential_under_secondary_asn(world: World, person: Person) -> None:
    """The credential was filed under the secondary ASN (CO-07)."""
    secondary_asn(world, person)
    for credential in person.credentials:
        credential["asn"] = person.more_students[0]["asn"]


@irregular(0.007)
def unknown_school_year(_world: World, person: Person) -> None:
    """Nobody recorded the school year (44008)."""
    for credential in person.credentials:
        credential["school_year"] = ""


@irregular(0.01)
def awarded_before(world: World, person: Person) -> None:
    """Awarded last year, its first-run still to come."""
    award(world, person.credentials[0], 250, 500)


@irregular(0.012)
def first_run_made(world: World, person: Person) -> None:
    """Awarded, and its first-run was made elsewhere (44017)."""
    awarded = award(world, person.credentials[0], 250, 500)
    person.credentials[0]["first_run_on"] = (awarded + timedelta(days=world.rng.randint(5, 40))).isoformat()


@irregular(0.008)
def legacy_credential(world: World, person: Person) -> None:
    """A credential of the retired mainframe, under its old number (44018)."""
    person.student["birth_date"] = _days_from(world, -60 * 365, -40 * 365)
    award(world, person.credentials[0], 20 * 365, 22 * 365)
    person.credentials[0] |= {"credential_number": "", "legacy_number": f"A{next(world.numbers)[4:]}"}
    del person.credentials[1:]


@irregular(0.004)
def higher_award_before(world: World, person: Person) -> None:
    """Already has a diploma that leaves nothing more to award (CO-14)."""
    person.credentials = [achieved(world, person.student["asn"], one, "en") for one in ("AHSD", "CHSA")]
    award(world, person.credentials[0], 250, 500)


@irregular(0.006)
def faulty_student(world: World, person: Person) -> None:
    """A row that the import rejects, and the credentials with it."""
    last_name = person.student["last_name"]
    person.student |= world.rng.choice((
        {"birth_date": "31/12/2007"},
        {"birth_date": "2008-02-30"},
        {"last_name": ""},
        {"last_name": f"{last_name}  "},
        {"last_name": f"St.  {last_name}"},
        {"last_name": "Beaupr\udce9"},  # é in Latin-1
        {"first_name": "Ma\u200brie"},
        {"first_name": "A" * 51},
        {"country": "UK"},
        {"deceased": "no", "email": "none"},
        {"asn": person.student["asn"][:8]},
    ))  # fmt: skip


@irregular(0.004)
def faulty_credential(world: World, person: Person) -> None:
    """A credential that the import rejects."""
    person.credentials[0] |= world.rng.choice((
        {"school_year": f"{world.today.year - 1}/{world.today.year + 1}"},
        {"credential_type": "AHSDD"},
        {"status": "passed"},
        {"credential_number": next(world.numbers)},
        {"status": "awarded"},
    ))  # fmt: skip


@irregular(0.002)
def credential_without_student(world: World, person: Person) -> None:
    """A credential of an ASN that no student row has."""
    person.credentials.append(achieved(world, next(world.asns), "AHSD", "en"))


@irregular(0.001)
def student_twice(_world: World, person: Person) -> None:
    """A student's row that stands in the extract twice."""
    person.more_students.append(dict(person.student))


def _days_from(world: World, least: int, most: int) -> str:
    return (world.today + timedelta(days=world.rng.randint(least, most))).isoformat()
