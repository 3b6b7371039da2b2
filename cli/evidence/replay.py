"""``orders replay``: what the rules of today make of past decisions, so that a change can be judged before it ships."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Annotated, Any, NoReturn

import typer
from rich.text import Text

from cli.terminal.context import USAGE, Context
from cli.terminal.parse import date_of
from cli.terminal.present import grid, require_reader
from models.codes import Label
from workflows.calendar import EDMONTON
from workflows.effects.machines import MACHINES
from workflows.machines.amendments import AMENDMENTS
from workflows.questions import QUESTIONS
from workflows.replay.names import label_of, number_of
from workflows.replay.recalled import Told
from workflows.replay.replay import Chosen, Difference, Differing, Replayed, replay
from workflows.rules.rule import REGISTRY, Reason, order_of, plain
from workflows.shapes import instant

_NO_RULE = Label(
    "There is no rule {rules}. The rules are: {codes}.",
    "La règle {rules} n'existe pas. Les règles : {codes}.",
)
_NO_RULES = Label(
    "There are no rules {rules}. The rules are: {codes}.",
    "Les règles {rules} n'existent pas. Les règles : {codes}.",
)
_WHICH_RULES = Label(
    "Say which rules, or leave --rules out: {codes}.", "Dites quelles règles, ou omettez --rules : {codes}."
)
_NO_EVENT = Label(
    "Nothing is decided under the name {event}. The names are: {events}.",
    "Rien n'est décidé sous le nom {event}. Les noms : {events}.",
)
_NOTHING_KEPT = Label(
    "No decision of that kind is kept (for {days} days, ORDERS_FACTS_DAYS).",
    "Aucune décision de ce genre n'est conservée (pendant {days} jours, ORDERS_FACTS_DAYS).",
)
_SUMMARY = Label(
    "{decisions} decisions replayed: {same} alike, {differing} different, {unknown} unknown.",
    "{decisions} décisions rejouées : {same} pareilles, {differing} différentes, {unknown} inconnues.",
)
_MISSES = Label(
    "Rule {code} looks at “{fact}”, which was not kept for {count} decisions.",
    "La règle {code} examine « {fact} », non conservé pour {count} décisions.",
)
_UNDECIDED = Label("Can't be decided: {count}.", "Indécidables : {count}.")
_FAILS = Label("Rule {code} fails ({count}): {error}", "La règle {code} échoue ({count}) : {error}")
_UNUSABLE = Label(
    "What was kept can't be used ({count}): {error}",
    "Ce qui a été conservé est inutilisable ({count}) : {error}",
)
_AND_MORE = Label("… and {more} more: --limit", "… et {more} de plus : --limit")
_THEN = Label("then: {reason}", "alors : {reason}")
_NOW = Label("now: {reason}", "maintenant : {reason}")
_NOT_KEPT = Label(
    "not known: rule {code} looks at “{fact}”, which was not kept",
    "inconnu : la règle {code} examine « {fact} », non conservé",
)
_NOT_KEPT_BY_NO_RULE = Label("not known: “{fact}” was not kept", "inconnu : « {fact} » n'a pas été conservé")
_FAILED = Label(
    "can't be decided: rule {code} failed: {error}", "indécidable : la règle {code} a échoué : {error}"
)
_DAMAGED = Label(
    "can't be decided: what was kept can't be used: {error}",
    "indécidable : ce qui a été conservé est inutilisable : {error}",
)
_RECORD = Label("record {id}", "enregistrement {id}")
_ALLOWED = Label("allowed", "permis")
_NO_TRANSITION = Label("no such transition", "aucune transition de ce genre")
_BY_RULE = (Label("Rule", "Règle"), Label("Difference", "Différence"), Label("Decisions", "Décisions"))
_HEADINGS = (
    Label("On", "Sur"),
    Label("When", "Quand"),
    Label("Event", "Événement"),
    Label("Difference", "Différence"),
    Label("Why", "Pourquoi"),
)


def register(app: typer.Typer) -> None:
    """Add the command of this file."""
    app.command("replay")(replay_decisions)


def replay_decisions(
    call: typer.Context,
    rules: Annotated[
        str,
        typer.Option(metavar="CODES", help="Rules to ask again, as CO-24,CO-30; the others answer as then."),
    ] = "all",
    since: Annotated[str | None, typer.Option(metavar="DATE", help="Only decisions since this day.")] = None,
    until: Annotated[
        str | None, typer.Option(metavar="DATE", help="Only decisions up to and with this day.")
    ] = None,
    event: Annotated[str | None, typer.Option(metavar="EVENT", help="Only decisions on this event.")] = None,
    limit: Annotated[int, typer.Option(min=0, help="The most differences that are listed.")] = 100,
) -> None:
    """Run the stored facts of past decisions through the rules of today: which would differ, and why. Changes nothing."""
    context: Context = call.obj
    require_reader(context, "replay")
    first, last = date_of(context, since), date_of(context, until)
    chosen = Chosen(
        rules=_codes(context, rules),
        since=None if first is None else datetime.combine(first, time(), EDMONTON),
        until=None
        if last in (None, date.max)
        else datetime.combine(last + timedelta(days=1), time(), EDMONTON),
        event=_event(context, event),
    )
    with context.reading() as source:
        found = replay(source, chosen, limit)
    context.emit(_document(found))
    if not context.json:
        _print(context, found)


def _codes(context: Context, text: str) -> frozenset[str] | None:
    codes = frozenset(code.strip().upper() for code in text.split(",") if code.strip())
    if codes == {"ALL"}:
        return None
    known = ", ".join(sorted(REGISTRY, key=order_of))
    if not codes:
        context.stop(USAGE, _WHICH_RULES, codes=known)
    if unknown := sorted(codes - REGISTRY.keys()):
        context.stop(USAGE, _NO_RULES if unknown[1:] else _NO_RULE, rules=", ".join(unknown), codes=known)
    return codes


def _event(context: Context, event: str | None) -> str | None:
    known = {*QUESTIONS, *AMENDMENTS, *(name for machine in MACHINES for name in machine.plan.events)}
    return event if event is None or event in known else _refuse_event(context, event, known)


def _refuse_event(context: Context, event: str, known: set[str]) -> NoReturn:
    context.stop(USAGE, _NO_EVENT, event=event, events=", ".join(sorted(known)))


def _document(found: Replayed) -> dict[str, Any]:
    """``by_rule`` counts differences by rule and kind.

    ``unknown`` says which fact which rule misses, and how often, ``failed`` which rule fails, and with which error: no rule
    where what was kept can't be used.
    """
    return {
        "decisions": found.decisions,
        "same": found.same,
        "by_difference": {kind.value: found.by_kind[kind] for kind in Difference},
        "by_rule": {code: {kind.value: n for kind, n in kinds.items()} for code, kinds in _in_order(found)},
        "unknown": [
            {"rule": code, "fact": fact, "decisions": count}
            for (code, fact), count in sorted(found.missing.items())
        ],
        "failed": [
            {"rule": code or None, "error": error, "decisions": count}
            for (code, error), count in sorted(found.failed.items())
        ],
        "differences": [_shown(each) for each in found.differing],
    }


def _in_order(found: Replayed) -> list[tuple[str, Any]]:
    """By rule in the order of domain §4, "the order of this table"; those that are gone last."""
    return sorted(
        found.by_rule.items(),
        key=lambda each: (each[0] not in REGISTRY, order_of(each[0]) if each[0] in REGISTRY else each[0]),
    )


def _shown(each: Differing) -> dict[str, Any]:
    past, label = each.past, label_of(each.past)
    return {
        "decision": past.id,
        "subject": {"table": past.subject_table, "number": number_of(past) or None},
        "at": instant(past.at),
        "role": past.role,
        "event": past.event,
        "label": {"en": label.en, "fr": label.fr},
        "state": past.state or None,
        "difference": each.kind.value,
        "then": {
            "target": past.target,
            "kind": past.refusal,
            "reasons": [_told(told) for told in past.reasons],
        },
        "now": {
            "target": each.now.target,
            "kind": each.now.kind,
            "reasons": [reason.as_json() for reason in each.now.reasons],
        },
        "unknown": [{"rule": code, "fact": fact} for code, fact in each.unknown],
        "failed": [{"rule": code or None, "error": error} for code, error in each.failed],
    }


def _told(told: Told) -> dict[str, Any]:
    message = {"en": told.message("en"), "fr": told.message("fr")}
    return {"code": told.code, "message": message, "params": plain(told.params)}


def _print(context: Context, found: Replayed) -> None:
    if not found.decisions:
        context.say(_NOTHING_KEPT, days=context.settings.facts_days)
        return
    unknown = found.by_kind[Difference.UNKNOWN]
    undecided = found.by_kind[Difference.UNDECIDED]
    differing = found.by_kind.total() - unknown - undecided
    context.say(_SUMMARY, decisions=found.decisions, same=found.same, differing=differing, unknown=unknown)
    if undecided:
        context.say(_UNDECIDED, count=undecided)
    for (code, error), count in sorted(found.failed.items()):
        context.say(_FAILS if code else _UNUSABLE, code=code, error=error, count=count)
    for (code, fact), count in sorted(found.missing.items()):
        context.say(_MISSES, code=code, fact=fact, count=count)
    if found.differing:
        _print_tables(context, found)


def _print_tables(context: Context, found: Replayed) -> None:
    by_rule = grid(_BY_RULE, context)
    for code, kinds in _in_order(found):
        for kind, count in kinds.items():
            by_rule.add_row(code, kind.label.in_(context.language), str(count))
    context.out.print(by_rule)
    listed = grid(_HEADINGS, context)
    for each in found.differing:
        event, kind = label_of(each.past), each.kind.label
        why = "\n".join(_why(context, each))
        listed.add_row(
            number_of(each.past) or context.text(_RECORD, id=each.past.id),
            str(instant(each.past.at)),
            event.in_(context.language),
            kind.in_(context.language),
            Text(why),
        )
    context.out.print(listed)
    if (more := found.by_kind.total() - found.listed) > 0:
        context.say(_AND_MORE, more=more)


def _why(context: Context, each: Differing) -> list[str]:
    then = [] if each.past.subject is None else _reasons(context, each.past.reasons, each.past.refusal)
    return [
        *(context.text(_THEN, reason=reason) for reason in then),
        *(context.text(_NOW, reason=reason) for reason in _today(context, each)),
    ]


def _today(context: Context, each: Differing) -> list[str]:
    """What the rules of today say, and what they can't say."""
    if each.failed:
        return [
            context.text(_FAILED if code else _DAMAGED, code=code, error=error) for code, error in each.failed
        ]
    if each.unknown:
        told = [f"{reason.code} {reason.message(context.language)}" for reason in each.now.reasons]
        missing = [
            context.text(_NOT_KEPT if code else _NOT_KEPT_BY_NO_RULE, code=code, fact=fact)
            for code, fact in each.unknown
        ]
        return told + missing
    return _reasons(context, each.now.reasons, each.now.kind)


def _reasons(context: Context, reasons: Sequence[Told | Reason], refusal: str | None) -> list[str]:
    told = [f"{reason.code} {reason.message(context.language)}" for reason in reasons]
    return told or [context.text(_ALLOWED if refusal is None else _NO_TRANSITION)]
