"""What is typed on the command line, as what it means; what means nothing ends the call with a complaint."""

from collections.abc import Sequence
from datetime import date

from cli.terminal.context import USAGE, Context
from models.codes import Label
from models.edges.faults import Fault, text_of
from models.edges.text import parse_asn, parse_date, parse_school_year
from models.sql.columns import MAX_KEY
from workflows.operations.delivery import consumers


def asn_of(context: Context, text: str) -> str:
    """Nine digits, or the end of the call."""
    asn = parse_asn(text)
    if asn is None:
        context.stop(
            USAGE,
            Label("{text} is no ASN: give nine digits.", "{text} n'est pas un NEA : donnez neuf chiffres."),
            text=text,
        )
    return asn


def year_of(context: Context, text: str | None) -> str | None:
    """Two consecutive years, or the end of the call; nothing stays nothing."""
    if text is None:
        return None
    year = parse_school_year(text)
    if year is None:
        wrong = Label(
            "{text} is no school year: give two consecutive years from 1905/1906 on, e.g. 2025/2026.",
            "{text} n'est pas une année scolaire : donnez deux années consécutives à partir de 1905/1906, p. ex. 2025/2026.",
        )
        context.stop(USAGE, wrong, text=text)
    return year


def date_of(context: Context, text: str | None) -> date | None:
    """A day as ``2026-06-30``, or the end of the call; nothing stays nothing."""
    if text is None:
        return None
    day = parse_date(text)
    if day is None:
        wrong = Label(
            "{text} is no date: give e.g. 2026-06-30.", "{text} n'est pas une date : p. ex. 2026-06-30."
        )
        context.stop(USAGE, wrong, text=text)
    return day


def control_date_of(context: Context, text: str) -> date | None:
    """The day on which a document is to be issued, ``None`` for at once; or the end of the call."""
    return None if text == "now" else date_of(context, text)


def consumer_of(context: Context, text: str) -> int:
    """The id of a consumer: the number that was typed, or that of the consumer of that very name."""
    if text.isascii() and text.isdecimal():
        if len(text) > len(str(MAX_KEY)) or not 1 <= int(text) <= MAX_KEY:
            wrong = Label("{text} is no consumer's id.", "{text} n'est pas le numéro d'un destinataire.")
            context.stop(USAGE, wrong, text=text)
        return int(text)
    with context.reading() as source:
        found = consumers.id_of_name(source, text)
    if found is None:
        context.stop_missing("consumer", text)
    return found


def refuse_faults(context: Context, faults: Sequence[Fault]) -> None:
    """End the call where there is a fault, with all of them."""
    if faults:
        context.stop(USAGE, text_of(faults, "\n"))
