"""Files as people send them."""

from io import BytesIO

import pikepdf
from PIL import Image


def pdf(pages: int = 1) -> bytes:
    """A PDF of empty pages."""
    out = BytesIO()
    with pikepdf.new() as file:
        for _ in range(pages):
            file.add_blank_page()
        file.save(out)
    return out.getvalue()


def image(kind: str) -> bytes:
    """A small picture."""
    out = BytesIO()
    Image.new("RGB", (8, 8)).save(out, kind)
    return out.getvalue()
