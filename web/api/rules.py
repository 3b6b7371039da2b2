"""The rules behind every "no": one by one for programs, and as a page for people."""

from html import escape
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Request
from starlette.responses import HTMLResponse, Response
from typing_extensions import TypedDict

from models.codes import Label
from models.errors import KINDS
from web.api.protocol.answers import answer
from web.api.protocol.inputs import KindOfProblem, RuleCode
from web.api.protocol.problems import not_found
from web.api.protocol.route import Guarded
from web.api.protocol.schema import Answers, answers
from workflows.machines import consumer, credential, document_order, order_item, print_job, special_handling
from workflows.machines.plan import Plan
from workflows.rules.fact_words import FACTS, LOOKS_AT
from workflows.rules.rule import REGISTRY, Rule, order_of
from workflows.rules.vocabulary import WHO
from workflows.shapes import Both, both, values_of
from workflows.views.outcomes import ProblemKind, kind_view

router = APIRouter(route_class=Guarded, tags=["rules"])
_PLANS: tuple[Plan, ...] = (
    order_item.PLAN,
    document_order.PLAN,
    print_job.PLAN,
    special_handling.PLAN,
    credential.PLAN,
    consumer.PLAN,
)
_NO_RULE = Label("There is no such rule.", "Cette règle n'existe pas.")
_TITLE = Label("Rules", "Règles")
_WHO_CAN_FIX = Label("Who can fix it: {who}", "Qui peut corriger : {who}")
_NO_KIND = Label("There is no such kind of problem.", "Cette sorte de problème n'existe pas.")


class GuardedEvent(TypedDict):
    """An event from a state."""

    machine: str
    state: str
    event: str


class FactView(TypedDict):
    """A fact that a rule looks at, and what it is called within a sentence."""

    fact: str
    label: Both


class RuleView(TypedDict):
    """A rule with its texts, who can fix what it refuses, what it looks at, and the transitions that it guards."""

    code: str
    rule: str
    title: Both
    message: Both
    who: Annotated[str, values_of(WHO)]
    about: str
    looks_at: list[FactView]
    guards: list[GuardedEvent]


class Rules(TypedDict):
    """Every rule."""

    rules: list[RuleView]


def _or_page(told: Answers) -> Answers:
    """``told`` with an HTML page as a second form of the answer 200."""
    told[200]["content"]["text/html"] = {"schema": {"type": "string"}}
    return told


def rule_view(rule: Rule) -> RuleView:
    """A rule with its texts, who can fix what it refuses, what it looks at, and the transitions that it guards."""
    return {
        "code": rule.code,
        "rule": rule.name,
        "title": both(rule.title),
        "message": both(rule.whole_message),
        "who": rule.who,
        "about": (rule.__doc__ or "").strip(),
        "looks_at": [{"fact": each, "label": both(FACTS[each])} for each in _looked_at(rule)],
        "guards": [
            {"machine": plan.machine, "state": state, "event": event}
            for plan in _PLANS
            for state, event in plan.candidates
            if rule.code in {each.code for each in plan.rules_of(state, event)}
        ],
    }


def _looked_at(rule: Rule) -> tuple[str, ...]:
    """The facts of a rule; of one that each transition has for itself (CO-11), those of all of them."""
    made = (each for plan in _PLANS for each in plan.rules if each.code == rule.code)
    return tuple(dict.fromkeys(fact for each in (rule, *made) for fact in each.looks_at))


@router.get("/rules", operation_id="rules.list", responses=_or_page(answers(Rules)))
def rules(request: Request) -> Response:
    """Every rule."""
    found = [rule_view(REGISTRY[code]) for code in sorted(REGISTRY, key=order_of)]
    return _shown(request, Rules(rules=found), found)


@router.get("/rules/{code}", operation_id="rules.show", responses=_or_page(answers(RuleView)))
def rule(request: Request, code: RuleCode) -> Response:
    """One rule: JSON, or a page where HTML is asked for."""
    if code not in REGISTRY:
        raise not_found(_NO_RULE)
    view = rule_view(REGISTRY[code])
    return _shown(request, view, [view])


@router.get("/problems/{kind}", operation_id="rules.problem", responses=answers(ProblemKind))
def problem(kind: KindOfProblem) -> Response:
    """What a kind of problem means: what its ``type`` leads to."""
    if kind not in KINDS:
        raise not_found(_NO_KIND)
    return answer(kind_view(kind)).response()


def _shown(request: Request, document: Any, rules_: list[RuleView]) -> Response:
    if "text/html" not in request.headers.get("accept", ""):
        return answer(document).response()
    return HTMLResponse(
        _PAGE.format(title=" / ".join(_TITLE), rules="\n".join(_section(each) for each in rules_))
    )


def _section(view: RuleView) -> str:
    guards = ", ".join(f"{each['machine']}: {each['state']} → {each['event']}" for each in view["guards"])
    lines = [
        f'<section id="{escape(view["code"])}"><h2>{escape(view["code"])} <code>{escape(view["rule"])}</code></h2>'
    ]
    languages: tuple[Literal["en"], Literal["fr"]] = ("en", "fr")
    for language in languages:
        title, message = escape(view["title"][language]), escape(view["message"][language])
        lines.append(f'<p lang="{language}"><strong>{title}.</strong> {message}</p>')
    for language in languages:
        facts = ", ".join(each["label"][language] for each in view["looks_at"])
        told = LOOKS_AT.in_(language).format(facts=facts)
        lines.append(f'<p lang="{language}">{escape(told)}</p>')
    lines.append(
        f"<p>{escape(view['about'])}</p><p>"
        + " / ".join(escape(told) for told in _WHO_CAN_FIX.filled(who=WHO[view["who"]]))
        + "</p>"
    )
    lines.append(f"<p>{escape(guards)}</p></section>")
    return "\n".join(lines)


_PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>{title}</title>
<style>body{{font:1rem/1.5 sans-serif;max-width:50rem;margin:2rem auto;padding:0 1rem}}</style></head>
<body><main><h1>{title}</h1>
{rules}
</main></body></html>
"""
