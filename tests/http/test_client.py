"""The client offers all that the service's document tells, in the same words, and is patient as it says."""

import inspect
import json
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from itertools import product
from pathlib import Path
from types import NoneType, UnionType
from typing import Any, Literal, NotRequired, Union, get_args, get_origin, get_type_hints, is_typeddict

import httpx
import orders_client
import pytest
from orders_client import Orders, ProblemError, UnavailableError, shapes
from orders_client.noun import Noun
from orders_client.transport import Sender

from models.codes import ItemState
from renderers.masters.master import Masters
from tests.described import answers, followed
from tests.installations import open_installation, sqlite_copy
from tests.ministry import Ministry
from tests.service import app_of, served, token_of

#: What people look at, and programs have no use for.
_FOR_PEOPLE = {"rules.problem"}
_BASIS = {"key": "x", "version": 7}
_EXAMPLES = {str: "x", int: 7, bytes: b"x", float: 0.0}


@pytest.fixture(scope="module")
def document(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory, shared_masters: Masters) -> Any:
    """What the service tells of itself."""
    folder = tmp_path_factory.mktemp("document")
    installation = open_installation(sqlite_copy(sqlite_template, folder), folder, shared_masters)
    yield app_of(installation).openapi()
    installation.database.close()


def operations(document: dict[str, Any]) -> Iterator[tuple[str, re.Pattern[str], dict[str, Any]]]:
    """Every operation: its method, what its path looks like, and the rest; those without parameters first."""
    for path, methods in sorted(document["paths"].items(), key=lambda each: each[0].count("{")):
        for method, call in methods.items():
            yield method.upper(), re.compile(re.sub(r"{\w+}", "[^/]+", path)), call


def calls() -> Iterator[tuple[str, Callable[..., Any], list[Any]]]:
    """Every method of the client by its name, with arguments; once for each word that it takes."""
    with Orders("http://service", "token", http=httpx.Client(base_url="http://service")) as orders:
        nouns = {name: noun for name, noun in vars(orders).items() if isinstance(noun, Noun)}
    for name, noun in nouns.items():
        for verb, method in inspect.getmembers(type(noun), inspect.isfunction):
            if verb.startswith("_"):
                continue
            told = get_type_hints(method)
            given = [
                _examples(told[each.name])
                for each in list(inspect.signature(method).parameters.values())[1:]
                if each.kind in {each.POSITIONAL_OR_KEYWORD, each.VAR_POSITIONAL}
                and each.default is each.empty
            ]
            for arguments in product(*given):
                yield f"{name}.{verb}", method, list(arguments)


def _examples(kind: Any) -> list[Any]:
    if get_origin(kind) is Literal:
        return list(get_args(kind))
    return [_EXAMPLES.get(kind, [])]


def sent(method: Callable[..., Any], noun: type[Noun], arguments: list[Any], **more: Any) -> httpx.Request:
    """The last request of a call."""
    requests: list[httpx.Request] = []

    def heard(request: httpx.Request) -> httpx.Response:
        requests.append(request)
        return httpx.Response(200, json={})

    http = httpx.Client(base_url="http://service", transport=httpx.MockTransport(heard))
    with http, suppress(KeyError):  # the answer is empty
        found = method(noun(Sender(http, {}, attempts=1)), *arguments, **more)
        list(found) if isinstance(found, Iterator) else None
    return requests[-1]


def noun_of(method: Callable[..., Any]) -> type[Noun]:
    """The class that a method belongs to."""
    return next(each for each in Noun.__subclasses__() if each.__name__ == method.__qualname__.split(".")[0])


def test_every_operation_is_offered_with_key_and_version(document: dict[str, Any]) -> None:
    """Whatever changes something takes a key, and a version exactly where the service heeds one."""
    known = list(operations(document))
    reached: set[str] = set()
    for name, method, arguments in calls():
        takes = inspect.signature(method).parameters.keys() & _BASIS.keys()
        request = sent(method, noun_of(method), arguments, **{each: _BASIS[each] for each in takes})
        call = next(
            (
                call
                for verb, path, call in known
                if verb == request.method and path.fullmatch(request.url.path)
            ),
            None,
        )
        assert call is not None, f"{name} asks for {request.method} {request.url.path}"
        reached.add(call["operationId"])
        heeded = {each["name"] for each in call.get("parameters", ()) if each["in"] == "header"}
        told = {header for header in ("Idempotency-Key", "If-Match") if header in request.headers}
        assert told == heeded & {"Idempotency-Key", "If-Match"}, f"{name}: {told}"
        in_pages = any(each["name"] == "after" for each in call.get("parameters", ()))
        given_whole = get_type_hints(method)["return"] is str  # a file for a spreadsheet
        if in_pages and not given_whole:
            assert get_origin(get_type_hints(method)["return"]) is Iterator, f"{name} gives one page only"
        assert ("version" in takes, "key" in takes) == ("If-Match" in told, "Idempotency-Key" in told), name
    assert reached == {call["operationId"] for _, _, call in known} - _FOR_PEOPLE


@pytest.mark.parametrize(
    ("shape", "operation", "way"),
    [
        (shapes.Item, "order_items.show", ()),
        (shapes.Item, "order_items.list", ("items", "[]")),
        (shapes.Event, "order_items.can", ("events", "[]")),
        (shapes.Event, "credentials.can", ("events", "[]")),
        (shapes.HistoryRow, "order_items.history", ("history", "[]")),
        (shapes.HistoryRow, "credentials.history", ("history", "[]")),
        (shapes.Credential, "credentials.show", ("credentials", "[]")),
        (shapes.Credential, "credentials.list", ("credentials", "[]")),
        (shapes.PrintJobAndHistory, "print_jobs.show", ()),
        (shapes.PrintJob, "print_jobs.list", ("print_jobs", "[]")),
        (shapes.Consumer, "consumers.show", ()),
        (shapes.Consumer, "consumers.list", ("consumers", "[]")),
        (shapes.Run, "bulk.show", ()),
        (shapes.Run, "bulk.list", ("runs", "[]")),
        (shapes.ItemDone, "order_items.transition", ()),
        (shapes.ItemDone, "order_items.edit", ()),
        (shapes.ItemDone, "order_items.new_link", ()),
        (shapes.ItemDone, "order_items.refund", ()),
        (shapes.ItemDone, "handling.change", ()),
        (shapes.CredentialDone, "credentials.delete", ()),
        (shapes.CredentialDone, "credentials.undelete", ()),
        (shapes.CredentialDone, "credentials.undo_supersession", ()),
        (shapes.PrintJobDone, "print_jobs.release", ()),
        (shapes.ConsumerDone, "consumers.activate", ()),
    ],
)
def test_answers_have_the_shapes_that_are_told(
    document: dict[str, Any], shape: Any, operation: str, way: tuple[str, ...]
) -> None:
    """The types say what the document says, down to the last field and the last word of a list: no less and no more."""
    (schema,) = (each for name, status, each in answers(document) if (name, status) == (operation, "200"))
    for step in way:
        schema = schema["items"] if step == "[]" else schema["properties"][step]
    assert told_by(shape) == told_of(schema)


def test_problems_have_the_shape_that_is_told(document: dict[str, Any]) -> None:
    """Likewise."""
    assert told_by(shapes.Problem) == told_of(
        followed(document, {"$ref": "#/components/schemas/ProblemView"})
    )


def told_by(hint: Any) -> Any:
    """What a type says: the fields of a record, the words of a list, the kind of what is plain."""
    origin, of = get_origin(hint), get_args(hint)
    if is_typeddict(hint):
        hints = get_type_hints(hint)
        return {
            (name, name in hint.__required_keys__): told_by(_unwrapped(each)) for name, each in hints.items()
        }
    if origin in {Union, UnionType}:
        return {"one of": sorted((told_by(each) for each in of), key=repr)}
    if origin is Literal:
        return {"words": set(of)}
    if origin is list:
        return [told_by(of[0])]
    if origin is dict:
        return {"by name": told_by(of[1])}
    return hint if hint is Any else _KINDS[hint]


def told_of(schema: dict[str, Any] | bool) -> Any:
    """The same of a schema."""
    if schema is True:
        return Any
    assert isinstance(schema, dict)
    if "anyOf" in schema:
        return {"one of": sorted((told_of(each) for each in schema["anyOf"]), key=repr)}
    if "enum" in schema:
        return {"words": set(schema["enum"])}
    if schema["type"] == "array":
        return [told_of(schema["items"])]
    if schema["type"] != "object":
        return schema["type"]
    if "properties" not in schema:
        return {"by name": told_of(schema["additionalProperties"])}
    return {(name, name in schema["required"]): told_of(each) for name, each in schema["properties"].items()}


def _unwrapped(hint: Any) -> Any:
    return get_args(hint)[0] if get_origin(hint) is NotRequired else hint


_KINDS = {str: "string", int: "integer", bool: "boolean", NoneType: "null"}


def test_it_is_installed_by_itself(tmp_path: Path) -> None:
    """Typed, and without anything of the system that it talks to."""
    sources, site = tmp_path / "client", tmp_path / "site"
    shutil.copytree(Path(orders_client.__file__).parents[1], sources)
    offline = ("--quiet", "--no-deps", "--no-build-isolation", "--no-index", "--target", site)
    subprocess.run([sys.executable, "-m", "pip", "install", *offline, sources], check=True, cwd=tmp_path)
    assert (site / "orders_client" / "py.typed").exists()
    told = subprocess.run(
        [sys.executable, "-c", "import orders_client, sys; print(orders_client.__file__, *sys.modules)"],
        env={"PYTHONPATH": str(site)},
        cwd=tmp_path,
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    assert told.startswith(str(site))
    assert not {"models", "workflows", "web"} & set(told.split())


def test_what_its_readme_shows_works(
    sqlite_template: Path, tmp_path: Path, shared_masters: Masters, capsys: pytest.CaptureFixture[str]
) -> None:
    """Every example, one after the other, as it stands but for the address."""
    readme = (Path(orders_client.__file__).parents[1] / "README.md").read_text(encoding="utf-8")
    examples = re.findall(r"```python\n(.*?)```", readme, re.DOTALL)
    installation = open_installation(sqlite_copy(sqlite_template, tmp_path), tmp_path, shared_masters)
    ministry = Ministry(installation)
    (held,) = ministry.in_state(ItemState.CREATED)
    known: dict[str, object] = {"token": token_of(installation)}
    with served(app_of(installation)) as url:
        for example in examples:
            exec(example.replace("https://orders.example.org", url), known)
        assert ministry.states([held]) == ["created"]
    installation.database.close()
    assert len(examples) == 3
    assert "1 {'done': 1} {}" in capsys.readouterr().out


class Unsteady:
    """A service that answers one thing after another, and a clock that stands still while somebody waits."""

    def __init__(self, *answers: httpx.Response | Exception, patience: float = 60.0) -> None:
        """The last answer is given from then on."""
        self.answers, self.requests, self.waits = list(answers), list[httpx.Request](), list[float]()
        http = httpx.Client(base_url="http://service", transport=httpx.MockTransport(self._answer))
        self.send = Sender(http, {}, patience=patience, sleep=self.waits.append)

    def _answer(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        found = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(found, Exception):
            raise found
        return found


def busy(status: int = 503, **headers: str) -> httpx.Response:
    """No time now."""
    return httpx.Response(status, headers={name.replace("_", "-"): value for name, value in headers.items()})


@pytest.mark.parametrize("status", [408, 429, 502, 503, 504])
def test_what_is_not_final_is_asked_again_under_the_same_key(status: int) -> None:
    """And with the same body and version."""
    service = Unsteady(busy(status), httpx.ConnectError("refused"), httpx.Response(200, json={"done": 1}))
    assert service.send.change("POST", "/x", {"a": 1}, version=3) == {"done": 1}
    assert len({each.headers["Idempotency-Key"] for each in service.requests}) == 1
    assert {(each.headers["If-Match"], each.content) for each in service.requests} == {('"3"', b'{"a":1}')}
    assert len(service.waits) == 2


@pytest.mark.parametrize("status", [400, 401, 403, 404, 409, 412, 422, 500])
def test_what_is_final_is_not_asked_again(status: int) -> None:
    """A refusal stays one."""
    service = Unsteady(httpx.Response(status, json={}))
    with pytest.raises(ProblemError):
        service.send.get("/x")
    assert len(service.requests) == 1


def test_waits_as_long_as_it_is_asked_to() -> None:
    """In seconds or until a moment; not a second less."""
    moment = format_datetime(datetime.now(UTC) + timedelta(seconds=30), usegmt=True)
    service = Unsteady(busy(Retry_After="7"), busy(Retry_After=moment), httpx.Response(200, json={}))
    service.send.get("/x")
    assert service.waits[0] == 7
    assert 25 < service.waits[1] <= 30


@pytest.mark.parametrize("asked", ["soon", "0", "Mon, 02 Mar 2026 16:00:00 GMT"])
def test_what_asks_for_no_wait_is_not_heeded(asked: str) -> None:
    """A wait that nobody understands, or that is over, is one's own choice."""
    service = Unsteady(busy(Retry_After=asked), httpx.Response(200, json={}))
    service.send.get("/x")
    assert 0 < service.waits[0] < 1


@pytest.mark.parametrize(
    "answer",
    [
        httpx.Response(200, content=b"{"),
        httpx.Response(200, content=b"x", headers={"Content-Encoding": "gzip"}),
    ],
)
def test_an_answer_that_can_not_be_read_leaves_the_key(answer: httpx.Response) -> None:
    """It may have been done all the same."""
    service = Unsteady(answer)
    with pytest.raises(UnavailableError) as gave_up:
        service.send.change("POST", "/x", key="mine")
    assert gave_up.value.key == "mine"


def test_a_failure_of_the_service_leaves_the_key() -> None:
    """The service says that repeating under it is safe."""
    service = Unsteady(httpx.Response(500, json={}))
    with pytest.raises(ProblemError) as failed:
        service.send.change("POST", "/x")
    assert failed.value.key == service.requests[0].headers["Idempotency-Key"]


def test_gives_up_where_it_would_have_to_wait_too_long() -> None:
    """It says when to come back instead of coming too early, and keeps the key for then."""
    service = Unsteady(busy(Retry_After="61"))
    with pytest.raises(UnavailableError, match="key='mine' in 61 s") as gave_up:
        service.send.change("POST", "/x", key="mine")
    assert (gave_up.value.key, gave_up.value.retry_after) == ("mine", 61)
    assert (len(service.requests), service.waits) == (1, [])


def test_waits_no_longer_than_its_patience_in_all() -> None:
    """However often it may try."""
    service = Unsteady(busy(Retry_After="25"))
    with pytest.raises(UnavailableError):
        service.send.get("/x")
    assert service.waits == [25, 25]


def test_a_lost_answer_leaves_the_key_to_repeat_by() -> None:
    """The key was made up on the way; without it the caller could not know whether it was done."""
    service = Unsteady(httpx.ReadTimeout("late"))
    with pytest.raises(UnavailableError) as gave_up:
        service.send.change("POST", "/x")
    assert {each.headers["Idempotency-Key"] for each in service.requests} == {gave_up.value.key}
    assert isinstance(gave_up.value.__cause__, httpx.ReadTimeout)
    assert len(service.requests) == 5
    assert json.dumps(gave_up.value.retry_after) == "null"
