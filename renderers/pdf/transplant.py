"""Parts of a PDF that pikepdf reads, written anew into a file that ``pdf_writing`` writes."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pikepdf

from renderers.pdf.pdf_writing import PdfWriter, compressed


class Transplant:
    """Copies objects of one source file, each once, with all that they refer to."""

    def __init__(self, writer: PdfWriter) -> None:
        self._writer = writer
        self._numbers: dict[tuple[int, int], int] = {}

    def assign(self, part: pikepdf.Object, number: int) -> None:
        """An indirect object that is written under a number by somebody else."""
        self._numbers[part.objgen] = number

    def value(self, part: Any) -> bytes:
        """How a part is written where it is used: a reference for what is indirect, else itself."""
        if not isinstance(part, pikepdf.Object):
            return _scalar(part)
        if part.is_indirect:
            return b"%d 0 R" % self.number(part)
        return self.body(part)

    def number(self, part: pikepdf.Object) -> int:
        """The number under which an indirect object is in the new file, written at its first use."""
        if part.objgen not in self._numbers:
            # Taken before the copy: a page names its parent, and the parent its pages.
            self._numbers[part.objgen] = self._writer.reserve()
            self._write(part, self._numbers[part.objgen])
        return self._numbers[part.objgen]

    def body(self, part: pikepdf.Object, without: frozenset[str] = frozenset()) -> bytes:
        """An object as it is written, its entries ``without`` some of a dictionary's."""
        if isinstance(part, pikepdf.Array):
            return b"[" + b" ".join(self.value(each) for each in part) + b"]"
        if isinstance(part, pikepdf.Dictionary | pikepdf.Stream):
            entries = sorted((key, each) for key, each in part.items() if key not in without)
            return b"<<" + b"".join(_name(key) + b" " + self.value(each) for key, each in entries) + b">>"
        return bytes(part.unparse())

    def _write(self, part: pikepdf.Object, number: int) -> None:
        if not isinstance(part, pikepdf.Stream):
            self._writer.object(self.body(part), number)
            return
        own = self.body(part, frozenset({"/Length", "/Filter", "/DecodeParms"}))
        data = compressed(part.read_bytes())
        self._writer.stream(own[2:-2] + b"/Filter/FlateDecode", data, number)


def _scalar(value: bool | int | Decimal | None) -> bytes:
    """What pikepdf gives as a Python value."""
    if value is None or isinstance(value, bool):
        return {None: b"null", True: b"true", False: b"false"}[value]
    return f"{value:f}".encode() if isinstance(value, Decimal) else b"%d" % value


def _name(key: str) -> bytes:
    return bytes(pikepdf.Name(key).unparse())
