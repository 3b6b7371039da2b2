"""Problem details (RFC 9457) on their way to the caller; their shapes and texts are those of all doors."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Final

from models.codes import Label, Role
from models.edges.faults import Fault, FaultsError
from models.errors import ExpectedError
from workflows.errors import RefusedError
from workflows.machines.decision import Decision, Outcome
from workflows.machines.plan import Plan
from workflows.missing import MISSING, Noun
from workflows.operations.access.permission import WHO_READS
from workflows.rules.rule import Reason
from workflows.views.outcomes import FaultView, More, ProblemView, more_of, problem_view, told

LANGUAGES: Final = ("en", "fr")


class Problem(ExpectedError):  # noqa: N818 - the standard's word
    """A "no" on its way to the caller, of any kind; ``recorded`` where the engine has recorded the refusal already."""

    def __init__(
        self,
        kind: str,
        detail: Label,
        more: More | None = None,
        *,
        headers: Mapping[str, str] = MappingProxyType({}),
        reasons: Sequence[Reason] = (),
        recorded: bool = False,
    ) -> None:
        """With what only some problems tell, and the headers that the answer carries beside it."""
        super().__init__(detail)
        self.kind = kind
        self.more: More = more or {}
        self.headers = headers
        self.reasons = reasons
        self.recorded = recorded

    def body(self, language: str, path: str) -> ProblemView:
        """The problem details in ``language``, with the text in both; ``path`` is what was asked for."""
        return problem_view(self.kind, self.label, self.reasons, self.more, language=language, path=path)


def of_error(error: ExpectedError) -> Problem:
    """An error of an operation as a problem."""
    if isinstance(error, Problem):
        return error
    headers = {} if error.retry_after is None else {"Retry-After": str(error.retry_after)}
    reasons = error.reasons if isinstance(error, RefusedError) else ()
    return Problem(error.kind, error.label, more_of(error), headers=headers, reasons=reasons)


def refusal(event: str, reasons: Sequence[Reason]) -> Problem:
    """What rules refuse, with all reasons."""
    return of_error(RefusedError(reasons, event))


def missing(noun: Noun) -> Problem:
    """There is no such thing, or none that the caller may know of."""
    return not_found(MISSING[noun].such)


def not_found(detail: Label) -> Problem:
    """There is nothing under that name, or nothing that the caller may know of."""
    return Problem("not_found", detail)


def malformed(faults: Sequence[Fault]) -> Problem:
    """Text that the edges refuse, fault by fault."""
    return of_error(FaultsError(*faults))


def of_faults(faults: list[FaultView]) -> Problem:
    """What is malformed, fault by fault."""
    texts = (" ".join(each["message"][language] for each in faults) for language in LANGUAGES)
    return Problem("malformed", Label.said(texts), {"faults": faults})


def of_decision(
    plan: Plan, decision: Decision, role: Role, *, stale: bool = False, recorded: bool = False
) -> Problem:
    """A refused decision; ``stale`` where the caller said which version it knew."""
    kind: str = decision.kind or "rule"
    # Who lacks the role, and may not look either, is not told what state it is in.
    hidden = kind == "permission" and role not in WHO_READS.roles
    more: More = {"event": decision.event, "state": None if hidden else str(decision.state)}
    kind = "stale" if kind == "conflict" and stale else kind
    return Problem(kind, told(plan, decision, role), more, reasons=decision.reasons, recorded=recorded)


def of_outcome(
    plan: Plan, outcome: Outcome, noun: Noun, role: Role, *, stale: bool = False
) -> Problem | None:
    """The problem that an outcome is, if it is one."""
    if outcome.kind == "not_found":
        return missing(noun)
    if outcome.done or outcome.decision is None:
        return None
    return of_decision(plan, outcome.decision, role, stale=stale, recorded=outcome.kind == "refused")
