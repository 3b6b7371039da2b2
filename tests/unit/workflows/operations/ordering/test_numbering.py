"""Credential numbers: nine digits of a sequence and a check digit, never given twice."""

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import create_engine
from sqlmodel import Session, SQLModel

from models.codes import CredentialState, CredentialType
from models.credentials import Credential
from models.students import Student
from workflows.operations.ordering.numbering import take_numbers, with_check_digit
from workflows.source import table

values = st.integers(100_000_001, 999_999_999)


def check_digit(digits):
    """ISO 7064 MOD 11,10, written out: the plain twin of the library's."""
    product = 10
    for digit in digits:
        total = (product + int(digit)) % 10 or 10
        product = total * 2 % 11
    return str((11 - product) % 10)


def is_sound(number):
    """Whether a number's last digit checks the others."""
    return check_digit(number[:-1]) == number[-1]


@pytest.fixture
def session() -> Iterator[Session]:
    """A database in memory with students and credentials."""
    engine = create_engine("sqlite://")
    SQLModel.metadata.create_all(engine)
    with Session(engine) as opened:
        yield opened
    engine.dispose()


def test_the_first_number():
    """By hand: from 10, add each digit mod 10 (0 counts 10) and double mod 11; 100000001 ends at 8, and 11 − 8 = 3."""
    assert with_check_digit(100_000_001) == "1000000013"


def test_the_standards_example():
    """ISO 7064's own example for MOD 11,10: 0794 takes 5."""
    assert check_digit("0794") == "5"


@given(values)
def test_a_number_is_ten_digits_that_check(value):
    """Nine digits as they were counted, one check digit, nothing else."""
    number = with_check_digit(value)
    assert (len(number), number.isdecimal(), number[:-1]) == (10, True, str(value))
    assert is_sound(number)


@given(values, st.integers(0, 9), st.integers(1, 9))
def test_a_mistyped_digit_is_found(value, place, shift):
    """Any one digit replaced by any other makes the number unsound."""
    number = with_check_digit(value)
    other = str((int(number[place]) + shift) % 10)
    assert not is_sound(number[:place] + other + number[place + 1 :])


@given(st.sets(values, min_size=2, max_size=50))
def test_numbers_sort_as_their_values(several):
    """Different values give different numbers in the same order, so a bulk run's numbers are in ASN order."""
    numbers = [with_check_digit(value) for value in sorted(several)]
    assert numbers == sorted(set(numbers))


def test_numbers_are_never_given_twice(session):
    """Given numbers taken before, when more are taken, then all are new, ascending and without a gap."""
    first, second = take_numbers(session, 3), take_numbers(session, 200)
    taken = first + second
    assert taken == sorted(set(taken))
    assert [int(number[:-1]) for number in taken] == list(range(100_000_001, 100_000_204))


def test_taking_none_takes_none(session):
    """An empty run uses no number up."""
    assert take_numbers(session, 0) == []
    assert take_numbers(session, 1) == ["1000000013"]


def test_imported_numbers_are_skipped(session):
    """Given credentials that came with numbers of the sequence, when numbers are taken, then none of those is given."""
    session.connection().execute(
        table(Student).insert(), [{"id": 1, "asn": "1", "last_name": "A", "language": "en"}]
    )
    came = [with_check_digit(100_000_002), with_check_digit(100_000_003)]
    for number, credential_type in zip(came, (CredentialType.AHSD, CredentialType.CHSA), strict=True):
        row = {
            "student_id": 1,
            "credential_type": credential_type,
            "state": CredentialState.AWARDED,
            "number": number,
        }
        session.connection().execute(table(Credential).insert(), [row])
    numbers = take_numbers(session, 3)
    assert not set(numbers) & set(came)
    assert [int(number[:-1]) for number in numbers] == [100_000_001, 100_000_004, 100_000_005]
    assert take_numbers(session, 1) == [with_check_digit(100_000_006)]
