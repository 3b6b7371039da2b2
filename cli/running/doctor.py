"""``orders doctor``: what an installation lacks or what is stuck in it, and what to do about it."""

from typing import Annotated

import typer

from actors.watch.diagnosis import examine
from actors.watch.findings import Finding, Level
from cli.terminal.context import DONE, INFRASTRUCTURE, Context
from models.codes import Label

_MARKS = {Level.OK: "✓", Level.WARNING: "!", Level.ERROR: "✗"}
_SUMMARY = {
    Level.OK: Label("All is well.", "Tout va bien."),
    Level.WARNING: Label("It works, but see the warnings.", "Ça fonctionne, mais voyez les avertissements."),
    Level.ERROR: Label("It can't work like this.", "Ça ne peut pas fonctionner ainsi."),
}


def register(app: typer.Typer) -> None:
    """Add the command of this file."""
    app.command("doctor")(doctor)


def doctor(
    call: typer.Context,
    strict: Annotated[bool, typer.Option("--strict", help="Exit with 5 on warnings too.")] = False,
) -> None:
    """Look the installation over. Exit code 0 where it can work, 5 where something it needs is missing."""
    context: Context = call.obj
    findings = []
    for finding in examine(context.raw_installation):
        findings.append(finding)
        _show(context, finding)
    worst = max((finding.kind.level for finding in findings), key=list(Level).index)
    context.emit({"worst": worst.value, "findings": [_as_json(finding) for finding in findings]})
    context.say(_SUMMARY[worst])
    fails = worst is Level.ERROR or (strict and worst is Level.WARNING)
    raise typer.Exit(INFRASTRUCTURE if fails else DONE)


def _show(context: Context, finding: Finding) -> None:
    lines = [f"{_MARKS[finding.kind.level]} {finding.text(context.language)}"]
    if (advice := finding.advice(context.language)) is not None:
        lines.append(f"  → {advice}")
    context.say("\n".join(lines))


def _as_json(finding: Finding) -> dict[str, object]:
    advice = {"en": finding.advice("en"), "fr": finding.advice("fr")}
    return {
        "check": finding.kind.code,
        "level": finding.kind.level.value,
        "params": dict(finding.params),
        "message": {"en": finding.text("en"), "fr": finding.text("fr")},
        "advice": advice if advice["en"] else None,
    }
