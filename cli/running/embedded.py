"""``orders work``: the embedded worker."""

from collections import Counter
from typing import Annotated

import typer
from rich.progress import Progress, SpinnerColumn, TextColumn

from actors.embedded import EmbeddedWorker, beacon_of
from cli.terminal.context import Context
from models.codes import ItemState, Label
from workflows.views.counts import counts_by_state


def register(app: typer.Typer) -> None:
    """Add the command of this file."""
    app.command("work")(work)


def work(
    call: typer.Context,
    until_idle: Annotated[
        bool, typer.Option("--until-idle", help="End when nothing is due and no lease is live.")
    ] = False,
) -> None:
    """Carry out every automatic step: process, render, gather, release, hand over."""
    context: Context = call.obj
    done: Counter[str] = Counter()
    columns = (SpinnerColumn(), TextColumn("{task.description}"))
    with (
        beacon_of(context.installation) as beacon,
        Progress(*columns, console=context.err, transient=True) as bar,
    ):
        beacon.sweep()
        task = bar.add_task(context.text(Label("looking for work", "recherche de travail")))

        def note(step: str, ids: int) -> None:
            done[step] += ids
            bar.update(task, description=", ".join(f"{name} {number}" for name, number in done.items()))

        EmbeddedWorker(context.installation, beacon).run(until_idle=until_idle, progress=note)
    with context.reading() as source:
        states = counts_by_state(source)
    context.emit({"steps": dict(done), "items": states})
    told = ((ItemState(state).label.in_(context.language), number) for state, number in states.items())
    context.say(
        ", ".join(context.text(_COUNTED, state=state, number=number) for state, number in told) or "0"
    )


_COUNTED = Label("{state}: {number}", "{state} : {number}")
