"""What the events of a print job change (domain §3, "Print job")."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from models.codes import MessageKind
from models.history import PrintJobHistory
from models.print_jobs import PrintJob
from workflows.command import Command
from workflows.effects.lease import NO_LEASE
from workflows.effects.messages import tell_of_transmission
from workflows.facts.kinds import JobFacts
from workflows.facts.loading import load_job_facts
from workflows.machines import print_job
from workflows.machines.machine import Case, Change, Consequence, Machine
from workflows.rules.rule import plain
from workflows.source import Source, table


def _release_job(case: Case) -> Change:
    return Change(
        {"released_at": case.facts.command.at, "next_attempt_at": None}, {"envelopes": case.facts.envelopes}
    )


def _hand_over(case: Case) -> Change:
    lease = case.facts.given
    columns = {"lease_owner": lease["owner"], "lease_until": lease["until"]}
    return Change(columns, {"sha256": case.row.sha256, "manifest_sha256": case.row.manifest_sha256})


def _accept(case: Case) -> Change:
    return Change(NO_LEASE | {"transmitted_at": case.facts.command.at, "attempts": 0, "last_error": None})


def _give_back(case: Case) -> Change:
    failed = case.facts.given
    return Change(NO_LEASE | failed, {"error": failed["last_error"]})


def _resend(_case: Case) -> Change:
    return Change({"attempts": 0, "next_attempt_at": None})


def _acknowledge(case: Case) -> Change:
    return Change({}, {"outcomes": plain(case.facts.given)})


def _reconcile(case: Case) -> Change:
    return Change({"reconciled_at": case.facts.command.at})


def _discard(case: Case) -> Change:
    return Change({"reason": case.facts.command.reason})


def _job_facts(
    source: Source, jobs: Sequence[Any], command: Command, _events: Mapping[int, Iterable[str]]
) -> Mapping[int, JobFacts]:
    return load_job_facts(source, jobs, command)


def _tell(kind: MessageKind) -> Consequence:
    return lambda source, won, command: tell_of_transmission(source, kind, won, command)


PRINT_JOB = Machine(
    plan=print_job.PLAN,
    table=table(PrintJob),
    history=table(PrintJobHistory),
    load_facts=_job_facts,
    effects={
        "release": _release_job,
        "hand_over": _hand_over,
        "accept": _accept,
        "retry": _give_back,
        "give_up": _give_back,
        "resend": _resend,
        "acknowledge": _acknowledge,
        "reconcile": _reconcile,
        "discard": _discard,
    },
    consequences={
        "accept": _tell(MessageKind.TRANSMISSION_DONE),
        "give_up": _tell(MessageKind.TRANSMISSION_FAILED),
    },
)
