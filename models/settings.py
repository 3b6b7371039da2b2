"""Settings of an installation, read from the environment or ``.env`` under ``ORDERS_…``."""

from datetime import datetime
from pathlib import Path
from typing import Literal, Self

from pydantic import Field, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from models.codes import Language

#: The key of installations that are not for real.
_NOT_FOR_REAL = "not-secret"
#: A place on a page, as two numbers.
_POINT = r"^\d{1,4}(\.\d+)?,\d{1,4}(\.\d+)?$"


class Settings(BaseSettings):
    """Everything that differs between installations; each field is the variable ``ORDERS_<FIELD>``."""

    model_config = SettingsConfigDict(env_prefix="ORDERS_", env_file=".env", extra="ignore", frozen=True)

    database_url: str = "sqlite:///orders.db"
    #: Unset: embedded, the steps are drained in this process.
    redis_url: str | None = None
    store_url: str = "documents/"
    print_url: str = "print/"
    #: Where signed heads are kept: best a place that only takes new files and that the database's masters can't reach.
    heads_url: str = "heads/"
    #: Key of the verification tokens; production refuses to start without one of its own.
    secret: str = Field(default=_NOT_FOR_REAL, min_length=8)
    #: The Ed25519 key of signed heads, 64 hexadecimal digits; unset, one is derived from ``secret``.
    signing_key: str | None = Field(default=None, pattern=r"^[0-9a-fA-F]{64}$")
    lease_seconds: float = Field(default=30, gt=0)
    lang: Language = Language.EN
    environment: str = "development"
    #: Freezes time (RFC 3339), for drills whose documents must be the same bytes on any day.
    clock: datetime | None = None
    #: How worker, scheduler and service write their log, and from which level on.
    log_format: Literal["json", "console"] = "console"
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
    #: Where Prometheus finds worker and scheduler: the n-th process of a worker n ports further on. Unset: nowhere.
    metrics_port: int | None = Field(default=None, ge=0, le=65535)
    metrics_host: str = "127.0.0.1"
    verify_url: str = "https://verify.example.org"
    #: Where consumers open the links of digital documents.
    link_url: str = "https://documents.example.org"

    #: Titles under the two signature lines, and the contact block of the letters; unset ones are those of ``Imprint``.
    first_signatory_en: str | None = None
    first_signatory_fr: str | None = None
    second_signatory_en: str | None = None
    second_signatory_fr: str | None = None
    contact_office_en: str | None = None
    contact_office_fr: str | None = None
    contact_hours_en: str | None = None
    contact_hours_fr: str | None = None
    contact_phone_en: str | None = None
    contact_phone_fr: str | None = None
    contact_email_en: str | None = None
    contact_email_fr: str | None = None
    #: Where a letter in a print file has its sequence number (the right end of its baseline) and the inserter's marks (the
    #: left end of the uppermost): ``x,y`` in points from the sheet's lower left corner. Marks may be ``none``.
    sequence_number_at: str | None = Field(default=None, pattern=_POINT)
    inserter_marks_at: str | None = Field(default=None, pattern=f"^none$|{_POINT}")

    #: Most envelopes, and bytes of stored documents, of one print job.
    job_max_envelopes: int = Field(default=500, gt=0)
    job_max_bytes: int = Field(default=250_000_000, gt=0)
    #: What one copy of a reprint costs the public, in cents.
    reprint_fee_cents: int = Field(default=0, ge=0)
    #: Who takes the public's payments: ``none``, ``fake``, or ``package.module:function``; and what the fake answers.
    payment: str = Field(default="none", pattern=r"^(none|fake|[\w.]+:\w+)$")
    payment_answer: Literal["paid", "failed", "unknown"] = "paid"
    #: Days after which a cart that nobody touched is abandoned, and hours after which an unanswered payment is asked.
    cart_days: int = Field(default=30, gt=0)
    payment_hours: float = Field(default=24, gt=0)
    #: Working days for the special handling of an item.
    handling_days: int = Field(default=5, ge=0)
    #: Days after which paper counts as delivered: in Canada and the United States, and elsewhere.
    presumed_days: int = Field(default=30, gt=0)
    presumed_days_abroad: int = Field(default=45, gt=0)
    #: Days for which the link of a digital document works, and days before its end at which its consumer is reminded.
    link_days: int = Field(default=60, gt=0)
    reminder_days: int = Field(default=7, gt=0)
    #: Days after which the print files of finished jobs are deleted.
    purge_days: int = Field(default=30, gt=0)
    #: Days for which the facts of decisions are kept for ``orders replay``: both waves of a year, and a month. 0: none are.
    facts_days: int = Field(default=400, ge=0)
    #: Where messages go: a folder, or smtp://[user:password@]host[:port].
    mail_url: str = "mail/"
    mail_from: str = "student-records@example.org"
    #: Who is told of each transmission.
    provider_email: str = "print-provider@example.org"
    student_records_email: str = "student-records@example.org"

    #: Largest body of a request in bytes, and seconds that a request may take.
    http_body_bytes: int = Field(default=6_000_000, gt=0)
    http_seconds: float = Field(default=60, gt=0)
    #: Seconds for which a token that was recognised is not looked up again: so long a revoked one may still work.
    http_token_seconds: float = Field(default=1, ge=0)
    #: Requests that are worked on at a time, and those that wait for it; more are turned away.
    http_threads: int = Field(default=8, gt=0)
    http_concurrency: int = Field(default=500, gt=0)
    #: Addresses of the proxies whose X-Forwarded-For is believed, with commas between them; none unless set.
    http_proxies: str = ""
    #: Attempts a minute from one address: with a wrong token, and, without any, of looking documents up by their code.
    http_failures_per_minute: int = Field(default=30, gt=0)
    http_verifications_per_minute: int = Field(default=60, gt=0)

    #: The two switches (CO-31).
    job_creation: bool = True
    transmission: bool = True

    @field_validator("clock")
    @classmethod
    def _clock_is_aware(cls, value: datetime | None) -> datetime | None:
        if value is not None and value.tzinfo is None:
            message = "ORDERS_CLOCK needs an offset, e.g. 2026-03-02T09:00:00-07:00"
            raise ValueError(message)
        return value

    @model_validator(mode="after")
    def _production_has_a_secret(self) -> Self:
        if self.production and self.secret_is_default:
            message = "in production ORDERS_SECRET must be a secret of your own"
            raise ValueError(message)
        return self

    @model_validator(mode="after")
    def _production_takes_no_play_money(self) -> Self:
        if self.production and self.payment == "fake":
            message = "in production ORDERS_PAYMENT must not be the fake"
            raise ValueError(message)
        return self

    @property
    def secret_is_default(self) -> bool:
        """Whether the key of the verification tokens is the default, which anybody knows."""
        return self.secret == _NOT_FOR_REAL

    @property
    def production(self) -> bool:
        """Whether documents are real; elsewhere they carry the specimen mark."""
        return self.environment == "production"

    @property
    def sqlite_file(self) -> Path | None:
        """The database's file when it is SQLite, else ``None``."""
        prefix = "sqlite:///"
        return Path(self.database_url.removeprefix(prefix)) if self.database_url.startswith(prefix) else None
