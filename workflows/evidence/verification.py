"""Whether anybody rewrote the past: the chains of all histories, and the signed heads that lie outside the database."""

from contextlib import closing
from dataclasses import dataclass

from workflows.effects.machines import MACHINES
from workflows.evidence import attempts
from workflows.evidence.chains import Fault, faults
from workflows.evidence.listed import HeadFault, look_at_heads
from workflows.evidence.rows import prepare
from workflows.evidence.signed import Signed
from workflows.evidence.unsigned import unsigned
from workflows.installation import Installation
from workflows.trust.keys import public_key


@dataclass(frozen=True, slots=True)
class Verified:
    """What a verification found: nothing in any list means that nobody rewrote what was signed."""

    heads: int
    rows: tuple[Fault, ...]
    head_faults: tuple[HeadFault, ...]
    #: First and last id of refused attempts that are not those that were signed.
    refused: tuple[tuple[int | str, int | str], ...] = ()

    @property
    def whole(self) -> bool:
        """Whether nothing was found."""
        return not (self.rows or self.head_faults or self.refused)


def verify(installation: Installation, key: str | None = None) -> Verified:
    """Verify every history and every head; ``key`` is the public key to trust, the installation's own unless given."""
    with closing(Signed()) as signed, installation.database.stream() as session:
        prepare(session)
        source = installation.source(session)
        heads = look_at_heads(installation, session, key or public_key(installation.settings), signed)
        heads.faults += unsigned(session, heads, signed)
        rows = [fault for machine in MACHINES for fault in faults(source, machine, signed)]
        signed_at = max(heads.days, default=None)
        refused = list(attempts.tampered(session, signed.entries(attempts.NAME), signed_at))
    return Verified(heads.number, tuple(rows), tuple(heads.faults), tuple(refused))
