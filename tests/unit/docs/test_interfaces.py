"""Commands, options, routes, settings, columns and shapes named in docs/interfaces.md are those of the code."""

import re
from collections.abc import Iterator
from functools import cache
from types import SimpleNamespace
from typing import Any, get_type_hints

import pytest

from models.edges.extract import CREDENTIAL_COLUMNS, STUDENT_COLUMNS
from models.settings import Settings
from renderers.manifest import Entry, Manifest
from tests.unit.docs.pages import ROOT, section, table, tables, text_of, ticked
from tests.unit.docs.program import OPTION, Words, known, settings, spelt_out
from web.app import create_app
from workflows.rules.rule import ReasonView
from workflows.views.items import DocumentView, ItemView

PAGE = "interfaces.md"
LATER_COMMANDS = "Commands and options that are not built yet"
LATER_CALLS = "Calls that are not built yet"
#: Settings that are decided and belong to later work. Whoever builds one takes it from here.
DECIDED_ONLY = {
    "ORDERS_CODE_KEYS",
    "ORDERS_LINK_KEYS",
    "ORDERS_SIGNING_KEYS",
    "ORDERS_CONNECTIONS",
    "ORDERS_OIDC_PERSON",
    "ORDERS_OIDC_ISSUER",
    "ORDERS_OIDC_CLIENT_ID",
    "ORDERS_OIDC_CLIENT_SECRET",
    "ORDERS_OIDC_ROLES",
    "ORDERS_OIDC_ROLE_MAP",
    "ORDERS_PUBLIC_URL",
}


def named(heading: str) -> Iterator[tuple[Words, set[str]]]:
    """Each command in the first column of the first table under a heading, with the options that it is shown with."""
    for row in tables(PAGE, heading)[0]:
        for span in ticked(row[0].replace("\\|", "|")):
            yield from spelt_out(span)


def test_every_command_is_on_the_page_and_in_the_program():
    """The table names each command of the program and no other."""
    assert {words for words, _ in named("2. The `orders` command")} == known().keys()


def test_options_on_the_page_are_taken():
    """Each command takes the options that it is shown with."""
    for words, options in named("2. The `orders` command"):
        assert options <= known()[words], words


def test_commands_of_later_work_are_absent():
    """What is marked as not built is no command, or has none of the options that it is shown with."""
    for words, options in named(LATER_COMMANDS):
        assert words not in known() or (options and not options & known()[words]), words


def test_global_options_are_taken_everywhere():
    """The options that the page calls global are the program's own."""
    said = next(
        each for each in section(PAGE, "2. The `orders` command").split("\n\n") if "Everywhere" in each
    )
    assert set(OPTION.findall(said)) - {"--language"} <= known()[()]


@cache
def routes() -> set[str]:
    """``METHOD /path`` of everything that is served."""
    # The document needs no database: only the settings are looked at.
    served: Any = create_app(SimpleNamespace(settings=Settings()))
    of_api = {
        f"{method.upper()} {path}" for path, some in served.openapi()["paths"].items() for method in some
    }
    beside = {f"{method} {each.path}" for each in _flat(served.routes) for method in each.methods}
    return of_api | beside


def _flat(some: Any) -> Iterator[Any]:
    """Every route of an application, those of its routers among them."""
    for each in some:
        within = getattr(each, "original_router", None)
        yield from [each] if within is None else _flat(within.routes)


def _calls(heading: str) -> set[str]:
    return {span for row in tables(PAGE, heading)[0] for span in ticked(row[0])}


def test_calls_on_the_page_are_served():
    """Each call of the table is in the program."""
    calls = _calls("5. HTTP API")
    assert len(calls) > 20
    assert calls <= routes()


def test_calls_of_later_work_are_not_served():
    """What is marked as not built is not there."""
    assert not _calls(LATER_CALLS) & routes()


def test_paths_in_the_text_are_served():
    """The paths that sentences name beside the table are served as well."""
    said = section(PAGE, "5. HTTP API").split("### ")[0]
    paths = set(re.findall(r"`(/api/[a-z./]+)`", said))
    assert "/api/docs" in paths
    assert {f"GET {path}" for path in paths} <= routes()


def test_settings_on_the_page_are_read():
    """Each variable that the page names is a setting, or is marked as later work."""
    on_page = set(re.findall(r"ORDERS_[A-Z_]+", text_of(PAGE)))
    assert on_page - settings() == DECIDED_ONLY


def test_settings_of_later_work_are_not_read():
    """No setting that is marked as not built is there, and each is named where the page says so."""
    assert not DECIDED_ONLY & settings()
    later = section(PAGE, LATER_COMMANDS)
    assert all(f"`{name}" in later for name in DECIDED_ONLY)


def test_every_setting_is_in_the_operators_table():
    """The table of docs/operations.md has each setting once, with its default, and no other."""
    rows = table("operations.md", "Settings", "Variable")
    names = [name for row in rows for name in ticked(row[0])]
    assert sorted(names) == sorted(settings())


def test_defaults_in_the_operators_table_are_those_of_the_program():
    """A default in the table is what the program takes where nothing is set."""
    for row in table("operations.md", "Settings", "Variable"):
        for name in ticked(row[0]):
            default = Settings.model_fields[name.removeprefix("ORDERS_").lower()].default
            assert row[1] == ("–" if default is None else f"`{_written(default)}`"), name


def _written(default: Any) -> str:
    return str(default).lower() if isinstance(default, bool) else f"{default}" or "(empty)"


@pytest.mark.parametrize(
    ("file", "columns"), [("STUDENTS", STUDENT_COLUMNS), ("CREDENTIALS", CREDENTIAL_COLUMNS)]
)
def test_columns_are_those_of_the_import(file: str, columns: tuple[str, ...]):
    """The columns of each import file, in their order."""
    said = re.search(rf"Columns of `{file}\.csv`:\n\n`([^`]+)`", section(PAGE, "4. Import files"))
    assert said is not None
    assert tuple(re.split(r",\s+", said[1])) == columns


def test_the_column_of_later_work_is_not_read():
    """The evaluation is decided, and no column yet."""
    assert "`evaluation`" in section(PAGE, "4. Import files")
    assert "evaluation" not in CREDENTIAL_COLUMNS


@pytest.mark.parametrize(
    ("name", "shape", "left_out"),
    [
        ("reason", ReasonView, set()),
        ("item", ItemView, {"events"}),  # only in a list that was asked for them
        ("document", DocumentView, set()),
        ("manifest", Manifest, set()),
        ("manifest entry", Entry, set()),
    ],
)
def test_shapes_have_the_fields_of_the_code(name: str, shape: type[Any], left_out: set[str]):
    """The fields of the main shapes, in their order."""
    said = re.search(
        rf"^- {name}\b[^`]*`\{{(.+?)\}}`[:;\n]", section(PAGE, "3. JSON shapes"), re.DOTALL | re.MULTILINE
    )
    assert said is not None
    fields = re.split(r",\s+", re.sub(r": \{[^}]*\}", "", said[1]))
    assert fields == [each for each in get_type_hints(shape) if each not in left_out]


def test_developer_commands_are_there():
    """Each script of the table is a file that can be run."""
    for row in tables(PAGE, "1. Developer commands")[0]:
        (span,) = ticked(row[0])
        assert (ROOT / span.split()[0]).stat().st_mode & 0o100
