"""The rules behind every "no": one by one for programs, and as a page for people."""

from html import escape
from typing import Any, Literal

from fastapi import APIRouter, Request
from starlette.responses import HTMLResponse, Response

from models.codes import Label
from models.errors import KINDS
from web.api.protocol.answers import answer
from web.api.protocol.inputs import KindOfProblem, RuleCode
from web.api.protocol.problems import not_found
from web.api.protocol.route import Guarded
from web.api.protocol.schema import Answers, answers
from workflows.rules.fact_words import LOOKS_AT
from workflows.rules.rule import REGISTRY, order_of
from workflows.rules.vocabulary import WHO
from workflows.views.outcomes import ProblemKind, kind_view
from workflows.views.rules import Rules, RuleView, rule_view

router = APIRouter(route_class=Guarded, tags=["rules"])
_NO_RULE = Label("There is no such rule.", "Cette règle n'existe pas.")
_TITLE = Label("Rules", "Règles")
_WHO_CAN_FIX = Label("Who can fix it: {who}", "Qui peut corriger : {who}")
_NO_KIND = Label("There is no such kind of problem.", "Cette sorte de problème n'existe pas.")


def _or_page(told: Answers) -> Answers:
    """``told`` with an HTML page as a second form of the answer 200."""
    told[200]["content"]["text/html"] = {"schema": {"type": "string"}}
    return told


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
