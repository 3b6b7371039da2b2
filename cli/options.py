"""Options that several commands take; what could not be kept is refused as it is typed, before anything is looked up."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Annotated

import typer

from cli.parse import refuse_faults
from models.codes import DeliveryMethod
from models.columns import MAX_KEY, MAX_TYPED_COPIES, MAX_VERSION
from models.messages import Fault
from models.text import check_note, check_text


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
Certified = Annotated[str | None, typer.Option(metavar="CC", help="The country for which it is certified.")]
Version = Annotated[
    int | None, typer.Option(min=0, max=MAX_VERSION, help="The version that the decision is based on.")
]
Copies = Annotated[int | None, typer.Option(min=0, max=MAX_TYPED_COPIES, help="1 to 10; digital exactly 1.")]
Consumer = Annotated[
    int | None, typer.Option(min=1, max=MAX_KEY, help="The id of the digital document consumer.")
]
Method = Annotated[DeliveryMethod | None, typer.Option("--delivery-method", help="How the document travels.")]
