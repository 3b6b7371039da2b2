"""Writing PDF files so that the same content gives the same bytes, in any process, on any day."""

from __future__ import annotations

import io

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
