"""What the events of a student credential change (domain §3, "Student credential")."""

from models.credentials import Credential
from models.history import CredentialHistory
from workflows.facts.ordering import AwardFacts
from workflows.machines.credential import PLAN
from workflows.machines.machine import Case, Change, Machine
from workflows.source import table


def _award(case: Case) -> Change:
    """Awarded name = legal name; the number and the day are the command's."""
    facts: AwardFacts = case.facts
    names = {
        name: getattr(facts.student, name) for name in ("last_name", "first_name", "middle_name", "suffix")
    }
    number = case.given["number"]
    columns = names | {"number": number, "school_year": facts.school_year, "awarded_on": facts.command.today}
    return Change(columns, {"number": number})


def _reasoned(case: Case) -> Change:
    return Change({}, {"number": case.row.number or case.row.legacy_number})


CREDENTIAL = Machine(
    plan=PLAN,
    table=table(Credential),
    history=table(CredentialHistory),
    facts=AwardFacts,
    effects={
        "award": _award,
        "supersede": _reasoned,
        "undo_supersede": _reasoned,
        "delete": _reasoned,
        "undelete": _reasoned,
    },
    consequences={},
    begins=False,
)
