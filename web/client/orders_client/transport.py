"""Sending requests: what is repeated, when, and how long to wait before."""

import random
import time
import uuid
from collections.abc import Callable, Mapping
from typing import Any

import httpx

from orders_client.problems import UnavailableError, error_of

#: Answers after which the same request may be sent again.
_AGAIN = frozenset({429, 502, 503, 504})
#: Longest wait before a repeat, in seconds.
_LONGEST = 30.0


class Sender:
    """One way to the service. A change is sent under an ``Idempotency-Key``, so that repeating it does no harm."""

    def __init__(
        self,
        http: httpx.Client,
        headers: Mapping[str, str],
        attempts: int = 5,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        """Send over ``http``, at most ``attempts`` times."""
        self.http, self.headers, self._attempts, self._sleep = http, dict(headers), attempts, sleep

    def get(self, path: str, /, **params: Any) -> Any:
        """The JSON at ``path``."""
        return self.send("GET", path, params=params).json()

    def change(
        self,
        method: str,
        path: str,
        body: Mapping[str, Any] | None = None,
        *,
        version: int | None = None,
        key: str | None = None,
        **params: Any,
    ) -> Any:
        """The JSON answer to a change; ``version`` is what it is based on, ``key`` one to repeat an earlier call by."""
        return self.send(method, path, headers=_change(key, version), json=body, params=params).json()

    def upload(
        self,
        method: str,
        path: str,
        data: bytes,
        kind: str | None = None,
        *,
        key: str | None = None,
        **params: Any,
    ) -> httpx.Response:
        """The answer to a change whose body is a file; ``kind`` is its media type."""
        headers = _change(key) | ({} if kind is None else {"Content-Type": kind})
        return self.send(method, path, headers=headers, content=data, params=params)

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
        given = {name: value for name, value in (params or {}).items() if value is not None}
        sent = self.headers | dict(headers or {})
        content = {name: value for name, value in content.items() if value is not None}
        for attempt in range(1, self._attempts):
            found = self._try(method, path, headers=sent, params=given, **content)
            if isinstance(found, httpx.Response) and found.status_code not in _AGAIN:
                return _good(found)
            asked = found.headers.get("Retry-After") if isinstance(found, httpx.Response) else None
            self._sleep(_wait(attempt, asked))
        found = self._try(method, path, headers=sent, params=given, **content)
        if isinstance(found, httpx.TransportError):
            raise UnavailableError(str(found)) from found
        return _good(found)

    def _try(self, method: str, path: str, **request: Any) -> httpx.Response | httpx.TransportError:
        try:
            return self.http.request(method, path, **request)
        except httpx.TransportError as error:
            return error


def _change(key: str | None, version: int | None = None) -> dict[str, str]:
    based_on = {} if version is None else {"If-Match": f'"{version}"'}
    return {"Idempotency-Key": key or uuid.uuid4().hex} | based_on


def _good(response: httpx.Response) -> httpx.Response:
    if response.status_code in _AGAIN:
        raise UnavailableError(f"{response.status_code} {response.reason_phrase}")
    if response.status_code >= 400:
        raise error_of(response)
    return response


def _wait(attempt: int, asked: str | None) -> float:
    """As long as the service asks for; else longer each time, and never together with everybody else."""
    if asked is not None and asked.isdecimal():
        return min(float(asked), _LONGEST)
    return min(0.2 * 2.0**attempt, _LONGEST) * random.uniform(0.5, 1.0)  # noqa: S311 - no secret
