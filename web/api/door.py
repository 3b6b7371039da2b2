"""The state of the running application: the installation that it serves, and whoever wants to hear of refusals."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from web.api.problems import Problem
from web.limits import FailureLimit
from workflows.command import Actor
from workflows.installation import Installation


@dataclass(frozen=True, slots=True)
class Refusal:
    """An attempt that was refused (403, 404, 409, 412): who wanted what, through which token, and why not."""

    at: datetime
    service: str
    actor: Actor
    operation: str
    #: What it was about: the path of the request.
    subject: str
    problem: Problem


@dataclass
class Door:
    """What requests share."""

    installation: Installation
    failures: FailureLimit
    verifications: FailureLimit
    #: Hears every refused attempt, after the answer is decided and outside the transaction.
    on_refusal: Callable[[Refusal], None] = field(default=lambda _refusal: None)
    #: Wakes whoever carries out bulk runs.
    on_bulk_run: Callable[[], None] = field(default=lambda: None)


#: Problems that are refusals of what somebody wanted to do, and so worth a record.
REFUSALS = frozenset({"permission", "scope", "not_found", "rule", "no_such_transition", "conflict", "stale"})
