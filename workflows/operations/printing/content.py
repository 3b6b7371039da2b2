"""What is printed for an item: a pure function of the item, its facts and the settings."""

import hashlib
import hmac
from typing import Any

from models.codes import LetterKind
from models.orders import item_number
from models.settings import Settings
from renderers.content import DocumentContent, Name
from workflows.calendar import EDMONTON
from workflows.facts.kinds import ItemFacts
from workflows.rules.addressing import window_lines


def content_of(item: Any, facts: ItemFacts, settings: Settings) -> DocumentContent:
    """The content of the document of ``item``, which must have passed its validations and been claimed."""
    first, middle, last, suffix = facts.printed_name
    address = facts.address_of(item)
    return DocumentContent(
        item_number=item_number(item.order_id, item.item_no),
        credential_type=facts.credential.credential_type.value,
        language=item.language.value,
        letter=item.letter.value,
        name=Name(first, middle, last, suffix),
        asn=facts.student.asn,
        credential_number=facts.credential_number or "",
        awarded_on=facts.credential.awarded_on,
        processed_on=item.processed_at.astimezone(EDMONTON).date(),
        recipient=facts.recipient_of(item),
        address=() if address is None or item.letter is LetterKind.NONE else window_lines(address),
        verification_link=f"{settings.verify_url.rstrip('/')}/{verification_token(item, settings)}",
        master=facts.first_master,
    )


def verification_token(item: Any, settings: Settings) -> str:
    """The first 128 bits of HMAC-SHA-256 over item number and release count, in hexadecimal (domain §7, "first 128 bits of HMAC-SHA-256")."""
    message = f"{item_number(item.order_id, item.item_no)}:{item.release_count}".encode()
    return hmac.new(settings.secret.encode(), message, hashlib.sha256).digest()[:16].hex()
