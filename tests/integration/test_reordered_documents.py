"""A reorder prints what its first document was printed with, whatever the design is by then (domain §1, "same document")."""

import hashlib
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import update

from models.codes import ItemState, Language
from models.documents import Document
from models.orders import ItemError, OrderItem
from models.store import Store
from renderers.content import Imprint, Signatory
from renderers.document import render
from renderers.masters.master import Masters
from tests.ministry import CALGARY_ADDRESS, CLERK, Ministry
from workflows.command import SYSTEM, Command
from workflows.facts.loading import load_item_facts
from workflows.operations.ordering.reorder import reorder
from workflows.operations.printing import processing
from workflows.operations.printing.content import content_of
from workflows.source import table

REDESIGNED = Imprint(
    specimen=True, signatories=(Signatory("Registrar", "Registraire"), Signatory("Deputy", "Adjoint"))
)


@pytest.fixture
def own_masters(ministry: Ministry) -> Iterator[None]:
    """Masters on the installation's own store, as outside of tests."""
    installation = ministry.installation
    ministry.installation = replace(installation, masters=Masters(Imprint(specimen=True), installation.store))
    yield
    ministry.installation = installation


def redesign(ministry: Ministry) -> None:
    """Another design, in a process that begins now."""
    installation = ministry.installation
    shelf = installation.masters.shelf
    ministry.installation = replace(installation, masters=Masters(REDESIGNED, shelf))


def reordered(ministry: Ministry, item: int, **changes: Any) -> int:
    """The id of the reorder of an item that failed."""
    command = Command("reorder", CLERK, ministry.now, reason="LostInMail")
    made = reorder(ministry.installation, item, command, changes).item
    assert made is not None
    columns = table(OrderItem).c
    return ministry.ids(columns.id, columns.reorder_of_id == item)[-1]


def stored(ministry: Ministry, item: int) -> bytes:
    data = ministry.installation.store.read(ministry.document(item).path)
    assert data is not None
    return data


def content(ministry: Ministry, item: int) -> Any:
    """What the document of an item says."""
    with ministry.installation.database.read() as session:
        source = ministry.installation.source(session)
        row = ministry.item(item)
        facts = load_item_facts(source, [row], Command("render", SYSTEM, ministry.now))
        return content_of(row, facts[item], ministry.installation.settings)


def test_a_reorder_after_a_redesign_has_the_old_master(ministry: Ministry) -> None:
    """The reorder has its first document's master, and so does a reorder of that; a new first-run has the new one."""
    (first,) = ministry.in_state(ItemState.FAILED)
    before = stored(ministry, first)
    redesign(ministry)
    second = reordered(ministry, first)
    (new,) = ministry.ordered()
    ministry.render([second, new])
    third = _failed_and_reordered(ministry, second)
    ministry.render([third])
    masters = [ministry.document(each).master for each in (first, second, third, new)]
    assert masters[:3] == [masters[0]] * 3
    assert masters[3] != masters[0]
    # With the first document's data the reorder's master gives the first document's bytes.
    same = replace(content(ministry, first), master=masters[2])
    made = render(same, ministry.installation.masters)
    assert (made.pdf, made.sha256) == (before, hashlib.sha256(before).hexdigest())


def _failed_and_reordered(ministry: Ministry, item: int) -> int:
    ministry.print_and_send([item])
    ministry.do("fail", [item], reason="Unclaimed")
    return reordered(ministry, item)


def test_a_reorder_to_a_new_address_has_the_old_master(ministry: Ministry) -> None:
    """What is edited is printed on the pages of then."""
    (first,) = ministry.in_state(ItemState.FAILED)
    redesign(ministry)
    second = reordered(ministry, first, address=CALGARY_ADDRESS, follows_student=False)
    ministry.render([second])
    assert ministry.document(second).master == ministry.document(first).master
    assert ministry.item(second).address == CALGARY_ADDRESS


def test_in_another_language_a_reorder_is_a_new_document(ministry: Ministry) -> None:
    """There never was a French document to print again."""
    (first,) = ministry.in_state(ItemState.FAILED)
    redesign(ministry)
    second = reordered(ministry, first, language=Language.FR)
    ministry.render([second])
    assert ministry.states([second]) == ["rendered"]
    assert ministry.document(second).master != ministry.document(first).master


def test_a_released_first_run_has_todays_master(ministry: Ministry) -> None:
    """Only what was sent once is remembered: an item that is processed again before that has the new design."""
    (first,) = ministry.in_state(ItemState.RENDERED)
    old = ministry.document(first).master
    redesign(ministry)
    ministry.do("hold", [first], reason="Investigation")
    ministry.do("release", [first])
    ministry.render([first])
    assert ministry.document(first).master != old


@pytest.mark.usefixtures("own_masters")
def test_a_lost_master_holds_the_reorder_until_it_is_restored(ministry: Ministry) -> None:
    """CO-08 says what is missing and what to do; restored from a backup, the item goes on by itself."""
    (first,) = ministry.in_state(ItemState.FAILED)
    store: Store = ministry.installation.store
    name = f"masters/{ministry.document(first).master}.json"
    backup = store.read(name)
    assert backup is not None
    store.delete(name)
    redesign(ministry)
    second = reordered(ministry, first)
    (other,) = ministry.ordered()
    ministry.render([second, other])
    assert ministry.states([second, other]) == ["system_hold", "rendered"]
    (error,) = ministry.where(ItemError, table(ItemError).c.item_id == second)
    assert (error.code, error.params["as_first_printed"]) == ("CO-08", "master_missing")
    ministry.wait(days=2)
    ministry.work()
    assert ministry.states([second]) == ["system_hold"]
    store.write(name, backup)
    ministry.wait(days=2)
    ministry.work()
    assert ministry.states([second]) == ["in_print_job"]
    assert ministry.document(second).master == ministry.document(first).master


@pytest.mark.usefixtures("own_masters")
def test_a_master_that_is_lost_meanwhile_holds_too(
    ministry: Ministry, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Lost between reading and rendering: no failed attempt, but the same reason."""
    (first,) = ministry.in_state(ItemState.FAILED)
    redesign(ministry)
    second = reordered(ministry, first)
    master = ministry.document(first).master

    def lost(said: Any, masters: Any) -> Any:
        ministry.installation.store.delete(f"masters/{master}.json")
        return render(said, masters)

    monkeypatch.setattr(processing, "render", lost)
    ministry.render([second])
    assert ministry.errors(second) == ["CO-08"]


def test_a_source_without_a_document_is_no_obstacle(ministry: Ministry) -> None:
    """Where the first item has no document on record, there is nothing to remember."""
    (first,) = ministry.in_state(ItemState.FAILED)
    second = reordered(ministry, first)
    documents = table(Document)
    with ministry.installation.database.write() as session:
        gone = update(documents).where(documents.c.item_id == first).values(deleted_at=ministry.now)
        session.connection().execute(gone)
    ministry.render([second])
    assert ministry.states([second]) == ["rendered"]
