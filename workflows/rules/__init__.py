"""The rules of domain §4, grouped by where they are asked. Importing this package declares them all."""

from workflows.rules import delivery, order, ordering, printing, processing, reprint, special_handling, status

__all__ = ["delivery", "order", "ordering", "printing", "processing", "reprint", "special_handling", "status"]
