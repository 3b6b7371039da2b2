"""What people are told (domain §6, "Messages"): one subject and body per kind, in both languages."""

from typing import NamedTuple

from models.codes import Label, MessageKind
from renderers.content import Contact


class Text(NamedTuple):
    """A message's texts; fields stand in braces."""

    subject: Label
    body: Label


_K = MessageKind
#: Fields: ``title`` of the credential, ``item`` number, ``reason``, ``link``, ``day``; of notices ``job``, ``counts``, ``last``.
TEXTS: dict[MessageKind, Text] = {
    _K.CREDENTIAL_ISSUED: Text(
        Label("Your document is on its way", "Votre document est en route"),
        Label(
            "The document below was handed over for delivery:\n\n{title}\nOrder item {item}",
            "Le document suivant a été remis pour livraison :\n\n{title}\nArticle {item}",
        ),
    ),
    _K.UNDELIVERABLE: Text(
        Label("Your document could not be delivered", "Votre document n'a pas pu être livré"),
        Label(
            "The document below did not reach its recipient ({reason}):\n\n{title}\nOrder item {item}\n\n"
            "Please tell us the address to which it should be sent again.",
            "Le document suivant n'est pas parvenu à son destinataire ({reason}) :\n\n{title}\nArticle {item}\n\n"
            "Veuillez nous indiquer l'adresse à laquelle il faut l'envoyer de nouveau.",
        ),
    ),
    _K.DELIVERED_IN_ERROR: Text(
        Label("About the delivery of your document", "Au sujet de la livraison de votre document"),
        Label(
            "We found that the document below was delivered in error:\n\n{title}\nOrder item {item}\n\nWe are required to "
            "inform you. We are looking into how it happened, and will write to you about what follows.",
            "Nous avons constaté que le document suivant a été livré par erreur :\n\n{title}\nArticle {item}\n\nNous avons "
            "l'obligation de vous en informer. Nous en cherchons la cause et vous écrirons au sujet des suites.",
        ),
    ),
    _K.LINK_AVAILABLE: Text(
        Label("A document is available to you", "Un document est à votre disposition"),
        Label(
            "An official document can be downloaded until {day}:\n\n{title}\nOrder item {item}\n{link}",
            "Un document officiel peut être téléchargé jusqu'au {day} :\n\n{title}\nArticle {item}\n{link}",
        ),
    ),
    _K.DOWNLOADED: Text(
        Label("Your document was downloaded", "Votre document a été téléchargé"),
        Label(
            "The digital document below was downloaded by its recipient:\n\n{title}\nOrder item {item}",
            "Le document numérique suivant a été téléchargé par son destinataire :\n\n{title}\nArticle {item}",
        ),
    ),
    _K.NOT_DOWNLOADED: Text(
        Label("Your document was not downloaded", "Votre document n'a pas été téléchargé"),
        Label(
            "The digital document below expired before its recipient downloaded it:\n\n{title}\nOrder item {item}\n\n"
            "Please ask the recipient, then us, if it is still needed.",
            "Le document numérique suivant a expiré avant que son destinataire le télécharge :\n\n{title}\nArticle {item}\n\n"
            "S'il est encore nécessaire, adressez-vous au destinataire, puis à nous.",
        ),
    ),
    _K.ABOUT_TO_EXPIRE: Text(
        Label("A document will soon expire", "Un document expirera bientôt"),
        Label(
            "The official document below has not been downloaded and can be until {day}:\n\n{title}\nOrder item {item}\n{link}",
            "Le document officiel suivant n'a pas été téléchargé et peut l'être jusqu'au {day} :\n\n{title}\nArticle {item}\n{link}",
        ),
    ),
    _K.CERTIFICATION_INSTRUCTIONS: Text(
        Label("Certification of your document", "Certification de votre document"),
        Label(
            "The document below is printed and will be certified before it is sent:\n\n{title}\nOrder item {item}\n\n"
            "You need not do anything; we will write if the country's authorities ask for more.",
            "Le document suivant est imprimé et sera certifié avant son envoi :\n\n{title}\nArticle {item}\n\n"
            "Vous n'avez rien à faire; nous vous écrirons si les autorités du pays en demandent davantage.",
        ),
    ),
    _K.WAYBILL_REQUIRED: Text(
        Label("A waybill is needed for your document", "Un bordereau est requis pour votre document"),
        Label(
            "The document below waits for the courier's waybill:\n\n{title}\nOrder item {item}\n\n"
            "Please send it as a PDF, PNG or JPEG of one page, at most 5 MB.",
            "Le document suivant attend le bordereau du messager :\n\n{title}\nArticle {item}\n\n"
            "Veuillez l'envoyer en PDF, PNG ou JPEG d'une page, de 5 Mo au plus.",
        ),
    ),
    _K.TRANSMISSION_DONE: Text(
        Label("Print job {job} was handed over", "Le lot d'impression {job} a été remis"),
        Label(
            "Print job {job} lies in the print drop with its manifest.\n\n{counts}\nLast sequence number: {last}",
            "Le lot d'impression {job} se trouve dans le dépôt avec son manifeste.\n\n{counts}\nDernier numéro de séquence : {last}",
        ),
    ),
    _K.TRANSMISSION_FAILED: Text(
        Label("Print job {job} was not handed over", "Le lot d'impression {job} n'a pas été remis"),
        Label(
            "Print job {job} could not be handed over after several attempts; it can be sent again or discarded.\n\n{counts}\n"
            "Last sequence number: {last}",
            "Le lot d'impression {job} n'a pas pu être remis après plusieurs essais; il peut être renvoyé ou abandonné.\n\n"
            "{counts}\nDernier numéro de séquence : {last}",
        ),
    ),
}


def compose(kind: MessageKind, language: str, contact: Contact, **fields: object) -> tuple[str, str]:
    """Subject and body of a message in ``en`` or ``fr``, with the ministry's contact block at the end."""
    text = TEXTS[kind]
    block = "\n".join((contact.office, contact.hours, f"{contact.phone} · {contact.email}"))
    body = text.body.in_(language).format(**fields)
    return text.subject.in_(language).format(**fields), f"{body}\n\n--\n{block}\n"
