"""The example units: systemd understands them, and the program understands what they start and set."""

import shlex
import subprocess
import sys
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from actors.worker import Shape
from cli.main import app, hoisted
from models.settings import Settings
from tests.acceptance.conftest import tool

FOLDER = Path(__file__).parents[2] / "actors" / "systemd"
UNITS = sorted(FOLDER.glob("*.service"))


def settings_of(unit: Path) -> dict[str, list[str]]:
    """What a unit sets, by name; a name may be set more than once."""
    found: dict[str, list[str]] = {}
    for line in unit.read_text(encoding="utf-8").splitlines():
        name, equals, value = line.partition("=")
        if equals and not line.startswith("#"):
            found.setdefault(name, []).append(value)
    return found


def environment(unit: Path) -> dict[str, str]:
    """The variables of a unit and of the file that it names."""
    lines = (FOLDER / "orders.env").read_text(encoding="utf-8").splitlines()
    given = [line for line in lines if line and not line.startswith("#")]
    return dict(each.split("=", 1) for each in given + settings_of(unit)["Environment"])


def test_there_is_one_for_each_process() -> None:
    """Worker and scheduler."""
    assert [unit.name for unit in UNITS] == ["orders-scheduler.service", "orders-worker.service"]


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.stem)
def test_systemd_takes_it(unit: Path, tmp_path: Path) -> None:
    """``systemd-analyze verify`` has nothing to say once the program lies where this test has it."""
    analyze = tool("systemd-analyze")
    text = unit.read_text(encoding="utf-8")
    for there, here in (
        ("/opt/credential-orders/.venv/bin/orders", sys.executable),
        ("User=orders\nGroup=orders\n", ""),
    ):
        assert there in text
        text = text.replace(there, here)
    copy = tmp_path / unit.name
    copy.write_text(text, encoding="utf-8")
    told = subprocess.run(
        [analyze, "verify", "--man=no", str(copy)], capture_output=True, text=True, check=False
    )
    ours = [line for line in told.stderr.splitlines() if unit.stem in line]
    assert (told.returncode, ours) == (0, []), told.stderr


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.stem)
def test_the_program_takes_it(unit: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every option of the command line exists, and every variable is a setting with a value that it may have."""
    given = environment(unit)
    known = {f"ORDERS_{name.upper()}" for name in Settings.model_fields}
    assert set(given) <= known
    for name, value in given.items():
        monkeypatch.setenv(name, value)
    assert Settings(_env_file=None).production
    program, *arguments = shlex.split(settings_of(unit)["ExecStart"][0])
    assert Path(program).name == "orders"
    assert CliRunner().invoke(app, hoisted([*arguments, "--help"])).exit_code == 0
    options = {parameter for each in arguments if each.startswith("--") for parameter in [each]}
    (command,) = (each for each in typer.main.get_command(app).commands.items() if each[0] == arguments[0])
    assert options <= {name for parameter in command[1].params for name in parameter.opts}


def test_it_has_time_to_finish() -> None:
    """Systemd waits longer than the workers take to finish, and tells only the parent to stop."""
    worker = settings_of(FOLDER / "orders-worker.service")
    (line,) = worker["ExecStart"]
    grace = float(line.split("--grace ")[1].split()[0])
    assert grace == Shape().grace < float(worker["TimeoutStopSec"][0])
    assert worker["KillMode"] == ["mixed"]
