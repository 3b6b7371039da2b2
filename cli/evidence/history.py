"""``orders verify-history`` and ``orders signing-key``: whether anybody rewrote the past."""

import re
from typing import Annotated, Any

import typer

from cli.terminal.context import REFUSED, USAGE, Context
from cli.terminal.present import require_reader
from models.codes import Label
from models.print_jobs import job_number
from workflows.effects.consumer import CONSUMER
from workflows.effects.credential import CREDENTIAL
from workflows.effects.document_order import DOCUMENT_ORDER
from workflows.effects.machines import MACHINES
from workflows.effects.order_item import ORDER_ITEM
from workflows.effects.print_job import PRINT_JOB
from workflows.effects.special_handling import SPECIAL_HANDLING
from workflows.evidence.listed import HeadFault
from workflows.evidence.verification import Verified, verify
from workflows.trust.keys import public_key

_NO_KEY = Label(
    "A public key is 64 hexadecimal digits; orders signing-key prints the one of this installation.",
    "Une clé publique est de 64 chiffres hexadécimaux; orders signing-key affiche celle de cette installation.",
)
#: What people call the subjects of each history.
_SUBJECTS = {
    ORDER_ITEM.history.name: Label("item {name}", "article {name}"),
    PRINT_JOB.history.name: Label("print job {name}", "lot d'impression {name}"),
    CREDENTIAL.history.name: Label("credential {name}", "titre {name}"),
    SPECIAL_HANDLING.history.name: Label(
        "special handling of {name}", "traitement spécial de l'article {name}"
    ),
    DOCUMENT_ORDER.history.name: Label("order {name}", "commande {name}"),
    CONSUMER.history.name: Label("consumer {name}", "consommateur {name}"),
}
_ROW = Label("{subject}, row {seq} {fault}", "{subject}, ligne {seq} {fault}")
_ROWS = Label("{subject}, rows {seq} to {last}: {fault}", "{subject}, lignes {seq} à {last} : {fault}")
_HEADS = Label("signed heads {number} to {last}: {fault}", "têtes signées {number} à {last} : {fault}")
_HEAD = Label("signed head {number} {fault}", "tête signée {number} {fault}")
_OCCASIONS = {
    "print_job": Label("print job {of}", "lot d'impression {of}"),
    "day": Label("the time of {of}", "la période du {of}"),
}
_REFUSAL = Label(
    "refused attempt {first} is not the one that was signed",
    "la tentative refusée {first} n'est pas celle qui a été signée",
)
_REFUSALS = Label(
    "refused attempts {first} to {last} are not those that were signed",
    "les tentatives refusées {first} à {last} ne sont pas celles qui ont été signées",
)
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
        subject = context.text(_SUBJECTS[row.table], name=row.name or row.subject)
        fault = row.kind.label.in_(context.language) + (f" ({row.column})" if row.column else "")
        context.say(
            _ROW if row.last is None else _ROWS, subject=subject, seq=row.seq, last=row.last, fault=fault
        )
    for head in found.head_faults:
        context.say(_of_head(context, head))
    for first, last in found.refused:
        context.say(_REFUSAL if first == last else _REFUSALS, first=first, last=last)
    if not found.whole:
        raise typer.Exit(REFUSED)
    context.say(_WHOLE, heads=found.heads)


def _of_head(context: Context, head: HeadFault) -> str:
    """What is wrong with a head, or what has none, for people."""
    fault = head.kind.label.in_(context.language)
    if head.number is None:
        kind, _, of = head.occasion.partition(":")
        of = job_number(int(of)) if of.isdecimal() else of
        return f"{context.text(_OCCASIONS[kind], of=of.replace('/', ' – '))} {fault}"
    label = _HEAD if head.last is None else _HEADS
    return context.text(label, number=head.number, last=head.last, fault=fault)


def _document(found: Verified) -> dict[str, Any]:
    """``broken`` lists (subject, seq) by history; ``rows`` says what is wrong with each, from ``seq`` to ``last``."""
    broken: dict[str, list[tuple[int | str, int | str]]] = {machine.history.name: [] for machine in MACHINES}
    for row in found.rows:
        broken[row.table].append((row.subject, row.seq))
    rows = [
        {
            "table": row.table,
            "subject": row.subject,
            "name": row.name,
            "seq": row.seq,
            "last": row.seq if row.last is None else row.last,
            "fault": row.kind.value,
            "column": row.column,
        }
        for row in found.rows
    ]
    heads = [
        {
            "number": head.number,
            "last": head.number if head.last is None else head.last,
            "occasion": head.occasion,
            "fault": head.kind.value,
        }
        for head in found.head_faults
    ]
    return {
        "whole": found.whole,
        "broken": broken,
        "rows": rows,
        "refusals": [{"first": first, "last": last} for first, last in found.refused],
        "heads": {"checked": found.heads, "faults": heads},
    }


def signing_key(call: typer.Context) -> None:
    """Print the public key with which an auditor checks the signed heads; keep it outside this installation."""
    context: Context = call.obj
    require_reader(context, "signing-key")
    key = public_key(context.settings)
    context.emit({"public_key": key})
    context.say(key)
