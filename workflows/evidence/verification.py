"""Whether anybody rewrote the past: the chains of all histories, and the signed heads that lie outside the database."""

import hashlib
from collections.abc import Iterable, Mapping
from contextlib import closing
from dataclasses import dataclass

from models.codes import Code
from models.evidence import SignedHead
from workflows.evidence.chains import Fault, faults
from workflows.evidence.heads import Head, file_name, read_head
from workflows.evidence.rows import prepare
from workflows.evidence.signed import Signed
from workflows.evidence.signing import is_signed, public_key
from workflows.installation import Installation
from workflows.machines import MACHINES


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
    with closing(Signed()) as signed, installation.database.stream() as session:
        source = installation.source(session)
        recorded = {row.number: row.sha256 for row in source.rows(SignedHead)}
        found, number = _heads(installation, recorded, key or public_key(installation.settings), signed)
        prepare(session)
        rows = [fault for machine in MACHINES for fault in faults(source, machine, signed)]
    return Verified(number, tuple(rows), tuple(found))


def _heads(
    installation: Installation, recorded: Mapping[int, str], key: str, signed: Signed
) -> tuple[list[HeadFault], int]:
    """The faults of the heads, and how many there should be; what the key signed goes into ``signed``, whatever is listed."""
    found: list[HeadFault] = []
    previous = ""
    numbers = sorted(recorded.keys() | set(_numbers(installation.heads.names())))
    for number in range(1, (numbers[-1] if numbers else 0) + 1):
        data = installation.heads.read(file_name(number))
        if data is None:
            found.append(HeadFault(number, HeadFaultKind.MISSING))
            previous = recorded.get(number, "")
            continue
        digest = hashlib.sha256(data).hexdigest()
        head = read_head(data)
        if head is not None and not is_signed(head.signed, head.signature, key):
            head = None
        found += [HeadFault(number, kind) for kind in _wrong(head, number, digest, previous, recorded)]
        previous = digest
        if head is not None:
            signed.add(head.entries)
    return found, len(numbers)


def _wrong(
    head: Head | None, number: int, digest: str, previous: str, recorded: Mapping[int, str]
) -> Iterable[HeadFaultKind]:
    if head is None or head.number != number:
        yield HeadFaultKind.UNSIGNED
    elif head.previous != previous:
        yield HeadFaultKind.UNCHAINED
    elif number in recorded and recorded[number] != digest:
        yield HeadFaultKind.ALTERED
    elif number not in recorded:
        yield HeadFaultKind.UNRECORDED


def _numbers(names: Iterable[str]) -> Iterable[int]:
    return (int(stem) for name in names if (stem := name.removesuffix(".json")).isdigit())
