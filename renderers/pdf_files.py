"""Writing PDF files so that the same content gives the same bytes, in any process, on any day."""

from __future__ import annotations

import io
from datetime import date

import pikepdf

#: Adobe's namespace-free way to say what a file was filled from; readers ignore what they do not know.
MASTER_KEY = "/OrdersMaster"


def saved(pdf: pikepdf.Pdf, recompress: bool = False) -> bytes:
    """The file's bytes: object streams, qpdf's compression, and an ``/ID`` that derives from the content.

    ``recompress`` also compresses anew what another library had compressed, so that only one zlib has a say.
    """
    out = io.BytesIO()
    pdf.save(
        out,
        deterministic_id=True,
        object_stream_mode=pikepdf.ObjectStreamMode.generate,
        compress_streams=True,
        recompress_flate=recompress,
        # It would write the whole XMP packet anew.
        fix_metadata_version=False,
    )
    return out.getvalue()


def set_dates(pdf: pikepdf.Pdf, day: date) -> None:
    """Creation and modification date: noon UTC of a day that belongs to the content, never the clock's."""
    stamp = f"D:{day:%Y%m%d}120000Z"
    pdf.docinfo["/CreationDate"] = stamp
    pdf.docinfo["/ModDate"] = stamp


def set_title(pdf: pikepdf.Pdf, title: str, language: str) -> None:
    """The title that a viewer shows, and the language that a screen reader speaks."""
    pdf.docinfo["/Title"] = title
    pdf.Root["/Lang"] = f"{language}-CA"
    pdf.Root["/ViewerPreferences"] = pikepdf.Dictionary(DisplayDocTitle=True)
