"""What a file says about itself: title, language, dates, and which standards it keeps, in ``/Info`` and in XMP.

Both must say the same (ISO 19005-1, 6.7.3). PDF/UA's schema is none of those that PDF/A knows beforehand, so the
packet describes it (6.7.8).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from html import escape

#: Who wrote the pages; borb's licence asks that its name stays.
PRODUCER = "borb"

_RESOURCE = "rdf:Description rdf:about=''"

_UA_SCHEMA = (
    f"<{_RESOURCE} xmlns:pdfaExtension='http://www.aiim.org/pdfa/ns/extension/'"
    " xmlns:pdfaSchema='http://www.aiim.org/pdfa/ns/schema#'"
    " xmlns:pdfaProperty='http://www.aiim.org/pdfa/ns/property#'>"
    "<pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType='Resource'>"
    "<pdfaSchema:schema>PDF/UA identification</pdfaSchema:schema>"
    "<pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/</pdfaSchema:namespaceURI>"
    "<pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix>"
    "<pdfaSchema:property><rdf:Seq><rdf:li rdf:parseType='Resource'>"
    "<pdfaProperty:name>part</pdfaProperty:name><pdfaProperty:valueType>Integer</pdfaProperty:valueType>"
    "<pdfaProperty:category>internal</pdfaProperty:category>"
    "<pdfaProperty:description>Part of ISO 14289</pdfaProperty:description>"
    "</rdf:li></rdf:Seq></pdfaSchema:property></rdf:li></rdf:Bag></pdfaExtension:schemas></rdf:Description>"
    f"<{_RESOURCE} xmlns:pdfuaid='http://www.aiim.org/pdfua/ns/id/'><pdfuaid:part>1</pdfuaid:part></rdf:Description>"
)

_NAMESPACES = " ".join(
    f"xmlns:{prefix}='{address}'"
    for prefix, address in {
        "dc": "http://purl.org/dc/elements/1.1/",
        "xmp": "http://ns.adobe.com/xap/1.0/",
        "pdf": "http://ns.adobe.com/pdf/1.3/",
        "pdfaid": "http://www.aiim.org/pdfa/ns/id/",
    }.items()
)


@dataclass(frozen=True, slots=True)
class Description:
    """A file's title, its language (``en`` or ``fr``), and the day that it belongs to.

    ``tagged`` files also declare PDF/UA-1; all declare PDF/A-2b.
    """

    title: str
    language: str
    day: date
    tagged: bool = True

    def info(self) -> bytes:
        """The document information dictionary. Its dates are noon UTC of the day, never the clock's."""
        stamp = f"(D:{self.day:%Y%m%d}120000Z)"
        title = self.title.encode("utf-16-be").hex()
        return (f"<</Title<feff{title}>/Producer({PRODUCER})/CreationDate{stamp}/ModDate{stamp}>>").encode()

    def xmp(self) -> bytes:
        """The XMP packet; uncompressed, as PDF/A-1 asks, so that anything can find it."""
        stamp = f"{self.day:%Y-%m-%d}T12:00:00Z"
        return (
            "<?xpacket begin='\ufeff' id='W5M0MpCehiHzreSzNTczkc9d'?>\n"
            "<x:xmpmeta xmlns:x='adobe:ns:meta/'>"
            "<rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#'>"
            f"{_UA_SCHEMA if self.tagged else ''}"
            f"<{_RESOURCE} {_NAMESPACES}>"
            f"<dc:title><rdf:Alt><rdf:li xml:lang='x-default'>{escape(self.title, quote=False)}</rdf:li></rdf:Alt></dc:title>"
            f"<dc:language><rdf:Bag><rdf:li>{self.language}-CA</rdf:li></rdf:Bag></dc:language>"
            "<dc:format>application/pdf</dc:format>"
            f"<xmp:CreateDate>{stamp}</xmp:CreateDate><xmp:ModifyDate>{stamp}</xmp:ModifyDate>"
            f"<pdf:Producer>{PRODUCER}</pdf:Producer>"
            "<pdfaid:part>2</pdfaid:part><pdfaid:conformance>B</pdfaid:conformance>"
            "</rdf:Description></rdf:RDF></x:xmpmeta>\n<?xpacket end='r'?>"
        ).encode()
