"""Every file of the acceptance ring is repeated on PostgreSQL, or it is said why nothing in it can differ."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.acceptance.on_postgresql import FOLDER, LEFT_OUT, files

ROOT = Path(__file__).parents[2]


def test_every_file_is_repeated_or_left_out_with_a_reason() -> None:
    """No file is forgotten, none is named twice or that is not there, and files are named as pytest takes them."""
    repeated = {Path(each).name for each in files()}
    assert repeated | LEFT_OUT.keys() == {path.name for path in FOLDER.glob("test_*.py")}
    assert not repeated & LEFT_OUT.keys()
    assert all((ROOT / each).is_file() for each in files())


@pytest.mark.parametrize("file", LEFT_OUT)
def test_a_reason_names_tests_that_run_on_both(file: str) -> None:
    """Where a reason names another test, that one is there and asks for both kinds of database."""
    folder = ""
    for named in re.findall(r"[\w/]*test_\w+\.py", LEFT_OUT[file]):
        folder = named.rpartition("/")[0] or folder
        text = (ROOT / folder / Path(named).name).read_text("utf-8")
        assert re.search(r"\b(ministry|installation|database_url|clerk|http)\b", text), named


def test_what_is_printed_is_what_is_run() -> None:
    """The command gives the files on one line."""
    said = subprocess.run(
        [sys.executable, "-m", "tests.acceptance.on_postgresql"],
        cwd=ROOT,
        capture_output=True,
        encoding="utf-8",
        check=True,
    )
    assert said.stdout.split() == files()


def test_what_holds_locks_or_goes_over_many_rows_is_repeated() -> None:
    """Bulk orders, imports, receipts, releases and what time brings are always among them."""
    assert {
        f"tests/acceptance/test_{name}.py"
        for name in (
            "award_and_order",
            "import",
            "items_do",
            "print_jobs",
            "time_passes",
            "doctor",
            "verify_history",
        )
    } <= set(files())
