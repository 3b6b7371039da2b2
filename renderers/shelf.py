"""Where built masters and font programs are kept between processes, when the caller has such a place."""

from __future__ import annotations

from typing import Protocol


class Shelf(Protocol):
    """A place for derived files.

    Losing a font program or an index costs the time to build it again. A master that some document remembers, with the
    font files it names, cannot be built again once the design has changed: reorders of that document need it.
    """

    def read(self, name: str) -> bytes | None:
        """The bytes under a name such as ``masters/ab12….pdf``, or None."""

    def write(self, name: str, data: bytes) -> None:
        """Keep bytes under a name; writing the same name again replaces them."""
