"""``orders demo``: a ministry's wave from extract to acknowledged print job, in one command and one folder."""

import shutil
import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import Annotated, cast

import typer

from cli.demo.place import urls_in
from cli.demo.story import Story
from cli.demo.summary import show_summary, summary_json
from cli.running.serve import run_service
from cli.terminal.context import USAGE, Context
from models.codes import Label, Role
from workflows.command import Actor
from workflows.operations.access.service_tokens import ROLES, create

#: Marks a folder that a demo made, and that the next one may replace.
_MARK = ".made-by-orders-demo"


def register(app: typer.Typer) -> None:
    """Add the command of this file."""
    app.command("demo")(demo)


def demo(
    call: typer.Context,
    students: Annotated[int, typer.Option(min=1, help="How many made-up students.")] = 1000,
    folder: Annotated[Path, typer.Option(help="Where everything goes; replaced when a demo made it.")] = Path(
        "demo"
    ),
    seed: Annotated[int, typer.Option(help="The same seed makes the same students.")] = 2026,
    serve: Annotated[
        bool, typer.Option("--serve", help="Serve HTTP afterwards, until told to stop.")
    ] = False,
    port: Annotated[int, typer.Option(min=1, max=65_535, help="Where --serve listens.")] = 8000,
) -> None:
    """Show the whole way: made-up students, awarded, ordered, printed, handed over; and what follows in the weeks after."""
    context: Context = call.obj
    _prepare(context, folder)
    context = _inside(context, folder)
    started = time.perf_counter()
    story = Story(context, folder, students, seed)
    story.tell()
    seconds = time.perf_counter() - started
    token = _token(context) if serve else None
    with context.reading() as source:
        context.emit(summary_json(source, folder, seconds) | ({"token": token} if serve else {}))
        show_summary(context, source, folder, seconds, story.phases)
    if serve:
        context.say(_ASK, token=token, port=port)
        sys.stdout.flush()  # whoever reads it from a pipe needs the token now
        run_service(context, "127.0.0.1", port)


def _prepare(context: Context, folder: Path) -> None:
    if folder.exists() and any(folder.iterdir()):
        if not (folder / _MARK).exists():
            context.stop(USAGE, _NOT_OURS, folder=folder)
        shutil.rmtree(folder)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / _MARK).touch()


def _inside(context: Context, folder: Path) -> Context:
    """The context of the call, with its installation in ``folder`` whatever the URL settings say."""
    urls = urls_in(folder.resolve()) | {"redis_url": None}
    return Context(context.settings.model_copy(update=urls), context.actor, context.language, context.json)


def _token(context: Context) -> str:
    """A token that may do whatever people may, as Student Records unless a request says otherwise."""
    clerk = replace(context.command("create"), actor=Actor(Role.STUDENT_RECORDS, "demo"))
    return cast("str", create(context.installation, "demo", ROLES, [], None, clerk))


_ASK = Label(
    "Over HTTP, as often as you like, until Ctrl+C:\n"
    "  curl -H 'Authorization: Bearer {token}' 'http://127.0.0.1:{port}/api/order-items?state=system_hold'",
    "Par HTTP, aussi souvent que vous voulez, jusqu'à Ctrl+C :\n"
    "  curl -H 'Authorization: Bearer {token}' 'http://127.0.0.1:{port}/api/order-items?state=system_hold'",
)
_NOT_OURS = Label(
    "{folder} exists and no demo made it; choose another --folder or remove it yourself.",
    "{folder} existe et ne vient pas d'une démonstration; choisissez un autre --folder ou supprimez-le vous-même.",
)
