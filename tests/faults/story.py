"""A small story of everything that goes by itself, from ordered to delivered, expired and purged; and how it must end."""

import hashlib
import shutil
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any, NamedTuple

from sqlalchemy import event, make_url

from models.codes import (
    CredentialType,
    DeliveryMethod,
    EnvelopeOutcome,
    Language,
    PrintJobState,
    RecipientKind,
    Role,
)
from models.history import OrderItemHistory, PrintJobHistory
from models.orders import OrderItem, item_number
from models.outbox import Message
from models.print_jobs import Envelope, PrintJob
from models.sql.database import Database
from models.store import Store
from tests.installations import START
from tests.ministry import CLERK, Ministry
from tests.year import invariants
from workflows.command import Actor, Command
from workflows.evidence.verification import verify
from workflows.installation import Installation
from workflows.operations.carts import cart
from workflows.operations.delivery import consumers
from workflows.source import table

#: So few that jobs fill up, are released and handed over while items are still rendered.
SETTINGS = {"job_max_envelopes": 3, "payment": "fake", "payment_answer": "failed", "reprint_fee_cents": 1500}
#: Waits after which what failed or was claimed in between is due again.
AGAIN = tuple(timedelta(minutes=minutes) for minutes in (0, 20, 40))
Act = Callable[[Ministry], object]


class Stage(NamedTuple):
    """What is done at one time. Its acts may be repeated until they end undisturbed."""

    name: str
    after: timedelta
    act: Act


def prepare(ministry: Ministry) -> None:
    """Students and their achieved credentials, a consumer, and a cart that nobody will touch again."""
    earlier = ministry.ordered(2, first_name="Earlier", email="earlier@example.org")
    for place in range(5):
        student = ministry.student(email=f"s{place}@example.org", first_name=f"Ada {'ABCDE'[place]}")
        ministry.credential(student, programme_language=Language.FR if place % 2 else Language.EN)
    ministry.credential(ministry.student(first_name="Noaddress", address=None))
    held = ministry.student(first_name="Held", held_until=(START + timedelta(days=20)).date())
    ministry.credential(held, programme_language=Language.FR)
    command = Command("register", CLERK, ministry.now)
    consumer = consumers.register(
        ministry.installation, "Bow", "bow.example", "in@bow.example", Language.EN, command
    )
    assert isinstance(consumer, int)
    activate = Command("activate", CLERK, ministry.now)
    assert consumers.change_consumer(ministry.installation, consumer, activate).done
    for item in earlier:
        digital = {"delivery_method": DeliveryMethod.DIGITAL, "recipient_kind": RecipientKind.CONSUMER}
        ministry.reprint(item, consumer_id=consumer, **digital)
    assert isinstance(cart.begin(ministry.installation, Actor(Role.PUBLIC, "maya")), int)


def order(ministry: Ministry) -> None:
    """Award and order all that is achieved."""
    summary = ministry.award_and_order(CredentialType.AHSD)
    failed = [row for row in summary.rows if row.outcome == "failed"]
    assert not failed, failed


def work(ministry: Ministry) -> None:
    """Everything that is due."""
    ministry.work()


def acknowledge(ministry: Ministry) -> None:
    """The provider mailed all but one envelope, and its jobs are closed."""
    for job in ministry.where(PrintJob, table(PrintJob).c.state == PrintJobState.TRANSMITTED):
        outcomes = {
            each.sequence: EnvelopeOutcome.PULLED if each.item_id == 2 else EnvelopeOutcome.MAILED
            for each in ministry.envelopes(job.id)
        }
        ministry.acknowledge(job.id, outcomes)
        ministry.reconcile(job.id)


#: Order; process and release full jobs; release the rest at 14:00; receipts; a hold ends; time delivers, reminds, expires, purges.
STAGES = (
    Stage("order", timedelta(), order),
    Stage("morning", timedelta(minutes=1), work),
    Stage("afternoon", timedelta(hours=5), work),
    Stage("receipts", timedelta(days=1), acknowledge),
    Stage("told", timedelta(days=1, minutes=1), work),
    Stage("hold ends", timedelta(days=21), work),
    Stage("five weeks", timedelta(days=36), work),
    Stage("reminder", timedelta(days=55), work),
    Stage("expiry", timedelta(days=70), work),
)


class Ending(NamedTuple):
    """What a story comes to: every item, every document, every file outside."""

    items: Mapping[str, tuple[Any, ...]]
    documents: Mapping[str, str]
    outside: frozenset[tuple[str, str]]


def ending(ministry: Ministry, journal: Path) -> Ending:
    """The state of each item by number, the SHA-256 of what was rendered for it, and all acts outside by key."""
    items, documents = {}, {}
    for row in ministry.rows(OrderItem):
        number = item_number(row.order_id, row.item_no)
        items[number] = (
            row.state.value,
            row.status_reason,
            row.delivered_how,
            row.print_job_id,
            row.sequence,
        )
        if (document := ministry.document(row.id)) is not None:
            documents[number] = document.sha256
    # What a head says depends on the moment at which it was signed; that it is sound, verification says.
    outside = {(key, digest) for key, digest in acts(journal) if not key.startswith("heads/")}
    return Ending(items, documents, frozenset(outside))


def acts(journal: Path) -> set[tuple[str, str]]:
    """Every act outside so far, a repeat counted once: its key (a file's name) and the SHA-256 of what was handed over."""
    lines = journal.read_text().splitlines() if journal.exists() else []
    pairs = (line.split(" ", 1) for line in lines)
    return {(target.removeprefix(f"{journal.parent}/"), digest) for digest, target in pairs}


def wrongs(ministry: Ministry, journal: Path) -> dict[str, Any]:
    """What is not as it must be once all is quiet; empty when nothing was lost and nothing done twice."""
    found: dict[str, Any] = invariants.broken(ministry) | invariants.stuck(ministry)
    if broken := ministry.broken_history():
        found["a chain of history is broken"] = broken
    if not (verified := verify(ministry.installation)).whole:
        found["a signed head is not what was signed"] = verified
    found |= {sentence: wrong for sentence, wrong in _told(ministry, journal).items() if wrong}
    return found


def _told(ministry: Ministry, journal: Path) -> dict[str, Any]:
    digests: dict[str, set[str]] = {}
    for key, digest in acts(journal):
        digests.setdefault(key, set()).add(digest)
    outside = {key: found for key, found in digests.items() if not key.startswith("documents/")}
    jobs = ministry.rows(PrintJob)
    return {
        "an act outside was repeated with something else": [
            key for key, of in outside.items() if len(of) > 1
        ],
        "a job was accepted more than once": _more_than_once(ministry, PrintJobHistory, "accept"),
        "an item was sent more than once": _more_than_once(ministry, OrderItemHistory, "dispatch"),
        "an item was delivered more than once": _more_than_once(ministry, OrderItemHistory, "deliver"),
        "an item lies in more than one envelope": _repeated(each.item_id for each in ministry.rows(Envelope)),
        "a message has no letter, or a letter no message": _letters(ministry),
        "a job was left on its way": [each.id for each in jobs if each.state is PrintJobState.TRANSMITTING],
        "a stored document is not what its row says": _altered(ministry.installation),
    }


def _more_than_once(ministry: Ministry, model: Any, event: str) -> list[int]:
    return _repeated(row.subject_id for row in ministry.where(model, table(model).c.event == event))


def _repeated(values: Any) -> list[Any]:
    return [each for each, times in Counter(values).items() if times > 1]


def _letters(ministry: Ministry) -> list[str]:
    folder = Path(ministry.installation.settings.mail_url)
    sent = {f"{each.id:010d}.eml" for each in ministry.rows(Message) if each.sent_at is not None}
    return sorted(sent ^ {path.name for path in folder.glob("*.eml")})


def _altered(installation: Installation) -> list[str]:
    from models.documents import Document

    with installation.database.read() as session:
        rows = installation.source(session).rows(Document, table(Document).c.deleted_at.is_(None))
    return [
        row.path
        for row in rows
        if hashlib.sha256(installation.store.read(row.path) or b"").hexdigest() != row.sha256
    ]


class Redirected(Database):
    """One engine for many databases of a kind: it connects to the one at ``target``."""

    def __init__(self, url: str) -> None:
        """Like the database at ``url``, which is the first target."""
        super().__init__(url)
        self.target = url
        event.listen(self.engine, "do_connect", self._redirect)

    def _redirect(self, _dialect: Any, _record: Any, arguments: list[Any], named: dict[str, Any]) -> None:
        if self.is_sqlite:
            arguments[0] = self.target.removeprefix("sqlite:///")
        else:
            named["dbname"] = make_url(self.target).database


@dataclass(frozen=True)
class Ground:
    """Where a story takes place: its folder and the URL of its database. Connected to anew by each process.

    All stories share one engine, whose statements are compiled by the time the first process is forked.
    """

    folder: Path
    url: str
    installation: Installation
    database: Database

    @property
    def journal(self) -> Path:
        """Where acts outside are noted."""
        return self.folder / "journal"

    def ministry(self, after: timedelta) -> Ministry:
        """The ministry at that time after the start; its database must be closed when it is done."""
        settings = self.installation.settings.model_copy(
            update={
                "database_url": self.url,
                "clock": START + after,
                "store_url": str(self.folder / "documents"),
                "print_url": str(self.folder / "print"),
                "mail_url": str(self.folder / "mail"),
                "heads_url": str(self.folder / "heads"),
            }
        )
        return Ministry(
            replace(
                self.installation,
                settings=settings,
                database=self.database,
                store=Store(settings.store_url),
                drop=Store(settings.print_url),
                heads=Store(settings.heads_url),
            )
        )

    def clear(self) -> None:
        """Remove what the story left."""
        shutil.rmtree(self.folder, ignore_errors=True)
