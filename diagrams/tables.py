"""The rule table of a machine, as Markdown for a forge and as the page to which its picture links."""

from collections.abc import Iterable, Iterator
from html import escape

from diagrams.arrows import Arrow, arrows_of, message_in
from diagrams.machines import DRAWN, Drawn
from diagrams.mermaid import mermaid_of
from diagrams.overview import NAME, links, overview_mermaid
from diagrams.words import FINAL, HEADINGS, OVERVIEW, OVERVIEW_HEADINGS, STATE, STORED
from workflows.rules.fact_words import listed
from workflows.rules.rule import Rule
from workflows.rules.vocabulary import WHO

_STYLE = """\
body{font:14px/1.45 system-ui,sans-serif;margin:24px;color:#20272c}
table{border-collapse:collapse;margin-bottom:16px}td:nth-child(4){white-space:nowrap}th,td{border:1px solid #c9d0d6;padding:4px 8px;text-align:left;vertical-align:top}
th{background:#eef2f6}tr:target td{background:#fff4cc}object{max-width:100%}"""


def rows_of(drawn: Drawn, language: str) -> Iterator[tuple[Arrow, Rule, tuple[str, ...]]]:
    """A row for each rule of each arrow, who may (CO-11) among them: the cells under ``HEADINGS``."""
    plan = drawn.machine.plan
    for arrow in arrows_of(drawn):
        sources = ", ".join(plan.states(each).label.in_(language) for each in arrow.sources)
        target = plan.states(arrow.target).label.in_(language)
        event = plan.events[arrow.event].in_(language)
        for rule in arrow.conditions:
            only_if = rule.title.in_(language)
            if rule is arrow.who:
                only_if = f"{only_if} ({arrow.who_in(language)})"
            facts, who = listed(rule.looks_at).in_(language), WHO[rule.who].in_(language)
            cells = (sources, event, target, rule.code, only_if, facts, message_in(rule, language), who)
            yield arrow, rule, cells


def state_rows(drawn: Drawn, language: str) -> list[tuple[str, str, str]]:
    """Label, stored value and mark of each state."""
    left = {source for arrow in arrows_of(drawn) for source in arrow.sources}
    return [
        (each.label.in_(language), each.value, "" if each.value in left else FINAL.in_(language))
        for each in drawn.machine.plan.states
    ]


def markdown(drawn: Drawn, language: str) -> str:
    """Mermaid and table in one file."""
    title = drawn.title.in_(language)
    headings = [each.in_(language) for each in HEADINGS]
    states = _pipes([STATE.in_(language), STORED.in_(language), ""], state_rows(drawn, language))
    rules = _pipes(headings, (cells for _, _, cells in rows_of(drawn, language)))
    return f"# {title}\n\n```mermaid\n{mermaid_of(drawn, language)}```\n\n{states}\n{rules}"


def overview_markdown(language: str) -> str:
    """The overview as Mermaid and table."""
    headings = [each.in_(language) for each in OVERVIEW_HEADINGS]
    table = _pipes(headings, _overview_rows(language))
    return f"# {OVERVIEW.in_(language)}\n\n```mermaid\n{overview_mermaid(language)}```\n\n{table}"


def page(drawn: Drawn, language: str) -> str:
    """The picture, and the table with a row to jump to for each rule."""
    headings = [each.in_(language) for each in HEADINGS]
    rules = _html_table(
        headings, ((arrow.anchor(rule), cells) for arrow, rule, cells in rows_of(drawn, language))
    )
    states = _html_table(
        [STATE.in_(language), STORED.in_(language), ""],
        ((f"state-{cells[1]}", cells) for cells in state_rows(drawn, language)),
    )
    return _page(drawn.title.in_(language), drawn.name, states + rules, language)


def overview_page(language: str) -> str:
    """The overview with its table."""
    headings = [each.in_(language) for each in OVERVIEW_HEADINGS]
    rows = ((f"row-{number}", cells) for number, cells in enumerate(_overview_rows(language)))
    return _page(OVERVIEW.in_(language), NAME, _html_table(headings, rows), language)


def _overview_rows(language: str) -> list[tuple[str, ...]]:
    return [
        (one.title.in_(language), cause, two.title.in_(language), effect)
        for one, cause, two, effect in links(language)
    ]


def _pipes(headings: list[str], rows: Iterable[tuple[str, ...]]) -> str:
    lines = [headings, ["---"] * len(headings), *rows]
    return "".join(f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in line)} |\n" for line in lines)


def _html_table(headings: list[str], rows: Iterable[tuple[str, tuple[str, ...]]]) -> str:
    head = "".join(f'<th scope="col">{escape(each)}</th>' for each in headings)
    body = "\n".join(
        f'<tr id="{anchor}">{"".join(f"<td>{escape(cell)}</td>" for cell in cells)}</tr>'
        for anchor, cells in rows
    )
    return f"<table>\n<tr>{head}</tr>\n{body}\n</table>\n"


def _page(title: str, name: str, tables: str, language: str) -> str:
    others = [(NAME, OVERVIEW), *((each.name, each.title) for each in DRAWN)]
    menu = " · ".join(
        f'<a href="{other}.html">{escape(label.in_(language))}</a>'
        for other, label in others
        if other != name
    )
    return (
        f'<!doctype html>\n<html lang="{language}">\n<meta charset="utf-8">\n<title>{escape(title)}</title>\n'
        f"<style>\n{_STYLE}\n</style>\n<h1>{escape(title)}</h1>\n<p>{menu}</p>\n"
        f'<object type="image/svg+xml" data="{name}.svg">{escape(title)}</object>\n{tables}</html>\n'
    )
