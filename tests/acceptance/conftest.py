"""Fixtures of the acceptance ring."""

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from tests.acceptance.command_line import Orders
from tests.acceptance.extracts import credential, import_, student
from tests.acceptance.wave import make_wave
from tests.installations import PostgreSQL

MakeOrders = Callable[[], Orders]


class Databases:
    """Makes databases of the kind that this run of the suite has chosen: files, or on a server."""

    def __init__(self, template: Path, server: PostgreSQL | None) -> None:
        """Files copied from ``template``, unless there is a server."""
        self._template, self._server = template, server

    @contextmanager
    def new(self, folder: Path, like: Orders | None = None) -> Iterator[Orders]:
        """An installation in ``folder`` with a fresh, migrated database, or one like that of another installation."""
        if self._server is None:
            source = self._template if like is None else like.database
            shutil.copyfile(source, folder / "orders.db")
            yield Orders(folder)
            return
        with self._server.copy(like.server) if like and like.server else self._server.database() as url:
            yield Orders(folder, server=url)


@pytest.fixture(scope="session")
def databases(request: pytest.FixtureRequest, sqlite_template: Path) -> Databases:
    """Databases for this ring: SQLite files, or PostgreSQL where ``ORDERS_TEST_DATABASE`` says so."""
    on_server = os.environ.get("ORDERS_TEST_DATABASE") == "postgresql"
    return Databases(sqlite_template, request.getfixturevalue("postgresql_server") if on_server else None)


@pytest.fixture(scope="session")
def shelf(tmp_path_factory: pytest.TempPathFactory, databases: Databases) -> Path:
    """A document store that holds nothing but the fonts and masters that take seconds to make."""
    with databases.new(tmp_path_factory.mktemp("template")) as orders:
        languages = {"100000001": "en", "100000002": "fr"}
        rows = [credential(asn, programme_language=language) for asn, language in languages.items()]
        assert import_(orders, [student(asn) for asn in languages], rows).exit_code == 0
        orders.ok("award-and-order", "--type", "AHSD")
        orders.ok("work", "--until-idle")
        for job in orders.ok("print-jobs")["print_jobs"]:
            orders.ok("print-job", "release", job["number"])
        for folder in ("documents/documents", "documents/print-files"):
            shutil.rmtree(orders.folder / folder)
        return orders.folder / "documents"


@pytest.fixture(scope="module")
def installations(
    tmp_path_factory: pytest.TempPathFactory, shelf: Path, databases: Databases
) -> Iterator[MakeOrders]:
    """Makes new, initialised installations."""
    with ExitStack() as stack:

        def make() -> Orders:
            orders = stack.enter_context(databases.new(tmp_path_factory.mktemp("orders")))
            shutil.copytree(shelf, orders.folder / "documents")
            return orders

        yield make


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
def seen_wave(
    tmp_path_factory: pytest.TempPathFactory, shelf: Path, databases: Databases
) -> Iterator[Orders]:
    """A wave for tests that change nothing: what each student's item is, ``wave.STATES`` says."""
    with databases.new(tmp_path_factory.mktemp("wave")) as orders:
        shutil.copytree(shelf, orders.folder / "documents")
        make_wave(orders)
        yield orders


@pytest.fixture
def wave(tmp_path: Path, seen_wave: Orders, databases: Databases) -> Iterator[Orders]:
    """A wave of a test's own."""
    shutil.copytree(seen_wave.folder, tmp_path, dirs_exist_ok=True)
    with databases.new(tmp_path, like=seen_wave) as orders:
        yield orders
