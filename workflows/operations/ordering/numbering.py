"""Credential numbers: a sequence and a check digit (domain §1, "Credential number")."""

from sqlalchemy import insert, select, update
from sqlmodel import Session
from stdnum.iso7064 import mod_11_10

from models.credentials import Credential, Sequence
from workflows.source import table

_NAME = "credential_number"
#: First value of the sequence: nine digits without a leading zero.
_FIRST = 100_000_001


def take_numbers(session: Session, amount: int) -> list[str]:
    """The next ``amount`` free credential numbers, ascending. Locks the sequence until the transaction ends."""
    value = _locked_value(session)
    numbers: list[str] = []
    while len(numbers) < amount:
        block = [with_check_digit(value + step) for step in range(amount - len(numbers))]
        value += len(block)
        numbers += _free(session, block)
    session.connection().execute(
        update(table(Sequence)).where(table(Sequence).c.name == _NAME).values(next_value=value)
    )
    return numbers


def with_check_digit(value: int) -> str:
    """Ten digits: the nine of ``value`` and the ISO 7064 MOD 11,10 check digit over them."""
    digits = f"{value:09d}"
    return digits + str(mod_11_10.calc_check_digit(digits))


def _locked_value(session: Session) -> int:
    sequences = table(Sequence)
    statement = select(sequences.c.next_value).where(sequences.c.name == _NAME).with_for_update()
    value = session.connection().execute(statement).scalar_one_or_none()
    if value is None:
        session.connection().execute(insert(sequences).values(name=_NAME, next_value=_FIRST))
        return _FIRST
    return int(value)


def _free(session: Session, block: list[str]) -> list[str]:
    """Numbers that came with an import are skipped."""
    credentials = table(Credential)
    taken = set(
        session.connection()
        .execute(select(credentials.c.number).where(credentials.c.number.in_(block)))
        .scalars()
    )
    return [number for number in block if number not in taken]
