"""The links by which consumers open digital documents: one is good at a time, up to and with its last day."""

import hashlib
import hmac
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from models.codes import Role
from models.orders import item_number
from models.settings import Settings
from workflows.rules.rule import No, Verdict, rule


@dataclass(frozen=True, slots=True)
class DigitalLink:
    """The newest link of an item that has not been revoked."""

    expires_on: date

    def is_valid(self, today: date) -> bool:
        """Whether the link opens the document on ``today``."""
        return today <= self.expires_on


def last_day_of_link(made_on: date, settings: Settings) -> date:
    """The last day on which a link works that is made on ``made_on``: the days of the settings ahead."""
    return made_on + timedelta(days=settings.link_days)


def link_of(item: Any) -> DigitalLink | None:
    """The item's link, or ``None`` where none was made or it was revoked."""
    return None if item.link_expires_on is None else DigitalLink(item.link_expires_on)


def link_token(order_id: int, item_no: int, link_no: int, settings: Settings) -> str:
    """128 bits of HMAC-SHA-256 over item number and link number, in hexadecimal: a new link makes the old unknown."""
    message = f"link:{item_number(order_id, item_no)}:{link_no}".encode()
    return hmac.new(settings.secret.encode(), message, hashlib.sha256).digest()[:16].hex()


@rule(
    "CO-25",
    title=("The link is valid, the consumer active", "Le lien est valide, le destinataire actif"),
    message=(
        "The item has no valid link to an active consumer.",
        "L'article n'a pas de lien valide vers un destinataire actif.",
    ),
)
def link_is_valid(link: DigitalLink | None, today: date, consumer_is_active: bool) -> Verdict:
    """CO-25: the link is valid and not expired, the consumer active."""
    return True if link is not None and link.is_valid(today) and consumer_is_active else No()


@rule(
    "CO-36",
    title=("The expiry date has passed", "La date d'expiration est passée"),
    message=("The link has not expired.", "Le lien n'est pas expiré."),
    who=Role.SYSTEM,
)
def expiry_date_has_passed(link: DigitalLink | None, today: date) -> Verdict:
    """CO-36 *(ours)*: guards ``expire`` (domain §2, "expire"): the last day of the link is over."""
    return True if link is not None and link.expires_on < today else No()
