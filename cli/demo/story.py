"""The demonstration's story, told through the operations that people and workers use."""

import csv
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from random import Random
from typing import Any

from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

from actors.embedded import EmbeddedWorker, beacon_of
from cli.demo.extract import write_extract
from cli.demo.sequel import Sequel
from cli.terminal.context import Context
from models import schema
from models.codes import CredentialType, EnvelopeOutcome, ItemState, Label, PrintJobState, Role, StatusReason
from models.edges.extract import CREDENTIAL_COLUMNS, STUDENT_COLUMNS
from models.edges.extract_file import write_rejects
from models.edges.receipts import COLUMNS, read_receipts
from models.orders import OrderItem
from models.print_jobs import Envelope, PrintJob
from workflows.calendar import EDMONTON
from workflows.command import Actor, Command
from workflows.effects.order_item import ORDER_ITEM
from workflows.engine.engine import apply
from workflows.finding.items import items_of_ids
from workflows.installation import Installation
from workflows.operations.bulk.bulk_award import begin_award
from workflows.operations.bulk.chunks import carry_to_end
from workflows.operations.ordering.award_and_order import Selection
from workflows.operations.printing import print_jobs
from workflows.operations.printing.receipts import acknowledge, reconcile
from workflows.operations.students.import_extract import import_extract
from workflows.source import table

PROVIDER = Actor(Role.PRINT_PROVIDER, "demo")
CLERK = Actor(Role.STUDENT_RECORDS, "demo")

#: Of a thousand, how many envelopes meet each fate.
_PULLED, _REMADE, _RETURNED, _CONFIRMED = 3, 5, 12, 150


class Story:
    """One run of the demonstration in ``folder``; ``phases`` remembers how long each part took, in seconds."""

    def __init__(self, context: Context, folder: Path, students: int, seed: int) -> None:
        """A story about ``students`` made-up students."""
        self._context, self._folder, self._students, self._seed = context, folder, students, seed
        self._random = Random(seed)
        self.phases: dict[str, float] = {}
        self._bar = Progress(
            TextColumn("{task.description:32}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            console=context.err,
        )

    @property
    def _installation(self) -> Installation:
        return self._context.raw_installation

    def tell(self) -> None:
        """Carry out every part of the demonstration, in order."""
        with self._bar:
            self._phase(_EXTRACT, self._make_extract)
            self._phase(_IMPORT, self._import)
            self._phase(_ORDER, self._order)
            self._phase(_DESK, self._work_at_the_desk)
            self._phase(_PRODUCE, self._work)
            self._phase(_ADDRESSES, self._addresses_arrive)
            self._phase(_RELEASE, self._release_and_transmit)
            self._phase(_RECEIPTS, self._acknowledge)
            self._phase(_AFTERWARDS, self._afterwards)
            self._phase(_SEQUEL, self._tell_sequel)

    def _phase(self, label: Label, tell: Callable[[Callable[[int, int], None]], None]) -> None:
        task = self._bar.add_task(label.in_(self._context.language), total=None)
        with self._timed(label.in_(self._context.language)):
            tell(lambda done, total: self._bar.update(task, completed=done, total=total))
        self._finish(task)

    @contextmanager
    def _timed(self, name: str) -> Iterator[None]:
        started = time.perf_counter()
        yield
        self.phases[name] = time.perf_counter() - started

    def _finish(self, task: TaskID) -> None:
        done = self._bar.tasks[task].completed or 1
        self._bar.update(task, completed=done, total=done)

    def _make_extract(self, _progress: Any) -> None:
        today = self._installation.now().astimezone(EDMONTON).date()
        extract = self._folder / "extract"
        extract.mkdir()
        write_extract(extract, self._students, self._seed, today)
        schema.upgrade(self._installation.database)

    def _import(self, _progress: Any) -> None:
        extract = self._folder / "extract"
        done = import_extract(
            self._installation, extract / "students.csv", extract / "credentials.csv", CLERK
        )
        write_rejects(extract / "rejects.csv", done.rejected, self._context.language)

    def _order(self, progress: Callable[[int, int], None]) -> None:
        types = frozenset(CredentialType) - {CredentialType.HONR}
        command = Command("award", CLERK, self._installation.now())
        run = begin_award(self._installation, Selection(types), command)
        carry_to_end(self._installation, run, progress)

    def _work_at_the_desk(self, _progress: Any) -> None:
        """A clerk cancels and holds a few orders before they are processed."""
        chosen = self._sample(self._items(ItemState.CREATED), 12)
        self._do("cancel", chosen[:2], StatusReason.ORDERED_IN_ERROR)
        self._do("cancel", chosen[2:3], StatusReason.DUPLICATE_ORDER)
        self._do("hold", chosen[3:5], StatusReason.AWAITING_STUDENT)
        self._do("hold", chosen[5:6], StatusReason.INVESTIGATION)

    def _work(self, progress: Callable[[int, int], None] | None = None) -> None:
        due = len(self._items(ItemState.CREATED))
        done = 0

        def note(step: str, ids: int) -> None:
            nonlocal done
            done += ids if step == "process_items" else 0
            if progress is not None:
                progress(done, max(due, done))

        with beacon_of(self._installation) as beacon:
            EmbeddedWorker(self._installation, beacon).drain(note)

    def _addresses_arrive(self, _progress: Any) -> None:
        """A second extract brings addresses for some students whose items are held without one; those go on."""
        held = self._sample(self._items_held_for("60108"), 5)
        asns = self._asns(held)
        corrections = self._folder / "extract" / "corrections"
        corrections.mkdir()
        students, credentials = corrections / "students.csv", corrections / "credentials.csv"
        with students.open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, STUDENT_COLUMNS)
            writer.writeheader()
            writer.writerows(row | _NEW_ADDRESS for row in self._extract_rows() if row["asn"] in asns)
        with credentials.open("w", encoding="utf-8", newline="") as file:
            csv.DictWriter(file, CREDENTIAL_COLUMNS).writeheader()
        import_extract(self._installation, students, credentials, CLERK)
        self._work()

    def _extract_rows(self) -> Iterator[dict[str, str]]:
        with (self._folder / "extract" / "students.csv").open(
            encoding="utf-8", errors="surrogateescape", newline=""
        ) as file:
            yield from csv.DictReader(file)

    def _release_and_transmit(self, progress: Callable[[int, int], None]) -> None:
        """Student Records does not wait for the afternoon's release."""
        jobs = self._jobs(PrintJobState.OPEN)
        for number, job in enumerate(jobs, start=1):
            print_jobs.release(self._installation, job, self._command("release", CLERK))
            self._work()
            progress(number, len(jobs))

    def _acknowledge(self, progress: Callable[[int, int], None]) -> None:
        """The provider reports on every envelope; then the job is closed."""
        jobs = self._jobs(PrintJobState.TRANSMITTED)
        for number, job in enumerate(jobs, start=1):
            path = self._folder / "print" / f"receipt-{job:06d}.csv"
            self._write_receipt(path, job)
            receipts, _ = read_receipts(path.name, path.read_bytes())
            acknowledge(self._installation, job, receipts, self._command("acknowledge", PROVIDER))
            reconcile(self._installation, job, self._command("reconcile", PROVIDER))
            progress(number, len(jobs))

    def _write_receipt(self, path: Path, job: int) -> None:
        today = self._installation.now().astimezone(EDMONTON).date().isoformat()
        with self._context.reading() as source:
            sequences = [row.sequence for row in source.rows(Envelope, table(Envelope).c.print_job_id == job)]
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(COLUMNS)
            for sequence in sequences:
                fate = self._fate()
                writer.writerow((sequence, fate.value, today, 2 if fate is EnvelopeOutcome.REMADE else 0))

    def _fate(self) -> EnvelopeOutcome:
        drawn = self._random.randrange(1000)
        if drawn < _PULLED:
            return EnvelopeOutcome.PULLED
        return EnvelopeOutcome.REMADE if drawn < _PULLED + _REMADE else EnvelopeOutcome.MAILED

    def _afterwards(self, _progress: Any) -> None:
        """Weeks later: some deliveries are confirmed, some envelopes come back."""
        sent = self._items(ItemState.SENT)
        returned, rest = len(sent) * _RETURNED // 1000 + 1, len(sent) * _CONFIRMED // 1000
        chosen = self._sample(sent, returned + rest)
        self._do("fail", chosen[:1], StatusReason.UNCLAIMED)
        self._do("fail", chosen[1:returned], StatusReason.RETURNED_BAD_ADDRESS)
        self._do("deliver", chosen[returned:], None)

    def _tell_sequel(self, _progress: Any) -> None:
        """What is ordered again, printed again, downloaded, or left alone."""

        def produce() -> None:
            self._work()
            self._release_and_transmit(lambda *_: None)

        Sequel(
            self._installation, lambda state, number: self._sample(self._items(state), number), produce
        ).tell()

    def _do(self, event: str, ids: Sequence[int], reason: StatusReason | None) -> None:
        command = self._command(event, CLERK, reason and reason.value)
        remaining = iter(ids)
        while chunk := list(islice(remaining, 500)):
            with self._installation.database.write() as session:
                apply(self._installation.source(session), ORDER_ITEM, chunk, command)

    def _command(self, event: str, actor: Actor, reason: str | None = None) -> Command:
        return Command(event, actor, self._installation.now(), reason=reason)

    def _sample(self, ids: Sequence[int], number: int) -> list[int]:
        return self._random.sample(ids, min(number, len(ids)))

    def _items(self, state: ItemState) -> list[int]:
        with self._context.reading() as source:
            return [row.id for row in source.rows(OrderItem, table(OrderItem).c.state == state)]

    def _items_held_for(self, code: str) -> list[int]:
        """Items whose only error is ``code``."""
        columns = table(OrderItem).c
        held = (columns.state == ItemState.SYSTEM_HOLD) & (columns.status_reason == code)
        with self._context.reading() as source:
            return [row.id for row in source.rows(OrderItem, held)]

    def _asns(self, items: Sequence[int]) -> set[str]:
        with self._context.reading() as source:
            return {row.asn for row in items_of_ids(source, items)}

    def _jobs(self, state: PrintJobState) -> list[int]:
        with self._context.reading() as source:
            return [row.id for row in source.rows(PrintJob, table(PrintJob).c.state == state)]


_NEW_ADDRESS = {
    "address_lines": "10044 108 Street NW",
    "city": "Edmonton",
    "province": "AB",
    "postal_code": "T5J 5E6",
    "country": "CA",
    "address_expires": "",
}
_EXTRACT = Label("Make up students", "Inventer des élèves")
_IMPORT = Label("Import the extract", "Importer l'extrait")
_ORDER = Label("Award and order", "Décerner et commander")
_DESK = Label("Cancel and hold a few", "En annuler, en suspendre")
_PRODUCE = Label("Process and render", "Traiter et composer")
_ADDRESSES = Label("Missing addresses arrive", "Adresses manquantes reçues")
_RELEASE = Label("Release and hand over", "Lancer et remettre")
_RECEIPTS = Label("Provider acknowledges", "L'imprimeur accuse réception")
_AFTERWARDS = Label("Deliveries and returns", "Livraisons et retours")
_SEQUEL = Label("Reorders, reprints, downloads", "Nouvelles commandes, réimpressions, téléchargements")
