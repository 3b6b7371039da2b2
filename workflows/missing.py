"""The sentences for things that are not there, by noun, and the error that carries one."""

from typing import Literal, NamedTuple, TypeAlias

from models.codes import Label
from models.errors import ExpectedError

Noun: TypeAlias = Literal[
    "item",
    "document",
    "credential",
    "credential_of_student",
    "student",
    "order",
    "line",
    "print_job",
    "consumer",
    "message",
    "bulk_run",
]


class Missing(NamedTuple):
    """The sentence that there is no such thing, with the number that was looked for and without."""

    #: With the number or name that was looked for, to a person who typed it.
    named: Label
    #: Without, to a service that has it in the address of its call.
    such: Label


MISSING: dict[Noun, Missing] = {
    "item": Missing(
        Label("There is no item {number}.", "L'article {number} n'existe pas."),
        Label("There is no such item.", "Cet article n'existe pas."),
    ),
    "document": Missing(
        Label("{number} has no document.", "{number} n'a pas de document."),
        Label("The item has no document.", "L'article n'a pas de document."),
    ),
    "credential": Missing(
        Label("There is no credential {number}.", "Le titre {number} n'existe pas."),
        Label("There is no such credential.", "Ce titre n'existe pas."),
    ),
    "credential_of_student": Missing(
        Label("Student {asn} has no {number}.", "L'élève {asn} n'a pas le titre {number}."),
        Label("The student has no such credential.", "L'élève n'a pas ce titre."),
    ),
    "student": Missing(
        Label("There is no student {number}.", "L'élève {number} n'existe pas."),
        Label("There is no such student.", "Cet élève n'existe pas."),
    ),
    "order": Missing(
        Label("There is no order {number}.", "La commande {number} n'existe pas."),
        Label("There is no such order.", "Cette commande n'existe pas."),
    ),
    "line": Missing(
        Label("Cart {order} has no line {number}.", "Le panier {order} n'a pas de ligne {number}."),
        Label("The cart has no such line.", "Le panier n'a pas cette ligne."),
    ),
    "print_job": Missing(
        Label("There is no print job {number}.", "Le lot {number} n'existe pas."),
        Label("There is no such print job.", "Ce lot d'impression n'existe pas."),
    ),
    "consumer": Missing(
        Label("There is no consumer {number}.", "Le destinataire {number} n'existe pas."),
        Label("There is no such consumer.", "Ce destinataire n'existe pas."),
    ),
    "message": Missing(
        Label("There is no message {number}.", "Le message {number} n'existe pas."),
        Label("There is no such message.", "Ce message n'existe pas."),
    ),
    "bulk_run": Missing(
        Label("There is no bulk run {number}.", "Le traitement en lot {number} n'existe pas."),
        Label("There is no such bulk run.", "Ce traitement en lot n'existe pas."),
    ),
}


class MissingError(ExpectedError):
    """There is nothing of this kind under the number that was given."""

    kind = "not_found"

    def __init__(self, noun: Noun, number: object, **more: object) -> None:
        """The text has no number in it, for whoever wrote it in an address; ``named`` has."""
        super().__init__(MISSING[noun].such)
        self.noun = noun
        self.named = MISSING[noun].named.filled(number=number, **more)


NO_LINK = Label("There is no such link.", "Ce lien n'existe pas.")
NO_FILE = Label("There is no file {file}.", "Le fichier {file} n'existe pas.")
