"""Fixtures of the faults ring: a wave of sixty students up to the moment before work begins."""

import os
import shutil
from pathlib import Path

import pytest

from tests.acceptance.command_line import Orders
from tests.acceptance.extracts import NO_ADDRESS, Row, credential, import_, student

#: So few that several jobs of each key fill up, are written and handed over while the worker runs.
SETTINGS = {"ORDERS_JOB_MAX_ENVELOPES": "5"}
#: Type, language and number of students of each key.
_KEYS = (("AHSD", "en", 21), ("AHSD", "fr", 12), ("HSED", "en", 10), ("CHSA", "en", 8), ("COSC", "fr", 9))
#: What happens to some, by their place among all.
_IRREGULAR: dict[int, Row] = {
    3: NO_ADDRESS,
    17: {"hold_until": "2026-12-31"},
    29: {"first_name": "Zoé 🌸"},
    33: {"first_name": "ᐊᒪᕈᖅ", "last_name": "ᓇᓄᖅ"},
    41: {"first_name": "Thị Ngọc", "last_name": "Nguyễn"},
    52: {
        "address_lines": "12 Juniper Ave",
        "city": "Spokane",
        "province": "WA",
        "postal_code": "99201",
        "country": "US",
    },
}


def make_wave(orders: Orders) -> None:
    """Import and order everything; nothing is processed yet."""
    keys = [(kind, language) for kind, language, number in _KEYS for _ in range(number)]
    students, credentials = [], []
    for place, (kind, language) in enumerate(keys):
        asn = f"{300_000_000 + place * 7}"
        name = {"last_name": f"Cardinal-{'abcdefghij'[place % 10]}{'abcdefghij'[place // 10]}"}
        students.append(student(asn, **name | _IRREGULAR.get(place, {})))
        credentials.append(credential(asn, kind, programme_language=language))
    orders.ok("init")
    assert import_(orders, students, credentials).exit_code == 0
    types = [part for kind in sorted({kind for kind, _ in keys}) for part in ("--type", kind)]
    assert orders.ok("award-and-order", *types)["succeeded"] == len(keys)


@pytest.fixture(scope="session")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder before work begins, fonts and masters already made; shared by all processes of a test run."""
    base = tmp_path_factory.getbasetemp()
    shared = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    from filelock import FileLock

    with FileLock(shared / "prepared.lock"):
        folder = shared / "prepared"
        if not folder.exists():
            _prepare(shared / "warming", shared / "preparing")
            (shared / "preparing").rename(folder)
    return folder


def _prepare(warming: Path, folder: Path) -> None:
    for each in (warming, folder):
        each.mkdir()
        make_wave(Orders(each, SETTINGS))
    Orders(warming, SETTINGS).ok("work", "--until-idle")
    for shelf in (warming / "documents").iterdir():
        if shelf.name not in {"documents", "print-files"}:
            shutil.copytree(shelf, folder / "documents" / shelf.name)
