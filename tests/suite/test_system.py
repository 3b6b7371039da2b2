"""``scripts/_system`` brings what pip can't, says what will be skipped for want of it, and lets CI skip nothing."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
_PLAIN = ("bash", "env", "dirname", "cut", "tr", "sort", "cat", "ls", "rm", "mkdir")
_ALL = ("pdftotext", "qpdf", "systemd-analyze", "java", "chromium")
_APT = """#!/usr/bin/env bash
echo "$@" >>"$ASKED"
[[ $1 != install ]] || for each in pdftotext qpdf systemd-analyze java chromium; do ln -sf {true} "$(dirname "$0")/$each"; done
"""


@pytest.fixture
def desk(tmp_path: Path) -> Path:
    """A checkout with Mermaid in it, on a machine that has nothing of what tests need."""
    (tmp_path / "scripts").mkdir()
    for name in ("_system", "_mermaid"):
        shutil.copy(ROOT / "scripts" / name, tmp_path / "scripts")
    pinned = next(
        line for line in (ROOT / "scripts/_mermaid").read_text().splitlines() if line.startswith("version=")
    )
    (tmp_path / ".mermaid").mkdir()
    (tmp_path / ".mermaid/version").write_text(pinned.removeprefix("version="))
    (tmp_path / "bin").mkdir()
    for name in _PLAIN:
        program(tmp_path, name)
    return tmp_path


def program(desk: Path, name: str, text: str | None = None) -> None:
    """A program on the path: the machine's own, or one that does what ``text`` says."""
    path = desk / "bin" / name
    if text is None:
        path.symlink_to(shutil.which(name) or shutil.which("true") or "")
        return
    path.write_text(text)
    path.chmod(0o755)


def set_up(desk: Path, **settings: str) -> "subprocess.CompletedProcess[str]":
    """The script's run on that machine."""
    told = {"PATH": str(desk / "bin"), "ASKED": str(desk / "asked")} | settings
    return subprocess.run([desk / "scripts/_system"], env=told, capture_output=True, encoding="utf-8", check=False)  # fmt: skip


def test_what_is_missing_is_said_with_the_tests_that_want_it(desk: Path) -> None:
    """Where nothing may be installed, a desk's run goes on and says up front what it will skip, and how to get it."""
    done = set_up(desk)
    assert done.returncode == 0
    for said in ("qpdf", "tests/browser", "test_lasting_documents.py", "apt-get install"):
        assert said in done.stderr
    assert "Mermaid" not in done.stderr


def test_ci_skips_nothing(desk: Path) -> None:
    """With CI=true what is missing is a failure."""
    done = set_up(desk, CI="true")
    assert done.returncode == 5
    assert "nothing may be skipped" in done.stderr


def test_mermaid_that_can_not_be_brought_is_said_too(desk: Path) -> None:
    """Mermaid comes by npm; without npm its tests are named among those that are skipped."""
    (desk / ".mermaid/version").unlink()
    assert "diagrams as Mermaid reads them" in set_up(desk).stderr


def test_what_is_there_is_neither_installed_nor_told(desk: Path) -> None:
    """On a machine that has everything nothing is said, and apt-get is not asked."""
    jars = Path("/usr/share/java/preflight.jar").exists()
    fonts = Path("/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf").exists()
    if not (jars and fonts):
        assert os.environ.get("CI") != "true"
        pytest.skip("the validator's jars and the fonts lie where no test may put them")
    for name in _ALL:
        program(desk, name, "#!/bin/sh\n")
    program(desk, "apt-get", _APT)
    program(desk, "sudo", '#!/usr/bin/env bash\nshift\nexec "$@"\n')
    done = set_up(desk, CI="true")
    assert (done.returncode, done.stderr) == (0, "")
    assert not (desk / "asked").exists()


def test_what_is_missing_is_installed_where_it_may_be(desk: Path) -> None:
    """As root, or with a sudo that asks nothing, apt-get installs what is missing and nothing else."""
    program(desk, "apt-get", _APT.replace("{true}", str(shutil.which("true"))))
    program(desk, "ln")
    program(desk, "true")
    program(desk, "sudo", '#!/usr/bin/env bash\nshift\nexec "$@"\n')
    program(desk, "qpdf", "#!/bin/sh\n")
    set_up(desk)
    update, install = (desk / "asked").read_text().splitlines()
    assert update.split() == ["update", "-qq"]
    wanted = install.split()
    assert wanted[0] == "install"
    assert {"poppler-utils", "chromium", "libpdfbox2-java", "systemd"} <= set(wanted)
    assert "qpdf" not in wanted
    assert "npm" not in wanted
