"""Sending requests: what is repeated, when, and how long to wait before."""

import random
import time
import uuid
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any, Literal, TypeAlias

import httpx

from orders_client.problems import UnavailableError, error_of

#: Answers after which the same request may be sent again.
_AGAIN = frozenset({408, 429, 502, 503, 504})
#: Seconds before a first repeat, and the most that is waited without having been asked to.
_FIRST, _LONGEST = 0.4, 30.0
_KEY = "Idempotency-Key"
#: What a change is based on: the version that was seen, or ``*``, whatever there is.
Version: TypeAlias = int | Literal["*"]
_Found: TypeAlias = httpx.Response | httpx.RequestError


class Sender:
    """One way to the service. A change is sent under an ``Idempotency-Key``, so that repeating it does no harm."""

    def __init__(
        self,
        http: httpx.Client,
        headers: Mapping[str, str],
        attempts: int = 5,
        patience: float = 60.0,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        """Send over ``http``, at most ``attempts`` times, and wait at most ``patience`` seconds between them in all.

        How long one attempt may take is for ``http`` to say.
        """
        self.http, self.headers = http, dict(headers)
        self._attempts, self._patience, self._sleep = attempts, patience, sleep

    def get(self, path: str, /, **params: Any) -> Any:
        """The JSON at ``path``."""
        return _json(self.send("GET", path, params=params))

    def change(
        self,
        method: str,
        path: str,
        body: Mapping[str, Any] | None = None,
        *,
        version: Version | None = None,
        key: str | None = None,
        **params: Any,
    ) -> Any:
        """The JSON answer to a change; ``version`` is what it is based on, ``key`` one to repeat an earlier call by."""
        return _json(self.send(method, path, headers=_change(key, version), json=body, params=params))

    def upload(
        self,
        method: str,
        path: str,
        data: bytes,
        kind: str | None = None,
        *,
        version: Version | None = None,
        key: str | None = None,
        **params: Any,
    ) -> Any:
        """The JSON answer to a change whose body is a file; ``kind`` is its media type."""
        headers = _change(key, version) | ({} if kind is None else {"Content-Type": kind})
        return _json(self.send(method, path, headers=headers, content=data, params=params))

    def send(
        self,
        method: str,
        path: str,
        *,
        headers: Mapping[str, str] | None = None,
        params: Mapping[str, Any] | None = None,
        **content: Any,
    ) -> httpx.Response:
        """The answer, if it is a good one; raises :class:`OrdersError` otherwise."""
        sent = self.headers | dict(headers or {})
        request = {"headers": sent, "params": _given(params or {}), **_given(content)}
        left = self._patience
        for attempt in range(1, self._attempts + 1):
            found = self._try(method, path, **request)
            if isinstance(found, httpx.Response) and found.status_code not in _AGAIN:
                return _good(found)
            asked = _asked(found)
            wait = _FIRST * 2.0 ** (attempt - 1) if asked is None else asked
            if attempt == self._attempts or wait > left:
                raise _unavailable(found, asked, sent.get(_KEY))
            left -= self._pause(wait, asked)
        raise ValueError(self._attempts)

    def _pause(self, wait: float, asked: float | None) -> float:
        """Wait as long as the service asks for; else not so long, and never together with everybody else."""
        seconds = min(wait, _LONGEST) * random.uniform(0.5, 1.0) if asked is None else asked  # noqa: S311 - no secret
        self._sleep(seconds)
        return seconds

    def _try(self, method: str, path: str, **request: Any) -> _Found:
        try:
            return self.http.request(method, path, **request)
        except httpx.RequestError as error:
            return error


def _given(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value is not None}


def _change(key: str | None, version: Version | None) -> dict[str, str]:
    based_on = {} if version is None else {"If-Match": "*" if version == "*" else f'"{version}"'}
    return {_KEY: uuid.uuid4().hex if key is None else key} | based_on


def _json(response: httpx.Response) -> Any:
    """What was answered; an answer that can't be read is none."""
    try:
        return response.json()
    except ValueError as error:
        raise UnavailableError(f"unreadable answer: {error}", response.request.headers.get(_KEY)) from error


def _good(response: httpx.Response) -> httpx.Response:
    if response.status_code >= 400:
        raise error_of(response)
    return response


def _unavailable(found: _Found, asked: float | None, key: str | None) -> UnavailableError:
    told = (
        f"{found.status_code} {found.reason_phrase}"
        if isinstance(found, httpx.Response)
        else str(found) or type(found).__name__
    )
    error = UnavailableError(told, key, asked)
    error.__cause__ = found if isinstance(found, httpx.RequestError) else None
    return error


def _asked(found: _Found) -> float | None:
    """Seconds that the service asks to wait for, told as a number of them or as a moment; ``None`` where it does not."""
    asked = found.headers.get("Retry-After", "") if isinstance(found, httpx.Response) else ""
    if asked.isdecimal():
        return float(asked) or None
    try:
        left = (parsedate_to_datetime(asked) - datetime.now(UTC)).total_seconds()
    except (ValueError, TypeError):  # no moment, or one without its zone
        return None
    return left if left > 0 else None
