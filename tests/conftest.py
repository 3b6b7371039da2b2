"""What all rings share: installations on both databases with a clock that stands, and a ministry that works on them."""

import os
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from xdist.remote import Producer

from models.store import Store
from renderers.content import Imprint
from renderers.masters.master import Masters
from tests import guard
from tests.installations import (
    PostgreSQL,
    migrated_file,
    open_installation,
    postgresql,
    skip_or_fail,
    sqlite_copy,
)
from tests.ministry import Ministry
from tests.redis_server import RedisServer, redis_server
from tests.spread import Spread, in_order
from workflows.installation import Installation

#: The kinds of database on which a test runs: both, unless the run has chosen one (``scripts/test --database KIND``).
DATABASES = tuple(os.environ.get("ORDERS_TEST_DATABASE", "sqlite postgresql").split())

# A database is slower than Hypothesis expects of an example, and one fixture's database serves many examples.
_SLOW = (HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.function_scoped_fixture)
settings.register_profile("ci", deadline=None, suppress_health_check=_SLOW)
settings.register_profile("long", deadline=None, max_examples=1000, suppress_health_check=_SLOW)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci"))


def pytest_configure() -> None:
    """Whatever becomes of this process, none of its servers stays."""
    guard.ends_with_us()


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> Spread:
    """Whatever ``--dist`` says, processes are given tests as ``tests/spread.py`` says."""
    config.option.loadscopereorder = False
    return Spread(config, log)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The longest first."""
    in_order(items)


@pytest.fixture(scope="session")
def shared_masters(tmp_path_factory: pytest.TempPathFactory) -> Masters:
    """The page masters of all installations of this process, built once."""
    return Masters(Imprint(specimen=True), Store(str(tmp_path_factory.mktemp("shelf"))))


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite file."""
    return migrated_file(tmp_path_factory.mktemp("template"))


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[PostgreSQL]:
    """A PostgreSQL server for this process."""
    with ExitStack() as stack:
        try:
            server = stack.enter_context(postgresql())
        except Exception as error:
            skip_or_fail(error)
            raise
        yield server


@pytest.fixture(scope="session")
def shared_redis() -> Iterator[RedisServer]:
    """A Redis server for this process."""
    with ExitStack() as stack:
        try:
            server = stack.enter_context(redis_server())
        except Exception as error:
            skip_or_fail(error, "Redis")
            raise
        yield server


@pytest.fixture
def redis_url(shared_redis: RedisServer) -> str:
    """An empty Redis."""
    shared_redis.wipe()
    return shared_redis.url


@pytest.fixture
def postgresql_url(postgresql_server: PostgreSQL) -> Iterator[str]:
    """A fresh, migrated PostgreSQL database."""
    with postgresql_server.database() as url:
        yield url


@pytest.fixture(params=DATABASES)
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A fresh, migrated database of each kind in turn."""
    if request.param == "sqlite":
        yield sqlite_copy(request.getfixturevalue("sqlite_template"), tmp_path)
        return
    server: PostgreSQL = request.getfixturevalue("postgresql_server")
    with server.database() as url:
        yield url


@pytest.fixture
def installation(database_url: str, tmp_path: Path, shared_masters: Masters) -> Iterator[Installation]:
    """A fresh installation on each kind of database; its clock stands at ``installations.START``."""
    opened = open_installation(database_url, tmp_path, shared_masters)
    yield opened
    opened.database.close()


@pytest.fixture
def ministry(installation: Installation) -> Ministry:
    """A ministry at work on the installation."""
    return Ministry(installation)


@pytest.fixture
def on_postgresql(postgresql_url: str, tmp_path: Path, shared_masters: Masters) -> Iterator[Ministry]:
    """A ministry on PostgreSQL, for what SQLite has not."""
    opened = open_installation(postgresql_url, tmp_path, shared_masters)
    yield Ministry(opened)
    opened.database.close()
