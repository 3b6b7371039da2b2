"""typst: one compiler with the template and fonts loaded; each file's data come in as JSON."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

import pikepdf
import typst

from benchmarks.rendering import page
from renderers.content import DocumentContent

#: ``text`` is placed by its top-left corner; with these edges that is the baseline.
TEMPLATE = """
#set page(width: WIDTHpt, height: HEIGHTpt, margin: 0pt)
#set text(top-edge: "baseline", bottom-edge: "baseline")
#let line(x, y, size, face, fill, words) = place(
  dx: x * 1pt, dy: (HEIGHT - y) * 1pt, text(size: size * 1pt, style: face, fill: fill, font: "EB Garamond", words))
#let code(scale, runs) = place(dx: 0pt, dy: 0pt, curve(fill: black, ..runs.map(run => {
  let (left, bottom, width) = run
  let (x, y) = (QR_X + left * scale, HEIGHT - QR_Y - (bottom + 1) * scale)
  (curve.move((x * 1pt, y * 1pt)), curve.line(((x + width * scale) * 1pt, y * 1pt)),
   curve.line(((x + width * scale) * 1pt, (y + scale) * 1pt)), curve.line((x * 1pt, (y + scale) * 1pt)), curve.close())
}).flatten()))
#let static = {
  place(image("art.svg", width: WIDTHpt, height: HEIGHTpt))
STATIC
}
#let documents = json(bytes(sys.inputs.documents))
#for (number, document) in documents.enumerate() {
  if number > 0 { pagebreak() }
  static
  for (words, x, y, size) in document.values {
    place(dx: (x - CENTRE) * 1pt, dy: (HEIGHT - y) * 1pt, box(width: WIDTHpt, align(center, text(
      size: size * 1pt, font: "EB Garamond", words))))
  }
  code(document.scale, document.runs)
}
"""


def file(contents: Iterable[DocumentContent]) -> bytes:
    """All documents in one file, a page each."""
    documents = [
        {
            "values": [(words.text, words.x, words.y, words.size) for words in page.values(content)],
            "scale": page.module(content.verification_link),
            "runs": page.runs(content.verification_link),
        }
        for content in contents
    ]
    made: Any = compiler().compile(sys_inputs={"documents": json.dumps(documents)})
    return bytes(made)


@cache
def compiler() -> typst.Compiler:
    """The compiler, its template written beside the art."""
    folder = Path(mkdtemp(prefix="bench-"))
    art, lines = page.static()
    _as_svg(art, folder / "art.svg")
    static = "\n".join(f"  line({_line(words)})" for words in lines)
    template = TEMPLATE.replace("STATIC", static)
    numbers = {"WIDTH": page.WIDTH, "HEIGHT": page.HEIGHT, "CENTRE": page.WIDTH / 2}
    numbers |= {"QR_X": page.QR[0], "QR_Y": page.QR[1]}
    for name, number in numbers.items():
        template = template.replace(name, str(number))
    (folder / "page.typ").write_text(template)
    fonts = [str(page.font_file(face).parent) for face in ("roman", "italic")]
    return typst.Compiler(
        input=str(folder / "page.typ"), font_paths=fonts, ignore_system_fonts=True, sys_inputs={}
    )


def _line(words: page.Words) -> str:
    colour = ", ".join(f"{part * 100}%" for part in words.colour)
    style = "italic" if words.face == "italic" else "normal"
    text = json.dumps(words.text, ensure_ascii=False)
    return f'{words.x}, {words.y}, {words.size}, "{style}", rgb({colour}), {text}'


def _as_svg(art: bytes, path: Path) -> None:
    """Poppler turns the art into the one vector format that typst reads."""
    with pikepdf.new() as pdf:
        blank = pdf.add_blank_page(page_size=(page.WIDTH, page.HEIGHT))
        blank.obj["/Contents"] = pdf.make_stream(art)
        pdf.save(path.with_suffix(".pdf"))
    subprocess.run(["pdftocairo", "-svg", path.with_suffix(".pdf"), path], check=True)
