"""``orders diagram``: a machine as a picture, with the live work on it where asked for, or as tables."""

from collections.abc import Iterable
from datetime import date, datetime, time
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from cli.terminal.context import USAGE, Context
from cli.terminal.present import grid, require_reader
from diagrams.arrows import arrows_of
from diagrams.figures import Chosen, Figures, figures_of
from diagrams.live import committed, duration, live, percent
from diagrams.machines import BY_NAME, Drawn
from diagrams.overview import NAME as OVERVIEW
from diagrams.overview import links
from diagrams.tables import rows_of
from diagrams.words import ARROW_HEADINGS, HEADINGS, OVERVIEW_HEADINGS, STATE_HEADINGS
from models.codes import Label
from models.students import School
from models.typography import number as number_in
from workflows.calendar import EDMONTON
from workflows.source import table

_UNKNOWN = Label(
    "There is no machine {name}. There are: {known}.", "Il n'y a pas de machine {name}. Il y a : {known}."
)
_NOT_LIVE = Label(
    "The overview has no figures. Name a machine: {known}.",
    "La vue d'ensemble n'a pas de chiffres. Nommez une machine : {known}.",
)
_ONLY_LIVE = Label("--since and --school go with --live.", "--since et --school vont avec --live.")
_UNKNOWN_SCHOOL = Label("There is no school {school}.", "Il n'y a pas d'école {school}.")
_BAD_TIME = Label(
    "--since takes a date (2026-03-02) or a time (2026-03-02T16:00:00Z), not {text}.",
    "--since attend une date (2026-03-02) ou un instant (2026-03-02T16:00:00Z), non {text}.",
)
#: Columns that the tables need, even where the terminal has fewer.
_WIDTH = 140
_SINCE = Label("Since {since}.", "Depuis {since}.")
_OF_SCHOOL = Label("School {school}.", "École {school}.")


def register(app: typer.Typer) -> None:
    """Add the command of this file."""
    app.command("diagram")(diagram)


def diagram(
    call: typer.Context,
    machine: Annotated[str, typer.Argument(help=f"{', '.join(BY_NAME)}, or {OVERVIEW}.")] = "order_item",
    with_figures: Annotated[bool, typer.Option("--live", help="With what is there and moves now.")] = False,
    since: Annotated[str | None, typer.Option(help="Moves, stays and refusals since then.")] = None,
    school: Annotated[str | None, typer.Option(help="Of this school code only.")] = None,
    as_table: Annotated[bool, typer.Option("--table", help="As tables, without a picture.")] = False,
    output: Annotated[Path | None, typer.Option(help="Write the picture there.")] = None,
) -> None:
    """Show a machine: its SVG on stdout or in a file, or tables of the same."""
    context: Context = call.obj
    known = ", ".join(BY_NAME)
    if machine != OVERVIEW and machine not in BY_NAME:
        context.stop(USAGE, _UNKNOWN, name=machine, known=f"{known}, {OVERVIEW}")
    if not with_figures:
        if since or school:
            context.stop(USAGE, _ONLY_LIVE)
        _show_rules(context, machine, output, as_table=as_table)
        return
    if machine == OVERVIEW:
        context.stop(USAGE, _NOT_LIVE, known=known)
    require_reader(context, "diagram")
    drawn = BY_NAME[machine]
    chosen = Chosen(_moment(context, since), school)
    figures = _counted(context, drawn, chosen)
    context.emit(figures.as_json(drawn) | {"since": since, "school": school})
    if as_table:
        _show_figures(context, drawn, figures)
    elif output is not None or not context.json:
        _give(context, live(drawn, figures, context.language, _note(context, since, school)), output)


def _counted(context: Context, drawn: Drawn, chosen: Chosen) -> Figures:
    with context.reading() as source:
        if chosen.school is not None and not source.rows(School, table(School).c.code == chosen.school):
            context.stop(USAGE, _UNKNOWN_SCHOOL, school=chosen.school)
        return figures_of(source, drawn, chosen)


def _moment(context: Context, text: str | None) -> datetime | None:
    """A day begins in Edmonton; a time without a zone is Edmonton's."""
    if text is None:
        return None
    try:
        day = date.fromisoformat(text)
    except ValueError:
        try:
            moment = datetime.fromisoformat(text)
        except ValueError:
            context.stop(USAGE, _BAD_TIME, text=text)
        return moment if moment.tzinfo else moment.replace(tzinfo=EDMONTON)
    return datetime.combine(day, time(), EDMONTON)


def _note(context: Context, since: str | None, school: str | None) -> str:
    said = [context.text(_SINCE, since=since)] if since else []
    return " ".join([*said, *([context.text(_OF_SCHOOL, school=school)] if school else [])])


def _give(context: Context, svg: str, output: Path | None) -> None:
    if output is None:
        typer.echo(svg, nl=False)
    else:
        output.write_text(svg, encoding="utf-8")
        context.say(str(output))


def _show_rules(context: Context, machine: str, output: Path | None, *, as_table: bool) -> None:
    language = context.language
    if machine == OVERVIEW:
        headings: tuple[Label, ...] = OVERVIEW_HEADINGS
        rows = [
            (one.title.in_(language), cause, two.title.in_(language), effect)
            for one, cause, two, effect in links(language)
        ]
    else:
        headings, rows = HEADINGS, [cells for _, _, cells in rows_of(BY_NAME[machine], language)]  # type: ignore[misc]
    context.emit({"machine": machine, "rows": [list(cells) for cells in rows]})
    if as_table:
        _print(context, headings, rows)
    elif output is not None or not context.json:
        _give(context, committed(machine, language), output)


def _show_figures(context: Context, drawn: Drawn, figures: Figures) -> None:
    language = context.language
    plan = drawn.machine.plan
    states = []
    for state in plan.states:
        dwell = figures.dwells.get(state.value)
        stay = [duration(each, language) for each in (dwell.median, dwell.ninetieth)] if dwell else ["", ""]
        states.append(
            (state.label.in_(language), number_in(figures.counts.get(state.value, 0), language), *stay)
        )
    _print(context, STATE_HEADINGS, states)
    context.say("")
    arrows = []
    for arrow in arrows_of(drawn):
        refused = figures.refusals.get(arrow.name, {})
        told = ", ".join(f"{code} ×{number_in(number, language)}" for code, number in sorted(refused.items()))
        for source in arrow.sources:
            share = figures.share(arrow, source)
            ends = plan.states(source).label.in_(language), plan.states(arrow.target).label.in_(language)
            taken = number_in(figures.taken(arrow, source), language)
            part = "" if share is None else percent(share, language)
            arrows.append((ends[0], plan.events[arrow.event].in_(language), ends[1], taken, part, told))
    _print(context, ARROW_HEADINGS, arrows)


def _print(context: Context, headings: tuple[Label, ...], rows: Iterable[tuple[str, ...]]) -> None:
    shown = grid(headings, context)
    for cells in rows:
        shown.add_row(*cells)
    if not context.json:
        Console(highlight=False, width=max(context.out.width, _WIDTH)).print(shown)
