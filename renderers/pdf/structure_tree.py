"""What makes a laid-out file one that lasts and can be read aloud: output intent, structure tree, tab order."""

from __future__ import annotations

from collections.abc import Sequence

import pikepdf
from pikepdf import Array, Dictionary, Name

from renderers.pdf.colour_profile import CONDITION, srgb
from renderers.pdf.description import Description
from renderers.pdf.pdf_writing import PdfWriter, compressed
from renderers.pdf.tagging import Node


def declare(pdf: pikepdf.Pdf, language: str) -> None:
    """The language that a screen reader speaks, a title bar with the title, and colours that are sRGB.

    The last is what ISO 19005-2, 6.2.3 calls the output intent.
    """
    pdf.Root["/Lang"] = f"{language}-CA"
    pdf.Root["/ViewerPreferences"] = Dictionary(DisplayDocTitle=True)
    profile = pdf.make_stream(srgb(), N=3, Alternate=Name.DeviceRGB)
    intent = Dictionary(
        Type=Name.OutputIntent,
        S=Name.GTS_PDFA1,
        OutputConditionIdentifier=CONDITION,
        Info=CONDITION,
        DestOutputProfile=profile,
    )
    pdf.Root["/OutputIntents"] = Array([pdf.make_indirect(intent)])


def catalog(writer: PdfWriter, described: Description, pages: int, outline: int) -> int:
    """The catalog of a file that is written front to back: what ``declare`` says, its XMP, and an open outline."""
    profile = writer.stream(b"/N 3/Alternate/DeviceRGB/Filter/FlateDecode", compressed(srgb()))
    xmp = writer.stream(b"/Type/Metadata/Subtype/XML", described.xmp())
    intent = (
        b"/Type/OutputIntent/S/GTS_PDFA1/OutputConditionIdentifier(%b)/Info(%b)/DestOutputProfile %d 0 R"
        % (
            CONDITION.encode(),
            CONDITION.encode(),
            profile,
        )
    )
    return writer.object(
        b"<</Type/Catalog/Pages %d 0 R/Outlines %d 0 R/PageMode/UseOutlines/Lang(%b-CA)/Metadata %d 0 R"
        b"/ViewerPreferences<</DisplayDocTitle true>>/OutputIntents[<<%b>>]>>"
        % (pages, outline, described.language.encode(), xmp, intent)
    )


def add_structure(pdf: pikepdf.Pdf, pages: Sequence[Sequence[Node]]) -> None:
    """A section for each page, and in it the page's nodes in reading order (ISO 32000-1, 14.7)."""
    root = pdf.make_indirect(Dictionary(Type=Name.StructTreeRoot))
    document = pdf.make_indirect(Dictionary(Type=Name.StructElem, S=Name.Document, P=root))
    sections, numbers = [], []
    for index, (page, nodes) in enumerate(zip(pdf.pages, pages, strict=True)):
        section = pdf.make_indirect(Dictionary(Type=Name.StructElem, S=Name.Sect, P=document))
        elements = [_element(pdf, page, section, node) for node in nodes]
        section["/K"] = Array(elements)
        sections.append(section)
        by_mcid = sorted(zip((node.mcid for node in nodes), range(len(nodes)), strict=True))
        numbers += [index, pdf.make_indirect(Array([elements[place] for _, place in by_mcid]))]
        page.obj["/StructParents"] = index
        page.obj["/Tabs"] = Name.S
    document["/K"] = Array(sections)
    root["/K"] = Array([document])
    root["/ParentTree"] = pdf.make_indirect(Dictionary(Nums=Array(numbers)))
    root["/ParentTreeNextKey"] = len(sections)
    pdf.Root["/StructTreeRoot"] = root
    pdf.Root["/MarkInfo"] = Dictionary(Marked=True)


def _element(pdf: pikepdf.Pdf, page: pikepdf.Page, section: pikepdf.Object, node: Node) -> pikepdf.Object:
    element = Dictionary(Type=Name.StructElem, S=Name("/" + node.role), P=section, Pg=page.obj, K=node.mcid)
    if node.alternative:
        element["/Alt"] = node.alternative
    if node.box is not None:
        edges = Array([round(edge, 2) for edge in node.box])
        element["/A"] = Dictionary(O=Name.Layout, Placement=Name.Block, BBox=edges)
    return pdf.make_indirect(element)
