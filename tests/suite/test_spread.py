"""Processes share the tests so that what is dear is made once."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.spread import TOGETHER

ROOT = Path(__file__).parents[2]

_CONFTEST = """
from tests.conftest import pytest_collection_modifyitems, pytest_xdist_make_scheduler
import tests.spread
tests.spread.TOGETHER = ("test_long.py", "test_dear.py")
"""
_DEAR = """
import os
import pytest

@pytest.fixture(scope="module")
def dear(request):
    (request.config.rootpath / f"made-by-{os.getpid()}").touch()

@pytest.mark.parametrize("number", range(20))
def test_dear(dear, number):
    pass
"""
_LONG = """
import time
from pathlib import Path

def test_long(request):
    assert not (request.config.rootpath / "others").exists()
    time.sleep(0.5)
"""
_OTHERS = """
import time
import pytest

@pytest.mark.parametrize("number", range(40))
def test_others(request, number):
    (request.config.rootpath / "others").touch()
    time.sleep(0.01)
"""


@pytest.mark.parametrize("file", TOGETHER)
def test_what_stays_together_is_there(file: str) -> None:
    """Every file that is named exists."""
    assert (ROOT / file).is_file()


def test_what_is_dear_is_made_once_and_the_longest_comes_first(tmp_path: Path) -> None:
    """In a run of two processes one makes what a file shares, and nothing begins before the longest."""
    written = {"conftest": _CONFTEST, "test_dear": _DEAR, "test_long": _LONG, "test_another": _OTHERS}
    for name, text in written.items():
        (tmp_path / f"{name}.py").write_text(text)
    (tmp_path / "pytest.ini").touch()
    ended = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-n", "2"],
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert "61 passed" in ended.stdout
    assert len(list(tmp_path.glob("made-by-*"))) == 1
