"""Rules of ordering a reprint, by the public and by the ministry."""

from typing import TYPE_CHECKING, Any

from models.codes import BY_COURIER, CERTIFIED, DeliveryMethod
from models.edges.text import known_countries
from workflows.rules.rule import No, Verdict, rule

if TYPE_CHECKING:
    from workflows.facts.kinds import OrderingFacts

#: Countries whose authorities take an Alberta document as it is: Canada, and the United States with their islands.
NEEDS_NO_CERTIFICATION = frozenset({"CA", "US", "UM"})


@rule(
    "60109",
    title=("Details go only on items that have them", "Les précisions vont aux articles qui en ont"),
    message=(
        "Leave these out, or choose a delivery method that has them: {details}.",
        "Omettez ces précisions ou choisissez un mode de livraison qui les comporte : {details}.",
    ),
    who="student",
)
def details_fit_item(item: Any, facts: "OrderingFacts") -> Verdict:
    """60109: a country of certification, a waybill and a consumer stand only on items that are delivered so."""
    fits = {
        "certification_country": item.certification_country is None or item.delivery_method in CERTIFIED,
        "waybill": item.waybill is None or item.delivery_method in BY_COURIER,
        "consumer": item.consumer_id is None or item.delivery_method is DeliveryMethod.DIGITAL,
    }
    strange = [name for name, ok in fits.items() if not ok]
    return No({"details": strange}) if strange else True


@rule(
    "CO-04",
    title=("There is a first-run to reprint", "Il y a une première impression à réimprimer"),
    message=(
        "The credential was never printed; order its first-run.",
        "Le titre n'a jamais été imprimé; commandez sa première impression.",
    ),
)
def first_run_exists(item: Any, facts: "OrderingFacts") -> Verdict:
    """CO-04: a first-run item that is not cancelled, here or elsewhere, over all numbers; or a legacy credential."""
    credential = facts.credential
    legacy = credential.legacy_number and not credential.number
    return True if facts.first_run or legacy else No()


@rule(
    "CO-09",
    title=("Certification names its country", "La certification nomme son pays"),
    message=(
        "Certification needs the country's ISO code, other than CA, US and UM{given}.",
        "La certification exige le code ISO du pays, autre que CA, US et UM{given}.",
    ),
    who="student",
    optional={"given": (" (given: {given})", " (donné : {given})")},
)
def certification_names_country(item: Any, facts: "OrderingFacts") -> Verdict:
    """CO-09: country given, not CA, US, UM."""
    if item.delivery_method not in CERTIFIED:
        return True
    given = item.certification_country
    known = given in known_countries() and given not in NEEDS_NO_CERTIFICATION
    return True if known else No({"given": given} if given else {})


@rule(
    "CO-17",
    title=("No similar reprint is open or recent", "Aucune réimpression semblable en cours ou récente"),
    message=(
        "The same credential was already ordered for this recipient: {items}.",
        "Le même titre a déjà été commandé pour ce destinataire : {items}.",
    ),
    who="student",
)
def reprint_is_not_repeated(item: Any, facts: "OrderingFacts") -> Verdict:
    """CO-17 (warning): no open or ≤ 30-day-old reprint to the same recipient exists."""
    return No({"items": list(facts.similar_reprints)}) if facts.similar_reprints else True
