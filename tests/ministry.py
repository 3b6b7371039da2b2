"""A ministry at work: puts students and credentials into an installation and drives items with real operations."""

import csv
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

from sqlalchemy import insert, select, update
from sqlmodel import SQLModel

from actors.embedded import EmbeddedWorker
from actors.liveness import Beacon
from models.bulk_runs import BulkRow
from models.codes import (
    CredentialState,
    CredentialType,
    DeliveryMethod,
    EnvelopeOutcome,
    ItemKind,
    ItemState,
    Language,
    LetterKind,
    RecipientKind,
    Role,
)
from models.credentials import Credential
from models.edges.extract import CREDENTIAL_COLUMNS, STUDENT_COLUMNS
from models.edges.receipts import Receipt
from models.orders import OrderItem
from models.students import Address, Student, StudentHold
from tests.installations import at, with_settings
from tests.stored import Stored
from workflows.command import SYSTEM, Actor, Command
from workflows.effects.order_item import ORDER_ITEM
from workflows.engine.engine import apply, ask
from workflows.engine.one import apply_one
from workflows.installation import Installation
from workflows.machines.decision import Decision, Outcome
from workflows.machines.machine import Machine
from workflows.operations.bulk.bulk_award import begin_award
from workflows.operations.bulk.chunks import carry_to_end
from workflows.operations.ordering.award_and_order import Row, Selection, Summary, preview_award
from workflows.operations.ordering.place import first_run_line, place_each
from workflows.operations.printing import print_jobs, processing, receipts, transmission
from workflows.operations.students.import_extract import Imported, import_extract
from workflows.operations.students.import_students import look_again_at_held_items
from workflows.rules.rule import restore
from workflows.source import table

CLERK = Actor(Role.STUDENT_RECORDS, "clerk")
SUPPORT = Actor(Role.OPERATIONAL_SUPPORT, "support")
PROVIDER = Actor(Role.PRINT_PROVIDER, "provider")
CITIZEN = Actor(Role.PUBLIC, "citizen")
AUDITOR = Actor(Role.AUDITOR, "auditor")

EDMONTON_ADDRESS: Mapping[str, Any] = {
    "lines": ["10044 108 Street NW"],
    "city": "Edmonton",
    "province": "AB",
    "postal_code": "T5J 5E6",
    "country": "CA",
}
CALGARY_ADDRESS: Mapping[str, Any] = {
    "lines": ["800 Macleod Trail SE"],
    "city": "Calgary",
    "province": "AB",
    "postal_code": "T2P 2M5",
    "country": "CA",
}
SCHOOL_YEAR = "2025/2026"
#: The name on leases.
WORKER = "worker-1"
_FIRST_ASN = 100_000_001


class Ministry(Stored):
    """Everything that tests do to one installation. Its clock stands until :meth:`wait` or :meth:`at` moves it."""

    def __init__(self, installation: Installation) -> None:
        """A ministry that begins with nobody."""
        super().__init__(installation)
        self._asns = count(_FIRST_ASN)

    # The clock and the settings

    @property
    def now(self) -> datetime:
        """The present instant."""
        return self.installation.now()

    @property
    def today(self) -> date:
        """The date in Edmonton."""
        return Command("", SYSTEM, self.now).today

    def wait(self, **time: float) -> None:
        """Move the clock on by a ``timedelta`` of ``time``."""
        self.at(self.now + timedelta(**time))

    def at(self, moment: datetime) -> None:
        """Set the clock."""
        self.installation = at(self.installation, moment)

    def set(self, **settings: Any) -> None:
        """Change settings."""
        self.installation = with_settings(self.installation, **settings)

    # Students and their credentials

    def student(
        self,
        *,
        address: Mapping[str, Any] | None = EDMONTON_ADDRESS,
        expires_on: date | None = None,
        held: bool = False,
        held_until: date | None = None,
        **columns: Any,
    ) -> int:
        """A student, by default with a complete address; ``held`` without a last day is open-ended."""
        names = {"last_name": "Okafor", "first_name": "Ada", "middle_name": "", "suffix": ""}
        texts = {"preferred_name": "", "email": "", "language": Language.EN, "deceased": False}
        student = self._insert(Student, **{"asn": str(next(self._asns)), **names, **texts, **columns})
        if address is not None:
            self.move(student, address, expires_on=expires_on)
        if held or held_until is not None:
            self.hold_student(student, held_until)
        return student

    def move(self, student: int, address: Mapping[str, Any] | None, expires_on: date | None = None) -> None:
        """The student lives elsewhere from now on; with ``None`` nobody knows where."""
        current = (table(Address).c.student_id == student) & table(Address).c.replaced_at.is_(None)
        self._update(Address, current, replaced_at=self.now)
        if address is not None:
            self._insert(Address, **address, student_id=student, received_at=self.now, expires_on=expires_on)
        self._look_again(student)

    def hold_student(self, student: int, until: date | None = None) -> None:
        """Hold the student's documents."""
        self._insert(StudentHold, student_id=student, placed_at=self.now, until=until)

    def end_student_hold(self, student: int) -> None:
        """End the student's hold."""
        columns = table(StudentHold).c
        self._update(
            StudentHold, (columns.student_id == student) & columns.ended_at.is_(None), ended_at=self.now
        )
        self._look_again(student)

    def change_student(self, student: int, **columns: Any) -> None:
        """Set columns of a student, as a screen would."""
        self._update(Student, table(Student).c.id == student, **columns)
        self._look_again(student)

    def credential(
        self,
        student: int,
        credential_type: CredentialType = CredentialType.AHSD,
        state: CredentialState = CredentialState.ACHIEVED,
        **columns: Any,
    ) -> int:
        """A credential; without any history, as one that an import brought."""
        values = {"school_year": SCHOOL_YEAR, "version": 0, "history_hash": "", **columns}
        return self._insert(
            Credential, student_id=student, credential_type=credential_type, state=state, **values
        )

    def change_credential(self, credential: int, **columns: Any) -> None:
        """Set columns of a credential: what re-issue and deletion will do once they are built."""
        self._update(Credential, table(Credential).c.id == credential, **columns)
        student = self.row(Credential, credential).student_id
        self._look_again(student)

    def supersede(self, credential: int, number: str) -> int:
        """Give the student a newer number for the same type."""
        old = self.row(Credential, credential)
        self.change_credential(credential, state=CredentialState.SUPERSEDED)
        names = ("last_name", "first_name", "middle_name", "suffix", "awarded_on")
        copied = {name: getattr(old, name) for name in names}
        return self.credential(
            old.student_id, old.credential_type, CredentialState.AWARDED, number=number, **copied
        )

    # Orders

    def ordered(
        self,
        number: int = 1,
        credential_type: CredentialType = CredentialType.AHSD,
        method: DeliveryMethod = DeliveryMethod.AUTOMATED_CARDBOARD,
        language: Language = Language.EN,
        **student: Any,
    ) -> list[int]:
        """First-run items of as many new students, awarded and ordered by the bulk operation."""
        students = [self.student(**student) for _ in range(number)]
        for each in students:
            self.credential(each, credential_type, programme_language=language)
        self.award_and_order(credential_type, method=method)
        columns = table(OrderItem).c
        return self.ids(columns.id, columns.student_id.in_(students))

    def award_and_order(
        self,
        *types: CredentialType,
        method: DeliveryMethod = DeliveryMethod.AUTOMATED_CARDBOARD,
        preview: bool = False,
        **filters: str,
    ) -> Summary:
        """A bulk run to its end, or its preview; ``filters`` are those of the selection."""
        selection = Selection(frozenset(types), **filters)
        if preview:
            return preview_award(self.installation, selection, CLERK, delivery_method=method)
        return self.run_of_awards(selection, method)

    def run_of_awards(
        self,
        selection: Selection,
        method: DeliveryMethod = DeliveryMethod.AUTOMATED_CARDBOARD,
        actor: Actor = CLERK,
    ) -> Summary:
        """A bulk run to its end, and what became of each credential as the run keeps it."""
        run = begin_award(self.installation, selection, Command("award", actor, self.now), method)
        carry_to_end(self.installation, run)
        return Summary([_kept_row(each) for each in self.where(BulkRow, table(BulkRow).c.run_id == run)])

    def placed(self, credential: int, **columns: Any) -> int:
        """An item on any line, placed without asking the rules of ordering: a reprint unless ``columns`` say otherwise."""
        command = Command("place", CLERK, self.now)
        line = first_run_line(
            self.row(Credential, credential), DeliveryMethod.AUTOMATED_CARDBOARD, None, command
        )
        reprint = {"kind": ItemKind.REPRINT, "root_kind": ItemKind.REPRINT, "letter": LetterKind.REPRINT}
        for name, value in (reprint | columns).items():
            setattr(line, name, value)
        with self.installation.database.write() as session:
            (number,) = place_each(session, [line], command)
            order = int(number.partition("-")[0])
            found = select(table(OrderItem).c.id).where(table(OrderItem).c.order_id == order)
            return int(session.connection().execute(found).scalar_one())

    def reprint(self, item: int, **columns: Any) -> int:
        """A reprint of the credential that ``item`` is about."""
        return self.placed(self.row(OrderItem, item).credential_id, **columns)

    def to_consumer(self, item: int) -> int:
        """A digital reprint of the credential that ``item`` is about; consumers themselves are not built yet."""
        digital = {"delivery_method": DeliveryMethod.DIGITAL, "letter": LetterKind.NONE}
        return self.reprint(item, **digital, recipient_kind=RecipientKind.CONSUMER)

    def in_state(self, state: ItemState, number: int = 1, **ordered: Any) -> list[int]:
        """As many items, each brought to ``state`` by operations alone."""
        if state is ItemState.SYSTEM_HOLD:
            ordered = {"address": None} | ordered
        items = self.ordered(number, **ordered)
        for bring in _WAYS[state]:
            bring(self, items)
        assert {each.state for each in self.rows(OrderItem, items)} == {state}
        return items

    # What people and agents do

    def do(
        self,
        event: str,
        ids: Iterable[int],
        actor: Actor = CLERK,
        machine: Machine = ORDER_ITEM,
        **command: Any,
    ) -> list[Outcome]:
        """One command through the engine."""
        with self.installation.database.write() as session:
            wanted = Command(event, actor, self.now, **command)
            return apply(self.installation.source(session), machine, ids, wanted)

    def do_one(self, event: str, item: int, actor: Actor = CLERK, **command: Any) -> Outcome:
        """The same for one item in a transaction of its own."""
        return apply_one(self.installation, ORDER_ITEM, item, Command(event, actor, self.now, **command))

    def can(
        self, ids: Iterable[int], actor: Actor = CLERK, machine: Machine = ORDER_ITEM
    ) -> dict[int, dict[str, Decision]]:
        """What may happen to the subjects, by id and event."""
        with self.installation.database.read() as session:
            command = Command("", actor, self.now)
            decided = ask(self.installation.source(session), machine, ids, command)
        return {each: {one.event: one for one in decisions} for each, decisions in decided.items()}

    def claim(self, ids: Iterable[int], worker: str = WORKER) -> list[int]:
        """Take the lease."""
        return processing.claim(self.installation, ids, worker)

    def render(self, ids: Sequence[int], worker: str = WORKER) -> list[Outcome]:
        """Claim and render."""
        claimed = self.claim(ids, worker)
        return processing.render_claimed(self.installation, claimed, worker)

    def gather(self, ids: Iterable[int]) -> list[Outcome]:
        """Put items into print jobs."""
        return print_jobs.gather(self.installation, ids)

    def release_job(self, job: int, actor: Actor = CLERK) -> Outcome:
        """Close a print job."""
        return print_jobs.release(self.installation, job, Command("release", actor, self.now))

    def write_file(self, job: int) -> None:
        """Write a released job's file."""
        transmission.write_print_file(self.installation, job)

    def transmit(self, job: int, worker: str = WORKER) -> Outcome:
        """Hand a job over."""
        return transmission.transmit(self.installation, job, worker)

    def print_and_send(self, ids: Iterable[int]) -> list[int]:
        """Gather, release, write and transmit; gives the jobs."""
        wanted = list(ids)
        self.gather(wanted)
        jobs = sorted({each.print_job_id for each in self.rows(OrderItem, wanted)})
        for job in jobs:
            self.release_job(job)
            self.write_file(job)
            self.transmit(job)
        return jobs

    def acknowledge(
        self, job: int, outcomes: Mapping[int, EnvelopeOutcome], actor: Actor = PROVIDER
    ) -> tuple[Outcome, list[int]]:
        """The provider's outcome by sequence number."""
        given = [Receipt(sequence, outcome, self.today) for sequence, outcome in outcomes.items()]
        command = Command("acknowledge", actor, self.now)
        done = receipts.acknowledge(self.installation, job, given, command)
        return done.outcome, done.unknown

    def reconcile(self, job: int, actor: Actor = PROVIDER) -> Outcome:
        """Close a transmitted job."""
        return receipts.reconcile(self.installation, job, Command("reconcile", actor, self.now))

    def discard(self, job: int, reason: str | None = "WrongContent", *, confirmed: bool = True) -> Outcome:
        """Give a job up."""
        command = Command("discard", CLERK, self.now, reason=reason)
        return print_jobs.discard(self.installation, job, command, no_copy_confirmed=confirmed)

    def work(self, folder: Path | None = None) -> list[tuple[str, int]]:
        """Let the embedded worker do all that is due; gives its steps, but for signing, with how many ids each was given."""
        done: list[tuple[str, int]] = []
        home = folder or Path(self.installation.settings.store_url).parent
        with Beacon(home) as beacon:
            EmbeddedWorker(self.installation, beacon).drain(lambda step, ids: done.append((step, ids)))
        return [(step, ids) for step, ids in done if not step.startswith("sign_")]

    def import_rows(
        self,
        folder: Path,
        students: Iterable[Mapping[str, str]] = (),
        credentials: Iterable[Mapping[str, str]] = (),
    ) -> Imported:
        """Import an extract of these rows; missing columns are empty."""
        files = folder / "students.csv", folder / "credentials.csv"
        for file, columns, rows in zip(
            files, (STUDENT_COLUMNS, CREDENTIAL_COLUMNS), (students, credentials), strict=True
        ):
            with file.open("w", encoding="utf-8", newline="") as out:
                writer = csv.DictWriter(out, columns)
                writer.writeheader()
                writer.writerows(rows)
        return import_extract(self.installation, *files, CLERK)

    # Plumbing

    def _insert(self, model: type[SQLModel], **values: Any) -> int:
        with self.installation.database.write() as session:
            statement = insert(table(model)).values(values).returning(table(model).c.id)
            return int(session.connection().execute(statement).scalar_one())

    def _update(self, model: type[SQLModel], condition: Any, **values: Any) -> None:
        with self.installation.database.write() as session:
            session.connection().execute(update(table(model)).where(condition).values(values))

    def _look_again(self, student: int) -> None:
        with self.installation.database.write() as session:
            command = Command("change", CLERK, self.now)
            look_again_at_held_items(self.installation.source(session), [student], command)


Way = Callable[[Ministry, list[int]], object]


def _does(event: str, reason: str | None = None) -> Way:
    return lambda ministry, items: ministry.do(event, items, reason=reason)


_TO_SENT: tuple[Way, ...] = (Ministry.render, Ministry.print_and_send)
_TO_FAILED = (*_TO_SENT, _does("fail", "Unclaimed"))
#: How items come into each state.
_WAYS: dict[ItemState, tuple[Way, ...]] = {
    ItemState.CREATED: (),
    ItemState.PROCESSING: (Ministry.claim,),
    ItemState.USER_HOLD: (_does("hold", "Investigation"),),
    ItemState.SYSTEM_HOLD: (Ministry.render,),
    ItemState.RENDERED: (Ministry.render,),
    ItemState.IN_PRINT_JOB: (Ministry.render, Ministry.gather),
    ItemState.SENT: _TO_SENT,
    ItemState.DELIVERED: (*_TO_SENT, _does("deliver")),
    ItemState.FAILED: _TO_FAILED,
    ItemState.DELIVERED_IN_ERROR: (*_TO_SENT, _does("misdeliver", "IncorrectRecipient")),
    ItemState.CANCELLED: (_does("cancel", "OrderedInError"),),
    ItemState.REORDERED: (*_TO_FAILED, _does("reorder", "LostInMail")),
}
#: The states that these ways lead to: all but ``expired``, which takes a consumer and the days of its link.
REACHABLE = tuple(_WAYS)


def _kept_row(row: Any) -> Row:
    """What became of a credential, from its row of a bulk run."""
    told = row.outcome
    reasons, warnings = (
        tuple(restore(each["code"], each["params"]) for each in told[name])
        for name in ("reasons", "warnings")
    )
    return Row(
        told["asn"],
        CredentialType(told["credential_type"]),
        told["outcome"],
        row.subject_id,
        told["credential_number"],
        told["item"],
        reasons,
        warnings,
        told.get("error"),
    )
