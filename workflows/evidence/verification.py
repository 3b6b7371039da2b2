"""Whether anybody rewrote the past: the chains of all histories, and the signed heads that lie outside the database."""

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select

from models.codes import Code
from models.database import take_turns
from models.evidence import SignedHead
from workflows.evidence.chains import Fault, faults
from workflows.evidence.heads import file_name, read_head
from workflows.evidence.signing import is_signed, public_key
from workflows.installation import Installation
from workflows.machines import MACHINES
from workflows.source import table


class HeadFaultKind(Code):
    """What is wrong with a signed head."""

    MISSING = "missing", "is missing", "manque"
    UNRECORDED = "unrecorded", "is not in the database's list", "ne figure pas dans la liste de la base"
    ALTERED = "altered", "is not the one that the database lists", "n'est pas celle que la base énumère"
    UNSIGNED = "unsigned", "does not bear the key's signature", "ne porte pas la signature de la clé"
    UNCHAINED = "unchained", "does not follow from the one before it", "ne découle pas de la précédente"


@dataclass(frozen=True, slots=True)
class HeadFault:
    """A signed head that was tampered with, by its number."""

    number: int
    kind: HeadFaultKind


@dataclass(frozen=True, slots=True)
class Verified:
    """What a verification found: nothing in either list means that nobody rewrote what was signed."""

    heads: int
    rows: tuple[Fault, ...]
    head_faults: tuple[HeadFault, ...]

    @property
    def whole(self) -> bool:
        """Whether nothing was found."""
        return not self.rows and not self.head_faults


def verify(installation: Installation, key: str | None = None) -> Verified:
    """Verify every history and every head; ``key`` is the public key to trust, the installation's own unless given."""
    with installation.database.stream() as session:
        source = installation.source(session)
        recorded = {row.number: row.sha256 for row in source.rows(SignedHead)}
        numbers = _there(installation, recorded)
        found, signed, number = _heads(
            installation, recorded, numbers, key or public_key(installation.settings)
        )
        rows = [
            fault for machine in MACHINES for fault in faults(source, machine, signed[machine.history.name])
        ]
    return Verified(number, tuple(rows), tuple(found))


def _there(installation: Installation, recorded: Mapping[int, str]) -> Sequence[int]:
    """The numbers of all heads that are recorded or lie there, but for those that were signed since ``recorded`` was read.

    A head lies there before its record is committed: whoever is signing is waited for before one is called unrecorded.
    """
    lying = set(_numbers(installation.heads.names()))
    if late := sorted(lying - recorded.keys()):
        with installation.database.write() as session:
            take_turns(session, table(SignedHead))
            lying -= set(session.connection().execute(select(table(SignedHead).c.number)).scalars()) & set(
                late
            )
    return sorted(recorded.keys() | lying)


_Signed = Mapping[str, dict[int, tuple[int, str]]]


def _heads(
    installation: Installation, recorded: Mapping[int, str], numbers: Sequence[int], key: str
) -> tuple[list[HeadFault], _Signed, int]:
    """The faults of the heads, what the good ones say of each table, and how many there should be."""
    found: list[HeadFault] = []
    signed: dict[str, dict[int, tuple[int, str]]] = defaultdict(dict)
    previous = ""
    for number in range(1, (numbers[-1] if numbers else 0) + 1):
        data = installation.heads.read(file_name(number))
        if data is None:
            found.append(HeadFault(number, HeadFaultKind.MISSING))
            previous = recorded.get(number, "")
            continue
        digest = hashlib.sha256(data).hexdigest()
        found += [HeadFault(number, kind) for kind in _wrong(data, number, digest, previous, recorded, key)]
        previous = digest
        if not found or found[-1].number != number or found[-1].kind is HeadFaultKind.UNRECORDED:
            head = read_head(data)
            for name, subject, seq, of_row in head.entries if head else ():
                signed[name][subject] = seq, of_row
    return found, signed, len(numbers)


def _wrong(
    data: bytes, number: int, digest: str, previous: str, recorded: Mapping[int, str], key: str
) -> Iterable[HeadFaultKind]:
    head = read_head(data)
    if head is None or head.number != number or not is_signed(head.signed, head.signature, key):
        yield HeadFaultKind.UNSIGNED
    elif head.previous != previous:
        yield HeadFaultKind.UNCHAINED
    elif number in recorded and recorded[number] != digest:
        yield HeadFaultKind.ALTERED
    elif number not in recorded:
        yield HeadFaultKind.UNRECORDED


def _numbers(names: Iterable[str]) -> Iterable[int]:
    return (int(stem) for name in names if (stem := name.removesuffix(".json")).isdigit())
