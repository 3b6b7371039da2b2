"""The links by which consumers open digital documents: one is good at a time, up to and with its last day."""

import hashlib
import hmac
from dataclasses import dataclass
from datetime import date
from typing import Any

from models.orders import item_number
from models.settings import Settings


@dataclass(frozen=True, slots=True)
class DigitalLink:
    """The newest link of an item that has not been revoked."""

    expires_on: date

    def is_valid(self, today: date) -> bool:
        """Whether the link opens the document on ``today``."""
        return today <= self.expires_on


def link_of(item: Any) -> DigitalLink | None:
    """The item's link, or ``None`` where none was made or it was revoked."""
    return None if item.link_expires_on is None else DigitalLink(item.link_expires_on)


def link_token(order_id: int, item_no: int, link_no: int, settings: Settings) -> str:
    """128 bits of HMAC-SHA-256 over item number and link number, in hexadecimal: a new link makes the old unknown."""
    message = f"link:{item_number(order_id, item_no)}:{link_no}".encode()
    return hmac.new(settings.secret.encode(), message, hashlib.sha256).digest()[:16].hex()
