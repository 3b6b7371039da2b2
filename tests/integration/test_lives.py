"""Whole lives of items: whatever people, agents, clock and mishaps do in any order, domain §2, "Everything else is refused", holds at every moment."""

import shutil
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    initialize,
    invariant,
    multiple,
    rule,
    run_state_machine_as_test,
)

from models.codes import (
    CredentialState,
    CredentialType,
    DeliveryMethod,
    EnvelopeOutcome,
    ItemKind,
    ItemState,
    Language,
    PrintJobState,
)
from models.credentials import Credential
from models.documents import Document
from models.history import OrderItemHistory
from models.orders import ItemError, OrderItem
from models.print_jobs import Envelope, PrintJob
from models.students import StudentHold
from renderers.masters.master import Masters
from tests.installations import open_installation, sqlite_copy
from tests.ministry import CALGARY_ADDRESS, CITIZEN, CLERK, EDMONTON_ADDRESS, PROVIDER, SUPPORT, Ministry
from tests.unit.workflows.machines.order_item_table import TABLE
from workflows.command import SYSTEM

#: Where an item's document exists and is the one that goes out.
PRINTED = {"rendered", "in_print_job", "sent", "delivered", "failed", "delivered_in_error", "reordered"}
#: Where an item is, or was, in an envelope.
IN_ENVELOPE = PRINTED - {"rendered"}
#: The states of a job in which its items wait for its acceptance.
WAITING = {"open", "released", "transmitting", "failed"}

EVENTS = ("hold", "pull", "release", "cancel", "deliver", "fail", "misdeliver", "reorder")
REASONS = (
    None, "Investigation", "OrderedInError", "RequestedByStudent", "Unclaimed", "ReturnedBadAddress", "IncorrectRecipient",
    "LostInMail", "PrintDefect",
)  # fmt: skip
#: Somewhere without a postal code, which is no complete address.
NOWHERE = {**EDMONTON_ADDRESS, "postal_code": ""}


class Lives(RuleBasedStateMachine):
    """A ministry with a few students, to whose items anything may happen."""

    students = Bundle("students")

    def __init__(self, ministry: Ministry, leave: ExitStack) -> None:
        """Everything happens at ``ministry``, which is left at the end."""
        super().__init__()
        self.ministry = ministry
        self._leave = leave

    def teardown(self) -> None:
        """Leave the ministry."""
        self._leave.close()

    # Students and orders

    @initialize(target=students)
    def begin(self) -> Any:
        """Some students are there from the start."""
        self.ministry.set(job_max_envelopes=3)
        return multiple(self._student(EDMONTON_ADDRESS, "Ada"), self._student(None, "ᐊᒪᕈᖅ"))

    @rule(
        target=students,
        address=st.sampled_from([EDMONTON_ADDRESS, CALGARY_ADDRESS, NOWHERE, None]),
        name=st.sampled_from(["Ada", "Zoé", "Thị Ngọc", "🌸"]),
    )
    def enrol(self, address: Any, name: str) -> int:
        """A student meets the requirements."""
        return self._student(address, name)

    def _student(self, address: Any, name: str) -> int:
        student = self.ministry.student(address=address, first_name=name)
        for kind in (CredentialType.AHSD, CredentialType.COSC):
            self.ministry.credential(student, kind, programme_language=Language.EN)
        return student

    @rule(
        kind=st.sampled_from([CredentialType.AHSD, CredentialType.COSC]),
        method=st.sampled_from([DeliveryMethod.AUTOMATED_CARDBOARD, DeliveryMethod.MANUAL_MAIL]),
    )
    def order(self, kind: CredentialType, method: DeliveryMethod) -> None:
        """A bulk run for everybody."""
        self.ministry.award_and_order(kind, method=method)

    @rule(data=st.data())
    def reprint(self, data: st.DataObject) -> None:
        """Another copy of something that was printed."""
        if (item := self._draw(data, self._items())) is not None:
            self.ministry.reprint(item.id)

    # What changes about a student meanwhile

    @rule(student=students, address=st.sampled_from([EDMONTON_ADDRESS, CALGARY_ADDRESS, NOWHERE, None]))
    def move(self, student: int, address: Any) -> None:
        """A new address, or none."""
        self.ministry.move(student, address)

    @rule(student=students)
    def hold_or_free(self, student: int) -> None:
        """A hold on the student begins, or ends."""
        holds = table_rows(self.ministry, StudentHold, lambda each: each.ended_at is None)
        if student in {each.student_id for each in holds}:
            self.ministry.end_student_hold(student)
        else:
            self.ministry.hold_student(student)

    @rule(data=st.data())
    def reissue(self, data: st.DataObject) -> None:
        """A credential gets a new number, so that what bears the old one may not go out."""
        awarded = table_rows(self.ministry, Credential, lambda each: each.state is CredentialState.AWARDED)
        if (credential := self._draw(data, awarded)) is not None:
            self.ministry.supersede(credential.id, f"{9_000_000_000 + credential.id}")

    # What people do

    @rule(
        data=st.data(),
        event=st.sampled_from(EVENTS),
        actor=st.sampled_from([CLERK, CLERK, SUPPORT, CITIZEN, PROVIDER, SYSTEM]),
        reason=st.sampled_from(REASONS),
    )
    def act(self, data: st.DataObject, event: str, actor: Any, reason: str | None) -> None:
        """Anybody tries anything: it is done along an arrow of domain §2, "From → To", or refused with all that stands against it."""
        if (item := self._draw(data, self._items())) is None:
            return
        before = self.ministry.fingerprint()
        (outcome,) = self.ministry.do(event, [item.id], actor, reason=reason)
        after = self.ministry.item(item.id)
        if outcome.done:
            assert TABLE[item.state.value, event] == after.state.value
            assert after.version == item.version + 1
            return
        assert self.ministry.fingerprint() == before
        assert outcome.decision is not None
        if TABLE[item.state.value, event] is None:
            assert outcome.decision.kind in {"no_such_transition", "permission"}
        for each in outcome.decision.reasons:
            assert each.message("en")
            assert each.message("fr") != each.message("en")

    # What agents do

    @rule()
    def work(self) -> None:
        """The worker does all that is due, after which nothing is left half done but what another holds."""
        self.ministry.work()
        assert not self._items("created", "rendered")
        assert all(each.lease_until > self.ministry.now for each in self._items("processing"))

    @rule()
    def claim_and_die(self) -> None:
        """A worker takes what is there and is not heard of again."""
        self.ministry.claim([each.id for each in self._items("created")], "dead")

    @rule()
    def gather_late(self) -> None:
        """Render without gathering, and gather what may have changed since."""
        self.ministry.render([each.id for each in self._items("created")])

    @rule(hours=st.sampled_from([0.1, 5, 26, 24 * 31]))
    def wait(self, hours: float) -> None:
        """Time goes by: leases lapse, releases fall due, deliveries are presumed."""
        self.ministry.wait(hours=hours)

    # Print jobs

    @rule(data=st.data())
    def release_job(self, data: st.DataObject) -> None:
        """Somebody closes a job before its time."""
        if (job := self._draw(data, self._jobs("open"))) is not None:
            self.ministry.release_job(job.id)

    @rule(data=st.data(), confirmed=st.booleans())
    def discard(self, data: st.DataObject, confirmed: bool) -> None:
        """Somebody gives a job up: its items are as if they had never been in it."""
        if (job := self._draw(data, self._jobs("open", "released", "failed"))) is not None:
            self.ministry.discard(job.id, confirmed=confirmed)

    @rule(data=st.data())
    def lose_document(self, data: st.DataObject) -> None:
        """A stored document is damaged; it must not reach an envelope that is not yet sealed."""
        items = [each for each in self._items("rendered", "in_print_job") if each.sequence is None]
        if (item := self._draw(data, items)) is not None:
            self.ministry.installation.store.write(self.ministry.document(item.id).path, b"damaged")

    @rule(data=st.data(), outcome=st.sampled_from(EnvelopeOutcome))
    def acknowledge(self, data: st.DataObject, outcome: EnvelopeOutcome) -> None:
        """The provider reports on a job and closes it."""
        if (job := self._draw(data, self._jobs("transmitted"))) is not None:
            self.ministry.acknowledge(
                job.id, {each.sequence: outcome for each in self.ministry.envelopes(job.id)}
            )
            self.ministry.reconcile(job.id)

    # What is always so

    @invariant()
    def every_life_follows_the_arrows(self) -> None:
        """An item's history begins with its placing, takes only arrows of domain §2, "From → To", and ends where the item is."""
        lives: dict[int, list[Any]] = {}
        for row in self.ministry.rows(OrderItemHistory):
            lives.setdefault(row.subject_id, []).append(row)
        for item in self._items():
            life = sorted(lives[item.id], key=lambda each: each.seq)
            assert (life[0].event, life[0].to_state) == ("place", "created")
            for before, row in pairwise(life):
                assert row.from_state == before.to_state
                assert TABLE[row.from_state, row.event] == row.to_state, row.event
            assert life[-1].to_state == item.state.value
            assert sum(row.event == "dispatch" for row in life) <= 1
        # The builder supersedes without a history, unlike everything else.
        assert not [each for each in self.ministry.broken_history() if each[0] != "credentials"]

    @invariant()
    def a_system_hold_has_its_errors_and_nothing_else_has_any(self) -> None:
        """What software holds has stored errors, its status reason among them; nothing else but what was cancelled then.

        domain §4, "a held or cancelled item is released to no one; its errors are returned".
        """
        errors: dict[int, set[str]] = {}
        for error in table_rows(self.ministry, ItemError, lambda each: each.cleared_at is None):
            errors.setdefault(error.item_id, set()).add(error.code)
        held = self._items("system_hold")
        cancelled = {item.id for item in self._items("cancelled")}
        assert set(errors) - cancelled == {item.id for item in held}
        assert all(item.status_reason in errors[item.id] for item in held)

    @invariant()
    def a_lease_is_held_while_processing_and_only_then(self) -> None:
        """An item that somebody processes is somebody's; any other is nobody's."""
        for item in self._items():
            assert (item.lease_owner is not None) == (item.state is ItemState.PROCESSING)

    @invariant()
    def a_printed_item_has_one_document_and_a_new_one_none(self) -> None:
        """From `rendered` on an item has exactly one document; `created` and `processing` have none."""
        documents: dict[int, int] = {}
        for document in table_rows(self.ministry, Document, lambda each: each.deleted_at is None):
            documents[document.item_id] = documents.get(document.item_id, 0) + 1
        for item in self._items():
            number = documents.get(item.id, 0)
            if item.state in PRINTED:
                assert number == 1, item.state
            elif item.state in {"created", "processing"}:
                assert number == 0
            else:
                assert number <= 1

    @invariant()
    def an_item_is_in_one_job_once(self) -> None:
        """An item that is, or was, in a job is in exactly one; its key is the job's and its envelope is there once."""
        jobs = {each.id: each for each in self.ministry.rows(PrintJob)}
        envelopes: dict[int, list[Any]] = {}
        for envelope in self.ministry.rows(Envelope):
            if jobs[envelope.print_job_id].state is not PrintJobState.DISCARDED:
                envelopes.setdefault(envelope.item_id, []).append(envelope)
        for item in self._items():
            mine = envelopes.get(item.id, [])
            if item.state not in IN_ENVELOPE:
                assert (item.print_job_id, item.sequence, mine) == (None, None, [])
                continue
            job = jobs[item.print_job_id]
            assert (job.language, job.delivery_method) == (item.language, item.delivery_method)
            assert (job.state in WAITING) == (item.state is ItemState.IN_PRINT_JOB)
            sealed = [] if job.state is PrintJobState.OPEN else [(job.id, item.sequence)]
            assert [(each.print_job_id, each.sequence) for each in mine] == sealed

    @invariant()
    def a_job_is_numbered_without_gaps_and_not_too_full(self) -> None:
        """Sequence numbers run from 1 to the number of envelopes, which is the maximum at most."""
        for job in self.ministry.rows(PrintJob):
            numbers = sorted(each.sequence for each in self.ministry.envelopes(job.id))
            assert numbers == list(range(1, len(numbers) + 1))
            assert len(numbers) <= self.ministry.installation.settings.job_max_envelopes

    @invariant()
    def a_credential_has_one_first_run(self) -> None:
        """No student gets two first runs of the same credential, cancelled ones apart (44017)."""
        credentials = {each.id: each for each in self.ministry.rows(Credential)}
        placed = [
            (item.student_id, credentials[item.credential_id].credential_type)
            for item in self._items()
            if item.kind is ItemKind.FIRST_RUN and item.state is not ItemState.CANCELLED
        ]
        assert len(placed) == len(set(placed))

    # Plumbing

    def _items(self, *states: str) -> list[Any]:
        return table_rows(self.ministry, OrderItem, lambda each: not states or each.state in states)

    def _jobs(self, *states: str) -> list[Any]:
        return table_rows(self.ministry, PrintJob, lambda each: each.state in states)

    @staticmethod
    def _draw(data: st.DataObject, rows: Sequence[Any]) -> Any:
        return rows[data.draw(st.integers(0, len(rows) - 1))] if rows else None


def table_rows(ministry: Ministry, model: type[Any], wanted: Callable[[Any], bool]) -> list[Any]:
    """The rows of a small table that are wanted, in the order of their ids."""
    return sorted(filter(wanted, ministry.rows(model)), key=lambda each: each.id)


@contextmanager
def database(request: pytest.FixtureRequest, kind: str, folder: Path) -> Iterator[str]:
    """A fresh, migrated database of the kind."""
    if kind == "sqlite":
        yield sqlite_copy(request.getfixturevalue("sqlite_template"), folder)
        return
    with request.getfixturevalue("postgresql_server").database() as url:
        yield url


@pytest.mark.parametrize(("kind", "share"), [("sqlite", 4), ("postgresql", 12)])
def test_lives(
    request: pytest.FixtureRequest, shared_masters: Masters, tmp_path: Path, kind: str, share: int
) -> None:
    """Any sequence of happenings leaves items, jobs, documents and history as domain §2, "The order item", and domain §3, "The smaller machines", say."""

    def begin() -> Lives:
        leave = ExitStack()
        folder = Path(tempfile.mkdtemp(dir=tmp_path))
        leave.callback(shutil.rmtree, folder)
        url = leave.enter_context(database(request, kind, folder))
        installation = open_installation(url, folder, shared_masters)
        leave.callback(installation.database.close)
        return Lives(Ministry(installation), leave)

    examples = max(5, settings().max_examples // share)
    run_state_machine_as_test(
        begin, settings=settings(max_examples=examples, stateful_step_count=30, report_multiple_bugs=False)
    )
