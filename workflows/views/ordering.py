"""What became of an order that Student Records placed."""

from typing import Annotated

from typing_extensions import TypedDict

from models.codes import CredentialType
from workflows.operations.ordering.award import Awarded, Ordered
from workflows.operations.ordering.reorder import Reordered
from workflows.operations.ordering.reprint import Reprinted
from workflows.rules.rule import ReasonView
from workflows.shapes import meaning, values_of
from workflows.views.outcomes import DoneView, done_view


class OrderedView(TypedDict):
    """The item of a first-run, and what will hold it unless somebody acts."""

    item: str
    warnings: list[ReasonView]


class AwardedView(DoneView):
    """The number that a student's credential has now."""

    asn: str
    credential_type: Annotated[str, values_of(CredentialType)]
    credential_number: str


class AwardedAndOrdered(AwardedView):
    """A credential that was awarded, and the item of its first-run, which was ordered with it."""

    item: str
    warnings: list[ReasonView]


def ordered_view(item: str, ordered: Ordered) -> OrderedView:
    """A first-run that was placed as ``item``."""
    return {"item": item, "warnings": [each.as_json() for each in ordered.warnings]}


def awarded_view(asn: str, credential_type: CredentialType, done: Awarded) -> AwardedView | AwardedAndOrdered:
    """What became of an award, and of the order that went with it."""
    view: AwardedView = {
        **done_view(done.outcome),
        "asn": asn,
        "credential_type": credential_type.value,
        "credential_number": done.number,
    }
    if done.ordered is None or done.ordered.item is None:
        return view
    return {**view, **ordered_view(done.ordered.item, done.ordered)}


class ReorderedView(TypedDict):
    """The item that a document was ordered again as; its number is missing where it was made by another command."""

    item: str | None
    reorder_of: str
    name_differs: Annotated[
        bool, meaning("The legal name is no longer the printed one: a re-issue may be wanted instead.")
    ]
    already_done: bool
    warnings: list[ReasonView]


def reordered_view(number: str, done: Reordered) -> ReorderedView:
    """What became of a reorder of the item ``number``."""
    return {
        "item": done.item,
        "reorder_of": number,
        "name_differs": done.name_differs,
        "already_done": done.outcome.kind == "already_done",
        "warnings": [each.as_json() for each in done.warnings],
    }


class ReprintedView(TypedDict):
    """The item of a reprint, under the number that it is printed with."""

    item: str
    credential_number: str | None
    warnings: list[ReasonView]


def reprinted_view(item: str, done: Reprinted) -> ReprintedView:
    """A reprint that was placed as ``item``."""
    return {
        "item": item,
        "credential_number": done.credential_number,
        "warnings": [each.as_json() for each in done.warnings],
    }
