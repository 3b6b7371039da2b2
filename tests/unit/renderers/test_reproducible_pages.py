"""The same content gives the same bytes: in any process, with any hash seed, from the shelf or built anew."""

import hashlib
import os
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest

from renderers.content import Imprint
from renderers.document import render
from renderers.masters.master import Masters

SCRIPT = """
import sys
from tests.unit.renderers.conftest import CONTENT, build_print_file
from tests.unit.renderers.hard_names import HARD_NAMES
from dataclasses import replace
from datetime import date
from renderers.content import Imprint
from renderers.document import render
from renderers.masters.master import Masters
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
    assert f"masters/{built.master}.json" in kept


def test_an_altered_master_is_not_used(content):
    """A master on the shelf that no longer has its hash is built again, and so is one whose pages do not."""
    shelf = Folder()
    built = render(content(), Masters(Imprint(specimen=False), shelf))
    kept = dict(shelf.files)
    for name in kept:
        if name.startswith("masters/"):
            shelf.files[name] = b"torn"
            assert render(content(), Masters(Imprint(specimen=False), shelf)) == built
            assert shelf.files == kept


def test_another_imprint_is_another_master(content, masters, specimen_masters):
    """Signatories, contact block and the specimen mark are part of a master's identity."""
    assert render(content(), masters).master != render(content(), specimen_masters).master


def test_a_documents_hash_is_its_bytes(content, masters):
    """``sha256`` is the hash of what is stored."""
    rendered = render(content(), masters)
    assert rendered.sha256 == hashlib.sha256(rendered.pdf).hexdigest()


MANY = """
import hashlib, sys
from dataclasses import replace
from tests.unit.renderers.conftest import CONTENT
from tests.unit.renderers.hard_names import HARD_NAMES
from renderers.content import Imprint
from renderers.document import render
from renderers.masters.master import Masters
masters, names, together = Masters(Imprint(specimen=False)), list(HARD_NAMES.values()), hashlib.sha256()
for number in range(int(sys.argv[1])):
    link = f"https://orders.example.ca/verify/{hashlib.md5(str(number).encode()).hexdigest()}"
    kind, language = ("AHSD", "CHSA", "COSC")[number // 400 % 3], ("en", "fr")[number // 200 % 2]
    letter = ("none", "first_run", "reprint")[number // 50 % 3]
    content = replace(
        CONTENT, name=names[number % len(names)], credential_number=f"{number:010d}", verification_link=link,
        credential_type=kind, language=language, letter=letter, item_number=f"{number:010d}-01",
    )
    together.update(render(content, masters).sha256.encode())
print(together.hexdigest())
"""


def other_builds():
    """Interpreters that can load what this one has installed, but were built apart: another file, the same ABI."""
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    found = [Path(f"/usr/bin/python{version}"), Path(f"/usr/local/bin/python{version}")]
    found += sorted(Path.home().glob(f".pyenv/versions/{version}.*/bin/python{version}"))
    mine = Path(sys.executable).resolve()
    return [each for each in found if each.exists() and each.resolve() != mine]


def hashes_of_processes(renders, processes=4):
    """One hash over that many renders from each of the processes, which run at the same time."""
    builds = [sys.executable, *map(str, other_builds()[:1])]
    installed = sysconfig.get_path("purelib")
    running = [
        subprocess.Popen(
            [builds[number % len(builds)], "-c", MANY, str(renders)],
            env={**os.environ, "PYTHONHASHSEED": str(number), "PYTHONPATH": f".{os.pathsep}{installed}"},
            stdout=subprocess.PIPE,
            text=True,
        )
        for number in range(processes)
    ]
    found = [each.communicate()[0].strip() for each in running]
    assert [each.returncode for each in running] == [0] * processes
    return set(found)


def test_two_builds_agree():
    """A hundred documents have one hash each, in two processes and, where there are two, builds of Python."""
    assert len(hashes_of_processes(100, processes=2)) == 1


@pytest.mark.long
def test_ten_thousand_renders_have_one_hash_an_input():
    """2,500 documents in each of four processes, over two builds of Python where there are two."""
    assert len(hashes_of_processes(2500)) == 1
