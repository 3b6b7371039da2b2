"""The code lists of the field, each value with its English and French label.

A code list is a ``Code``: a string enumeration stored *by value*. Everything that shows, constrains or offers
these values (CHECK constraints, screens, diagrams, exports) reads them from here.
"""

from collections.abc import Iterable
from enum import StrEnum
from typing import NamedTuple, Self

from models.typography import english, french


class _Texts(NamedTuple):
    en: str
    fr: str


class Label(_Texts):
    """A text of ours in both languages of the province, each written as it should be however it was typed."""

    __slots__ = ()

    def __new__(cls, en: str, fr: str) -> Self:
        """Parameters stand in braces; what is put into them is not ours and stays as it is."""
        return super().__new__(cls, english(en), french(fr))

    @classmethod
    def said(cls, texts: Iterable[str]) -> Self:
        """The English and the French of what is said already, with data in it: not a letter is changed."""
        return cls._make(texts)

    def filled(self, **params: object) -> Self:
        """Both texts with ``params`` in their braces; a label among them stands there in the text's own language."""
        return self.said(
            self.in_(language).format(
                **{
                    name: each.in_(language) if isinstance(each, Label) else each
                    for name, each in params.items()
                }
            )
            for language in ("en", "fr")
        )

    def in_(self, language: str) -> str:
        """The text in ``language`` (``en`` or ``fr``)."""
        return self.fr if language == "fr" else self.en


class Code(StrEnum):
    """A stored value with a label in both languages: ``NAME = value, English, French``."""

    label: Label

    def __new__(cls, value: str, en: str = "", fr: str = "") -> Self:
        """Keep the labels beside the value; they may only be left out in a look-up by value."""
        member = str.__new__(cls, value)
        member._value_ = value
        member.label = Label(en, fr)
        return member


class Language(Code):
    """Language of a document or of a person's messages."""

    EN = "en", "English", "Anglais"
    FR = "fr", "French", "Français"


class CredentialType(Code):
    """Credential types (domain §7, "Credential types"), in order of rank: the first of a student's types wins in bulk (CO-15)."""

    ADEX = (
        "ADEX",
        "Advanced High School Diploma with Excellence",
        "Diplôme avancé d'études secondaires avec excellence",
    )
    ADVD = "ADVD", "Advanced High School Diploma", "Diplôme avancé d'études secondaires"
    AHSD = "AHSD", "Alberta High School Diploma", "Diplôme d'études secondaires de l'Alberta"
    GHSD = "GHSD", "General High School Diploma", "Diplôme général d'études secondaires"
    HSED = "HSED", "High School Equivalency Diploma", "Diplôme d'équivalence d'études secondaires"
    CHSA = "CHSA", "Certificate of High School Achievement", "Certificat de réussite d'études secondaires"
    IOPC = (
        "IOPC",
        "Certificate of Achievement, Integrated Occupational Program",
        "Certificat de réussite, Programme professionnel intégré",
    )
    COSC = "COSC", "Certificate of School Completion", "Certificat d'achèvement d'études"
    HONR = "HONR", "Honorary High School Diploma", "Diplôme honorifique d'études secondaires"


class CredentialState(Code):
    """States of the student credential (domain §3, "Student credential")."""

    ACHIEVED = "achieved", "Achieved", "Obtenu"
    AWARDED = "awarded", "Awarded", "Décerné"
    SUPERSEDED = "superseded", "Superseded", "Remplacé"
    DELETED = "deleted", "Deleted", "Supprimé"


class OrderState(Code):
    """States of the document order (domain §3, "Document order")."""

    UNDER_CONSTRUCTION = "under_construction", "Under Construction", "En préparation"
    PAYMENT_PENDING = "payment_pending", "Payment Pending", "Paiement en attente"
    PAYMENT_NOT_RECEIVED = "payment_not_received", "Payment Not Received", "Paiement non reçu"
    ORDERED = "ordered", "Ordered", "Commandée"
    ABANDONED = "abandoned", "Abandoned", "Abandonnée"


class OrderOrigin(Code):
    """Who builds an order: the ministry's are placed at once, the public's are carts first."""

    MINISTRY = "ministry", "Ministry", "Ministère"
    PUBLIC = "public", "Public", "Public"


class ItemState(Code):
    """States of the order item with their ministry labels (domain §2, "Ministry label")."""

    CREATED = "created", "Ordered", "Commandée"
    PROCESSING = "processing", "Processing", "En traitement"
    USER_HOLD = "user_hold", "User Hold", "Suspendue"
    SYSTEM_HOLD = "system_hold", "System Hold", "Suspendue par PASI"
    RENDERED = "rendered", "Ready for Delivery", "Prête pour livraison"
    IN_PRINT_JOB = "in_print_job", "In Print Job", "Dans un lot d'impression"
    SENT = "sent", "Sent for Delivery", "Envoyée pour livraison"
    DELIVERED = "delivered", "Delivered", "Livrée"
    FAILED = "failed", "Failed Delivery", "Échec de livraison"
    DELIVERED_IN_ERROR = "delivered_in_error", "Delivered in Error", "Erreur de livraison"
    EXPIRED = "expired", "Expired", "Expiré"
    CANCELLED = "cancelled", "Cancelled", "Annulée"
    REORDERED = "reordered", "Reordered", "Commandée de nouveau"


class ItemKind(Code):
    """Why an item was ordered."""

    FIRST_RUN = "first_run", "First-run", "Première impression"
    REPRINT = "reprint", "Reprint", "Réimpression"
    REORDER = "reorder", "Reorder", "Nouvelle commande"


class LetterKind(Code):
    """The letter in front of a printed credential; ``none`` for digital delivery."""

    FIRST_RUN = "first_run", "First-run letter", "Lettre de première impression"
    REPRINT = "reprint", "Reprint letter", "Lettre de réimpression"
    NONE = "none", "No letter", "Sans lettre"


class DeliveryMethod(Code):
    """How a document travels (domain §6, "Delivery methods")."""

    AUTOMATED_CARDBOARD = (
        "automated_cardboard",
        "Automated mail with cardboard",
        "Envoi automatisé avec carton",
    )
    MANUAL_MAIL = "manual_mail", "Manual mail", "Envoi manuel"
    CERTIFICATION = "certification", "Certification", "Certification"
    COURIER = "courier", "Courier", "Messagerie"
    CERTIFICATION_COURIER = (
        "certification_courier",
        "Certification and courier",
        "Certification et messagerie",
    )
    DIGITAL = "digital", "Digital official document", "Document officiel numérique"


#: Methods that the print provider mails itself; every other physical one returns to Student Records.
MAILED_BY_PROVIDER = frozenset({DeliveryMethod.AUTOMATED_CARDBOARD})
#: Methods that need a courier's waybill, and those that need the country for which the document is certified.
BY_COURIER = frozenset({DeliveryMethod.COURIER, DeliveryMethod.CERTIFICATION_COURIER})
CERTIFIED = frozenset({DeliveryMethod.CERTIFICATION, DeliveryMethod.CERTIFICATION_COURIER})


class RecipientKind(Code):
    """Who receives the document."""

    STUDENT = "student", "Student", "Élève"
    ORGANISATION = "organisation", "Organisation", "Organisme"
    CONSUMER = "consumer", "Digital document consumer", "Destinataire de documents numériques"
    OTHER = "other", "Other person", "Autre personne"


class SpecialHandling(Code):
    """States of special handling (domain §3, "Special handling")."""

    NOT_REQUIRED = "not_required", "Not Required", "Non requis"
    OUTSTANDING = "outstanding", "Sent for Printing", "À l'impression"
    PENDING = "pending", "Waiting for Information", "En attente d'information"
    COMPLETE = "complete", "Complete", "Terminé"


class DeliveredHow(Code):
    """How a delivery is known."""

    CONFIRMED = "confirmed", "Confirmed", "Par confirmation"
    PRESUMED = "presumed", "Presumed", "Par présomption"
    DOWNLOADED = "downloaded", "Downloaded", "Par téléchargement"


class PrintJobState(Code):
    """States of the print job (domain §3, "Print job")."""

    OPEN = "open", "Open", "Ouvert"
    RELEASED = "released", "Released", "Lancé"
    TRANSMITTING = "transmitting", "Transmitting", "En transmission"
    TRANSMITTED = "transmitted", "Transmitted", "Transmis"
    FAILED = "failed", "Failed", "Échoué"
    DISCARDED = "discarded", "Discarded", "Abandonné"
    RECONCILED = "reconciled", "Reconciled", "Rapproché"


class EnvelopeOutcome(Code):
    """What the print provider reports for a mailing sequence number."""

    MAILED = "mailed", "Mailed", "Postée"
    RETURNED_TO_SR = "returned_to_sr", "Returned to Student Records", "Retournée aux Dossiers scolaires"
    REMADE = "remade", "Remade", "Refaite"
    PULLED = "pulled", "Pulled before mailing", "Retirée avant l'envoi"


class ConsumerState(Code):
    """States of a digital official document consumer (domain §3, "DOD consumer")."""

    PENDING = "pending", "Pending", "En attente"
    ACTIVE = "active", "Active", "Actif"
    DECLINED = "declined", "Declined", "Refusé"


class MessageKind(Code):
    """What people are told, once per kind and item (domain §6, "Messages"), and the notices of each transmission."""

    CREDENTIAL_ISSUED = "credential_issued", "Credential issued", "Titre délivré"
    UNDELIVERABLE = "undeliverable", "Undeliverable", "Non distribuable"
    DELIVERED_IN_ERROR = "delivered_in_error", "Delivered in error", "Livré par erreur"
    LINK_AVAILABLE = "link_available", "Document available", "Document disponible"
    DOWNLOADED = "downloaded", "Downloaded", "Téléchargé"
    NOT_DOWNLOADED = "not_downloaded", "Not downloaded", "Non téléchargé"
    ABOUT_TO_EXPIRE = "about_to_expire", "About to expire", "Expiration prochaine"
    CERTIFICATION_INSTRUCTIONS = (
        "certification_instructions",
        "Certification instructions",
        "Directives de certification",
    )
    WAYBILL_REQUIRED = "waybill_required", "Waybill required", "Bordereau requis"
    TRANSMISSION_DONE = "transmission_done", "Print job handed over", "Lot d'impression remis"
    TRANSMISSION_FAILED = "transmission_failed", "Print job not handed over", "Lot d'impression non remis"


class VerificationStatus(Code):
    """What whoever scans a document's QR code is told (domain §5, "Verification")."""

    VALID = "valid", "Valid", "Valide"
    SUPERSEDED = "superseded", "Superseded by a newer document", "Remplacé par un document plus récent"
    REVOKED = "revoked", "Revoked", "Révoqué"
    UNKNOWN = "unknown", "Unknown", "Inconnu"


class BulkKind(Code):
    """What a bulk run does to its subjects."""

    TRANSITION = "transition", "Change of status", "Changement d'état"
    AWARD_AND_ORDER = "award_and_order", "Award and order", "Décerner et commander"


class BulkState(Code):
    """How far a bulk run is."""

    RUNNING = "running", "Running", "En cours"
    FINISHED = "finished", "Finished", "Terminé"
    FAILED = "failed", "Failed", "Échoué"


class CountryGroup(Code):
    """Country groups of a print job, in mailing order."""

    CANADA = "canada", "Canada", "Canada"
    US = "us", "United States", "États-Unis"
    INTERNATIONAL = "international", "International", "International"


class Role(Code):
    """Who acts (CO-11)."""

    STUDENT_RECORDS = "student_records", "Student Records", "Dossiers scolaires"
    OPERATIONAL_SUPPORT = "operational_support", "Operational Support", "Soutien opérationnel"
    PRINT_PROVIDER = "print_provider", "Print Provider", "Imprimeur"
    PUBLIC = "public", "Public", "Public"
    DOD_CONSUMER = "dod_consumer", "Digital Document Consumer", "Destinataire de documents numériques"
    SERVICE = "service", "Internal Service", "Service interne"
    SYSTEM = "system", "System", "Système"
    AUDITOR = "auditor", "Auditor", "Vérificateur"


class StatusReason(Code):
    """Why a person changed an item's status (domain §4, "Status reasons"). Which of them fits an event: see the rule 60118."""

    REQUESTED_BY_STUDENT = "RequestedByStudent", "Requested by student", "Demandée par l'élève"
    DUPLICATE_ORDER = "DuplicateOrder", "Duplicate order", "Commande en double"
    ORDERED_IN_ERROR = "OrderedInError", "Ordered in error", "Commandée par erreur"
    STUDENT_DECEASED = "StudentDeceased", "Student deceased", "Élève décédé"
    INVESTIGATION = "Investigation", "Investigation", "Enquête"
    AWAITING_STUDENT = "AwaitingStudent", "Awaiting student", "En attente de l'élève"
    RETURNED_BAD_ADDRESS = "ReturnedBadAddress", "Returned: bad address", "Retournée : mauvaise adresse"
    REFUSED = "Refused", "Refused", "Refusée"
    UNCLAIMED = "Unclaimed", "Unclaimed", "Non réclamée"
    DAMAGED = "Damaged", "Damaged", "Endommagée"
    LOST = "Lost", "Lost", "Perdue"
    PRINT_DEFECT = "PrintDefect", "Print defect", "Défaut d'impression"
    PULLED_BEFORE_MAILING = "PulledBeforeMailing", "Pulled before mailing", "Retirée avant l'envoi"
    NOT_SUPPLIED = "NotSupplied", "Not supplied", "Non fournie"
    INCORRECT_RECIPIENT = "IncorrectRecipient", "Incorrect recipient", "Mauvais destinataire"
    INCORRECT_STUDENT = "IncorrectStudent", "Incorrect student", "Mauvais élève"


class ReorderReason(Code):
    """Why a document is ordered again (domain §4, "Reorder reasons")."""

    LOST_IN_MAIL = "LostInMail", "Lost in mail", "Perdue dans le courrier"
    DAMAGED_IN_MAIL = "DamagedInMail", "Damaged in mail", "Endommagée dans le courrier"
    RETURNED_BAD_ADDRESS = "ReturnedBadAddress", "Returned: bad address", "Retournée : mauvaise adresse"
    WRONG_RECIPIENT = "WrongRecipient", "Wrong recipient", "Mauvais destinataire"
    PRINT_DEFECT = "PrintDefect", "Print defect", "Défaut d'impression"
    MINISTRY_ERROR = "MinistryError", "Ministry error", "Erreur du ministère"
    OTHER = "Other", "Other (note)", "Autre (note)"


class DeleteReason(Code):
    """Why a credential number is deleted (domain §4, "Delete reasons")."""

    AWARDED_IN_ERROR = "AwardedInError", "Awarded in error", "Décerné par erreur"
    WRONG_STUDENT = "WrongStudent", "Wrong student", "Mauvais élève"
    DUPLICATE = "Duplicate", "Duplicate", "Doublon"
    OTHER = "Other", "Other (note)", "Autre (note)"


class DiscardReason(Code):
    """Why a print job is discarded (domain §4, "Discard reasons"); the field leaves the list open *(ours)*."""

    PROVIDER_UNAVAILABLE = "ProviderUnavailable", "Provider unavailable", "Imprimeur non disponible"
    WRONG_CONTENT = "WrongContent", "Wrong content", "Contenu erroné"
    OTHER = "Other", "Other (note)", "Autre (note)"
