"""Importing an extract: an idempotent upsert of students and credentials; what can't be taken is rejected with reasons."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any, TypeVar

from models.edges.extract import CredentialRow, StudentRow, read_credentials, read_students
from models.edges.extract_file import RejectedRow
from workflows.command import Actor, Command
from workflows.installation import Installation
from workflows.operations.access.permission import WHO_ORDERS, require
from workflows.operations.students.import_credentials import import_credentials
from workflows.operations.students.import_students import Family, import_students
from workflows.operations.students.upsert import Tally

#: Rows in one transaction.
_CHUNK = 500

Row = TypeVar("Row")


@dataclass(slots=True)
class Imported:
    """What an import did, and the rows that it rejected."""

    students: Tally = field(default_factory=Tally)
    credentials: Tally = field(default_factory=Tally)
    rejected: list[RejectedRow] = field(default_factory=list)

    @property
    def accepted(self) -> int:
        """Rows that were taken, whether or not they changed anything."""
        return self.students.accepted + self.credentials.accepted


def import_extract(installation: Installation, students: Path, credentials: Path, actor: Actor) -> Imported:
    """Import both files of an extract; good rows are taken, bad ones returned with every reason.

    Raises :class:`models.edges.extract_file.ExtractError` where a file as a whole can't be read, OSError where it can't be
    opened, and :class:`workflows.operations.access.permission.NotPermittedError`.
    """
    command = Command("import", actor, installation.now())
    require(WHO_ORDERS, command)
    read_credentials(credentials)
    family = Family.of(row for row in read_students(students) if isinstance(row, StudentRow))
    done = Imported()

    for student_chunk in _chunks(read_students(students)):
        good = _sift(student_chunk, StudentRow, done)
        with installation.database.write() as session:
            done.rejected += import_students(
                installation.source(session), good, family, command, done.students
            )
    rejected_asns = {row.asn: row for row in done.rejected if row.asn and row.asn not in family.accepted}
    with installation.database.write() as session:
        family.tie(installation.source(session))
    for credential_chunk in _chunks(read_credentials(credentials)):
        good_credentials = _sift(credential_chunk, CredentialRow, done)
        with installation.database.write() as session:
            source = installation.source(session)
            done.rejected += import_credentials(
                source, good_credentials, rejected_asns, command, done.credentials
            )
    done.students.rejected = sum(row.file == students.name for row in done.rejected)
    done.credentials.rejected = len(done.rejected) - done.students.rejected
    return done


def _chunks(rows: Iterable[Row]) -> Iterator[list[Row]]:
    iterator = iter(rows)
    while chunk := list(islice(iterator, _CHUNK)):
        yield chunk


def _sift(rows: Sequence[Any], kind: type[Row], done: Imported) -> list[Row]:
    """The rows that could be read; the others are rejected."""
    done.rejected += [row for row in rows if isinstance(row, RejectedRow)]
    return [row for row in rows if isinstance(row, kind)]
