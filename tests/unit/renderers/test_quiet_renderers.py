"""Rendering does nothing but return bytes: no socket, no print, no signal handler, no heavy import."""

import subprocess
import sys

SCRIPT = """
import signal, socket, sys
before = [signal.getsignal(each) for each in (signal.SIGINT, signal.SIGTERM)]
def refuse(*arguments, **options):
    raise AssertionError("a socket was opened")
socket.socket = socket.create_connection = refuse
from tests.unit.renderers.conftest import CONTENT
from renderers.masters import borb_pages
from renderers.content import Imprint
from renderers.document import render
from renderers.masters.master import Masters
from renderers.pdf.painting import text
plan = borb_pages.PagePlan(100, 100, (text("x", 0, 0, 10),))
for _ in range(70):
    borb_pages.lay_out([plan], frozenset({"roman-latin"}), "x")
render(CONTENT, Masters(Imprint()))
assert before == [signal.getsignal(each) for each in (signal.SIGINT, signal.SIGTERM)]
assert "matplotlib" not in sys.modules
import threading
assert threading.active_count() == 1
"""

LIGHT = """
import sys
import renderers.document, renderers.manifest, renderers.print_file
print([each for each in ("borb", "matplotlib", "fontTools.subset", "fontTools.ttLib") if each in sys.modules])
"""


def run(script):
    return subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)


def test_borb_neither_calls_home_nor_prints_nor_takes_signals():
    """Seventy pages laid out and a document rendered leave no trace outside the returned bytes."""
    finished = run(SCRIPT)
    assert (finished.returncode, finished.stdout, finished.stderr) == (0, "", "")


def test_importing_the_renderers_is_cheap():
    """borb, matplotlib and fontTools' heavy parts are loaded only where a master or font is built."""
    assert run(LIGHT).stdout == "[]\n"
