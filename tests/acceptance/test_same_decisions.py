"""Every change by command and over HTTP, each on a copy of one database: the same decision and answer, and the same left behind."""

import json
import os
import shutil
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from orders_client import Orders, ProblemError
from sqlmodel import SQLModel

from models.codes import Role
from models.evidence import TRACES
from models.settings import Settings
from tests.acceptance.command_line import MORNING, Result
from tests.acceptance.command_line import Orders as CommandLine
from tests.acceptance.same import ELSEWHERE, OPERATIONS
from tests.acceptance.same.case import File, arguments_of, roles_for
from tests.acceptance.same.looks import HTTP_ALONE, LOOKS
from tests.acceptance.same.world import SETTINGS, World, make_world
from tests.service import InProcess, app_of, token_of
from workflows.installation import Installation

#: Cases of each operation, the first of them one that is done; more with ``ORDERS_TEST_EXAMPLES``.
EXAMPLES = int(os.environ.get("ORDERS_TEST_EXAMPLES", "3"))
#: What differs by chance or by the way that it came: ids of commands and what is hashed with them.
_BY_CHANCE = {"command_id", "hash", "previous_hash", "history_hash", "payment_id"}
_OF_HTTP = {*TRACES, "kept_answers", "service_tokens", "signed_heads"}
Decided = tuple[str, str | None, list[Any]]
#: The document of what was done, where something was.
Answered = tuple[Decided, Any]


@dataclass
class Both:
    """The same world by command and over HTTP; :meth:`begin` makes both what they were."""

    world: World
    original: Path
    line: CommandLine
    client: Orders
    installation: Installation
    folder: Path
    #: What the service answered last.
    answers: "LastAnswer"

    def begin(self) -> None:
        """Throw away what the last case did."""
        self.installation.database.close()
        for file in (self.line.database, self.folder / "orders.db"):
            for journal in ("-wal", "-shm"):
                file.with_name(file.name + journal).unlink(missing_ok=True)
            shutil.copyfile(self.original, file)

    def by_command(self, words: list[object], acting: str) -> Answered:
        """What the command decides and answers."""
        for place, word in enumerate(words):
            if isinstance(word, File):
                file = self.line.folder / f"given-{place}"
                file.write_bytes(word.data)
                words[place] = file
        result = self.line.call(*words, "--as", acting, "--json")
        decided = _told(result)
        return decided, result.json if decided[0] == "done" else None

    def over_http(self, operation: str, arguments: dict[str, Any], acting: str) -> Answered:
        """What the service decides and answers; a member of the public is connected to all students."""
        client = self.client.as_(acting, *(each for each in self.world.asns.values() if len(each) == 9))
        try:
            OPERATIONS[operation].call(client, **arguments)
        except ProblemError as problem:
            return _of_problem(problem), None
        return ("done", None, []), self.answers.document

    def rows(self, line: CommandLine) -> dict[str, list[tuple[Any, ...]]]:
        """All that a database holds, but for what differs by chance."""
        return {
            each.name: [
                tuple(map(_read, row))
                for row in line.rows(f"SELECT {', '.join(kept)} FROM {each.name} ORDER BY 1, 2")
            ]
            for each in SQLModel.metadata.sorted_tables
            if each.name not in _OF_HTTP
            and (kept := [column.name for column in each.columns if column.name not in _BY_CHANCE])
        }


class LastAnswer:
    """Keeps what the service answered last: the client gives parts of it."""

    document: Any = None

    def __call__(self, response: httpx.Response) -> None:
        """Heard of every answer."""
        response.read()
        self.document = response.json()


@pytest.fixture(scope="module")
def both(seen_wave: CommandLine, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Both]:
    """Two copies of one world, which the application and the command share nothing of."""
    if seen_wave.server is not None:
        pytest.skip("each case begins on a copied file; a database on a server is not copied as lightly")
    begun, folder = (tmp_path_factory.mktemp(name) for name in ("by-command", "over-http"))
    shutil.copytree(seen_wave.folder, begun, dirs_exist_ok=True)
    line = CommandLine(begun, SETTINGS)
    world = make_world(CommandLine(begun))
    shutil.copytree(begun, folder, dirs_exist_ok=True)
    environment = CommandLine(folder, SETTINGS).environment()
    installation = Installation.open(
        Settings(
            _env_file=None,  # type: ignore[call-arg]
            database_url=environment["ORDERS_DATABASE_URL"],
            store_url=str(folder / "documents"),
            print_url=str(folder / "print"),
            mail_url=str(folder / "mail"),
            heads_url=str(folder / "heads"),
            secret=environment["ORDERS_SECRET"],
            payment="fake",
            reprint_fee_cents=1500,
            clock=MORNING,  # type: ignore[arg-type]
        )
    )
    token = token_of(installation, "both")  # the wave may have been served under the usual name before
    installation.database.close()
    original = Path(shutil.copyfile(folder / "orders.db", folder / "original.db"))
    transport = InProcess(app_of(installation))
    answers = LastAnswer()
    hooks = {"response": [answers]}
    with httpx.Client(transport=transport, base_url="http://orders", timeout=60, event_hooks=hooks) as http:
        client = Orders("", token, http=http, attempts=1)
        yield Both(world, original, line, client, installation, folder, answers)
    installation.database.close()


@pytest.mark.parametrize("operation", OPERATIONS)
def test_the_decision_is_the_same(both: Both, operation: str) -> None:
    """Whoever asks, with whatever arguments: done, refused for the same reasons, malformed, stale or not there.

    What was done is told in the same document.
    """
    decisions: Counter[str] = Counter()

    @settings(max_examples=EXAMPLES, derandomize=True, database=None, deadline=None, phases=[Phase.generate],
              suppress_health_check=list(HealthCheck))  # fmt: skip
    @given(data=st.data())
    def decide(data: st.DataObject) -> None:
        change = OPERATIONS[operation]
        role = data.draw(roles_for(change))
        arguments = data.draw(arguments_of(change, both.world))
        both.begin()
        line, printed = both.by_command(list(change.words(**arguments)), f"{role.value}:ada")
        http, answered = both.over_http(operation, arguments, f"{role.value}:ada")
        assert _seen_by(role, http, line) == line, (role, arguments, http)
        assert answered == printed, (role, arguments)
        assert both.rows(CommandLine(both.folder)) == both.rows(both.line)
        decisions[line[0]] += 1

    decide()
    assert decisions["done"], decisions


@pytest.mark.parametrize("operation", LOOKS)
def test_the_same_is_seen(both: Both, operation: str) -> None:
    """Whoever looks sees the same, or is refused for the same reasons."""
    both.begin()
    words, path = LOOKS[operation](both.world)
    seen = 0
    for role in Role:
        if role is Role.SYSTEM:
            continue
        acting = f"{role.value}:ada"
        line = both.line.call(*words, "--as", acting, "--json")
        answer, http = _looked(both.client.as_(acting), path)
        if answer is None:
            assert _is_hidden(role, http) or http == _told(line), role
        else:
            assert answer == line.json or _is_nothing(role, answer), role
            seen += line.exit_code == 0
    assert seen


def test_every_change_is_compared(both: Both) -> None:
    """What the document tells of that changes anything is in the table, or said to be elsewhere."""
    paths = both.client.send.get("/api/openapi.json")["paths"]
    changes = {
        call["operationId"] for calls in paths.values() for method, call in calls.items() if method != "get"
    }
    assert changes == {name.split()[0] for name in OPERATIONS} | ELSEWHERE.keys()
    looks = {
        call["operationId"] for calls in paths.values() for method, call in calls.items() if method == "get"
    }
    assert looks == LOOKS.keys() | HTTP_ALONE.keys()


def _read(value: Any) -> Any:
    """JSON as what it says: the order of its keys follows that of the arguments."""
    return json.loads(value) if isinstance(value, str) and value.startswith("{") else value


def _told(result: Result) -> Decided:
    """A command's answer; one that ran to its end without any success is done too."""
    kinds = {0: "done", 2: "malformed", 3: "conflict", 4: "not_found"}
    if result.exit_code != 1:
        return kinds[result.exit_code], None, []
    refused = result.json.get("refused")
    return ("refused", refused["kind"], refused["reasons"]) if refused else ("done", None, [])


def _of_problem(problem: ProblemError) -> Decided:
    kinds = {400: "malformed", 422: "malformed", 404: "not_found", 412: "conflict"}
    if problem.status in kinds:
        return kinds[problem.status], None, []
    assert problem.status in {403, 409}, problem.problem
    if problem.problem["kind"] == "conflict":
        return "conflict", None, []
    return "refused", problem.problem["kind"], problem.reasons


def _looked(client: Orders, path: str) -> tuple[dict[str, Any] | None, Decided]:
    """What is there, or why it is not shown."""
    try:
        return client.send.get(path), ("done", None, [])
    except ProblemError as problem:
        return None, _of_problem(problem)


def _is_hidden(role: Role, http: Decided) -> bool:
    """Others' things are not there for the public."""
    return role is Role.PUBLIC and http[0] == "not_found"


def _is_nothing(role: Role, answer: dict[str, Any]) -> bool:
    """A member of the public whom the portal connects to nobody has an empty list, where a command refuses one."""
    return role is Role.PUBLIC and not any(answer.values())


def _seen_by(role: Role, http: Decided, line: Decided) -> Decided:
    """What the command would have said, where the service has a reason to say something else.

    To the public, others' things are not there over HTTP; whoever has the command may know of them. And a service is told
    what is malformed before it is looked who asks, and for what.
    """
    refused = line[1] == "permission"
    hidden = _is_hidden(role, http) and (refused or line[0] == "conflict")
    unread = http[0] == "malformed" and (refused or line[0] == "not_found")
    return line if hidden or unread else http
