"""The errors that are part of the interface, and what each kind of "no" is called, answered and ended with.

The tree begins here; a leaf stands in the file of what raises it. Whatever the door (HTTP, the command line, a step, a row
of a bulk run), it needs no list of its own: an error carries its texts, and its kind the status and the exit code.

.. code-block:: text

    ExpectedError                  models/errors.py
    ├── FaultsError                models/edges/faults.py                        malformed
    │   ├── ExtractError           models/edges/extract_file.py
    │   └── UnusableReceiptsError  models/edges/receipts.py
    ├── UnusableSettingError       workflows/imprint.py                          malformed
    ├── NoSchoolError              diagrams/figures.py                           malformed
    ├── MissingError               workflows/missing.py                          not_found
    ├── RefusedError               workflows/errors.py                          rule
    │   ├── NotPermittedError      workflows/operations/access/permission.py     permission
    │   ├── StaleError             workflows/operations/access/as_seen.py        stale
    │   └── UnusableWaybillError   workflows/operations/delivery/waybill.py
    ├── NotTakenError              workflows/operations/printing/transmission.py unavailable
    ├── AlteredDocumentError       workflows/operations/printing/transmission.py failure
    ├── UndeclaredConsequenceError workflows/machines/follows.py                 failure
    ├── NotRenderedError           workflows/errors.py                          failure
    └── Problem                    web/api/protocol/problems.py                  any

``renderers`` imports nothing of ours and has a tree of its own (:mod:`renderers.not_rendered`), which
:func:`workflows.errors.expected` brings into this one as :class:`NotRenderedError`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum

from models.codes import Label


class ExitCode(IntEnum):
    """How a call of the command line ends."""

    DONE = 0
    REFUSED = 1
    USAGE = 2
    CONFLICT = 3
    NOT_FOUND = 4
    INFRASTRUCTURE = 5


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of "no": its HTTP status, its exit code on the command line, and what it is called."""

    status: int
    exit_code: ExitCode
    title: Label


#: Every kind of "no" by its name, in the order of their statuses.
KINDS: Mapping[str, Kind] = {
    "unreadable": Kind(400, ExitCode.USAGE, Label("The body can't be read", "Le corps est illisible")),
    "version_not_taken": Kind(
        400,
        ExitCode.USAGE,
        Label("No version is taken here", "Aucune version n'est prise en compte ici"),
    ),
    "unauthenticated": Kind(401, ExitCode.REFUSED, Label("Who are you?", "Qui êtes-vous?")),
    "permission": Kind(403, ExitCode.REFUSED, Label("Not permitted", "Non permis")),
    "scope": Kind(403, ExitCode.REFUSED, Label("Outside the token's scope", "Hors de la portée du jeton")),
    "not_found": Kind(404, ExitCode.NOT_FOUND, Label("Not found", "Introuvable")),
    "method": Kind(405, ExitCode.USAGE, Label("No such method here", "Méthode inconnue ici")),
    "slow": Kind(
        408,
        ExitCode.INFRASTRUCTURE,
        Label("The request came too slowly", "La requête est arrivée trop lentement"),
    ),
    "rule": Kind(409, ExitCode.REFUSED, Label("Refused by a rule", "Refusé par une règle")),
    "no_such_transition": Kind(
        409, ExitCode.REFUSED, Label("Not from this state", "Impossible dans cet état")
    ),
    "conflict": Kind(409, ExitCode.CONFLICT, Label("Somebody was faster", "Quelqu'un a été plus rapide")),
    "stale": Kind(412, ExitCode.CONFLICT, Label("The version is stale", "La version est périmée")),
    "too_large": Kind(413, ExitCode.USAGE, Label("The body is too large", "Le corps est trop grand")),
    "media_type": Kind(
        415,
        ExitCode.USAGE,
        Label("Another content type is expected", "Un autre type de contenu est attendu"),
    ),
    "malformed": Kind(422, ExitCode.USAGE, Label("Malformed", "Mal formé")),
    "key_reused": Kind(
        422,
        ExitCode.USAGE,
        Label("The key belongs to another request", "La clé appartient à une autre requête"),
    ),
    "version_required": Kind(
        428, ExitCode.USAGE, Label("Say which version you know", "Dites quelle version vous connaissez")
    ),
    "too_many": Kind(429, ExitCode.INFRASTRUCTURE, Label("Too many requests", "Trop de requêtes")),
    "failure": Kind(500, ExitCode.INFRASTRUCTURE, Label("A fault of the service", "Une panne du service")),
    "unavailable": Kind(
        503, ExitCode.INFRASTRUCTURE, Label("Not available now", "Indisponible pour le moment")
    ),
}


class ExpectedError(Exception):
    """What was asked for can't be done, for a reason that was foreseen; whoever asked is told it in both languages."""

    #: A key of ``KINDS``.
    kind: str = "failure"
    #: What to do about it. A text without parameters is the docstring of its class, which is the English.
    label: Label
    #: Seconds after which a repeat may succeed, where that is known.
    retry_after: int | None = None

    def __init__(self, label: Label | None = None) -> None:
        """Say ``label``, or what the class says of itself; in both languages where nobody asks for one."""
        if label is not None:
            self.label = label
        super().__init__(" / ".join(dict.fromkeys(self.label)))

    @property
    def status(self) -> int:
        """The HTTP status."""
        return KINDS[self.kind].status

    @property
    def exit_code(self) -> ExitCode:
        """How the call of a command ends."""
        return KINDS[self.kind].exit_code
