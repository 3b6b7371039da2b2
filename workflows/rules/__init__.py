"""The rules of domain §4, "Rules", grouped by where they are asked. Importing this package declares them all."""

from workflows.rules import (
    consumers,
    credentials,
    delivery,
    digital_link,
    edit,
    holding,
    order,
    ordering,
    printing,
    reprint,
    special_handling,
    status,
    students,
)

__all__ = [
    "consumers",
    "credentials",
    "delivery",
    "digital_link",
    "edit",
    "holding",
    "order",
    "ordering",
    "printing",
    "reprint",
    "special_handling",
    "status",
    "students",
]
