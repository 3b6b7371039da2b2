"""What may join a print job, and what may become of the job."""

import pytest

from models.codes import (
    CredentialType,
    DeliveryMethod,
    Language,
    PrintJobState,
    Role,
)
from tests.unit.workflows.builders import (
    command,
    holds,
    item,
    item_facts,
    job,
    job_facts,
    params,
    settings,
)
from workflows.rules.rule import REGISTRY

_T = CredentialType


@pytest.mark.parametrize("state", PrintJobState)
def test_the_state_of_a_job_decides_what_its_items_may(state):
    """CO-19, CO-34 and CO-35 hold in exactly one state of the job each."""
    facts = item_facts(job=job(state=state))
    held = {code for code in ("CO-19", "CO-34", "CO-35") if holds(code, item(), facts)}
    only = {"open": {"CO-19"}, "discarded": {"CO-34"}, "transmitted": {"CO-35"}}
    assert held == only.get(state.value, set())


def test_where_no_job_is_open_a_new_one_will_be():
    """CO-19, CO-20 and CO-21 do not keep an item from the first job of its key."""
    facts = item_facts(job=None)
    assert all(holds(code, item(), facts) for code in ("CO-19", "CO-20", "CO-21"))


@pytest.mark.parametrize(
    "changes",
    [
        {"credential_type": _T.CHSA},
        {"language": Language.FR},
        {"delivery_method": DeliveryMethod.MANUAL_MAIL},
    ],
    ids=["type", "language", "delivery method"],
)
def test_an_item_goes_into_the_job_of_its_key(changes):
    """CO-20: type, language and delivery method are all the job's."""
    assert not holds("CO-20", item(), item_facts(job=job(**changes)))


@pytest.mark.parametrize(
    ("envelopes", "size", "ok"),
    [(0, 0, True), (499, 249_999_999, True), (500, 0, False), (0, 250_000_000, False)],
)
def test_a_job_has_room_below_its_maximum(envelopes, size, ok):
    """CO-21: 500 envelopes or 250 MB, whichever comes first."""
    assert holds("CO-21", item(), item_facts(job_envelopes=envelopes, job_bytes=size)) is ok


def test_a_jobs_maximum_is_a_setting():
    """CO-21 follows the settings."""
    assert not holds("CO-21", item(), item_facts(job_envelopes=2, settings=settings(job_max_envelopes=2)))


@pytest.mark.parametrize(
    ("event", "envelopes", "ok"),
    [("release", 0, False), ("release", 1, True), ("discard", 0, True), ("discard", 1, False)],
)
def test_a_job_is_released_with_an_envelope_and_discarded_without(event, envelopes, ok):
    """CO-28: at least one envelope at a release, none at the discard of an open job."""
    assert holds("CO-28", job(), job_facts(command=command(event), envelopes=envelopes)) is ok


@pytest.mark.parametrize("given", [None, {}, {"no_copy_confirmed": False}])
def test_a_discard_waits_for_the_confirmation(given):
    """CO-29: unless Student Records confirms it, the provider may hold a copy."""
    discard = command("discard", Role.STUDENT_RECORDS, reason="Other")
    assert not holds("CO-29", job(), job_facts(command=discard, given=given))


@pytest.mark.parametrize(
    ("given", "wrong"),
    [
        (None, ["file", "manifest"]),
        ({"file": "a" * 64}, ["manifest"]),
        ({"file": "b" * 64, "manifest": "b" * 64}, ["file"]),
    ],
)
def test_both_files_are_read_back(given, wrong):
    """CO-32: a file that is missing in the drop, or differs, is named."""
    assert params(REGISTRY["CO-32"](job(), job_facts(given=given))) == {"files": wrong}


def test_a_job_without_hashes_was_never_written():
    """CO-32: a job that has no hash of its own is not accepted, whatever the drop holds."""
    unwritten = job(sha256=None, manifest_sha256=None)
    assert not holds("CO-32", unwritten, job_facts(given={"file": None, "manifest": None}))
