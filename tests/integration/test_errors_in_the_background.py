"""Every error of the trees, raised where nobody waits for an answer: a row of a bulk run, and an automatic step."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, NoReturn

import pytest

from actors import broker, embedded
from actors.embedded import EmbeddedWorker, beacon_of
from actors.steps.every_step import STEPS
from models.bulk_runs import BulkRow, BulkRun
from models.codes import BulkKind
from tests.errors import made, raisable
from tests.ministry import CLERK, Ministry
from workflows.command import Command
from workflows.errors import expected
from workflows.installation import Installation
from workflows.operations.bulk import bulk_runs, chunks
from workflows.source import table


@pytest.mark.parametrize("kind", raisable(), ids=lambda kind: kind.__name__)
def test_an_error_fails_a_row_and_no_other(
    ministry: Ministry, monkeypatch: pytest.MonkeyPatch, kind: type[Exception]
) -> None:
    """The row says which error it was; the run goes on to its end, and the other rows are done."""
    items = ministry.ordered(3)
    work_of = chunks.WORK[BulkKind.TRANSITION]

    def fails_for_one(work: Installation, run: Any, ids: Sequence[int]) -> Any:
        if items[1] in ids:
            raise made(kind)
        return work_of.carry_out(work, run, ids)

    monkeypatch.setitem(chunks.WORK, BulkKind.TRANSITION, work_of._replace(carry_out=fails_for_one))
    command = Command("cancel", CLERK, ministry.now)
    with ministry.installation.database.write() as session:
        given = {"event": "cancel", "reason": "OrderedInError", "note": None}
        run = bulk_runs.enter(session, BulkKind.TRANSITION, given, command)
        bulk_runs.enter_subjects(session, run, items, [])
    while chunks.carry_on(ministry.installation, run):
        pass
    told = [row.outcome for row in ministry.where(BulkRow, table(BulkRow).c.run_id == run)]
    assert [each["outcome"] for each in told] == ["done", "failed", "done"]
    assert told[1]["error"] == kind.__name__
    (whole,) = ministry.where(BulkRun, table(BulkRun).c.id == run)
    assert whole.state == "finished"


@pytest.mark.parametrize("kind", raisable(), ids=lambda kind: kind.__name__)
def test_an_error_stops_a_step_and_no_other(
    ministry: Ministry, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, kind: type[Exception]
) -> None:
    """The steps after it are carried out before the error is told, and what was due stays due."""
    ministry.ordered(1)
    ran: list[str] = []

    def fail(*_: object) -> NoReturn:
        raise made(kind)

    process = next(step for step in STEPS if step.name == "process_items")
    other = replace(process, name="another_step", run=lambda *_: ran.append("another_step"))
    steps = (replace(process, run=fail), other)
    monkeypatch.setattr(embedded, "STEPS", steps)
    monkeypatch.setattr(broker, "STEPS", steps)
    monkeypatch.chdir(tmp_path)
    with beacon_of(ministry.installation) as beacon, pytest.raises(kind) as raised:
        EmbeddedWorker(ministry.installation, beacon).drain()
    assert expected(raised.value) is not None
    assert ran == ["another_step"]
    assert ministry.states([1]) == ["created"]
