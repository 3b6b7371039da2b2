"""The committed picture with figures on it: text in, text out, and no Graphviz."""

import math
from pathlib import Path
from xml.etree import ElementTree as ET

from diagrams.arrows import Arrow, arrows_of
from diagrams.figures import Dwell, Figures
from diagrams.machines import Drawn
from diagrams.svg import FONT, SVG
from diagrams.words import HEAT
from models.codes import Label
from models.typography import NO_BREAK, decimal
from models.typography import number as number_in

#: Where dwell times are no heat at all, and where they are full: a minute, and a year.
_COOL, _HOT = 60.0, 365 * 86_400.0
#: The colour of full heat; of none it is white.
_FULL = (255, 196, 138)
_UNITS = ((86_400.0, Label("d", "j")), (3600.0, Label("h", "h")), (60.0, Label("min", "min")))
_LEGEND_HEIGHT = 22


def committed(name: str, language: str) -> str:
    """The committed SVG of a machine, or of the ``overview``."""
    return (Path(__file__).parent / language / f"{name}.svg").read_text(encoding="utf-8")


def live(drawn: Drawn, figures: Figures, language: str, note: str = "") -> str:
    """The machine's SVG with ``figures``; ``note`` says of what they are. Colour repeats what is also written."""
    root = ET.fromstring(committed(drawn.name, language))  # noqa: S314 - our own
    parts = {each.get("id"): each for each in root.iter() if each.get("id")}
    for state in drawn.machine.plan.states:
        _write(parts[f"figures-{state.value}"], state_text(figures, state.value, language))
        if dwell := figures.dwells.get(state.value):
            _heat(parts[f"state-{state.value}"], dwell)
    for arrow in arrows_of(drawn):
        _write(parts[f"figures-{arrow.name}"], arrow_text(figures, arrow, language))
        for code, number in figures.refusals.get(arrow.name, {}).items():
            if (rule := parts.get(f"a_rule-{arrow.name}-{code}")) is not None:
                _refused(rule, number, language)
    _legend(root, f"{HEAT.in_(language)} {note}".strip())
    return ET.tostring(root, encoding="unicode") + "\n"


def state_text(figures: Figures, state: str, language: str) -> str:
    """How many are there, the median and the 90th percentile of their stay."""
    count = number_in(figures.counts.get(state, 0), language)
    dwell = figures.dwells.get(state)
    if dwell is None:
        return count
    return f"{count} · {duration(dwell.median, language)} · p90 {duration(dwell.ninetieth, language)}"


def arrow_text(figures: Figures, arrow: Arrow, language: str) -> str:
    """The share of what left its states (of each, where there are few), how often, and how often it was refused."""
    taken = sum(figures.taken(arrow, source) for source in arrow.sources)
    left = sum(figures.left(source) for source in arrow.sources)
    parts = [f"{percent(taken / left, language)} · {number_in(taken, language)}"] if left else []
    refused = sum(figures.refusals.get(arrow.name, {}).values())
    return " · ".join([*parts, *([f"✕ {number_in(refused, language)}"] if refused else [])])


def percent(share: float, language: str) -> str:
    """A share as whole percents; what is there is never shown as nothing."""
    whole = "<1" if 0 < share < 0.005 else f"{share * 100:.0f}"
    return f"{whole}{NO_BREAK if language == 'fr' else ''}%"


def duration(seconds: float, language: str) -> str:
    """Seconds in the largest unit that fits, with two figures at most."""
    for unit, label in _UNITS:
        if seconds >= unit:
            value = seconds / unit
            return f"{decimal(value, language, 1 if value < 10 else 0)} {label.in_(language)}"
    return f"{seconds:.0f} s"


def _write(place: ET.Element, text: str) -> None:
    """Squeezed rather than let over its neighbours (a figure of DejaVu is some 0.64 of its size wide)."""
    place.text = text
    width = float(place.get("data-width", "0")) - 6
    if len(text) * 0.6 * float(place.get("font-size", "10")) > width:
        place.attrib |= {"textLength": f"{width:g}", "lengthAdjust": "spacingAndGlyphs"}


def _heat(group: ET.Element, dwell: Dwell) -> None:
    """The ground tells the median, the border the 90th percentile."""
    ground = next(each for each in group.iter() if each.get("class") == "ground")
    ground.set("fill", _colour(dwell.median))
    if dwell.ninetieth <= _COOL:
        return
    for shape in group.iter():
        if shape.tag in {f"{{{SVG}}}path", f"{{{SVG}}}polygon"} and shape.get("fill") == "none":
            shape.attrib |= {"stroke": _colour(dwell.ninetieth, darker=0.75), "stroke-width": "2.5"}


def _colour(seconds: float, darker: float = 1.0) -> str:
    span = math.log(_HOT / _COOL)
    heat = min(1.0, max(0.0, math.log(max(seconds, 1.0) / _COOL) / span))
    return "#" + "".join(f"{round((255 + (full - 255) * heat) * darker):02x}" for full in _FULL)


def _refused(group: ET.Element, number: int, language: str) -> None:
    """Written behind the rule, where the layout left room for some five characters."""
    text = next(group.iter(f"{{{SVG}}}text"))
    told = number_in(number, language) if number < 1000 else f"{number / 1000:.0f}k"
    text.text = f"{(text.text or '').rstrip()} ✕{told}"
    text.set("fill", "#a11b1b")


def _legend(root: ET.Element, words: str) -> None:
    left, top, width, height = map(float, root.attrib["viewBox"].split())
    higher = f"{height + _LEGEND_HEIGHT:.0f}"
    root.attrib |= {"viewBox": f"{left:.2f} {top:.2f} {width:.0f} {higher}", "height": higher}
    look = {"font-family": FONT, "font-size": "10", "fill": "#20272c", "id": "legend"}
    place = {"x": f"{left + 6:g}", "y": f"{top + height + 15:g}"}
    text = ET.SubElement(root, f"{{{SVG}}}text", place | look)
    text.text = words
    if len(words) * 5.9 > width - 12:
        text.attrib |= {"textLength": f"{width - 12:g}", "lengthAdjust": "spacingAndGlyphs"}
