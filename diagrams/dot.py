"""The layout of a machine in DOT: states in rows, events as cards on the lines between them.

Cards and boxes are nodes, and Graphviz lets no node cover another: no label can cross another.
"""

from html import escape
from itertools import pairwise

from diagrams.arrows import Arrow, arrows_of, message_in
from diagrams.machines import Drawn
from diagrams.words import FINAL, FROM, STARTS_HERE
from workflows.rules.fact_words import LOOKS_AT, listed
from workflows.rules.rule import Rule

#: Sizes of text in px; nothing is smaller than SMALL.
TITLE, PLAIN, SMALL = 12, 10, 9
HAPPY, SIDE, QUIET = "#1d5c37", "#7a8791", "#55606a"
#: Codes of a side arrow in one line, and rules of a happy one in one column.
CODES_A_LINE, RULES_A_COLUMN = 3, 3
#: Room behind each code for the refusals that a live picture counts there, and for the figures of arrow and state.
_ROOM, _FIGURES_WIDTH, _NARROW = "\u00a0" * 13, 152, 108
_GRAPH = f"""\
digraph {{
 graph [rankdir=TB ranksep=0.15 nodesep=0.2 splines=true outputorder=edgesfirst pad=0.06 bgcolor="transparent"]
 node [shape=plain fontname="DejaVu Sans" fontsize={PLAIN} color="{SIDE}"]
 edge [color="{SIDE}" arrowsize=0.7]
"""


def dot_of(drawn: Drawn, language: str) -> str:
    """The DOT source of the machine's picture. Deterministic: it is what the drift check compares."""
    arrows = arrows_of(drawn)
    lines = [_GRAPH]
    lines += [_state(drawn, state, arrows, language) for row in drawn.rows for state in row]
    lines += [_card_node(drawn, arrow, language) for arrow in arrows if not arrow.is_folded(drawn)]
    lines += [line for arrow in arrows if not arrow.is_folded(drawn) for line in _edges(drawn, arrow)]
    lines += _ranks(drawn)
    return "\n".join([*lines, "}\n"])


def figures_mark(name: str, width: int) -> str:
    """A text that stands where live figures will, and that the finished picture does not hold."""
    return f"§{name}|{width}§"


def _ranks(drawn: Drawn) -> list[str]:
    """Rows are ranks, each below the one before; the way that all goes well runs straight down."""
    rows = [f" {{rank=same {' '.join(map(_node, row))}}}" for row in drawn.rows]
    below = [
        f" {_node(upper)} -> {_node(lower)} [style=invis weight=0 minlen=2]"
        for above, beneath in pairwise(drawn.rows)
        for upper in above
        for lower in beneath
    ]
    beside = [
        f" {_node(left)} -> {_node(right)} [style=invis weight=1]"
        for row in drawn.rows
        for left, right in pairwise(row)
    ]
    return rows + below + beside


def _node(state: str) -> str:
    return f"state_{state}"


def _edges(drawn: Drawn, arrow: Arrow) -> list[str]:
    """Lines into and out of the card; every one points down for the layout, whichever way its arrow goes."""
    card, order = f'"card_{arrow.name}"', drawn.order
    lines = []
    for source in arrow.sources:
        look = _look(drawn, arrow, source)
        down = order[source] <= order[arrow.target]
        ends = (_node(source), card) if down else (card, _node(source))
        turned = "" if down else "dir=back arrowtail=none"
        lines.append(f" {ends[0]} -> {ends[1]} [{look} arrowhead=none {turned}]")
    down = order[arrow.sources[0]] <= order[arrow.target]
    ends = (card, _node(arrow.target)) if down else (_node(arrow.target), card)
    lines.append(f" {ends[0]} -> {ends[1]} [{_look(drawn, arrow, None)} {'' if down else 'dir=back'}]")
    if all(order[source][0] == order[arrow.target][0] for source in arrow.sources):
        lines.append(f" {{rank=same {card} {_node(arrow.target)}}}")
    return lines


def _look(drawn: Drawn, arrow: Arrow, source: str | None) -> str:
    happy = arrow.is_happy(drawn) and (source is None or source in drawn.happy)
    return f'penwidth=3.2 color="{HAPPY}" weight=60' if happy else "penwidth=1.1 weight=1"


def _state(drawn: Drawn, state: str, arrows: tuple[Arrow, ...], language: str) -> str:
    code = drawn.machine.plan.states(state)
    happy = state in drawn.happy
    colour, border = (HAPPY, 2) if happy else (SIDE, 1)
    ends = not any(state in arrow.sources for arrow in arrows)
    marks = [code.value, *([STARTS_HERE.in_(language)] if _starts(drawn, state) else [])]
    marks += [f"◉ {FINAL.in_(language)}"] if ends else []
    name = (
        f'<TD ALIGN="LEFT"><B><FONT POINT-SIZE="{TITLE}">{escape(code.label.in_(language))}</FONT></B> '
        f'<FONT POINT-SIZE="{SMALL}" COLOR="{QUIET}"> {escape(" · ".join(marks))}</FONT></TD>'
    )
    beside = "" if happy else "</TR><TR>"
    rows = [f"<TR>{name}{beside}{_figures_cell(state)}</TR>"]
    folded = [arrow for arrow in arrows if arrow.target == state and arrow.is_folded(drawn)]
    rows += [
        f'<TR><TD ALIGN="LEFT" COLSPAN="2" BORDER="1" SIDES="T" COLOR="#c9d0d6">{_card(drawn, arrow, language)}</TD></TR>'
        for arrow in folded
    ]
    return (
        f' {_node(state)} [id="state-{state}" label=<<TABLE BORDER="{border}" COLOR="{colour}" CELLBORDER="0" '
        f'CELLSPACING="0" CELLPADDING="3" BGCOLOR="#ffffff" STYLE="ROUNDED">{"".join(rows)}</TABLE>>]'
    )


def _starts(drawn: Drawn, state: str) -> bool:
    return state == drawn.initial


def _figures_cell(name: str, width: int = _FIGURES_WIDTH) -> str:
    return (
        f'<TD ALIGN="LEFT" WIDTH="{width}" HEIGHT="13"><FONT POINT-SIZE="{SMALL}">'
        f"{escape(figures_mark(name, width))}</FONT></TD>"
    )


def _card_node(drawn: Drawn, arrow: Arrow, language: str) -> str:
    return f' "card_{arrow.name}" [id="arrow-{arrow.name}" label=<{_card(drawn, arrow, language)}>]'


def _card(drawn: Drawn, arrow: Arrow, language: str) -> str:
    """Event and who may cause it; then the rules, by title where all goes well and by code beside it."""
    happy, folded = arrow.is_happy(drawn), arrow.is_folded(drawn)
    plan = drawn.machine.plan
    title = escape(plan.events[arrow.event].in_(language))
    sources = ""
    if folded:
        names = ", ".join(plan.states(each).label.in_(language) for each in arrow.sources)
        sources = f'<FONT POINT-SIZE="{SMALL}"> {escape(FROM.in_(language))} {escape(names)}</FONT>'
    colour = HAPPY if happy else "#20272c"
    name = f'<FONT COLOR="{colour}"><B>{title}</B></FONT>'
    who = _linked(drawn, arrow, arrow.who, escape(arrow.who_in(language)), language, QUIET)
    if happy and not folded:
        head = [f'<TR><TD ALIGN="LEFT">{name} </TD>{who}{_figures_cell(arrow.name)}</TR>']
        look = ' BGCOLOR="#e6f2ea" COLOR="#bfd9c8"'
    else:
        head = [f'<TR><TD ALIGN="LEFT">{name}</TD>{_figures_cell(arrow.name, _NARROW)}</TR>']
        head += [f'<TR><TD ALIGN="LEFT" COLSPAN="2">{sources}</TD></TR>'] if sources else []
        wide = who.replace("<TD ", '<TD COLSPAN="2" ', 1)
        head.append(f"<TR>{wide}</TR>")
        look = "" if folded else ' BGCOLOR="#ffffff" COLOR="#c9d0d6"'
    rows = "".join([*head, *_rules(drawn, arrow, language, happy=happy)])
    border = 0 if folded else 1
    return f'<TABLE BORDER="{border}" CELLBORDER="0" CELLSPACING="0" CELLPADDING="1"{look}>{rows}</TABLE>'


def _rules(drawn: Drawn, arrow: Arrow, language: str, *, happy: bool) -> list[str]:
    def shown(rule: Rule) -> str:
        text = f"{rule.code} {rule.title.in_(language)}" if happy else rule.code
        return _linked(drawn, arrow, rule, escape(text) + _ROOM, language, "#1b4f8a")

    span = f' COLSPAN="{3 if happy and not arrow.is_folded(drawn) else 2}"'
    cells = [shown(rule) for rule in arrow.rules]
    columns = CODES_A_LINE if not happy else 1 + (len(cells) > RULES_A_COLUMN)
    lines = ["".join(cells[start : start + columns]) for start in range(0, len(cells), columns)]
    return [
        f'<TR><TD ALIGN="LEFT"{span}><TABLE BORDER="0" CELLSPACING="0" CELLPADDING="0"><TR>{line}</TR></TABLE></TD></TR>'
        for line in (["</TR><TR>".join(lines)] if lines else [])
    ]


def _linked(drawn: Drawn, arrow: Arrow, rule: Rule, text: str, language: str, colour: str) -> str:
    facts = LOOKS_AT.filled(facts=listed(rule.looks_at)).in_(language)
    told = f"{rule.code}: {rule.title.in_(language)}. {message_in(rule, language)} {facts}."
    return (
        f'<TD ALIGN="LEFT" HREF="{drawn.name}.html#{arrow.anchor(rule)}" TARGET="_top" TITLE="{escape(told, quote=True)}" '
        f'ID="rule-{arrow.anchor(rule)}"><FONT POINT-SIZE="{SMALL}" COLOR="{colour}">{text}</FONT></TD>'
    )
