"""The demonstration's closing summary: items by state and reason, where the time went, what to look at next."""

import os
import shutil
import sys
from collections.abc import Mapping
from pathlib import Path
from shlex import quote
from typing import Any

from cli.demo.place import urls_in
from cli.terminal.context import Context
from cli.terminal.present import grid
from models.codes import ItemState, Label, StatusReason
from models.typography import decimal
from workflows.finding.items import ItemFilter
from workflows.rules.rule import REGISTRY
from workflows.source import Source
from workflows.views.counts import counts_by_reason, counts_by_state
from workflows.views.items import find_items
from workflows.views.print_jobs import job_views

#: States that an item does not leave without a reason.
_WITH_REASONS = (ItemState.USER_HOLD, ItemState.SYSTEM_HOLD, ItemState.FAILED, ItemState.CANCELLED)


def summary_json(source: Source, folder: Path, seconds: float) -> dict[str, Any]:
    """The summary as one JSON document."""
    states = counts_by_state(source)
    return {
        "folder": str(folder),
        "items": sum(states.values()),
        "by_state": states,
        "by_reason": {
            state.value: counts_by_reason(source, state) for state in _WITH_REASONS if state in states
        },
        "print_jobs": job_views(source),
        "seconds": round(seconds, 2),
    }


def show_summary(
    context: Context, source: Source, folder: Path, seconds: float, phases: Mapping[str, float]
) -> None:
    """The summary for people."""
    if context.json:
        return
    states = counts_by_state(source)
    shown = grid([Label("State", "État"), Label("Items", "Articles"), Label("Why", "Pourquoi")], context)
    for state in ItemState:
        if state in states:
            reasons = counts_by_reason(source, state) if state in _WITH_REASONS else {}
            why = "\n".join(
                f"{number} × {_reason(context, code)}" for code, number in sorted(reasons.items())
            )
            shown.add_row(state.label.in_(context.language), str(states[state]), why)
    context.out.print()
    context.out.print(shown)
    total = sum(states.values())
    context.say(
        _SPEED,
        items=total,
        seconds=decimal(seconds, context.language),
        rate=decimal(total / seconds, context.language, 0),
    )
    context.say(
        ", ".join(
            f"{name} {decimal(spent, context.language)} s"
            for name, spent in phases.items()
            if spent >= _WORTH_SAYING
        )
    )
    _what_next(context, source, folder)


#: Seconds below which a phase is not mentioned.
_WORTH_SAYING = 0.1


def _reason(context: Context, code: str) -> str:
    if code in REGISTRY:
        return f"{code} {REGISTRY[code].title.in_(context.language)}"
    return StatusReason(code).label.in_(context.language)


def _what_next(context: Context, source: Source, folder: Path) -> None:
    held, _ = find_items(source, ItemFilter(state=ItemState.SYSTEM_HOLD), 0, 1)
    context.say(_LOOK, folder=folder)
    urls = (f"ORDERS_{name.upper()}={quote(url)}" for name, url in urls_in(folder).items())
    context.say("  export " + " ".join(urls))
    for command in ("items --state system_hold", "print-jobs", "print-job show 1", "verify-history"):
        context.say(f"  {_program()} {command}")
    for each in held:
        context.say(f"  {_program()} item can {each['number']}")


def _program() -> str:
    """The command as it can be typed here: by its path where it is not on the search path."""
    called = Path(sys.argv[0])
    elsewhere = called.name == "orders" and called.parent != Path() and not shutil.which("orders")
    return os.path.relpath(called) if elsewhere else "orders"


_SPEED = Label(
    "{items} items in {seconds} s ({rate} per second)", "{items} articles en {seconds} s ({rate} par seconde)"
)
_LOOK = Label(
    "Print files and manifests: {folder}/print. Rejected rows: {folder}/extract/rejects.csv. Look further with:",
    "Fichiers d'impression et manifestes : {folder}/print. Lignes rejetées : {folder}/extract/rejects.csv. Ensuite :",
)
