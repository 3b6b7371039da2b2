"""Words that appear as parameters inside messages, in both languages."""

import re

from models.codes import (
    Code,
    ConsumerState,
    CredentialState,
    CredentialType,
    DeliveryMethod,
    EnvelopeOutcome,
    ItemState,
    Label,
    Language,
    OrderState,
    PrintJobState,
    Role,
    SpecialHandling,
)

_FIELDS: dict[object, Label] = {
    "recipient": Label("recipient", "destinataire"),
    "street": Label("street", "rue"),
    "city": Label("city", "ville"),
    "province": Label("province or state code", "code de province ou d'État"),
    "postal_code": Label("postal code", "code postal"),
    "country": Label("country", "pays"),
    "last_name": Label("last name", "nom de famille"),
    "printed_name": Label("printed name", "nom imprimé"),
    "address": Label("address", "adresse"),
    "missing": Label("is missing", "est absent"),
    "altered": Label("was altered", "a été modifié"),
    "master_missing": Label(
        ", as the document was first printed: that master is missing from the document store. Restore it from a backup"
        " and the item goes on by itself, or cancel the reorder and order a reprint, which has today's pages",
        ", tel que le document a d'abord été imprimé : ce modèle est absent du dépôt de documents. Restaurez-le d'une"
        " sauvegarde et l'article reprendra de lui-même, ou annulez cette nouvelle commande et commandez une"
        " réimpression, qui aura les pages d'aujourd'hui",
    ),
    "master_altered": Label(
        ", as the document was first printed: that master was altered in the document store. Restore it from a backup"
        " and the item goes on by itself, or cancel the reorder and order a reprint, which has today's pages",
        ", tel que le document a d'abord été imprimé : ce modèle a été modifié dans le dépôt de documents. Restaurez-le"
        " d'une sauvegarde et l'article reprendra de lui-même, ou annulez cette nouvelle commande et commandez une"
        " réimpression, qui aura les pages d'aujourd'hui",
    ),
    "open_ended": Label("not set", "non fixé"),
    "too_long": Label("it fits in none of the four formats", "il ne tient dans aucun des quatre formats"),
    "file": Label("print file", "fichier d'impression"),
    "manifest": Label("manifest", "manifeste"),
    "other_without_note": Label("Other, without the note that it needs", "Autre, sans la note requise"),
    "ever": Label("can never be changed", "ne peut jamais être modifié"),
    "while_processing": Label(
        "can't be changed while the item is processed; try again in a minute",
        "ne peut pas être modifié pendant le traitement de l'article; réessayez dans une minute",
    ),
    "while_held": Label(
        "can't be changed by yourself while the item is on hold",
        "ne peut pas être modifié par vous-même pendant que l'article est suspendu",
    ),
    "once_rendered": Label(
        "can't be changed once the document is rendered",
        "ne peut plus être modifié une fois le document composé",
    ),
    "once_sealed": Label(
        "can't be changed once the document is on its way",
        "ne peut plus être modifié une fois le document en route",
    ),
    "recipient_kind": Label("kind of recipient", "genre de destinataire"),
    "follows_student": Label("address of the student", "adresse de l'élève"),
    "consumer_id": Label("digital document consumer", "destinataire de documents numériques"),
    "delivery_method": Label("delivery method", "mode de livraison"),
    "language": Label("language", "langue"),
    "control_date": Label("control date", "date de contrôle"),
    "copies": Label("copies", "exemplaires"),
    "certification_country": Label("country of certification", "pays de certification"),
    "waybill": Label("waybill", "bordereau"),
    "consumer": Label("digital document consumer", "destinataire de documents numériques"),
    "unknown_format": Label("it is no PDF, PNG or JPEG", "ce n'est ni un PDF, ni un PNG, ni un JPEG"),
    "unreadable": Label("it can't be opened", "il ne s'ouvre pas"),
    "too_large": Label("it is larger than 5 MB", "il dépasse 5 Mo"),
    "several_pages": Label("it does not have exactly one page", "il n'a pas exactement une page"),
    "not_by_courier": Label("the item does not go by courier", "l'article ne part pas par messagerie"),
    "no_longer_open": Label("the item waits for no waybill any more", "l'article n'attend plus de bordereau"),
    "no address": Label("no address is on file", "aucune adresse au dossier"),
}

_LABELLED = (
    ConsumerState,
    CredentialState,
    ItemState,
    OrderState,
    PrintJobState,
    EnvelopeOutcome,
    Role,
    DeliveryMethod,
    Language,
    CredentialType,
    SpecialHandling,
)

#: What is called by a name, which keeps its capitals: roles, and the titles of credentials.
_NAMED = (Role, CredentialType)
#: A word that a label begins with a capital, but no name and no acronym.
_CAPITAL = re.compile(r"(?!Student Records)(?<!Student )\b[A-Z](?=[a-z])")


def within(code: Code) -> Label:
    """The label of a code as it stands within a sentence: without the capitals of a heading."""
    if isinstance(code, _NAMED):
        return code.label
    french = code.label.fr
    french = french if french[:2].isupper() else french[:1].lower() + french[1:]
    english = code.label.en
    if not isinstance(code, Language):  # languages are names in English
        english = _CAPITAL.sub(lambda found: found[0].lower(), english)
    return Label.said((english, french))


#: Stored errors come back from the database as plain values, so the labels of values are words too.
WORDS: dict[object, Label] = _FIELDS | {
    code.value: within(code) for codes in _LABELLED for code in codes if code.value not in _FIELDS
}


#: Who can fix what a rule refuses: the roles, and those outside the system.
WHO: dict[str, Label] = {role.value: role.label for role in Role} | {
    "student": Label("the student", "l'élève"),
    "school": Label("the school", "l'école"),
}
