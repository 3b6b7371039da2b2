"""Rules of awarding and ordering. Bulk runs ask those marked *bulk* as well."""

from typing import TYPE_CHECKING, Any

from models.codes import CredentialType, ItemKind, RecipientKind
from models.orders import MAX_COPIES
from workflows.rules.rule import No, Verdict, rule

if TYPE_CHECKING:
    from workflows.facts.kinds import OrderingFacts

_T = CredentialType
_DIPLOMAS = frozenset({_T.AHSD, _T.ADEX, _T.ADVD, _T.GHSD})

#: Award precedence (CO-14, domain §5, "Award precedence"): what may still be awarded in bulk to a student who holds the type.
STILL_AWARDED: dict[CredentialType, frozenset[CredentialType]] = {
    **dict.fromkeys(_DIPLOMAS, frozenset()),
    _T.HSED: _DIPLOMAS,
    _T.CHSA: frozenset({_T.AHSD, _T.HSED}),
    _T.IOPC: _DIPLOMAS | {_T.HSED},
    _T.COSC: frozenset({_T.AHSD, _T.HSED, _T.CHSA}),
    _T.HONR: frozenset(_T),
}


@rule(
    "44008",
    title=("The awarded school year can be determined", "L'année scolaire peut être déterminée"),
    message=(
        "The school year of the credential is unknown; award it by hand and give the year.",
        "L'année scolaire du titre est inconnue; décernez-le à la main en la donnant.",
    ),
)
def school_year_is_known(line: Any, facts: "OrderingFacts") -> Verdict:
    """44008: the school year of the award is known from the extract, or given where it is awarded by hand."""
    return True if facts.school_year else No()


@rule(
    "44017",
    title=("No first-run of this credential exists", "Aucune première impression de ce titre n'existe"),
    message=(
        "The first-run was made already: {first_run}.",
        "La première impression existe déjà : {first_run}.",
    ),
)
def first_run_is_new(line: Any, facts: "OrderingFacts") -> Verdict:
    """44017: none other than cancelled ones, here or elsewhere, over all numbers of student and type."""
    return No({"first_run": facts.first_run}) if facts.first_run else True


@rule(
    "44018",
    title=("It is not a legacy credential", "Ce n'est pas un titre ancien"),
    message=(
        "Credential {legacy_number} is from the old system and can only be reprinted.",
        "Le titre {legacy_number} vient de l'ancien système et ne peut être que réimprimé.",
    ),
)
def credential_is_not_legacy(line: Any, facts: "OrderingFacts") -> Verdict:
    """44018: numbers of the retired system are only reprinted; no first-run and no re-issue is made of them."""
    credential = facts.credential
    legacy = credential.legacy_number and not credential.number
    return No({"legacy_number": credential.legacy_number}) if legacy else True


@rule(
    "CO-01",
    title=(
        "A first-run goes to the student in one copy",
        "La première impression va à l'élève en un exemplaire",
    ),
    message=(
        "A first-run document goes to the student, in one copy.",
        "Une première impression est remise à l'élève, en un exemplaire.",
    ),
)
def first_run_is_one_copy_to_student(line: Any, facts: "OrderingFacts") -> Verdict:
    """CO-01: what is a first-run at its root, reorders of it too, goes to the student and is one copy."""
    if line.root_kind is not ItemKind.FIRST_RUN:
        return True
    return True if line.recipient_kind is RecipientKind.STUDENT and line.copies == 1 else No()


@rule(
    "CO-02",
    title=("The number of copies is in bounds", "Le nombre d'exemplaires est permis"),
    message=(
        "Order 1 to {most} copies, digital exactly one.",
        "Commandez de 1 à {most} exemplaires, un seul en numérique.",
    ),
)
def copies_are_in_bounds(line: Any, facts: "OrderingFacts") -> Verdict:
    """CO-02: reprint copies 1–10; digital exactly 1."""
    most = 1 if line.delivery_method.value == "digital" else MAX_COPIES
    return True if 1 <= line.copies <= most else No({"most": MAX_COPIES})


@rule(
    "CO-13",
    title=("The student is not flagged deceased", "L'élève n'est pas signalé décédé"),
    message=(
        "The student is flagged deceased; a posthumous award is ordered singly.",
        "L'élève est signalé décédé; un titre posthume se commande individuellement.",
    ),
)
def student_is_not_deceased(line: Any, facts: "OrderingFacts") -> Verdict:
    """CO-13 (bulk): a run orders nothing for students who are flagged deceased."""
    return No() if facts.student.deceased else True


@rule(
    "CO-14",
    title=("No awarded credential excludes this type", "Aucun titre décerné n'exclut ce type"),
    message=("The student already holds: {held}.", "L'élève détient déjà : {held}."),
)
def no_awarded_credential_excludes(line: Any, facts: "OrderingFacts") -> Verdict:
    """CO-14 (bulk): the precedence table of domain §5, "Award precedence"; once a diploma is held, nothing more."""
    wanted = facts.credential.credential_type
    excluding = [held for held in facts.awarded_types if wanted not in STILL_AWARDED[held]]
    return No({"held": sorted(excluding)}) if excluding else True


@rule(
    "CO-15",
    title=(
        "It is the highest of the student's types in this run",
        "C'est le plus élevé des types de l'élève de ce lot",
    ),
    message=("{highest} ranks higher and goes first.", "{highest} a préséance."),
)
def type_is_highest_of_run(line: Any, facts: "OrderingFacts") -> Verdict:
    """CO-15 (bulk) *(ours)*: of all the types that a student would get in one run, only the highest is awarded."""
    highest = min(facts.types_in_run, key=list(CredentialType).index)
    return True if highest is facts.credential.credential_type else No({"highest": highest})
