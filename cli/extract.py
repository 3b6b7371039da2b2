"""``orders init`` and ``orders import``."""

from pathlib import Path
from typing import Annotated

import typer

from cli.terminal.context import DONE, NOT_FOUND, REFUSED, Context
from cli.terminal.present import permitted
from models import schema
from models.codes import Label
from models.edges.extract_file import write_rejects
from workflows.missing import NO_FILE
from workflows.operations.students.import_extract import Imported, import_extract


def register(app: typer.Typer) -> None:
    """Add the commands of this file."""
    app.command("init")(init)
    app.command("import")(import_)


def init(call: typer.Context) -> None:
    """Create or upgrade the database."""
    context: Context = call.obj
    schema.upgrade(context.raw_installation.database)
    context.emit({"initialised": True})
    context.say(Label("The database is ready.", "La base de données est prête."))


def import_(
    call: typer.Context,
    students: Annotated[Path, typer.Argument(help="STUDENTS.csv")],
    credentials: Annotated[Path, typer.Argument(help="CREDENTIALS.csv")],
    rejects: Annotated[
        Path | None, typer.Option(help="Where rejected rows go, with line and reasons.")
    ] = None,
) -> None:
    """Import an extract: new and changed rows are taken, bad ones rejected with their reasons."""
    context: Context = call.obj
    try:
        with permitted(context, "import"):
            done = import_extract(context.installation, students, credentials, context.actor)
    except FileNotFoundError as error:
        context.stop(NOT_FOUND, NO_FILE, file=error.filename)
    if rejects is not None:
        write_rejects(rejects, done.rejected, context.language)
    _show(context, done, rejects)
    raise typer.Exit(DONE if done.accepted else REFUSED)


def _show(context: Context, done: Imported, rejects: Path | None) -> None:
    tallies = {"students": done.students, "credentials": done.credentials}
    names = ("new", "changed", "unchanged", "rejected")
    document = {kind: {name: getattr(tally, name) for name in names} for kind, tally in tallies.items()}
    rejected = [
        {
            "file": row.file,
            "line": row.line,
            "reasons": [{"code": one.code, "message": one.message} for one in row.faults],
        }
        for row in done.rejected
    ]
    context.emit(document | {"rejected": rejected})
    for kind, tally in tallies.items():
        context.say(_TALLY, kind=context.text(_KINDS[kind]), **{name: getattr(tally, name) for name in names})
    for row in done.rejected[:_SHOWN]:
        reasons = "; ".join(one.in_(context.language) for one in row.faults)
        context.say(
            Label("  {file}, line {line}: {reasons}", "  {file}, ligne {line} : {reasons}"),
            file=row.file,
            line=row.line,
            reasons=reasons,
        )
    if len(done.rejected) > _SHOWN:
        context.say(_MORE, number=len(done.rejected) - _SHOWN)
    if done.rejected and rejects is None:
        context.say(_KEEP)


#: Rejected rows shown on screen; all go to the rejects file.
_SHOWN = 20
_KINDS = {"students": Label("Students", "Élèves"), "credentials": Label("Credentials", "Titres")}
_TALLY = Label(
    "{kind}: {new} new, {changed} changed, {unchanged} unchanged, {rejected} rejected",
    "{kind} : {new} nouveaux, {changed} modifiés, {unchanged} inchangés, {rejected} rejetés",
)
_MORE = Label("  … and {number} more", "  … et {number} de plus")
_KEEP = Label(
    "Nothing of the rejected rows was kept; add --rejects FILE to get them for correction.",
    "Les lignes rejetées n'ont pas été gardées; ajoutez --rejects FICHIER pour les corriger.",
)
