"""``orders verify-history`` and ``orders signing-key``: whether anybody rewrote the past."""

import re
from typing import Annotated, Any

import typer

from cli.context import REFUSED, USAGE, Context
from cli.present import require_reader
from models.codes import Label
from workflows.evidence.signing import public_key
from workflows.evidence.verification import Verified, verify
from workflows.machines import MACHINES

_NO_KEY = Label(
    "A public key is 64 hexadecimal digits; orders signing-key prints the one of this installation.",
    "Une clé publique est de 64 chiffres hexadécimaux; orders signing-key affiche celle de cette installation.",
)
_ROW = Label("{table}: {subject} #{seq} {fault}", "{table} : {subject} n° {seq} {fault}")
_HEAD = Label("signed head {number} {fault}", "tête signée {number} {fault}")
_WHOLE = Label("History is whole; {heads} signed heads.", "L'historique est intact; {heads} têtes signées.")


def register(app: typer.Typer) -> None:
    """Add the commands of this file."""
    app.command("verify-history")(verify_history)
    app.command("signing-key")(signing_key)


def verify_history(
    call: typer.Context,
    key: Annotated[
        str | None,
        typer.Option("--public-key", metavar="HEX", help="The key to trust, kept apart from here."),
    ] = None,
) -> None:
    """Check every chain of history and every signed head; names each row that was tampered with."""
    context: Context = call.obj
    require_reader(context, "verify-history")
    if key is not None and not re.fullmatch(r"[0-9a-fA-F]{64}", key):
        context.stop(USAGE, _NO_KEY)
    found = verify(context.installation, key)
    context.emit(_document(found))
    for row in found.rows:
        fault = row.kind.label.in_(context.language)
        context.say(_ROW, table=row.table, subject=row.subject, seq=row.seq, fault=fault)
    for head in found.head_faults:
        context.say(_HEAD, number=head.number, fault=head.kind.label.in_(context.language))
    if not found.whole:
        raise typer.Exit(REFUSED)
    context.say(_WHOLE, heads=found.heads)


def _document(found: Verified) -> dict[str, Any]:
    """``broken`` lists (subject, seq) by history; ``rows`` says what is wrong with each."""
    broken: dict[str, list[tuple[int, int]]] = {machine.history.name: [] for machine in MACHINES}
    for row in found.rows:
        broken[row.table].append((row.subject, row.seq))
    rows = [
        {"table": row.table, "subject": row.subject, "seq": row.seq, "fault": row.kind.value}
        for row in found.rows
    ]
    heads = [{"number": head.number, "fault": head.kind.value} for head in found.head_faults]
    return {
        "whole": found.whole,
        "broken": broken,
        "rows": rows,
        "heads": {"checked": found.heads, "faults": heads},
    }


def signing_key(call: typer.Context) -> None:
    """Print the public key with which an auditor checks the signed heads; keep it outside this installation."""
    context: Context = call.obj
    require_reader(context, "signing-key")
    key = public_key(context.settings)
    context.emit({"public_key": key})
    context.say(key)
