"""Problem details (RFC 9457): every "no" with its kind, both languages, and all reasons of the decision behind it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

from models.codes import Label, Role
from models.messages import Fault
from workflows.engine import Outcome
from workflows.missing import MISSING, Noun
from workflows.operations.permission import NotPermittedError
from workflows.outcome_views import explanation
from workflows.plan import Decision, Plan
from workflows.rule import Reason


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


@dataclass
class Problem(Exception):  # noqa: N818 - the standard's word
    """A "no" on its way to the caller."""

    kind: str
    detail: Label
    more: Mapping[str, Any] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    #: Why, for whoever records refusals, and whether the engine did so already.
    reasons: Sequence[Reason] = ()
    recorded: bool = False

    @property
    def status(self) -> int:
        """The HTTP status."""
        return KINDS[self.kind].status

    def body(self, language: str, path: str) -> dict[str, Any]:
        """The problem details in ``language``, with the text in both; ``path`` is what was asked for."""
        kind = KINDS[self.kind]
        return {
            "type": f"/api/problems/{self.kind}",
            "title": kind.title.in_(language),
            "status": kind.status,
            "detail": self.detail.in_(language),
            "instance": quote(path),
            "kind": self.kind,
            "message": self.detail._asdict(),
            "reasons": [],
            **self.more,
        }


def refusal(event: str, reasons: Sequence[Reason], state: str | None = None, **more: Any) -> Problem:
    """What rules refuse, with all reasons."""
    told = {"event": event, "state": state, "reasons": [reason.as_json() for reason in reasons]}
    return Problem("rule", _together(reasons), told | more, reasons=reasons)


def not_permitted(error: NotPermittedError, event: str | None = None) -> Problem:
    """What the acting role may not do (CO-11)."""
    reason = error.reason
    return Problem(
        "permission",
        _together([reason]),
        {"event": event, "state": None, "reasons": [reason.as_json()]},
        reasons=[reason],
    )


def missing(noun: Noun) -> Problem:
    """There is no such thing, or none that the caller may know of."""
    return not_found(MISSING[noun].such)


def not_found(detail: Label) -> Problem:
    """There is nothing under that name, or nothing that the caller may know of."""
    return Problem("not_found", detail)


def malformed(faults: Sequence[Fault]) -> Problem:
    """Text that the edges refuse, fault by fault."""
    shown: list[dict[str, Any]] = [
        {"field": each.field, "code": each.code, "message": {"en": each.in_("en"), "fr": each.in_("fr")}}
        for each in faults
    ]
    texts = (" ".join(each["message"][language] for each in shown) for language in ("en", "fr"))
    return Problem("malformed", Label.said(texts), {"faults": shown})


def of_decision(
    plan: Plan, decision: Decision, role: Role, *, stale: bool = False, recorded: bool = False
) -> Problem:
    """A refused decision; ``stale`` where the caller said which version it knew."""
    kind: str = decision.kind or "rule"
    told = explanation(plan, decision, role) or _together(decision.reasons)
    more = {
        "event": decision.event,
        "state": str(decision.state),
        "reasons": [reason.as_json() for reason in decision.reasons],
    }
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
