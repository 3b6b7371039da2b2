"""The state of the running application: the installation that it serves, and whoever wants to hear of refusals."""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime

from starlette.concurrency import run_in_threadpool

from models.sql import errors
from web.api.protocol.problems import Problem
from web.limits import FailureLimit
from workflows.command import Actor
from workflows.installation import Installation
from workflows.logs import error_of, logger
from workflows.operations.access.service_tokens import USE_PRECISION, Service, note_use, recognise

_LOG = logger("orders.http")


@dataclass(frozen=True, slots=True)
class Refusal:
    """An attempt that was refused (403, 404, 409, 412): who wanted what, and why not."""

    at: datetime
    actor: Actor
    operation: str
    #: What it was about: the path of the request.
    subject: str
    problem: Problem


class TokenMemory:
    """Recognised tokens, for a moment: busy services need not be looked up at every request."""

    def __init__(self, installation: Installation) -> None:
        """A memory without any token."""
        self._installation = installation
        self._seconds = installation.settings.http_token_seconds
        self._known: dict[str, tuple[float, Service]] = {}
        self._used: dict[int, datetime] = {}
        self._noting = ThreadPoolExecutor(1, "token-uses")

    async def recognise(self, token: str) -> Service | None:
        """The service that shows ``token``, if it is a valid one."""
        known = self._known.get(token)
        if known is not None and known[0] > time.monotonic():
            return known[1]
        return await run_in_threadpool(self._look_up, token)

    def _look_up(self, token: str) -> Service | None:
        now = time.monotonic()
        found = recognise(self._installation, token)
        if found is None:
            self._known.pop(token, None)
            return None
        self._known[token] = (now + self._seconds, found)
        self._note(found.token_id)
        return found

    def _note(self, token_id: int) -> None:
        """Have its use kept, once in a while and beside the request: a read must not wait for whoever writes."""
        now = self._installation.now()
        if (before := self._used.get(token_id)) is None or before <= now - USE_PRECISION:
            self._used[token_id] = now
            self._noting.submit(self._keep, token_id)

    def _keep(self, token_id: int) -> None:
        try:
            note_use(self._installation, token_id)
        except errors.ANY as error:
            self._used.pop(token_id, None)  # it is tried again at its next use
            _LOG.warning("token_use_not_kept", **error_of(error))


@dataclass
class Door:
    """What all requests of an application share: installation, limits, known tokens, and who hears of refusals."""

    installation: Installation
    failures: FailureLimit
    verifications: FailureLimit
    tokens: TokenMemory
    #: Hears every refused attempt, after the answer is decided and outside the transaction.
    on_refusal: Callable[[Refusal], None] = field(default=lambda _refusal: None)
    #: Wakes whoever carries out bulk runs.
    on_bulk_run: Callable[[], None] = field(default=lambda: None)


#: Problems that are refusals of what somebody wanted to do, and so worth a record.
REFUSALS = frozenset({"permission", "scope", "not_found", "rule", "no_such_transition", "conflict", "stale"})
