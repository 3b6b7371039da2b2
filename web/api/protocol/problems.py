"""Problem details (RFC 9457): every "no" with its kind, both languages, and all reasons of the decision behind it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Annotated, NotRequired
from urllib.parse import quote

from typing_extensions import TypedDict

from models.codes import Label, Role
from models.edges.faults import Fault
from workflows.machines.decision import Decision, Outcome
from workflows.machines.plan import Plan
from workflows.operations.access.permission import WHO_READS, NotPermittedError
from workflows.rules.rule import Reason, ReasonView
from workflows.shapes import Both, both, values_of
from workflows.views.missing import MISSING, Noun
from workflows.views.orders import ReviewedLine
from workflows.views.outcomes import explanation


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of problem: its status and what it is called."""

    status: int
    title: Label


#: Every kind of problem by its name; the last part of a problem's ``type``.
KINDS: dict[str, Kind] = {
    "unreadable": Kind(400, Label("The body can't be read", "Le corps est illisible")),
    "version_not_taken": Kind(
        400, Label("No version is taken here", "Aucune version n'est prise en compte ici")
    ),
    "unauthenticated": Kind(401, Label("Who are you?", "Qui êtes-vous?")),
    "permission": Kind(403, Label("Not permitted", "Non permis")),
    "scope": Kind(403, Label("Outside the token's scope", "Hors de la portée du jeton")),
    "not_found": Kind(404, Label("Not found", "Introuvable")),
    "method": Kind(405, Label("No such method here", "Méthode inconnue ici")),
    "slow": Kind(408, Label("The request came too slowly", "La requête est arrivée trop lentement")),
    "rule": Kind(409, Label("Refused by a rule", "Refusé par une règle")),
    "no_such_transition": Kind(409, Label("Not from this state", "Impossible dans cet état")),
    "conflict": Kind(409, Label("Somebody was faster", "Quelqu'un a été plus rapide")),
    "stale": Kind(412, Label("The version is stale", "La version est périmée")),
    "too_large": Kind(413, Label("The body is too large", "Le corps est trop grand")),
    "media_type": Kind(
        415, Label("Another content type is expected", "Un autre type de contenu est attendu")
    ),
    "malformed": Kind(422, Label("Malformed", "Mal formé")),
    "key_reused": Kind(
        422, Label("The key belongs to another request", "La clé appartient à une autre requête")
    ),
    "version_required": Kind(
        428, Label("Say which version you know", "Dites quelle version vous connaissez")
    ),
    "too_many": Kind(429, Label("Too many requests", "Trop de requêtes")),
    "failure": Kind(500, Label("A fault of the service", "Une panne du service")),
    "unavailable": Kind(503, Label("Not available now", "Indisponible pour le moment")),
}


class FaultView(TypedDict):
    """What is wrong with one field."""

    field: str
    code: str
    message: Both


class More(TypedDict):
    """What only some problems tell: of a decision, of malformed fields, of the lines of an order, of a token."""

    event: NotRequired[str | None]
    state: NotRequired[str | None]
    faults: NotRequired[list[FaultView]]
    lines: NotRequired[list[ReviewedLine]]
    #: The role that the token lacks.
    role: NotRequired[Annotated[str, values_of(Role)]]


class ProblemView(More):
    """Problem details (RFC 9457)."""

    type: str
    title: str
    status: int
    detail: str
    instance: str
    kind: Annotated[str, values_of(KINDS)]
    message: Both
    reasons: list[ReasonView]


class ProblemKind(TypedDict):
    """What a kind of problem means."""

    kind: Annotated[str, values_of(KINDS)]
    status: int
    title: Both


@dataclass
class Problem(Exception):  # noqa: N818 - the standard's word
    """A "no" on its way to the caller."""

    kind: str
    detail: Label
    more: More = field(default_factory=More)
    headers: Mapping[str, str] = field(default_factory=dict)
    #: Why; and whether the engine recorded the refusal already.
    reasons: Sequence[Reason] = ()
    recorded: bool = False

    @property
    def status(self) -> int:
        """The HTTP status."""
        return KINDS[self.kind].status

    def body(self, language: str, path: str) -> ProblemView:
        """The problem details in ``language``, with the text in both; ``path`` is what was asked for."""
        kind = KINDS[self.kind]
        return {
            "type": f"/api/problems/{self.kind}",
            "title": kind.title.in_(language),
            "status": kind.status,
            "detail": self.detail.in_(language),
            "instance": quote(path),
            "kind": self.kind,
            "message": both(self.detail),
            "reasons": [each.as_json() for each in self.reasons],
            **self.more,
        }


def kind_view(name: str) -> ProblemKind:
    """What the kind of problem ``name`` means."""
    kind = KINDS[name]
    return {"kind": name, "status": kind.status, "title": both(kind.title)}


def refusal(event: str, reasons: Sequence[Reason]) -> Problem:
    """What rules refuse, with all reasons."""
    return Problem("rule", _together(reasons), {"event": event, "state": None}, reasons=reasons)


def not_permitted(error: NotPermittedError, event: str | None = None) -> Problem:
    """What the acting role may not do (CO-11)."""
    reason = error.reason
    return Problem("permission", _together([reason]), {"event": event, "state": None}, reasons=[reason])


def missing(noun: Noun) -> Problem:
    """There is no such thing, or none that the caller may know of."""
    return not_found(MISSING[noun].such)


def not_found(detail: Label) -> Problem:
    """There is nothing under that name, or nothing that the caller may know of."""
    return Problem("not_found", detail)


def malformed(faults: Sequence[Fault]) -> Problem:
    """Text that the edges refuse, fault by fault."""
    return of_faults(
        [
            {"field": each.field, "code": each.code, "message": {"en": each.in_("en"), "fr": each.in_("fr")}}
            for each in faults
        ]
    )


def of_faults(faults: list[FaultView]) -> Problem:
    """What is malformed, fault by fault."""
    en, fr = (
        " ".join(each["message"]["en"] for each in faults),
        " ".join(each["message"]["fr"] for each in faults),
    )
    return Problem("malformed", Label.said((en, fr)), {"faults": faults})


def of_decision(
    plan: Plan, decision: Decision, role: Role, *, stale: bool = False, recorded: bool = False
) -> Problem:
    """A refused decision; ``stale`` where the caller said which version it knew."""
    kind: str = decision.kind or "rule"
    told = explanation(plan, decision, role) or _together(decision.reasons)
    # Who lacks the role, and may not look either, is not told what state it is in.
    hidden = kind == "permission" and role not in WHO_READS.roles
    more: More = {"event": decision.event, "state": None if hidden else str(decision.state)}
    kind = "stale" if kind == "conflict" and stale else kind
    return Problem(kind, told, more, reasons=decision.reasons, recorded=recorded)


def of_outcome(
    plan: Plan, outcome: Outcome, noun: Noun, role: Role, *, stale: bool = False
) -> Problem | None:
    """The problem that an outcome is, if it is one."""
    if outcome.kind == "not_found":
        return missing(noun)
    if outcome.done or outcome.decision is None:
        return None
    return of_decision(plan, outcome.decision, role, stale=stale, recorded=outcome.kind == "refused")


def _together(reasons: Sequence[Reason]) -> Label:
    return Label.said(" ".join(each.message(language) for each in reasons) for language in ("en", "fr"))
