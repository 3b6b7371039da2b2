"""Fixtures of the acceptance ring."""

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.acceptance.command_line import Orders
from tests.acceptance.extracts import credential, import_, student
from tests.acceptance.wave import make_wave

MakeOrders = Callable[[], Orders]


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of an installation without any rows, but with the fonts and masters that take seconds to make."""
    orders = Orders(tmp_path_factory.mktemp("template"))
    orders.ok("init")
    empty = orders.folder / "empty.db"
    orders.rows("VACUUM INTO ?", str(empty))
    languages = {"100000001": "en", "100000002": "fr"}
    rows = [credential(asn, programme_language=language) for asn, language in languages.items()]
    assert import_(orders, [student(asn) for asn in languages], rows).exit_code == 0
    orders.ok("award-and-order", "--type", "AHSD")
    orders.ok("work", "--until-idle")
    for job in orders.ok("print-jobs")["print_jobs"]:
        orders.ok("print-job", "release", job["number"])
    for folder in ("documents/documents", "documents/print-files"):
        shutil.rmtree(orders.folder / folder)
    for path in orders.folder.glob("orders.db*"):
        path.unlink()
    empty.rename(orders.database)
    return orders.folder


@pytest.fixture(scope="module")
def installations(tmp_path_factory: pytest.TempPathFactory, template: Path) -> MakeOrders:
    """Makes new, initialised installations."""

    def make() -> Orders:
        orders = Orders(tmp_path_factory.mktemp("orders"))
        shutil.copytree(template / "documents", orders.folder / "documents")
        shutil.copyfile(template / "orders.db", orders.database)
        return orders

    return make


@pytest.fixture
def orders(installations: MakeOrders) -> Orders:
    """A new, initialised installation."""
    return installations()


def tool(name: str) -> str:
    """The path of a program; its tests are skipped at a desk where it is missing, and fail in CI."""
    path = shutil.which(name)
    if path is None:
        complaint = f"{name} is not installed"
        if os.environ.get("CI") == "true":
            pytest.fail(complaint)
        pytest.skip(complaint)
    return path


@pytest.fixture(scope="session")
def qpdf() -> str:
    """The qpdf program."""
    return tool("qpdf")


@pytest.fixture(scope="session")
def pdftotext() -> str:
    """Poppler's pdftotext."""
    return tool("pdftotext")


@pytest.fixture(scope="session")
def wave_folder(tmp_path_factory: pytest.TempPathFactory, template: Path) -> Path:
    """The folder of a wave that tests copy."""
    folder = tmp_path_factory.mktemp("wave")
    shutil.copytree(template, folder, dirs_exist_ok=True)
    make_wave(Orders(folder))
    return folder


@pytest.fixture
def wave(tmp_path: Path, wave_folder: Path) -> Orders:
    """A wave of a test's own: what each student's item is, ``wave.STATES`` says."""
    shutil.copytree(wave_folder, tmp_path, dirs_exist_ok=True)
    return Orders(tmp_path)


@pytest.fixture(scope="session")
def seen_wave(wave_folder: Path) -> Orders:
    """The wave itself, for tests that change nothing."""
    return Orders(wave_folder)
