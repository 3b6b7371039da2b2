"""The rules of domain §4, grouped by where they are asked. Importing this package declares them all."""

from workflows.rules import (
    credentials,
    delivery,
    edit,
    order,
    ordering,
    printing,
    processing,
    reprint,
    special_handling,
    status,
)

__all__ = [
    "credentials",
    "delivery",
    "edit",
    "order",
    "ordering",
    "printing",
    "processing",
    "reprint",
    "special_handling",
    "status",
]
