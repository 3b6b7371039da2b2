"""The simulation: every day of a year at a ministry, drawn from a seed, with the product's own operations."""

import random
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from models.codes import (
    CredentialState,
    CredentialType,
    DeliveryMethod,
    EnvelopeOutcome,
    ItemState,
    Language,
    PrintJobState,
    RecipientKind,
    Role,
    SpecialHandling,
)
from models.credentials import Credential
from models.orders import OrderItem
from models.print_jobs import PrintJob
from models.special_handling import SpecialHandlingTask
from models.store import Store
from models.students import Student, StudentHold
from tests.files import pdf
from tests.ministry import CALGARY_ADDRESS, CLERK, Ministry
from workflows.calendar import EDMONTON
from workflows.command import Actor, Command
from workflows.effects.special_handling import SPECIAL_HANDLING
from workflows.operations.carts import cart, checkout
from workflows.operations.delivery import consumers, download, waybill
from workflows.operations.ordering.reissue import reissue
from workflows.operations.ordering.reorder import reorder
from workflows.operations.ordering.reprint import reprint
from workflows.operations.ordering.reprint_line import ReprintDetails
from workflows.operations.students import student_changes
from workflows.source import table

FIRST_DAY = date(2026, 1, 1)
WAVES = (date(2026, 2, 23), date(2026, 7, 27))
DOMAIN = "bowriver.example"
USER = Actor(Role.DOD_CONSUMER, f"registrar@{DOMAIN}")
MAYA = Actor(Role.PUBLIC, "maya")
#: The days on which jobs are not made, not handed over, or can't be.
SWITCHED_OFF = {date(2026, 3, 4): "job_creation", date(2026, 8, 5): "transmission"}
UNREACHABLE = WAVES
_CITIES = (("Edmonton", "T5J 5E6"), ("Calgary", "T2P 2M5"), ("Red Deer", "T4N 3T4"))
_NAMES = ("Ada", "Zoé", "Thị Ngọc", "Łukasz", "ᐊᒪᕈᖅ", "Ève Marie", "Noor", "Jean-Luc")
_FAMILY = ("Okafor", "Cardinal", "Nguyễn", "Tremblay", "Van der Berg", "O'Neil", "Şahin", "Roy")


@dataclass
class Year:
    """A ministry through its year. ``wave`` is how many students a wave has; what happens is counted by name."""

    ministry: Ministry
    folder: Path
    seed: int
    wave: int

    def __post_init__(self) -> None:
        """Everything is drawn from the seed."""
        self.chance = random.Random(self.seed)
        self.happened: Counter[str] = Counter()
        self.asns = iter(range(100_000_001, 999_999_999))
        self.drop = self.ministry.installation.drop
        self.consumer = 0

    # The calendar

    def live(self, check: Callable[[date], None], days: int = 365) -> None:
        """Every day from its first release of jobs to its end, which ``check`` looks at."""
        self.begin(FIRST_DAY)
        self._register_consumer()
        for number in range(days):
            today = FIRST_DAY + timedelta(days=number)
            self.begin(today)
            self._mishaps(today)
            self._morning(today)
            self.ministry.work()
            self.hour(15)
            self._afternoon()
            self.ministry.work()
            check(today)

    def settle(self, check: Callable[[date], None], days: int = 120) -> None:
        """Quiet weeks in which everything is brought to its end and nothing new begins."""
        today = self.ministry.today
        for number in range(1, days, 3):
            self.begin(today + timedelta(days=number))
            self._end_all_holds()
            self._handle(chance=1.0)
            self._acknowledge(0)
            self.ministry.work()
            check(today + timedelta(days=number))

    def begin(self, today: date) -> None:
        """Half past six in the morning."""
        self.ministry.at(datetime.combine(today, time(6, 30), EDMONTON).astimezone(self.ministry.now.tzinfo))

    def hour(self, hour: int) -> None:
        """Later on the same day."""
        local = self.ministry.now.astimezone(EDMONTON).replace(hour=hour)
        self.ministry.at(local.astimezone(self.ministry.now.tzinfo))

    def _mishaps(self, today: date) -> None:
        """Switches and a drop that can't be reached; over the next day."""
        self.ministry.set(job_creation=True, transmission=True)
        if (switch := SWITCHED_OFF.get(today)) is not None:
            self.ministry.set(**{switch: False})
            self.happened[switch] += 1
        wall = self.folder / "wall"
        wall.touch()
        drop = Store(str(wall / "drop")) if today in UNREACHABLE else self.drop
        self.ministry.installation = replace(self.ministry.installation, drop=drop)
        self.happened["unreachable drop"] += today in UNREACHABLE
        if today - timedelta(days=1) in UNREACHABLE:
            self.happened["discard"] += self._discard()

    def _morning(self, today: date) -> None:
        if today in WAVES:
            self._enrol(self.wave, (CredentialType.AHSD, CredentialType.CHSA, CredentialType.COSC))
        if today.weekday() == 0:
            self._enrol(max(1, self.wave // 100), (CredentialType.HSED,))
        for act, weight in self._daily():
            for _ in range(self._times(weight)):
                self.happened[act.__name__.strip("_")] += bool(act())

    def _times(self, weight: float) -> int:
        """How often a day brings something that it brings ``weight`` times per thousand students of a wave."""
        expected = weight * max(self.wave, 100) / 1000
        return int(expected) + (self.chance.random() < expected % 1)

    def _daily(self) -> Sequence[tuple[Callable[[], object], float]]:
        return (
            (self._reprint, 1.0), (self._reprint_by_courier, 0.3), (self._certify, 0.4), (self._reprint_digitally, 0.5),
            (self._fill_cart, 0.4), (self._return, 1.0), (self._reorder, 1.5), (self._misdeliver, 0.05),
            (self._confirm, 1.0), (self._hold, 0.3), (self._release, 0.4), (self._cancel, 0.1), (self._hold_student, 0.3),
            (self._end_student_hold, 0.25), (self._die, 0.2), (self._rename, 0.4), (self._find_address, 0.8),
            (self._download, 0.4),
        )  # fmt: skip

    def _afternoon(self) -> None:
        self._handle(chance=0.3)
        self._acknowledge(2)

    # Students and waves

    def _enrol(self, number: int, types: Sequence[CredentialType]) -> None:
        students = [self._student() for _ in range(number)]
        credentials = [
            {
                "asn": each["asn"],
                "credential_type": self.chance.choice(types).value,
                "status": "achieved",
                "school_year": "2025/2026",
                "programme_language": self.chance.choice(("en", "en", "en", "fr")),
            }
            for each in students
        ]
        assert not self.ministry.import_rows(self.folder, students, credentials).rejected
        summary = self.ministry.award_and_order(*types)
        assert not [row for row in summary.rows if row.outcome == "failed"]
        self.happened["ordered"] += sum(row.outcome == "ordered" for row in summary.rows)

    def _student(self) -> dict[str, str]:
        city, postal_code = self.chance.choice(_CITIES)
        address = {
            "address_lines": f"{self.chance.randint(1, 9999)} 104 Avenue",
            "city": city,
            "province": "AB",
        }
        address |= {"postal_code": postal_code, "country": "CA"}
        asn = str(next(self.asns))
        return {
            "asn": asn,
            "last_name": self.chance.choice(_FAMILY),
            "first_name": "🌸" if self.chance.random() < 0.01 else self.chance.choice(_NAMES),
            "language": self.chance.choice(("en", "fr")),
            "email": f"s{asn}@example.org",
            "deceased": "false",
            "authority_code": "1010",
            "authority_name": "Bow Ridge",
            "school_code": "10101",
            "school_name": "Cottonwood",
        } | (address if self.chance.random() > 0.05 else {})

    # What clerks and students order

    def _reprint(self) -> object:
        return self._place(ReprintDetails(copies=self.chance.randint(1, 10)))

    def _reprint_by_courier(self) -> object:
        return self._place(ReprintDetails(delivery_method=DeliveryMethod.COURIER))

    def _certify(self) -> object:
        method = DeliveryMethod.CERTIFICATION
        return self._place(ReprintDetails(delivery_method=method, certification_country="DE"))

    def _reprint_digitally(self) -> object:
        to = {"recipient_kind": RecipientKind.CONSUMER, "consumer_id": self.consumer}
        return self._place(ReprintDetails(delivery_method=DeliveryMethod.DIGITAL, **to))

    def _place(self, details: ReprintDetails) -> bool:
        item = self._any(ItemState.DELIVERED, ItemState.SENT)
        if item is None:
            return False
        credential = self.ministry.row(Credential, item.credential_id)
        done = reprint(self.ministry.installation, credential.number or "", details, self._command("place"))
        return done is not None and done.item is not None

    def _fill_cart(self) -> bool:
        """A student fills a cart, and places it or forgets it."""
        item = self._any(ItemState.DELIVERED)
        order = cart.begin(self.ministry.installation, MAYA)
        assert isinstance(order, int)
        if item is None or self.chance.random() < 0.3:
            return False
        cart.add_line(self.ministry.installation, order, item.credential_id, ReprintDetails(), MAYA)
        return checkout.place(self.ministry.installation, order, MAYA).outcome.done

    def _reorder(self) -> bool:
        """What came back goes again, to a new address if the old one was bad."""
        item = self._any(ItemState.FAILED, ItemState.DELIVERED_IN_ERROR, ItemState.EXPIRED)
        if item is None:
            return False
        changes = {} if item.consumer_id else {"address": dict(CALGARY_ADDRESS), "follows_student": False}
        command = self._command("reorder", reason="MinistryError")
        return reorder(self.ministry.installation, item.id, command, changes).item is not None

    def _cancel(self) -> bool:
        return self._do("cancel", "OrderedInError", ItemState.USER_HOLD, ItemState.SYSTEM_HOLD)

    # What goes wrong, and what is heard

    def _return(self) -> bool:
        reason = self.chance.choice(("ReturnedBadAddress", "Unclaimed", "Damaged", "Lost", "PrintDefect"))
        return self._do("fail", reason, ItemState.SENT, ItemState.DELIVERED)

    def _misdeliver(self) -> bool:
        return self._do("misdeliver", "IncorrectRecipient", ItemState.SENT, ItemState.DELIVERED)

    def _confirm(self) -> bool:
        return self._do("deliver", None, ItemState.SENT)

    def _hold(self) -> bool:
        """A clerk stops an item wherever it can be stopped."""
        item = self._any(ItemState.CREATED, ItemState.RENDERED, ItemState.IN_PRINT_JOB)
        if item is None:
            return False
        event = "pull" if item.state is ItemState.IN_PRINT_JOB else "hold"
        return self.ministry.do(event, [item.id], reason="Investigation")[0].done

    def _release(self) -> bool:
        return self._do("release", None, ItemState.USER_HOLD, ItemState.SYSTEM_HOLD)

    def _discard(self) -> bool:
        """Student Records takes back one of the jobs that could not be handed over."""
        jobs = self._jobs(PrintJobState.RELEASED, PrintJobState.FAILED)
        return bool(jobs) and self.ministry.discard(self.chance.choice(jobs).id).done

    def _acknowledge(self, days: int) -> None:
        """The provider reports some days after the hand-over, and the job is closed."""
        before = self.ministry.now - timedelta(days=days)
        for job in self._jobs(PrintJobState.TRANSMITTED):
            if job.transmitted_at <= before:
                outcomes = {each.sequence: self._fate() for each in self.ministry.envelopes(job.id)}
                self.ministry.acknowledge(job.id, outcomes)
                self.happened["reconciled"] += self.ministry.reconcile(job.id).done

    def _fate(self) -> EnvelopeOutcome:
        fates = (EnvelopeOutcome.MAILED, EnvelopeOutcome.REMADE, EnvelopeOutcome.PULLED)
        return self.chance.choices(fates, (97, 2, 1))[0]

    def _handle(self, chance: float) -> None:
        """Manual work: a courier item waits for its waybill first."""
        waiting = (SpecialHandling.OUTSTANDING, SpecialHandling.PENDING)
        for task in self.ministry.where(SpecialHandlingTask, table(SpecialHandlingTask).c.state.in_(waiting)):
            item = self.ministry.item(task.id)
            if item.state is not ItemState.SENT or self.chance.random() > chance:
                continue
            if item.delivery_method is DeliveryMethod.COURIER and not item.waybill:
                if task.state is SpecialHandling.OUTSTANDING:
                    self.ministry.do("start", [task.id], machine=SPECIAL_HANDLING)
                    continue
                attached = waybill.attach(
                    self.ministry.installation, pdf(), [task.id], self._command("waybill")
                )
                self.happened["waybill"] += not attached.reasons
            done = self.ministry.do("complete", [task.id], machine=SPECIAL_HANDLING)[0].done
            self.happened["handled"] += done

    def _download(self) -> bool:
        digital = table(OrderItem).c.delivery_method == DeliveryMethod.DIGITAL
        item = self._any(ItemState.RENDERED, where=digital)
        if item is None:
            return False
        command = self._command("download", USER)
        return download.download(self.ministry.installation, item.id, command).kind == "done"

    # What happens to students

    def _hold_student(self) -> bool:
        until = self.chance.choice((None, self.ministry.today + timedelta(days=self.chance.randint(1, 60))))
        return self._to_student(student_changes.hold_student, until)

    def _end_student_hold(self) -> bool:
        holds = self.ministry.where(StudentHold, table(StudentHold).c.ended_at.is_(None))
        return bool(holds) and self._end_hold(self.chance.choice(holds))

    def _end_hold(self, hold: Any) -> bool:
        asn = self.ministry.asn(hold.student_id)
        command = self._command("end-hold")
        return bool(student_changes.end_student_hold(self.ministry.installation, asn, command))

    def _end_all_holds(self) -> None:
        for hold in self.ministry.where(StudentHold, table(StudentHold).c.ended_at.is_(None)):
            self._end_hold(hold)
        self.ministry.do("release", self._items(ItemState.USER_HOLD))

    def _die(self) -> bool:
        command, student = self._command("deceased"), self._any_student()
        if student is None:
            return False
        flag = student_changes.flag_deceased
        return bool(flag(self.ministry.installation, student.asn, command, deceased=True))

    def _rename(self) -> bool:
        """A new legal name, and a new number for it where nothing of the old one is under way."""
        student = self._any_student()
        if student is None:
            return False
        self.ministry.change_student(
            student.id, last_name=f"{student.last_name}-{self.chance.choice(_FAMILY)}"[:50]
        )
        columns = table(Credential).c
        awarded = (columns.student_id == student.id) & (columns.state == CredentialState.AWARDED)
        done = [
            reissue(self.ministry.installation, each.number, self._command("supersede"))
            for each in self.ministry.where(Credential, awarded)
        ]
        self.happened["reissued"] += sum(each is not None and each.outcome.done for each in done)
        return True

    def _find_address(self) -> bool:
        """An address arrives for somebody who was held without one."""
        item = self._any(ItemState.SYSTEM_HOLD, where=table(OrderItem).c.status_reason == "60108")
        if item is None:
            return False
        asn, command = self.ministry.asn(item.student_id), self._command("move")
        return bool(
            student_changes.move_student(self.ministry.installation, asn, CALGARY_ADDRESS, None, command)
        )

    def _to_student(self, operation: Callable[..., Any], *given: Any) -> bool:
        student = self._any_student()
        if student is None:
            return False
        return bool(operation(self.ministry.installation, student.asn, *given, self._command("change")))

    # Drawing

    def _register_consumer(self) -> None:
        made = consumers.register(
            self.ministry.installation, "Bow River University", DOMAIN, f"in@{DOMAIN}", Language.EN,
            self._command("register"),
        )  # fmt: skip
        assert isinstance(made, int)
        consumers.change_consumer(self.ministry.installation, made, self._command("activate"))
        self.consumer = made

    def _command(self, event: str, actor: Actor = CLERK, **given: Any) -> Command:
        return Command(event, actor, self.ministry.now, **given)

    def _do(self, event: str, reason: str | None, *states: ItemState) -> bool:
        item = self._any(*states)
        return item is not None and self.ministry.do(event, [item.id], reason=reason)[0].done

    def _any(self, *states: ItemState, where: Any = None) -> Any:
        found = self._items(*states, where=where)
        return self.ministry.item(self.chance.choice(found)) if found else None

    def _items(self, *states: ItemState, where: Any = None) -> list[int]:
        conditions = [table(OrderItem).c.state.in_(states), *([] if where is None else [where])]
        return self.ministry.ids(table(OrderItem).c.id, *conditions)

    def _jobs(self, *states: PrintJobState) -> Sequence[Any]:
        return self.ministry.where(PrintJob, table(PrintJob).c.state.in_(states))

    def _any_student(self) -> Any:
        living = self.ministry.ids(table(Student).c.id, table(Student).c.deceased.is_(False))
        return self.ministry.row(Student, self.chance.choice(living)) if living else None
