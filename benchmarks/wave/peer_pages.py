"""What the peers print: letter and credential with reportlab, and a job's file of them with pikepdf."""

import hashlib
import io
import json
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

import matplotlib as mpl
import pikepdf
from reportlab.graphics import renderPDF
from reportlab.graphics.barcode.qr import QrCodeWidget
from reportlab.graphics.shapes import Drawing
from reportlab.lib.pagesizes import LETTER, landscape
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

_FACE = "DejaVu"
#: Items of one print job.
JOB = 500


@lru_cache(maxsize=1)
def _face() -> str:
    """One embedded, subsetted face for all languages, registered once a process."""
    file = Path(mpl.get_data_path()) / "fonts" / "ttf" / "DejaVuSans.ttf"
    pdfmetrics.registerFont(TTFont(_FACE, str(file)))
    return _FACE


def document(item: int, name: str, address: Sequence[str], number: str) -> bytes:
    """The two pages of one item."""
    face, out = _face(), io.BytesIO()
    canvas = Canvas(out, pagesize=LETTER, pageCompression=1)
    canvas.setFont(face, 11)
    for place, line in enumerate((name, *address)):
        canvas.drawString(72, 650 - 14 * place, line)
    letter = (
        f"This letter confirms the award of the enclosed credential {number}.",
        "Please keep it for your records.",
    )
    for place, line in enumerate(letter):
        canvas.drawString(72, 500 - 16 * place, line)
    canvas.showPage()
    canvas.setPageSize(landscape(LETTER))
    width, _ = landscape(LETTER)
    texts = ((24, 470, "Alberta High School Diploma"), (14, 420, "This is to certify that"), (28, 370, name),
             (12, 320, "has fulfilled the requirements prescribed for the"), (10, 120, f"{number} · {item}"))  # fmt: skip
    for size, height, line in texts:
        canvas.setFont(face, size)
        canvas.drawCentredString(width / 2, height, line)
    code = QrCodeWidget(f"https://verify.example.org/{number}", barWidth=70, barHeight=70)
    drawing = Drawing(70, 70)
    drawing.add(code)
    renderPDF.draw(drawing, canvas, 60, 60)
    canvas.save()
    return out.getvalue()


def stored(folder: str, data: bytes) -> tuple[str, str]:
    """Keep ``data`` under its hash; gives path and hash."""
    sha256 = hashlib.sha256(data).hexdigest()
    path = Path(folder) / "documents" / sha256[:2] / f"{sha256}.pdf"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    return str(path), sha256


def print_file(folder: str, job: int, documents: Sequence[tuple[int, str]]) -> None:
    """One merged file and its manifest in the drop, for (item, path) in the order given."""
    drop = Path(folder) / "print"
    drop.mkdir(parents=True, exist_ok=True)
    merged = pikepdf.new()
    for _, path in documents:
        with pikepdf.open(path) as one:
            merged.pages.extend(one.pages)
    merged.save(drop / f"{job:06d}.pdf")
    sha256 = hashlib.sha256((drop / f"{job:06d}.pdf").read_bytes()).hexdigest()
    entries = [{"sequence": place, "item": item} for place, (item, _) in enumerate(documents, start=1)]
    manifest = {"job": job, "sha256": sha256, "entries": entries}
    (drop / f"{job:06d}.json").write_text(json.dumps(manifest))
