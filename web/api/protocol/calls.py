"""One call: who makes it, in which role, what it may ask, and what it says about versions and repeats."""

import hashlib
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Annotated, Any, NoReturn
from urllib.parse import unquote_to_bytes

from fastapi import Depends, Header, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from models.codes import Label, Role
from models.edges.text import check_text, parse_asn
from web.api.protocol.door import Door
from web.api.protocol.problems import Problem, malformed, of_outcome
from workflows.command import Actor, Command
from workflows.installation import Installation
from workflows.machines.decision import Outcome
from workflows.machines.plan import Plan
from workflows.missing import Noun
from workflows.operations.access.kept_answers import RequestKey
from workflows.operations.access.service_tokens import Service
from workflows.source import Source

_bearer = HTTPBearer(auto_error=False, description="The service's token, made by `orders tokens create`.")
Token = Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)]
OrdersAs = Annotated[
    str | None,
    Header(
        alias="Orders-As",
        description="`ROLE` or `ROLE:NAME`, percent-encoded: in which of the token's roles the service acts, and for whom. "
        "Without it, the token's first role under the service's own name. `public` and `dod_consumer` need a name.",
        examples=["student_records:j.smith", "public:ada@example.org"],
    ),
]
Connections = Annotated[
    str | None,
    Header(
        alias="Orders-Connections",
        description="For the public: the ASNs of the students that the person is connected to, with commas between them.",
        examples=["123456789"],
    ),
]
IdempotencyKey = Annotated[
    str | None,
    Header(
        alias="Idempotency-Key",
        description="Makes a repeat safe: the same key and request get the same answer, whatever happened in between.",
        examples=["3b0c9a1e-award-123456789"],
    ),
]
IfMatch = Annotated[
    str | None,
    Header(
        alias="If-Match",
        description='The version that the decision is based on, as the `ETag` showed it: `"3"`; `*` for any.',
        examples=['"3"'],
    ),
]

_KEY = re.compile(r"[\x21-\x7e]{1,255}")
_VERSION = re.compile(r'(?:W/)?"?(\d{1,9})"?')
_WANTED = re.compile(r"(fr|en)(?:-[a-z0-9-]+)?(?:\s*;\s*q=(1(?:\.0{0,3})?|0(?:\.\d{0,3})?))?")
#: Roles whose every call is about one person: the name is who that is.
_NAMED = frozenset({Role.PUBLIC, Role.DOD_CONSUMER})


@dataclass(frozen=True, slots=True)
class Call:
    """A call whose token was recognised: who acts, in which operation, and what it is based on."""

    door: Door
    service: Service
    actor: Actor
    operation: str
    path: str
    language: str
    connections: frozenset[str] | None = None
    request_key: RequestKey | None = None
    #: The version in ``If-Match``; ``None`` without one, or for any.
    version: int | None = None

    @property
    def installation(self) -> Installation:
        """The installation that is served."""
        return self.door.installation

    def command(self, event: str, **fields: Any) -> Command:
        """A command of the caller, now."""
        return Command(event, self.actor, self.installation.now(), **fields)

    def versions(self, subject: int) -> dict[int, int]:
        """What a command on ``subject`` is based on."""
        return {} if self.version is None else {subject: self.version}

    def require_done(self, plan: Plan, outcome: Outcome, noun: Noun) -> None:
        """Raise the problem that an outcome is, if it is one; a conflict is *stale* where the caller said what it knew."""
        if problem := of_outcome(plan, outcome, noun, self.actor.role, stale=self.version is not None):
            raise problem

    @contextmanager
    def reading(self) -> Iterator[Source]:
        """A source of facts that changes nothing."""
        with self.installation.database.read() as session:
            yield self.installation.source(session)


def language_of(request: Request) -> str:
    """The better liked of French and English, else the language of the settings."""
    liked = _liked(request.headers.get("accept-language", ""))
    if liked.get("fr", 0) != liked.get("en", 0):
        return max(("fr", "en"), key=lambda language: liked.get(language, 0))
    if liked.get("fr"):  # equally: the one that was named first
        return next(iter(liked))
    door: Door = request.app.state.door
    return door.installation.settings.lang.value


def _liked(accepted: str) -> dict[str, float]:
    """How much French and English are liked (RFC 9110, 12.5.4), in the order in which they are named."""
    found: dict[str, float] = {}
    for each in accepted.casefold().split(","):
        if (wanted := _WANTED.fullmatch(each.strip())) is not None:
            language, quality = wanted.groups()
            found[language] = max(found.get(language, 0), 1 if quality is None else float(quality))
    return found


def address_of(request: Request) -> str:
    """The address that attempts are counted for."""
    return request.client.host if request.client else "?"


def operation_of(request: Request) -> str:
    """What is called, as token scopes name it: the route's id, with the event where it has one."""
    name: str = request.scope["route"].operation_id
    event = request.path_params.get("event")
    return f"{name.rpartition('.')[0]}.{event}" if event else name


async def recognise(request: Request) -> None:
    """Recognise the service by its token, for :func:`reading`; a stranger is refused before anything else is looked at."""
    door: Door = request.app.state.door
    token = await _bearer(request)
    service = await door.tokens.recognise(token.credentials) if token else None
    if service is None:
        _refuse_stranger(door, request)
    request.state.service = service


async def reading(
    request: Request, _token: Token, acting: OrdersAs = None, connections: Connections = None
) -> Call:
    """A call that only looks, of the service that was recognised."""
    door: Door = request.app.state.door
    service: Service = request.state.service
    operation = operation_of(request)
    # Whoever asks for another's role is refused as itself.
    request.state.caller = service, Actor(service.roles[0], service.name, service.name), operation
    actor = _actor(service, acting)
    request.state.caller = service, actor, operation
    if not service.may_call(operation):
        raise Problem("scope", _OUT_OF_SCOPE.filled(operation=operation, token=service.name))
    return Call(
        door,
        service,
        actor,
        operation,
        request.url.path,
        language_of(request),
        _connections(actor, connections),
    )


async def changing(
    request: Request, call: Annotated[Call, Depends(reading)], key: IdempotencyKey = None
) -> Call:
    """A call that changes something, but no one thing whose version it could be based on."""
    await refuse_version(request)
    return await _as_asked(request, call, key, None)


async def basing(
    request: Request,
    call: Annotated[Call, Depends(reading)],
    key: IdempotencyKey = None,
    if_match: IfMatch = None,
) -> Call:
    """A call that changes something that has a version."""
    return await _as_asked(request, call, key, if_match)


async def versioned(request: Request, call: Annotated[Call, Depends(basing)]) -> Call:
    """A call that changes something and must say what it is based on."""
    if "if-match" not in request.headers:
        raise Problem("version_required", _VERSION_REQUIRED)
    return call


async def refuse_version(request: Request) -> None:
    """A version that nothing could be compared with is refused, not ignored: its caller relies on it (RFC 9110 §13)."""
    if "if-match" in request.headers:
        raise Problem("version_not_taken", _VERSION_NOT_TAKEN)


async def _as_asked(request: Request, call: Call, key: str | None, if_match: str | None) -> Call:
    version = _version(if_match)
    request_key = None
    if key is not None:
        if not _KEY.fullmatch(key):
            raise Problem("malformed", _BAD_KEY)
        request_key = RequestKey(call.service.token_id, key, await _fingerprint(request, call, if_match))
    return replace(call, request_key=request_key, version=version)


Reading = Annotated[Call, Depends(reading)]
Changing = Annotated[Call, Depends(changing)]
Basing = Annotated[Call, Depends(basing)]
Versioned = Annotated[Call, Depends(versioned)]


async def _fingerprint(request: Request, call: Call, if_match: str | None) -> str:
    """The fingerprint of a request, by which a reused idempotency key is told: method, address, who acts, version, body."""
    asked = (request.method, request.url.path, request.url.query, call.actor.role, call.actor.name, if_match)
    digest = hashlib.sha256(repr(asked).encode())
    digest.update(await request.body())
    return digest.hexdigest()


def _refuse_stranger(door: Door, request: Request) -> NoReturn:
    if wait := door.failures.wait(address_of(request)):
        raise Problem("too_many", _TOO_MANY, headers={"Retry-After": str(int(wait) + 1)})
    raise Problem("unauthenticated", _STRANGER, headers={"WWW-Authenticate": "Bearer"})


def _actor(service: Service, acting: str | None) -> Actor:
    role_text, _, name = _acting(service, acting).partition(":")
    if role_text not in set(Role):
        raise Problem("malformed", _UNKNOWN_ROLE)
    role = Role(role_text)
    if role not in service.roles:
        told = _OTHER_ROLE.filled(role=role.value, token=service.name)
        raise Problem("scope", told, {"role": role.value})
    if faults := check_text("requested_by", name):
        raise malformed(faults)
    if role in _NAMED and not name:
        raise Problem("malformed", _NAMELESS)
    return Actor(role, name or service.name, service.name)


def _acting(service: Service, acting: str | None) -> str:
    """The header ``Orders-As``, decoded; refused where it can't be, since that would make one person of several."""
    if acting is None:
        return service.roles[0].value
    try:
        return unquote_to_bytes(acting.encode("ascii")).decode()
    except UnicodeError:
        raise Problem("malformed", _NOT_ENCODED) from None


def _connections(actor: Actor, text: str | None) -> frozenset[str] | None:
    """The students that a member of the public is connected to; ``None`` for everybody else."""
    if actor.role is not Role.PUBLIC:
        return None
    given = [each.strip() for each in (text or "").split(",") if each.strip()]
    asns = [parse_asn(each) for each in given]
    if None in asns or len(asns) > 100:
        raise Problem("malformed", _BAD_CONNECTIONS)
    return frozenset(each for each in asns if each)


def _version(text: str | None) -> int | None:
    if text is None or text.strip() == "*":
        return None
    found = _VERSION.fullmatch(text.strip())
    if found is None:
        raise Problem("malformed", _BAD_VERSION)
    return int(found[1])


_STRANGER = Label(
    "Send a valid token: Authorization: Bearer …", "Envoyez un jeton valide : Authorization: Bearer …"
)
_TOO_MANY = Label(
    "Too many attempts from this address; wait a minute.",
    "Trop de tentatives depuis cette adresse; attendez une minute.",
)
_OUT_OF_SCOPE = Label(
    "The token of {token} is not for {operation}; have one made whose scope names it.",
    "Le jeton de {token} n'est pas pour {operation}; faites-en créer un dont la portée le nomme.",
)
_OTHER_ROLE = Label(
    "The token of {token} is not for the role {role}; have one made whose scope names it.",
    "Le jeton de {token} n'est pas pour le rôle {role}; faites-en créer un dont la portée le nomme.",
)
_UNKNOWN_ROLE = Label(
    "Orders-As: there is no such role; write ROLE or ROLE:NAME.",
    "Orders-As : ce rôle n'existe pas; écrivez RÔLE ou RÔLE:NOM.",
)
_NOT_ENCODED = Label(
    "Orders-As: write what is not ASCII percent-encoded as UTF-8, as in public:zo%C3%A9.",
    "Orders-As : écrivez ce qui n'est pas ASCII encodé en pourcentage, en UTF-8, comme dans public:zo%C3%A9.",
)
_NAMELESS = Label(
    "Orders-As: say who the person is, ROLE:NAME.", "Orders-As : dites qui est la personne, RÔLE:NOM."
)
_BAD_CONNECTIONS = Label(
    "Orders-Connections: write ASNs of nine digits with commas between them, at most 100.",
    "Orders-Connections : écrivez des NEA de neuf chiffres séparés par des virgules, 100 au plus.",
)
_BAD_KEY = Label(
    "Idempotency-Key: write 1 to 255 visible ASCII characters.",
    "Idempotency-Key : écrivez de 1 à 255 caractères ASCII visibles.",
)
_BAD_VERSION = Label(
    'If-Match: write the version in quotes, such as "3", or *.',
    'If-Match : écrivez la version entre guillemets, comme "3", ou *.',
)
_VERSION_NOT_TAKEN = Label(
    "Leave If-Match out: this call changes no one thing whose version could be compared.",
    "Omettez If-Match : cet appel ne modifie aucune chose unique dont la version puisse être comparée.",
)
_VERSION_REQUIRED = Label(
    'Send If-Match with the version that you saw (the ETag), such as "3".',
    'Envoyez If-Match avec la version que vous avez vue (l\'ETag), comme "3".',
)
