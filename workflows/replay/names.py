"""What people know a past decision by: what was asked, and of which subject."""

from models.codes import Label
from models.orders import item_number
from models.print_jobs import job_number
from workflows.effects import amendments
from workflows.effects.amendments import AMENDMENTS
from workflows.effects.machines import MACHINES
from workflows.effects.print_job import PRINT_JOB
from workflows.history.packing import Remembered
from workflows.questions import QUESTIONS
from workflows.replay.recalled import Past

_PLANS = {machine.table.name: machine.plan for machine in MACHINES}


def label_of(past: Past) -> Label:
    """The name of an event or question in both languages."""
    if past.event in QUESTIONS:
        return QUESTIONS[past.event].label
    plan = _PLANS.get(past.subject_table)
    known = plan is not None and (past.event in plan.events or past.event in AMENDMENTS)
    return (
        amendments.label_of(plan, past.event)
        if plan is not None and known
        else Label.said((past.event, past.event))
    )


def number_of(past: Past) -> str:
    """What people know the subject by: its number, or for a line that was to be placed, that of its credential.

    Empty where what was kept does not say.
    """
    columns = past.subject._asdict() if isinstance(past.subject, Remembered) else {}
    if columns.get("order_id") is not None and "item_no" in columns:
        return item_number(columns["order_id"], columns["item_no"])
    if past.subject_table == PRINT_JOB.table.name and "id" in columns:
        return job_number(columns["id"])
    number = columns.get("number") or columns.get("legacy_number")
    return str(number or columns.get("credential_id") or columns.get("id") or "")
