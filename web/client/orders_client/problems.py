"""What can go wrong.

OrdersError
├── UnavailableError            no answer, or none that is final (408, 429, 502-504), however often it was tried
└── ProblemError                the service said no
    ├── InvalidRequestError     400, 413, 415, 422, 428: the request itself
    ├── NotPermittedError       401, 403
    ├── NotFoundError           404
    ├── RefusedError            409: every failing rule in ``reasons``
    └── StaleVersionError       412: look again, then decide again
"""

from typing import cast

import httpx

from orders_client.shapes import Problem, Reason


class OrdersError(Exception):
    """Something went wrong."""


class UnavailableError(OrdersError):
    """The service can't be reached, or has no time; the same call may be made again later.

    A change may have been made all the same: repeated under ``key`` it is not made twice, and its answer is told.
    ``retry_after`` are the seconds that the service asks to wait for, if it says so.
    """

    def __init__(self, told: str, key: str | None = None, retry_after: float | None = None) -> None:
        """``told`` is what was answered, or why nothing was."""
        again = "" if key is None else f"; repeat it with key={key!r}"
        super().__init__(f"{told}{again}{'' if retry_after is None else f' in {retry_after:.0f} s'}")
        self.key, self.retry_after = key, retry_after


class ProblemError(OrdersError):
    """The service said no; ``problem`` says why.

    ``key`` is that of the change. It matters where the service failed (500): repeated under it nothing is done twice.
    """

    def __init__(self, problem: Problem, key: str | None = None) -> None:
        """Carries the problem details."""
        super().__init__(problem["detail"])
        self.problem, self.key = problem, key

    @property
    def status(self) -> int:
        """The HTTP status."""
        return self.problem["status"]

    @property
    def reasons(self) -> list[Reason]:
        """Every failing rule."""
        return self.problem["reasons"]

    @property
    def codes(self) -> list[str]:
        """The codes of the failing rules."""
        return [each["code"] for each in self.reasons]


class InvalidRequestError(ProblemError):
    """The request is unreadable, malformed, or lacks a version."""


class NotPermittedError(ProblemError):
    """The token or the role may not do this."""


class NotFoundError(ProblemError):
    """There is no such thing, or none that the caller may know of."""


class RefusedError(ProblemError):
    """A rule, or the state, refuses it."""


class StaleVersionError(ProblemError):
    """It was changed since the caller looked."""


_BY_STATUS: dict[int, type[ProblemError]] = {
    401: NotPermittedError,
    403: NotPermittedError,
    404: NotFoundError,
    409: RefusedError,
    412: StaleVersionError,
}


def error_of(response: httpx.Response) -> ProblemError:
    """The error that an answer of 400 or more is."""
    key = response.request.headers.get("Idempotency-Key")
    try:
        problem = cast("Problem", response.json())
        kind = problem["kind"]
    except (ValueError, KeyError, TypeError):  # something between here and the service answered
        text = {"en": response.reason_phrase, "fr": response.reason_phrase}
        plain = {"type": "about:blank", "title": "", "status": response.status_code, "reasons": []}
        return ProblemError(cast("Problem", plain | {"detail": text["en"], "kind": "", "message": text}), key)
    other = ProblemError if kind == "failure" else InvalidRequestError
    return _BY_STATUS.get(response.status_code, other)(problem, key)
