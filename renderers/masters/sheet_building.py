"""The instruction sheet's own small master: laid out by borb once per process, filled for each job."""

from __future__ import annotations

from renderers.fonts.font_areas import ROMAN
from renderers.masters import borb_pages
from renderers.masters.borb_pages import PagePlan
from renderers.masters.master_building import settled
from renderers.pages import instruction_sheet
from renderers.shelf import Shelf

TITLE = "Print job instruction sheet"


_masters: dict[tuple[bool, frozenset[str]], bytes] = {}


def sheet_master(is_specimen: bool, programs: frozenset[str], shelf: Shelf | None) -> bytes:
    """The sheet without values, with the font programs that some value needs."""
    key = (is_specimen, programs)
    if key not in _masters:
        _masters[key] = _built(is_specimen, programs, shelf)
    return _masters[key]


def _built(is_specimen: bool, programs: frozenset[str], shelf: Shelf | None) -> bytes:
    plan = PagePlan(instruction_sheet.WIDTH, instruction_sheet.HEIGHT, instruction_sheet.static(is_specimen))
    laid_out = borb_pages.lay_out([plan], programs | {ROMAN}, TITLE, shelf)
    return settled(laid_out, "en")
