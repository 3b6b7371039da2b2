"""An installation: its settings, database, document store, print drop, signed heads, page masters, print marks and clock, opened once."""

from dataclasses import dataclass
from datetime import UTC, datetime

from sqlmodel import Session

from models.settings import Settings
from models.sql.database import Database
from models.store import Store
from renderers.masters.master import Masters
from renderers.pages.print_marks import PrintMarks
from workflows.imprint import imprint_of, print_marks_of
from workflows.source import Source


@dataclass(frozen=True, slots=True)
class Installation:
    """What operations and agents work with."""

    settings: Settings
    database: Database
    store: Store
    drop: Store
    heads: Store
    masters: Masters
    print_marks: PrintMarks

    @classmethod
    def open(cls, settings: Settings, *, plans_anew: bool = False) -> "Installation":
        """Open the installation that ``settings`` describe; ``plans_anew`` is for :class:`Database`.

        Raises ``UnusableSettingError``.
        """
        store = Store(settings.store_url)
        return cls(
            settings=settings,
            database=Database(settings.database_url, plans_anew=plans_anew),
            store=store,
            drop=Store(settings.print_url),
            heads=Store(settings.heads_url),
            masters=Masters(imprint_of(settings), store),
            print_marks=print_marks_of(settings),
        )

    def now(self) -> datetime:
        """The present instant, or the frozen one of the settings."""
        return self.settings.clock or datetime.now(UTC)

    def source(self, session: Session) -> Source:
        """Where facts are read from in ``session``."""
        return Source(session, self.settings, self.store, self.masters.shelf)
