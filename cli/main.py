"""The ``orders`` command and its global options, which may stand anywhere on the line."""

import gc

gc.disable()  # What is imported stays: looking for garbage in it took a twelfth of the start.

import json
import sqlite3
import sys
from functools import cache
from typing import Annotated, Any, NoReturn

import psycopg
import typer
from pydantic import ValidationError
from sqlalchemy.exc import DBAPIError

from cli import (
    consumers,
    credentials,
    diagram,
    downloads,
    extract,
    handling,
    items,
    messages,
    print_jobs,
    runs,
    students,
    work_lists,
)
from cli.demo import command as demo
from cli.evidence import history, refusals, replay, verify
from cli.ordering import awards, cart, preview_name, reprints, waybill
from cli.running import doctor, embedded, serve, tokens, worker
from cli.running.version import shown, version_view
from cli.terminal.commands import Commands
from cli.terminal.context import INFRASTRUCTURE, USAGE, Context, parse_actor
from cli.terminal.garbage import collect_seldom
from models.codes import Label, Language, Role
from models.settings import Settings

gc.enable()
app = typer.Typer(
    cls=Commands,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    help="Order, print and deliver official school credentials.",
)
for part in (
    demo,
    doctor,
    extract,
    awards,
    credentials,
    students,
    embedded,
    worker,
    items,
    runs,
    reprints,
    consumers,
    downloads,
    messages,
    work_lists,
    handling,
    waybill,
    preview_name,
    cart,
    print_jobs,
    tokens,
    serve,
    verify,
    history,
    replay,
    refusals,
    diagram,
):
    part.register(app)

_NOT_THE_SYSTEM = Label(
    "--as: nobody acts as the system; it does its part by itself (orders work). Name your own role.",
    "--as : personne n'agit en tant que système; il fait sa part de lui-même (orders work). Nommez votre propre rôle.",
)
#: Global options that take a value, and those that do not.
_WITH_VALUE, _FLAGS = ("--as", "--lang"), ("--json",)


@app.callback(invoke_without_command=True)
def _options(
    typer_context: typer.Context,
    json: Annotated[bool, typer.Option("--json", help="One JSON document on stdout.")] = False,
    acting: Annotated[str, typer.Option("--as", metavar="ROLE[:NAME]", help="Who acts.")] = "student_records",
    lang: Annotated[Language | None, typer.Option("--lang", help="Language of messages.")] = None,
    version: Annotated[bool, typer.Option("--version", help="Say version and commit.")] = False,
) -> None:
    if version:
        typer.echo(shown(version_view(), as_json=json))
        raise typer.Exit
    if typer_context.invoked_subcommand is None:
        typer_context.fail("Missing command.")
    try:
        settings = Settings()
        actor = parse_actor(acting)
    except ValidationError as error:
        wrong = "; ".join(
            f"ORDERS_{'_'.join(map(str, each['loc'])).upper()}: {each['msg']}" for each in error.errors()
        )
        raise typer.BadParameter(wrong) from None
    except ValueError as error:
        raise typer.BadParameter(str(error), param_hint="--as") from None
    language = lang or settings.lang
    context = Context(settings=settings, actor=actor, language=language.value, json=json)
    if actor.role is Role.SYSTEM:
        context.stop(USAGE, _NOT_THE_SYSTEM)
    typer_context.obj = context
    typer_context.call_on_close(context.close)


def hoisted(arguments: list[str]) -> list[str]:
    """``arguments`` with the global options first, wherever they stood; what follows ``--`` stays."""
    head, rest = [], []
    waiting = iter(arguments)
    for argument in waiting:
        if argument == "--":
            rest += [argument, *waiting]
        elif argument in _FLAGS or argument.startswith(tuple(f"{name}=" for name in _WITH_VALUE)):
            head.append(argument)
        elif argument in _WITH_VALUE:
            head += [argument, *([value] if (value := next(waiting, None)) is not None else [])]
        else:
            rest.append(argument)
    return head + rest


#: Said in both languages: whose it is was not read yet, perhaps.
_NO_DATABASE = Label("The database can't be used: {error}", "La base de données est inutilisable : {error}")


@cache
def _command() -> Any:
    """The commands with all their options, which take a tenth of a second to read: once for a process."""
    return typer.main.get_command(app)


#: What a database that can't be read or written raises, whichever driver is asked, and however.
UNUSABLE = (DBAPIError, sqlite3.Error, psycopg.Error)


def _stop(arguments: list[str], text: Label) -> NoReturn:
    """End the process with a complaint, as JSON where the call asked for it."""
    if "--json" in arguments:
        error = {"exit_code": INFRASTRUCTURE, "message": text._asdict()}
        sys.stdout.write(json.dumps({"error": error}, ensure_ascii=False, indent=1) + "\n")
    else:
        sys.stderr.write("".join(f"{each}\n" for each in dict.fromkeys(text)))
    sys.exit(INFRASTRUCTURE)


def main() -> None:
    """Run the command line of this process."""
    collect_seldom()
    arguments = hoisted(sys.argv[1:])
    try:
        _command()(args=arguments, prog_name="orders")
    except UNUSABLE as error:
        reason = error.orig if isinstance(error, DBAPIError) else error
        _stop(arguments, _NO_DATABASE.filled(error=reason))
    except OSError as error:
        _stop(arguments, Label.said((str(error), str(error))))


if __name__ == "__main__":
    main()
