"""``orders verify``: what a document's QR code says about it, for anybody."""

from typing import Annotated

import typer

from cli.terminal.context import NOT_FOUND, Context
from models.codes import Label, VerificationStatus
from workflows.rules.rule import plain
from workflows.trust.verify import verified_view
from workflows.trust.verify import verify as ask


def register(app: typer.Typer) -> None:
    """Add the command of this file."""
    app.command("verify")(verify)


def verify(
    call: typer.Context,
    code: Annotated[str, typer.Argument(metavar="CODE", help="The link of the QR code, or its last part.")],
) -> None:
    """Say whether a printed or downloaded document still holds; tells its type, award date and holder's initials."""
    context: Context = call.obj
    found = ask(context.installation, code.rstrip("/").rpartition("/")[2])
    context.emit(verified_view(found))
    status = found.status.label.in_(context.language)
    if found.status is VerificationStatus.UNKNOWN or found.credential_type is None:
        context.say(status)
        raise typer.Exit(NOT_FOUND)
    context.say(
        Label(
            "{status}: {title}, awarded {day}, {initials}", "{status} : {title}, décerné le {day}, {initials}"
        ),
        status=status,
        title=found.credential_type.label.in_(context.language),
        day=plain(found.awarded_on),
        initials=found.initials,
    )
