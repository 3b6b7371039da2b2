"""The peers' tables, as SQLAlchemy's ORM has them: students, items with their state, and a history row for each change."""

from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import BigInteger, ForeignKey, create_engine, func, insert, select
from sqlalchemy.engine import Engine
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column, relationship

from benchmarks.province import people
from benchmarks.wave import peer_pages


class Base(DeclarativeBase):
    """The peers' schema."""


class Student(Base):
    """Who has achieved a credential; ``number`` once it is awarded."""

    __tablename__ = "students"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    lines: Mapped[str]
    postal_code: Mapped[str]
    number: Mapped[str | None]


class Item(Base):
    """An ordered document."""

    __tablename__ = "items"
    id: Mapped[int] = mapped_column(primary_key=True)
    student_id: Mapped[int] = mapped_column(ForeignKey("students.id"), unique=True)
    state: Mapped[str] = mapped_column(index=True)
    path: Mapped[str | None]
    sha256: Mapped[str | None]
    job: Mapped[int | None] = mapped_column(index=True)
    sequence: Mapped[int | None]
    student: Mapped[Student] = relationship()
    history: Mapped[list["Change"]] = relationship()


class Change(Base):
    """One change of an item's state."""

    __tablename__ = "changes"
    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    item_id: Mapped[int] = mapped_column(ForeignKey("items.id"), index=True)
    event: Mapped[str]
    to_state: Mapped[str]
    at: Mapped[datetime]


class Message(Base):
    """The outbox."""

    __tablename__ = "messages"
    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    item_id: Mapped[int] = mapped_column(ForeignKey("items.id"))
    body: Mapped[str]


def connect(url: str) -> Engine:
    """The pool of one process."""
    return create_engine(url.replace("postgresql://", "postgresql+psycopg://", 1), pool_size=16)


def settle(engine: Engine, size: int) -> None:
    """Tables with that many students."""
    Base.metadata.create_all(engine)
    rows = []
    for person in people(size):
        row = person.student
        names = (row["first_name"], row["middle_name"], row["last_name"], row["suffix"])
        address = (row["address_lines"], f"{row['city']} {row['province']}  {row['postal_code']}")
        rows.append(
            {
                "name": " ".join(filter(None, names)),
                "lines": "\n".join(address),
                "postal_code": row["postal_code"],
            }
        )
    with engine.begin() as connection:
        connection.execute(insert(Student), rows)


def move(item: Item, event: str, source: str, target: str) -> None:
    """Change the state of a loaded item, guarded and recorded."""
    if item.state != source:
        raise RuntimeError(f"item {item.id} is {item.state}, not {source}")
    item.state = target
    item.history.append(Change(event=event, to_state=target, at=datetime.now(UTC)))


def locked(session: Session, item_id: int) -> Item:
    """An item under lock."""
    return session.scalars(select(Item).where(Item.id == item_id).with_for_update()).one()


def award_and_order(engine: Engine, student_id: int) -> int:
    """Award the student's credential and order it; both or neither. Gives the item, an old one where it was done."""
    with Session(engine) as session, session.begin():
        student = session.get_one(Student, student_id, with_for_update=True)
        if student.number is not None:
            return session.scalars(select(Item.id).where(Item.student_id == student_id)).one()
        student.number = f"{1_000_000_000 + student_id}"
        item = Item(student=student, state="created", path=None, sha256=None, job=None, sequence=None)
        session.add(item)
        item.history.append(Change(event="place", to_state="created", at=datetime.now(UTC)))
        session.flush()
        return item.id


def render(engine: Engine, folder: str, item_id: int) -> tuple[str, str]:
    """Validate and render; the document lies in the store afterwards."""
    with Session(engine) as session:
        item = session.get_one(Item, item_id)
        student = item.student
        if not student.name or not student.lines or student.number is None:
            raise ValueError(f"item {item_id} can't be printed")
        data = peer_pages.document(item_id, student.name, student.lines.split("\n"), student.number)
    return peer_pages.stored(folder, data)


def record_rendered(engine: Engine, item_id: int, path: str, sha256: str) -> None:
    """The item is rendered."""
    with Session(engine) as session, session.begin():
        item = locked(session, item_id)
        if item.state == "created":
            move(item, "render", "created", "rendered")
            item.path, item.sha256 = path, sha256


def fill_job(engine: Engine, job: int, item_ids: list[int]) -> list[tuple[int, str]]:
    """Put rendered items into a job, in the order of their postal codes; gives item and document of each."""
    with Session(engine) as session, session.begin():
        statement = select(Item).where(Item.id.in_(item_ids)).order_by(Item.id).with_for_update()
        items = sorted(session.scalars(statement), key=lambda item: (item.student.postal_code, item.id))
        for sequence, item in enumerate(items, start=1):
            if item.state == "rendered":
                move(item, "add_to_print_job", "rendered", "in_print_job")
                item.job, item.sequence = job, sequence
        return [(item.id, str(item.path)) for item in items]


def dispatch(engine: Engine, job: int) -> None:
    """The job's items are sent, and their students told."""
    with Session(engine) as session, session.begin():
        for item in session.scalars(select(Item).where(Item.job == job).order_by(Item.id).with_for_update()):
            if item.state == "in_print_job":
                move(item, "dispatch", "in_print_job", "sent")
                session.add(Message(item_id=item.id, body=f"Your credential {item.id} was sent."))


def print_job(engine: Engine, folder: str, job: int, item_ids: list[int]) -> None:
    """All of a job at once, for peers that take it as one task."""
    peer_pages.print_file(folder, job, fill_job(engine, job, item_ids))
    dispatch(engine, job)


def ready(engine: Engine) -> list[int]:
    """Rendered items in no job, as they come."""
    with engine.connect() as connection:
        return list(connection.scalars(select(Item.id).where(Item.state == "rendered").order_by(Item.id)))


def sent(engine: Engine) -> int:
    """How many items were sent."""
    with engine.connect() as connection:
        return connection.scalar(select(func.count()).where(Item.state == "sent")) or 0


def exists(folder: str) -> int:
    """How many print files lie in the drop."""
    return len(list((Path(folder) / "print").glob("*.pdf")))
