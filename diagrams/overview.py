"""How the six machines meet, drawn from the one declaration of it: ``workflows/machines/follows.py``."""

from html import escape
from xml.etree import ElementTree as ET

from diagrams.machines import DRAWN, Drawn
from diagrams.svg import SVG, finished, in_px, laid_out
from diagrams.words import BEGINS, CAUSES, OVERVIEW
from workflows.machines.follows import FOLLOWS, Follow

NAME = "overview"
#: A machine, its event, and what that brings about in which machine, as people read them.
Link = tuple[Drawn, str, Drawn, str]
_GRAPH = """\
digraph {
 graph [rankdir=LR ranksep=1.3 nodesep=0.14 fontname="DejaVu Sans" fontsize=13 pad=0.1 bgcolor="transparent" remincross=true]
 node [shape=box style="rounded,filled" fillcolor="#ffffff" fontname="DejaVu Sans" fontsize=11 height=0.26 margin="0.1,0.03" color="#7a8791"]
 edge [color="#1d5c37" arrowsize=0.8 penwidth=1.6]
"""


def links(language: str) -> list[Link]:
    """Each cause and what it brings about."""
    return [
        (
            _drawn(each, first=True),
            _cause(each, cause, language),
            _drawn(each, first=False),
            _effect(each, language),
        )
        for each in FOLLOWS
        for cause in each.causes
    ]


def _events(drawn: Drawn, found: list[Link]) -> list[str]:
    """The events by which the machine meets others, or itself."""
    ends = [end for one, cause, two, effect in found for end in ((one, cause), (two, effect))]
    return list(dict.fromkeys(event for machine, event in ends if machine is drawn))


def overview_dot(language: str) -> str:
    """The DOT source of the overview; a machine in which nothing of another follows stands for itself."""
    found = links(language)
    lines = [_GRAPH]
    for drawn in DRAWN:
        events = _events(drawn, found)
        nodes = [
            f'  "{drawn.name}.{event}" [label="{escape(event)}" id="event-{drawn.name}-{number}" '
            f'URL="{drawn.name}.html" target="_top" tooltip="{escape(event)}"]'
            for number, event in enumerate(events)
        ] or [f'  "{drawn.name}" [label="–" id="event-{drawn.name}-0"]']
        lines += [
            f" subgraph cluster_{drawn.name} {{",
            f'  label=<<B>{escape(drawn.title.in_(language))}</B>> id="machine-{drawn.name}" URL="{drawn.name}.html"',
            '  target="_top" style="rounded,filled" fillcolor="#eef2f6" color="#c9d0d6" margin=12',
            *nodes,
            " }",
        ]
    lines += [
        f' "{machine.name}.{cause}" -> "{follower.name}.{effect}"'
        for machine, cause, follower, effect in found
    ]
    return "\n".join([*lines, "}\n"])


def overview(language: str) -> str:
    """The SVG of the overview."""
    dot = overview_dot(language)
    root = laid_out(dot)
    graph = in_px(root)
    for group in graph.findall(f"{{{SVG}}}g"):
        title = group.find(f"{{{SVG}}}title")
        if group.attrib["class"] == "edge" and title is not None:
            title.text = (title.text or "").replace("->", " → ")
        elif title is not None:
            _retitle(group, title)
    told = (
        CAUSES.in_(language)
        + ": "
        + "; ".join(
            f"{machine.title.in_(language)} {cause} → {follower.title.in_(language)} {effect}"
            for machine, cause, follower, effect in links(language)
        )
    )
    return finished(root, OVERVIEW.in_(language), told, dot, language)


def overview_mermaid(language: str) -> str:
    """The overview as a Mermaid flowchart."""
    lines = ["flowchart LR"]
    found = links(language)
    for drawn in DRAWN:
        events = _events(drawn, found)
        inside = [f'        {drawn.name}_{number}["{event}"]' for number, event in enumerate(events)]
        inside = inside or [f'        {drawn.name}_0["–"]']
        lines += [f'    subgraph {drawn.name}["{drawn.title.in_(language)}"]', *inside, "    end"]
    ids = _ids(found)
    lines += [f"    {ids[one.name, cause]} --> {ids[two.name, effect]}" for one, cause, two, effect in found]
    return "\n".join(lines) + "\n"


def _ids(found: list[Link]) -> dict[tuple[str, str], str]:
    ids: dict[tuple[str, str], str] = {}
    for drawn in DRAWN:
        events = _events(drawn, found)
        ids |= {(drawn.name, event): f"{drawn.name}_{number}" for number, event in enumerate(events)}
    return ids


def _retitle(group: ET.Element, title: ET.Element) -> None:
    title.text = " ".join(text.text or "" for text in group.iter(f"{{{SVG}}}text"))


def _drawn(follow: Follow, *, first: bool) -> Drawn:
    plan = follow.machine if first else follow.follower
    return next(each for each in DRAWN if each.machine.plan is plan)


def _cause(follow: Follow, cause: str, language: str) -> str:
    return follow.machine.label_of(cause).in_(language)


def _effect(follow: Follow, language: str) -> str:
    """The event; or that a subject comes to be, in its first state."""
    if not follow.begins:
        return follow.follower.label_of(follow.event).in_(language)
    born = _drawn(follow, first=False)
    return BEGINS.in_(language).format(event=born.title.in_(language))
