"""Rules about students themselves."""

from models.edges.fault_sentences import SENTENCES
from models.students import Student
from workflows.rules.rule import No, Verdict, rule

#: How an import refuses the row of an ASN that may not become secondary: the rule's message with the field before it.
REFUSED_ROW = "asn_becomes_secondary_too_early"
_ROW = SENTENCES[REFUSED_ROW]


@rule(
    "11463",
    title=(
        "Nothing of the ASN is under way when it becomes secondary",
        "Rien n'est en cours sous le NEA qui devient secondaire",
    ),
    message=(_ROW.en, _ROW.fr),
)
def items_of_asn_are_settled(student: Student, items_under_way: tuple[str, ...]) -> Verdict:
    """11463: an ASN becomes secondary only when its items are all sent, settled or cancelled."""
    items = items_under_way
    return No({"asn": student.asn, "count": len(items), "items": ", ".join(items)}) if items else True
