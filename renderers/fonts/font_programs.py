"""Font programs: a part of a face as it is embedded, with its widths and its way back to text.

Built once with fontTools (subset, then a static instance), 0.1–0.4 s each; kept in the process and on the
shelf.
"""

from __future__ import annotations

import base64
import hashlib
import json
import threading
from collections.abc import Iterable
from dataclasses import asdict
from functools import cache
from importlib.metadata import version
from typing import Any

from renderers.fonts import font_areas
from renderers.fonts.faces import digest_of
from renderers.fonts.font_program import FontProgram
from renderers.shelf import Shelf

#: Raised whenever what a program is made of changes here; fonts and libraries are in the key by themselves.
RECIPE = 1

_programs: dict[str, FontProgram] = {}
#: The programs that a kept face is known by, without those cut out of it later.
_kept: dict[str, tuple[str, ...]] = {}
_building = threading.Lock()


def keep(face: str, programs: Iterable[FontProgram]) -> None:
    """Let programs that a kept master was made with stand before all that may be cut out of its ``face``."""
    known = {each.name: each for each in programs}
    _programs.update(known)
    _kept[face] = tuple(known)


def kept_programs(face: str) -> tuple[str, ...]:
    """The names of the programs that were kept with a face; none for an installed one."""
    return _kept.get(face, ())


def program(name: str, shelf: Shelf | None = None) -> FontProgram:
    """The font program of that name: from memory, else from the shelf, else built and put on the shelf."""
    found = _programs.get(name)
    if found is not None:
        return found
    with _building:
        if name not in _programs:
            _programs[name] = _from_shelf(name, shelf) or _built(name, shelf)
        return _programs[name]


@cache
def key_of(name: str) -> str:
    """A digest of everything a font program is built from."""
    face = name.partition("-")[0]
    glyphs = sorted(font_areas.characters_of(name)), sorted(font_areas.extra_glyphs_of(name))
    parts = [name, RECIPE, digest_of(face), version("fonttools"), glyphs]
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()


def _shelf_name(name: str) -> str:
    return f"fonts/{key_of(name)}.json"


def _from_shelf(name: str, shelf: Shelf | None) -> FontProgram | None:
    data = shelf.read(_shelf_name(name)) if shelf else None
    if data is None:
        return None
    try:
        return _unpacked(data)
    except (ValueError, KeyError, TypeError):
        # A torn or foreign file: what it held can be built again.
        return None


def _built(name: str, shelf: Shelf | None) -> FontProgram:
    from renderers.fonts.font_building import build  # noqa: PLC0415 - loads the heavy parts of fontTools

    built = build(name)
    if shelf is not None:
        shelf.write(_shelf_name(name), _packed(built))
    return built


def _packed(built: FontProgram) -> bytes:
    fields = asdict(built) | {"truetype": base64.b64encode(built.truetype).decode()}
    fields["sha256"] = hashlib.sha256(built.truetype).hexdigest()
    return json.dumps(fields, sort_keys=True).encode()


def _unpacked(data: bytes) -> FontProgram:
    fields = json.loads(data)
    fields["truetype"] = base64.b64decode(fields["truetype"])
    if hashlib.sha256(fields["truetype"]).hexdigest() != fields.pop("sha256"):
        raise ValueError("altered font program")
    return restored(fields)


def restored(fields: dict[str, Any]) -> FontProgram:
    """A program from its fields as JSON gives them. Raises ``TypeError`` and the like for anything else."""
    kept = dict(fields)
    kept["codes"] = {int(gid): code for gid, code in fields["codes"].items()}
    kept["to_unicode"] = {int(code): text for code, text in fields["to_unicode"].items()}
    kept["widths"], kept["box"] = tuple(fields["widths"]), tuple(fields["box"])
    return FontProgram(**kept)
