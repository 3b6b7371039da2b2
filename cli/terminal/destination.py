"""To whom a document goes, where, how and when, as it is typed: of an item, of a reprint, of a line in a cart."""

from dataclasses import dataclass, fields
from typing import Annotated, Any

import typer

from cli.terminal.context import USAGE, Context
from cli.terminal.options import (
    Certified,
    City,
    Consumer,
    ControlDate,
    Copies,
    Country,
    DocumentLanguage,
    Lines,
    Method,
    PostalCode,
    Province,
    Recipient,
    RequestedBy,
    ToWhom,
)
from cli.terminal.parse import consumer_of, control_date_of, refuse_faults
from models.codes import DeliveryMethod, Label, Language
from workflows.operations.ordering.edit import as_fields, check_typed
from workflows.operations.ordering.reprint_line import ReprintDetails, as_typed, check_details, check_texts


@dataclass(frozen=True, kw_only=True)
class TypedAddress:
    """A mailing address."""

    lines: Lines = None
    city: City = ""
    province: Province = ""
    postal_code: PostalCode = ""
    country: Country = None

    def stored(self, context: Context) -> dict[str, Any]:
        """The address as items and students keep it; ends the call where the country is missing. Its texts are judged later."""
        if not self.country:
            context.stop(
                USAGE, Label("Give --country with an address.", "Donnez --country avec une adresse.")
            )
        typed = {each.name: getattr(self, each.name) for each in fields(self)}
        return typed | {"lines": self.lines or []}

    def stored_if_any(self, context: Context) -> dict[str, Any] | None:
        """The address as items and students keep it, or ``None`` where no part of one was typed."""
        parts = (self.lines, self.city, self.province, self.postal_code)
        return self.stored(context) if self.country is not None or any(parts) else None


@dataclass(frozen=True, kw_only=True)
class TypedDestination:
    """The options of every document that is ordered: where it goes, how, in which language and when."""

    language: DocumentLanguage = None
    delivery_method: Method = None
    recipient_kind: ToWhom = None
    recipient: Recipient = None
    address: TypedAddress
    control_date: ControlDate = None
    certification_country: Certified = None

    def given(self, context: Context) -> dict[str, Any]:
        """What was typed, by the names of the fields; ends the call where it can't be understood."""
        typed = {each.name: getattr(self, each.name) for each in fields(self)}
        typed["address"] = self.address.stored_if_any(context)
        given = {name: value for name, value in typed.items() if value is not None}
        if self.control_date is not None:
            given["control_date"] = control_date_of(context, self.control_date)
        return given


@dataclass(frozen=True, kw_only=True)
class TypedEdit(TypedDestination):
    """The options that change an item, or the item that is ordered in its place."""

    follow_student: Annotated[
        bool, typer.Option("--follow-student", help="To the student, wherever the student lives by then.")
    ] = False

    def fields(self, context: Context) -> dict[str, Any]:
        """The fields to set; ends the call where what was typed is malformed."""
        typed = self.given(context)
        refuse_faults(context, check_typed(typed))
        return as_fields(typed)


@dataclass(frozen=True, kw_only=True)
class TypedReprint(TypedDestination):
    """The options that change a reprint in a cart."""

    copies: Copies = None
    consumer: Consumer = None
    requested_by: RequestedBy = None

    def given(self, context: Context) -> dict[str, Any]:
        """What was typed, by the names of :class:`ReprintDetails`."""
        given = super().given(context)
        if "consumer" in given:
            given["consumer_id"] = consumer_of(context, given.pop("consumer"))
        return as_typed(given)

    def changes(self, context: Context) -> dict[str, Any]:
        """What was typed, by the names of :class:`ReprintDetails`; ends the call where a text can't be kept."""
        given = self.given(context)
        refuse_faults(context, check_texts(given))
        return given


@dataclass(frozen=True, kw_only=True)
class TypedNewReprint(TypedReprint):
    """The options of a new reprint, with their defaults."""

    language: DocumentLanguage = Language.EN
    delivery_method: Method = DeliveryMethod.AUTOMATED_CARDBOARD

    def details(self, context: Context) -> ReprintDetails:
        """The reprint's details; ends the call where something is malformed or missing."""
        details = ReprintDetails(**self.given(context))
        refuse_faults(context, check_details(details))
        return details
