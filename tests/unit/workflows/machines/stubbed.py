"""Rules whose outcomes a test chooses, so that a plan or a chart can be asked about every combination of them."""

from dataclasses import dataclass
from typing import Any

import pytest

import workflows.rules  # noqa: F401 - declares the rules
from models.codes import Role
from tests.unit.workflows.builders import command
from workflows.command import Command
from workflows.machines import consumer, credential, document_order, order_item, print_job, special_handling
from workflows.machines.chart import Chart
from workflows.machines.plan import Plan
from workflows.rules.rule import REGISTRY, No, Verdict

#: Every machine that is built so far: its chart and its plan.
MACHINES: dict[str, tuple[type[Chart], Plan]] = {
    "order_item": (order_item.OrderItemMachine, order_item.PLAN),
    "print_job": (print_job.PrintJobMachine, print_job.PLAN),
    "special_handling": (special_handling.SpecialHandlingMachine, special_handling.PLAN),
    "document_order": (document_order.DocumentOrderMachine, document_order.PLAN),
    "credential": (credential.CredentialMachine, credential.PLAN),
    "consumer": (consumer.ConsumerMachine, consumer.PLAN),
}


@dataclass(frozen=True)
class Asked:
    """Facts that name the command and the codes that shall fail."""

    command: Command
    failing: frozenset[str] = frozenset()
    is_own: bool = True


def asked(role: Role, event: str, *failing: str) -> Asked:
    """``event`` wanted by ``role`` while the rules ``failing`` do not hold."""
    return Asked(command(event, role), frozenset(failing))


def choose_outcomes(monkeypatch: pytest.MonkeyPatch, *kept: str) -> None:
    """Let the facts decide the outcome of every rule but those ``kept``; CO-11 keeps looking at the role."""
    for code, rule in REGISTRY.items():
        if code not in kept:
            monkeypatch.setattr(rule, "check", _outcome(code))


def _outcome(code: str) -> Any:
    def check(_subject: Any, facts: Any) -> Verdict:
        return No() if code in getattr(facts, "failing", ()) else True

    return check
