"""The same content gives the same bytes: in any process, with any hash seed, from the shelf or built anew."""

import hashlib
import os
import subprocess
import sys

from renderers.content import Imprint
from renderers.document import render
from renderers.master import Masters

SCRIPT = """
import sys
from tests.unit.renderers.conftest import CONTENT, HARD_NAMES, build_print_file
from dataclasses import replace
from datetime import date
from renderers.content import Imprint
from renderers.document import render
from renderers.master import Masters
from renderers.print_file import Envelope, JobSheet
masters = Masters(Imprint(specimen=False))
made = [render(replace(CONTENT, name=name), masters) for name in HARD_NAMES.values()]
sheet = JobSheet("PJ-1", "AHSD", "en", "manual_mail", date(2026, 8, 1))
envelopes = [Envelope(n, f"{n}", each.pdf, 2, "us", False) for n, each in enumerate(made, 1)]
print([each.sha256 for each in made], build_print_file(sheet, envelopes).sha256)
"""


class Folder:
    """A shelf in memory that counts what is written."""

    def __init__(self):
        self.files = {}

    def read(self, name):
        return self.files.get(name)

    def write(self, name, data):
        self.files[name] = data


def in_another_process(seed):
    return subprocess.run(
        [sys.executable, "-c", SCRIPT],
        env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": "."},
        capture_output=True,
        check=True,
        text=True,
    ).stdout


def test_three_processes_agree():
    """Documents and print files are equal across processes and hash seeds."""
    assert in_another_process("0") == in_another_process("1") == in_another_process("4242")


def test_rendering_twice_gives_the_same_bytes(content, masters):
    """A crash between rendering and storing costs nothing but time."""
    assert render(content(), masters) == render(content(), masters)


def test_a_master_from_the_shelf_is_the_built_one(content):
    """What one process put on the shelf another one uses, and the documents are equal."""
    shelf = Folder()
    built = render(content(), Masters(Imprint(specimen=False), shelf))
    kept = dict(shelf.files)
    read = render(content(), Masters(Imprint(specimen=False), shelf))
    assert read == built
    assert shelf.files == kept
    assert f"masters/{built.master}.pdf" in kept


def test_an_altered_master_is_not_used(content):
    """A master on the shelf that no longer has its hash is built again."""
    shelf = Folder()
    built = render(content(), Masters(Imprint(specimen=False), shelf))
    shelf.files[f"masters/{built.master}.pdf"] = b"%PDF-1.7 torn"
    assert render(content(), Masters(Imprint(specimen=False), shelf)) == built


def test_another_imprint_is_another_master(content, masters, specimen_masters):
    """Signatories, contact block and the specimen mark are part of a master's identity."""
    assert render(content(), masters).master != render(content(), specimen_masters).master


def test_a_documents_hash_is_its_bytes(content, masters):
    """``sha256`` is the hash of what is stored."""
    rendered = render(content(), masters)
    assert rendered.sha256 == hashlib.sha256(rendered.pdf).hexdigest()
