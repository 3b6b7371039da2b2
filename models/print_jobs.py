"""Print jobs and their envelopes."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import Index, text
from sqlmodel import Field, SQLModel

from models.codes import (
    CountryGroup,
    CredentialType,
    DeliveryMethod,
    EnvelopeOutcome,
    Language,
    PrintJobState,
)
from models.history import Stateful
from models.sql.columns import coded, count, instant, json_value, key, reference
from models.sql.types import BigKey, one_of

_OPEN = text("state = 'open'")


class PrintJob(Stateful, table=True):
    """A batch of documents of one type, language and delivery method; at most one per key is open."""

    __tablename__ = "print_jobs"
    __table_args__ = (
        one_of("state", PrintJobState),
        one_of("credential_type", CredentialType),
        one_of("language", Language),
        one_of("delivery_method", DeliveryMethod),
        Index(
            "print_jobs_one_open",
            "credential_type",
            "language",
            "delivery_method",
            unique=True,
            sqlite_where=_OPEN,
            postgresql_where=_OPEN,
        ),
        Index("print_jobs_by_state", "state", "id"),
    )

    id: int = key()
    credential_type: CredentialType = coded(CredentialType)
    language: Language = coded(Language)
    delivery_method: DeliveryMethod = coded(DeliveryMethod)
    state: PrintJobState = coded(PrintJobState)
    opened_at: datetime = instant(optional=False)
    released_at: datetime | None = instant()
    transmitted_at: datetime | None = instant()
    reconciled_at: datetime | None = instant()
    reason: str | None = None

    #: The print file in the document store, once written; its name in the drop is derived from the job's number.
    path: str | None = None
    sha256: str | None = None
    manifest_sha256: str | None = None
    pages: int | None = None
    sheets: dict[str, int] | None = json_value()

    lease_owner: str | None = Field(default=None, index=True)
    lease_until: datetime | None = instant()
    attempts: int = count()
    next_attempt_at: datetime | None = instant()
    last_error: dict[str, Any] | None = json_value()

    @property
    def number(self) -> str:
        """The job's number, six digits or more."""
        return job_number(self.id)


def job_number(job_id: int) -> str:
    """The number under which people and files know a print job."""
    return f"{job_id:06d}"


class Envelope(SQLModel, table=True):
    """One mailing sequence number of a released job, with what the provider reported of it."""

    __tablename__ = "envelopes"
    __table_args__ = (one_of("country_group", CountryGroup), one_of("outcome", EnvelopeOutcome))

    print_job_id: int = Field(primary_key=True, foreign_key="print_jobs.id", sa_type=BigKey)
    sequence: int = Field(primary_key=True)
    item_id: int = reference("order_items.id")
    document_id: int = reference("documents.id", index=False)
    country_group: CountryGroup = coded(CountryGroup)
    manual_insert: bool = False
    outcome: EnvelopeOutcome | None = coded(EnvelopeOutcome, optional=True)
    outcome_on: date | None = None
    spoiled_sheets: int = count()
