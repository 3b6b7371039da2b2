"""What anybody who scans the code on a document is told (domain §5, "Verification"): as little as answers the question."""

from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any

from typing_extensions import TypedDict

from models.codes import CredentialState, CredentialType, ItemState, StatusReason, VerificationStatus
from models.credentials import Credential
from models.documents import Document
from models.history import OrderItemHistory
from models.orders import OrderItem
from models.students import Student
from renderers.fonts.names import initials
from workflows.installation import Installation
from workflows.shapes import Day, day, values_of
from workflows.source import Source, table

#: Where an item's document is in wrong hands or was never to be used.
_REVOKING = (ItemState.CANCELLED, ItemState.DELIVERED_IN_ERROR)
#: Why a document counts as lost: its delivery failed so, or it was ordered again for that.
_LOST = (StatusReason.LOST, "LostInMail")


@dataclass(frozen=True, slots=True)
class Verified:
    """The answer: whether the document holds, of which type and day it is, and its holder's initials."""

    status: VerificationStatus
    credential_type: CredentialType | None = None
    awarded_on: date | None = None
    initials: str | None = None


class VerifiedView(TypedDict):
    """What anybody may know of a document; of an unknown one nothing."""

    status: Annotated[str, values_of(VerificationStatus)]
    initials: str | None
    credential_type: Annotated[str, values_of(CredentialType)] | None
    awarded_on: Day | None


def verified_view(found: Verified) -> VerifiedView:
    """The answer as the interfaces show it."""
    kind = found.credential_type
    return {
        "status": found.status.value,
        "initials": found.initials,
        "credential_type": None if kind is None else kind.value,
        "awarded_on": day(found.awarded_on),
    }


def verify(installation: Installation, token: str) -> Verified:
    """The document with the code ``token``, the last part of the link in its QR code."""
    with installation.database.read() as session:
        source = installation.source(session)
        documents = source.rows(Document, table(Document).c.verification_token == token.casefold())
        if not documents:
            return Verified(VerificationStatus.UNKNOWN)
        (item,) = source.rows(OrderItem, table(OrderItem).c.id == documents[0].item_id)
        (credential,) = source.rows(Credential, table(Credential).c.id == item.credential_id)
        (student,) = source.rows(Student, table(Student).c.id == credential.student_id)
        return Verified(
            _status(source, documents[0], item, credential),
            credential.credential_type,
            credential.awarded_on,
            _initials_of(credential if credential.last_name else student),
        )


def _status(source: Source, document: Any, item: Any, credential: Any) -> VerificationStatus:
    revoked = (
        credential.state is CredentialState.DELETED
        or document.deleted_at is not None
        or item.state in _REVOKING
        or _was_lost_and_replaced(source, item)
    )
    if revoked:
        return VerificationStatus.REVOKED
    superseded = credential.state is CredentialState.SUPERSEDED
    return VerificationStatus.SUPERSEDED if superseded else VerificationStatus.VALID


def _was_lost_and_replaced(source: Source, item: Any) -> bool:
    if item.state is not ItemState.REORDERED:
        return False
    past = table(OrderItemHistory)
    return bool(source.rows(OrderItemHistory, past.c.subject_id == item.id, past.c.reason.in_(_LOST)))


def _initials_of(named: Any) -> str:
    return " ".join(
        filter(None, (initials(named.first_name), initials(named.middle_name), initials(named.last_name)))
    )
