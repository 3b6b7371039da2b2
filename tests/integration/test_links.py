"""Links to digital documents below the command line: what they refuse, and what is no longer there."""

from types import SimpleNamespace

import pytest

from models.codes import ConsumerState, ItemState, Language
from models.consumers import Consumer
from tests.ministry import CLERK, Ministry
from workflows.command import Command
from workflows.operations.delivery import clock, download
from workflows.operations.delivery.consumers import register
from workflows.trust import verify


def test_an_item_without_a_link_is_not_reminded_of(ministry: Ministry) -> None:
    """A hint that came too late reminds nobody: paper has no link, and a sent item is not waiting for anybody."""
    for state in (ItemState.RENDERED, ItemState.SENT):
        (item,) = ministry.in_state(state)
        (outcome,) = clock.remind(ministry.installation, [item])
        assert outcome.decision is not None
        assert (outcome.kind, outcome.decision.kind) == ("refused", "no_such_transition")


def test_only_what_is_ready_or_downloaded_gets_a_new_link(ministry: Ministry) -> None:
    """An item that is not yet rendered has nothing to link to; one on paper is refused by CO-23."""
    (created,), (paper,) = ministry.in_state(ItemState.CREATED), ministry.in_state(ItemState.RENDERED)
    command = Command("new_link", CLERK, ministry.now)
    kinds = {}
    for item in (created, paper):
        outcome = download.new_link(ministry.installation, item, command)
        assert outcome.decision is not None
        kinds[item] = outcome.decision.kind, [reason.code for reason in outcome.decision.reasons]
    assert kinds == {created: ("no_such_transition", ["CO-25"]), paper: ("rule", ["CO-23"])}


def test_a_document_that_vanishes_while_it_is_released_is_said_loudly(ministry: Ministry) -> None:
    """Between the check and the reading a file may be lost: no empty document is handed out."""
    (item,) = ministry.in_state(ItemState.RENDERED)
    document = ministry.document(item)
    ministry.installation.store.delete(document.path)
    with ministry.installation.database.read() as session:
        source = ministry.installation.source(session)
        with pytest.raises(FileNotFoundError):
            download._stored(source, SimpleNamespace(document=document))
    assert verify.verify(ministry.installation, document.verification_token).status == "valid"


def test_a_consumer_without_an_address_for_mail_is_not_entered(ministry: Ministry) -> None:
    """Links are sent by e-mail, so a consumer has one."""
    command = Command("register", CLERK, ministry.now)
    faults = register(ministry.installation, "Bow College", "bow.example", "", Language.EN, command)
    assert isinstance(faults, list)
    assert [each.code for each in faults] == ["email_missing"]
    assert ministry.where(Consumer) == []
    made = register(
        ministry.installation, "Bow College", "bow.example", "a@bow.example", Language.EN, command
    )
    assert isinstance(made, int)
    assert ministry.row(Consumer, made).state is ConsumerState.PENDING
