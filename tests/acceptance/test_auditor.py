"""CO-11 over the whole command line: an auditor reads everything and changes nothing, whatever the command."""

from collections.abc import Iterator

import click
import pytest
import typer
from PIL import Image

from cli.main import app
from tests.acceptance import wave as waves
from tests.acceptance.command_line import Orders
from tests.acceptance.extracts import credential, import_, student
from tests.acceptance.wave import item_of

AUDITOR = "--as=auditor"
#: What a person who runs the installation calls; no role acts there.
OPERATING = {"demo", "doctor", "init", "scheduler", "serve", "tokens", "work", "worker"}
ITEM, NUMBER, JOB, ORDER = "ITEM", "NUMBER", "1", "ORDER"
#: Every command that looks, with arguments.
READING = (
    ["items"], ["item", "show", ITEM], ["item", "can", ITEM], ["item", "history", ITEM], ["credentials"], ["find", NUMBER],
    ["credential", "can", NUMBER], ["credential", "history", NUMBER], ["print-jobs"], ["print-job", "show", JOB],
    ["verify-history"], ["signing-key"], ["consumers"], ["consumer", "show", "1"], ["messages"], ["message", "show", "1"],
    ["work-list", "deceased"], ["work-list", "refunds"], ["handling"], ["orders"], ["cart", "show", ORDER],
    ["cart", "review", ORDER], ["verify", "0" * 32], ["refusals"], ["replay"],
    ["runs"], ["run", "show", "1"], ["run", "outcomes", "1"],
    ["diagram", "--live"], ["item", "document", ITEM, "--to", "got.pdf"],
    ["preview-name", waves.SENT],
)  # fmt: skip
_ADDRESS = (
    "--line",
    "1 Elm",
    "--city",
    "Edmonton",
    "--province",
    "AB",
    "--postal-code",
    "T5J 2Z2",
    "--country",
    "CA",
)
#: Every command that changes something, with arguments that would do for somebody who may.
CHANGING = (
    ["import", "students.csv", "credentials.csv"], ["award", waves.CREATED, "AHSD"], ["first-run", NUMBER],
    ["award-and-order", "--type", "AHSD"], ["reprint", NUMBER], ["reorder", ITEM, "--reason", "LostInMail"],
    ["item", "do", ITEM, "hold", "--reason", "Investigation"], ["items-do", "hold", "--state", "created"],
    ["item", "edit", ITEM, "--language", "fr"], ["item", "new-link", ITEM],
    ["credential", "reissue", NUMBER], ["credential", "delete", NUMBER], ["credential", "undelete", NUMBER],
    ["credential", "undo-supersession", NUMBER], ["student", "hold", waves.CREATED],
    ["student", "end-hold", waves.CREATED], ["student", "deceased", waves.CREATED],
    ["student", "move", waves.CREATED, *_ADDRESS], ["consumer", "activate", "1"], ["consumer", "decline", "1"],
    ["consumer", "reconsider", "1"],
    ["consumer", "add", "--name", "U", "--email-domain", "u.example", "--email", "a@u.example"], ["refund", ITEM],
    ["waybill", "waybill.png", ITEM], ["handling", "start", ITEM], ["handling", "complete", ITEM],
    ["handling", "assign", ITEM, "--owner", "Ann"], ["downloads"], ["download", ITEM, "--to", "got"], ["cart", "new"],
    ["cart", "add", ORDER, waves.CREATED, "AHSD"], ["cart", "edit", ORDER, "1", "--copies", "2"],
    ["cart", "remove", ORDER, "1"], ["cart", "place", ORDER], ["cart", "pay", ORDER], ["cart", "retry", ORDER],
    ["cart", "reopen", ORDER], ["cart", "abandon", ORDER], ["print-job", "release", JOB], ["print-job", "transmit", JOB],
    ["print-job", "acknowledge", JOB, "receipt.csv"], ["print-job", "resend", JOB],
    ["print-job", "discard", JOB, "--reason", "Other"], ["print-job", "reconcile", JOB],
    ["run", "resume", "1"],
)  # fmt: skip


@pytest.fixture
def full(wave: Orders) -> Orders:
    """A wave with a consumer, a cart with a line, and the files that commands are given."""
    wave.ok(
        "consumer", "add", "--name", "University", "--email-domain", "bow.example", "--email", "a@bow.example"
    )
    order = wave.ok("cart", "new", "--on-behalf-of", "maya", "--email", "maya@example.org")["order"]
    wave.ok("cart", "add", order, waves.SENT, "AHSD")
    import_(wave, [student("100000099")], [credential("100000099")])
    Image.new("RGB", (8, 8)).save(wave.folder / "waybill.png")
    (wave.folder / "got.pdf").touch()
    (wave.folder / "receipt.csv").write_text("sequence,outcome,date\n1,mailed,2026-03-03\n")
    return wave


def filled(orders: Orders, call: list[str]) -> list[str]:
    """The call with the numbers and files of the installation."""
    item = item_of(orders, waves.SENT)
    words = {
        ITEM: item["number"],
        NUMBER: item["credential_number"],
        ORDER: orders.ok("orders")["orders"][0]["number"],
    }
    files = {each.name: str(each) for each in orders.folder.iterdir() if each.is_file()}
    return [str((words | files).get(word, word)) for word in call]


def test_an_auditor_reads_everything_and_changes_nothing(full: Orders) -> None:
    """Whatever looks answers; whatever changes is refused by CO-11 before anything else is asked; no row changes."""
    before = full.dump()
    for call in READING:
        answer = full.call(*filled(full, call), AUDITOR, "--json")
        assert answer.exit_code in {0, 4}, (call, answer)
    for call in CHANGING:
        answer = full.call(*filled(full, call), AUDITOR, "--json")
        assert answer.exit_code == 1, (call, answer)
        assert "CO-11" in answer.out, (call, answer)
    assert full.dump() == before


def commands(group: click.Group, *before: str) -> Iterator[tuple[str, ...]]:
    """Every command by its words."""
    for name, command in group.commands.items():
        if isinstance(command, click.Group) and not command.invoke_without_command:
            yield from commands(command, *before, name)
        else:
            yield (*before, name)
            if isinstance(command, click.Group):
                yield from commands(command, *before, name)


def test_every_command_is_asked() -> None:
    """A command that is added must say here whether it looks or changes."""
    known = {tuple(call[:length]) for call in (*READING, *CHANGING) for length in (1, 2)}
    every = set(commands(typer.main.get_command(app)))
    assert {call for call in every if call[0] not in OPERATING} <= known
