"""Options that several commands take; what could not be kept is refused as it is typed, before anything is looked up."""

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from cli.terminal.parse import refuse_faults
from models.codes import DeliveryMethod, Language, RecipientKind
from models.edges.faults import Fault
from models.edges.text import check_note, check_text
from models.sql.columns import MAX_TYPED_COPIES, MAX_VERSION


def checked(check: Callable[[str], Sequence[Fault]]) -> Callable[[typer.Context, str | None], str | None]:
    """A callback that ends the call where the text has a fault, with all of them; nothing stays nothing."""

    def look(call: typer.Context, given: str | None) -> str | None:
        if given is not None:
            refuse_faults(call.obj, check(given))
        return given

    return look


Note = Annotated[
    str | None, typer.Option(help="At most 500 characters; needed for Other.", callback=checked(check_note))
]
Reason = Annotated[
    str | None,
    typer.Option(
        help="The code of the reason, where one is needed.", callback=checked(partial(check_text, "reason"))
    ),
]
RequestedBy = Annotated[str | None, typer.Option(help="Who asked; the student's preferred name without.")]
ToWhom = Annotated[RecipientKind | None, typer.Option("--recipient-kind", help="Who receives it.")]
Recipient = Annotated[str | None, typer.Option(help="The first line in the envelope's window.")]
Consumer = Annotated[
    str | None, typer.Option(metavar="ID|NAME", help="The digital document consumer: its id or exact name.")
]
Lines = Annotated[
    list[str] | None, typer.Option("--line", help="A line of the street address; may be repeated.")
]
City = Annotated[str, typer.Option()]
Province = Annotated[str, typer.Option(help="Province or state as its code.")]
PostalCode = Annotated[str, typer.Option()]
Country = Annotated[
    str | None, typer.Option(metavar="CC", help="Two capital letters, such as CA; needed with an address.")
]
ControlDate = Annotated[
    str | None, typer.Option(metavar="DATE", help="To be issued on this day; “now” for at once.")
]
Certified = Annotated[
    str | None,
    typer.Option("--certification-country", metavar="CC", help="The country for which it is certified."),
]
DocumentLanguage = Annotated[Language | None, typer.Option("--language", help="The document's language.")]
Version = Annotated[
    int | None, typer.Option(min=0, max=MAX_VERSION, help="The version that the decision is based on.")
]
Copies = Annotated[int | None, typer.Option(min=0, max=MAX_TYPED_COPIES, help="1 to 10; digital exactly 1.")]
Method = Annotated[DeliveryMethod | None, typer.Option("--delivery-method", help="How the document travels.")]
ExportTo = Annotated[
    Path | None, typer.Option("--csv", metavar="FILE", help="A file for every row, written as it is read.")
]
Replace = Annotated[bool, typer.Option("--replace", help="Write over the file that --csv names.")]
