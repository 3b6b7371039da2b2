"""What the events of a student credential change (domain §3, "Student credential")."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from models.credentials import Credential
from models.history import CredentialHistory
from workflows.command import Command
from workflows.facts.kinds import OrderingFacts
from workflows.facts.loading import load_ordering_facts
from workflows.machines.credential import PLAN
from workflows.machines.machine import Case, Change, Machine
from workflows.source import Source, table


def _award(case: Case) -> Change:
    """Awarded name = legal name; the number and the day are the command's."""
    facts: OrderingFacts = case.facts
    names = {
        name: getattr(facts.student, name) for name in ("last_name", "first_name", "middle_name", "suffix")
    }
    number = facts.given["number"]
    columns = names | {"number": number, "school_year": facts.school_year, "awarded_on": facts.command.today}
    return Change(columns, {"number": number})


def _facts(
    source: Source, credentials: Sequence[Any], command: Command, _events: Mapping[int, Iterable[str]]
) -> Mapping[int, OrderingFacts]:
    return load_ordering_facts(source, credentials, command)


def _reasoned(case: Case) -> Change:
    return Change({}, {"number": case.row.number or case.row.legacy_number})


CREDENTIAL = Machine(
    plan=PLAN,
    table=table(Credential),
    history=table(CredentialHistory),
    load_facts=_facts,
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
