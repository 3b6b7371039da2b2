"""How what became of many is shown to people: how many of each outcome, and by which rules they were refused."""

from collections import Counter
from collections.abc import Mapping

from cli.terminal.context import Context
from models.codes import Label
from workflows.rules.rule import REGISTRY
from workflows.views.awards import SummaryView
from workflows.views.outcomes import OUTCOMES


def say_preview(context: Context, view: SummaryView) -> None:
    """Totals of what would be awarded and ordered, refusals by rule and warnings by rule."""
    by_outcome = Counter[str](row["outcome"] for row in view["outcomes"])
    warned = Counter(reason["code"] for row in view["outcomes"] for reason in row["warnings"])
    say_award(context, view["selected"], by_outcome, view["by_rule"], warned, preview=True)


def say_award(
    context: Context,
    selected: int,
    by_outcome: Mapping[str, int],
    by_rule: Mapping[str, int],
    warned: Mapping[str, int],
    *,
    preview: bool = False,
) -> None:
    """Totals of what was, or would be, awarded and ordered, refusals by rule and warnings by rule."""
    counted = {name: by_outcome.get(name, 0) for name in ("ordered", "refused", "failed", "conflict")}
    context.say(_WOULD if preview else _DID, selected=selected, **counted)
    if counted["conflict"]:
        context.say(_MEANWHILE, conflict=counted["conflict"])
    for counts, text in ((by_rule, _OTHERWISE), (warned, _WILL_HOLD)):
        for code, number in sorted(counts.items()):
            title = REGISTRY[code].title.in_(context.language)
            context.say(f"  {number:>6}  {code}  {context.text(text)}", title=title)


def say_change(context: Context, by_outcome: Mapping[str, int], by_rule: Mapping[str, int]) -> None:
    """How many items came to each outcome, and how many each rule refused."""
    context.say(outcomes_text(context, by_outcome) or "0")
    say_rules(context, by_rule)


def say_rules(context: Context, by_rule: Mapping[str, int]) -> None:
    """How many each rule refused."""
    for code, number in sorted(by_rule.items()):
        context.say(f"  {number:>6}  {code}  {REGISTRY[code].title.in_(context.language)}")


def outcomes_text(context: Context, by_outcome: Mapping[str, int]) -> str:
    """How many came to each outcome, in one line in the language of the call."""
    return ", ".join(
        context.text(_COUNTED, outcome=outcome_text(context, each), number=number)
        for each, number in sorted(by_outcome.items())
    )


def outcome_text(context: Context, outcome: str) -> str:
    """What became of one of many, in the language of the call."""
    return OUTCOMES[outcome].in_(context.language)


_DID = Label(
    "{selected} selected: {ordered} awarded and ordered, {refused} refused, {failed} failed",
    "{selected} sélectionnés : {ordered} décernés et commandés, {refused} refusés, {failed} échoués",
)
_WOULD = Label(
    "{selected} selected: {ordered} would be awarded and ordered, {refused} refused. Nothing was changed.",
    "{selected} sélectionnés : {ordered} seraient décernés et commandés, {refused} refusés. Rien n'a été modifié.",
)
_MEANWHILE = Label(
    "  of them {conflict} were awarded by somebody else meanwhile",
    "  dont {conflict} décernés entre-temps par quelqu'un d'autre",
)
_OTHERWISE = Label("refused; must hold: {title}", "refusés; il faut : {title}")
_WILL_HOLD = Label(
    "ordered, will be held unless: {title}",
    "commandés, seront suspendus à moins que ceci soit vrai : {title}",
)
_COUNTED = Label("{outcome}: {number}", "{outcome} : {number}")
