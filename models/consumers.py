"""Digital official document consumers: organisations that receive official PDFs by link."""

from sqlmodel import Field

from models.codes import ConsumerState, Language
from models.history import Stateful
from models.sql.columns import coded, key
from models.sql.types import one_of


class Consumer(Stateful, table=True):
    """A registered organisation; its users sign in under its e-mail domain."""

    __tablename__ = "dod_consumers"
    __table_args__ = (one_of("state", ConsumerState), one_of("language", Language))

    id: int = key()
    name: str = Field(unique=True)
    #: The part behind the @ that its users' addresses share, in small letters.
    email_domain: str = Field(index=True)
    #: Where it is told that a document is available.
    email: str
    language: Language = coded(Language, default=Language.EN)
    state: ConsumerState = coded(ConsumerState)
