"""From Graphviz's SVG to ours: px, bands, titles for screen readers, places for live figures, the source's hash."""

import hashlib
import math
import re
import subprocess
from itertools import pairwise
from xml.etree import ElementTree as ET

from diagrams.arrows import arrows_of
from diagrams.dot import dot_of
from diagrams.machines import Drawn
from diagrams.words import SUMMARY

SVG, XLINK = "http://www.w3.org/2000/svg", "http://www.w3.org/1999/xlink"
FONT = "'DejaVu Sans', Verdana, sans-serif"
_BANDS = ("#eef2f6", "#f8fafb")
#: Room at the left for the names of the phases, in px.
MARGIN = 22
ET.register_namespace("", SVG)
ET.register_namespace("xlink", XLINK)


def source_hash(dot: str) -> str:
    """The hash by which a picture says from which source it was drawn."""
    return hashlib.sha256(dot.encode()).hexdigest()


def laid_out(dot: str) -> ET.Element:
    """The picture of ``dot`` as Graphviz lays it out."""
    done = subprocess.run(["dot", "-Tsvg"], input=dot.encode(), capture_output=True, check=True)  # noqa: S607
    return ET.fromstring(done.stdout)  # noqa: S314 - our own


def picture(drawn: Drawn, language: str) -> str:
    """The SVG of a machine."""
    dot = dot_of(drawn, language)
    root = laid_out(dot)
    graph = in_px(root)
    _name_parts(graph, drawn, language)
    _make_places(graph)
    _bands(root, graph, drawn, language)
    plan = drawn.machine.plan
    happy = " → ".join(plan.states(each).label.in_(language) for each in drawn.happy)
    told = SUMMARY.in_(language).format(states=len(plan.states), events=len(plan.events), happy=happy)
    return finished(root, drawn.title.in_(language), told, dot, language)


def finished(root: ET.Element, title: str, told: str, dot: str, language: str) -> str:
    """The text of a picture that is named for screen readers and carries the hash of its source."""
    root.attrib |= {"role": "img", "lang": language, "aria-labelledby": "title desc"}
    root.set("data-source", f"sha256:{source_hash(dot)}")
    for place, (name, words) in enumerate((("title", title), ("desc", told))):
        each = ET.Element(f"{{{SVG}}}{name}", {"id": name})
        each.text = words
        root.insert(place, each)
    for text in root.iter(f"{{{SVG}}}text"):
        text.set("font-family", FONT)
    return ET.tostring(root, encoding="unicode") + "\n"


def in_px(root: ET.Element) -> ET.Element:
    """One unit is one px; the graph's own group, whose white ground and technical title go."""
    (graph,) = root.findall(f"{{{SVG}}}g")
    for each in graph.findall(f"{{{SVG}}}title") + graph.findall(f"{{{SVG}}}polygon"):
        graph.remove(each)
    left, top, width, height = map(float, root.attrib["viewBox"].split())
    # Whole px, since a browser rounds others and scales the picture by the difference.
    wide, high = f"{math.ceil(width + MARGIN)}", f"{math.ceil(height)}"
    root.attrib |= {"viewBox": f"{left - MARGIN:.2f} {top:.2f} {wide} {high}", "width": wide, "height": high}
    return graph


def _name_parts(graph: ET.Element, drawn: Drawn, language: str) -> None:
    """Names of states and events instead of the technical ones, and none for lines."""
    plan = drawn.machine.plan
    names = {f"state-{each.value}": each.label.in_(language) for each in plan.states}
    names |= {f"arrow-{each.name}": plan.events[each.event].in_(language) for each in arrows_of(drawn)}
    for group in graph.findall(f"{{{SVG}}}g"):
        title = group.find(f"{{{SVG}}}title")
        if group.attrib["class"] == "edge":
            group.set("aria-hidden", "true")
            if title is not None:
                group.remove(title)
        elif title is not None:
            title.text = names[group.attrib["id"]]
        if group.attrib["id"].startswith("state-"):
            shape = next(each for each in group.iter() if each.tag in {f"{{{SVG}}}path", f"{{{SVG}}}polygon"})
            shape.set("class", "ground")


def _make_places(graph: ET.Element) -> None:
    for text in graph.iter(f"{{{SVG}}}text"):
        if found := re.fullmatch(r"§(.+)\|(\d+)§", text.text or ""):
            text.attrib |= {"id": f"figures-{found[1]}", "class": "figures", "data-width": found[2]}
            text.set("x", f"{float(text.get('x', 0)) + 4:g}")
            text.text = ""


def _bands(root: ET.Element, graph: ET.Element, drawn: Drawn, language: str) -> None:
    """A band behind the states of each phase, with its name at the left edge."""
    left, _, width, height = map(float, root.attrib["viewBox"].split())
    shift = height - 7.2  # Graphviz puts the origin at the lower left, inside its padding
    found = re.search(r"translate\(([-\d.]+)[ ,]+([-\d.]+)\)", graph.attrib["transform"])
    shift = float(found[2]) if found else shift
    extents = [_extent(graph, [state for row in rows for state in row]) for _, rows in drawn.phases]
    edges = [
        0.0,
        *((low[1] + high[0]) / 2 + shift for low, high in pairwise(extents)),
        height,
    ]
    bands = ET.Element(f"{{{SVG}}}g", {"class": "bands"})
    for number, (label, _) in enumerate(drawn.phases):
        top, bottom = edges[number], edges[number + 1]
        place = {"x": f"{left:g}", "y": f"{top:g}", "width": f"{width:g}", "height": f"{bottom - top:g}"}
        ET.SubElement(bands, f"{{{SVG}}}rect", place | {"fill": _BANDS[number % 2]})
        x, y = left + 16, (top + bottom) / 2
        turned = {"x": f"{x:g}", "y": f"{y:g}", "transform": f"rotate(-90 {x:g} {y:g})"}
        text = ET.SubElement(
            bands, f"{{{SVG}}}text", turned | {"font-size": "11", "text-anchor": "middle", "fill": "#44505a"}
        )
        text.text = label.in_(language)
    root.insert(0, bands)


def _extent(graph: ET.Element, states: list[str]) -> tuple[float, float]:
    """Upper and lower edge of the boxes of ``states``."""
    heights = [
        float(number)
        for group in graph.findall(f"{{{SVG}}}g")
        if group.attrib["id"].removeprefix("state-") in states
        for shape in group.iter()
        if shape.get("class") == "ground"
        for number in re.findall(r",(-?[\d.]+)", shape.get("d") or shape.attrib["points"])
    ]
    return min(heights), max(heights)
