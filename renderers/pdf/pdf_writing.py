"""PDF files written front to back (ISO 32000-1, 7.5): streams as they come, everything else in object streams.

Nothing is kept but where each object lies, so that a file of any length needs no more memory than its
cross-reference table. Compression is libdeflate's, of one pinned version: what zlib writes depends on the build.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

import deflate

#: PDF 1.7, and four bytes that keep a transfer from taking the file for text (ISO 19005-2, 6.1.2).
HEADER = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"

#: Objects in one object stream: enough to compress well, few enough for a reader that wants one page.
OBJECTS_A_STREAM = 100

#: libdeflate's levels: the smallest for what is written once and copied often, a quick one for all else.
SMALLEST, QUICK = 12, 6


def compressed(data: bytes, level: int = SMALLEST) -> bytes:
    """The data for ``/FlateDecode``; the same bytes on any machine and Python build."""
    return bytes(deflate.zlib_compress(data, level))


def stream_object(number: int, entries: bytes, data: bytes) -> bytes:
    """A stream with the further entries of its dictionary."""
    return b"%d 0 obj\n<<%b/Length %d>>\nstream\n%b\nendstream\nendobj\n" % (number, entries, len(data), data)


def in_stream(index: int, stream: int) -> bytes:
    """The cross-reference entry of the ``index``-th object of an object stream."""
    return b"\x02" + stream.to_bytes(4, "big") + index.to_bytes(1, "big")


def at(offset: int) -> bytes:
    """The cross-reference entry of an object that lies ``offset`` bytes from the start."""
    return b"\x01" + offset.to_bytes(4, "big") + b"\x00"


#: The entry of object 0, the head of the list of free ones; and the widths of an entry's three fields.
FREE, WIDTHS = bytes(6), b"[1 4 1]"


def cross_reference(number: int, entries: bytes, trailer: bytes, identity: bytes) -> bytes:
    """The cross-reference stream, which ends every file; ``number`` is its own and the highest one.

    ``entries`` are those of all objects from 0 to itself.
    """
    own = b"/Type/XRef/Size %d/W%b%b/ID[<%b><%b>]/Filter/FlateDecode" % (
        number + 1,
        WIDTHS,
        trailer,
        identity.hex().encode(),
        identity.hex().encode(),
    )
    return stream_object(number, own, compressed(entries, QUICK))


def ending(offset: int) -> bytes:
    """What follows the cross-reference stream that lies at ``offset``."""
    return b"startxref\n%d\n%%%%EOF\n" % offset


class PdfWriter:
    """Writes objects through ``write`` in the order in which they come, small ones compressed at a ``level``."""

    def __init__(self, write: Callable[[bytes], object], level: int = SMALLEST) -> None:
        self._write, self._level = write, level
        self._offset = 0
        self._entries = bytearray(FREE)
        self._waiting: list[tuple[int, bytes]] = []
        self._put(HEADER)

    @property
    def offset(self) -> int:
        """Bytes written so far."""
        return self._offset

    @property
    def entries(self) -> bytes:
        """The cross-reference entries of all objects so far."""
        return bytes(self._entries)

    def reserve(self) -> int:
        """Reserve the number of an object that is added later."""
        self._entries += FREE
        return len(self._entries) // len(FREE) - 1

    def object(self, body: bytes, number: int | None = None) -> int:
        """Write any object but a stream; gives its number."""
        number = self.reserve() if number is None else number
        self._waiting.append((number, body))
        if len(self._waiting) == OBJECTS_A_STREAM:
            self.flush()
        return number

    def stream(self, entries: bytes, data: bytes, number: int | None = None) -> int:
        """Write a stream whose ``data`` are already as ``entries`` (``/Filter …``) say; gives its number."""
        number = self.reserve() if number is None else number
        self._place(number, at(self._offset))
        self._put(stream_object(number, entries, data))
        return number

    def flush(self) -> None:
        """Write the objects that wait for their object stream."""
        if not self._waiting:
            return
        number = self.reserve()
        for index, (waiting, _) in enumerate(self._waiting):
            self._place(waiting, in_stream(index, number))
        head, bodies = _object_stream(self._waiting)
        entries = b"/Type/ObjStm/N %d/First %d/Filter/FlateDecode" % (len(self._waiting), len(head))
        self._waiting.clear()
        self.stream(entries, compressed(head + bodies, self._level), number)

    def finish(self, trailer: bytes, identity: bytes) -> None:
        """Write what waits and the cross-reference stream; ``trailer`` has ``/Root`` and ``/Info``."""
        self.flush()
        number, start = self.reserve(), self._offset
        self._place(number, at(start))
        self._put(cross_reference(number, self.entries, trailer, identity) + ending(start))

    def _place(self, number: int, entry: bytes) -> None:
        self._entries[number * len(FREE) : (number + 1) * len(FREE)] = entry

    def _put(self, data: bytes) -> None:
        self._write(data)
        self._offset += len(data)


def _object_stream(objects: Iterable[tuple[int, bytes]]) -> tuple[bytes, bytes]:
    """The table of numbers and offsets, and the objects one after another."""
    pairs, bodies, offset = [], [], 0
    for number, body in objects:
        pairs.append(b"%d %d" % (number, offset))
        bodies.append(body)
        offset += len(body) + 1
    return b" ".join(pairs) + b"\n", b"\n".join(bodies)
