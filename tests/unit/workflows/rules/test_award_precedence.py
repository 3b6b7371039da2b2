"""Which of several credentials a student is awarded."""

import pytest

from models.codes import (
    CredentialState,
    CredentialType,
)
from tests.unit.workflows.builders import (
    credential,
    holds,
    item,
    ordering_facts,
    params,
)
from workflows.rules.rule import REGISTRY

_T = CredentialType

#: domain §5, "Award precedence": who holds the first may still get the second in bulk.
STILL_AWARDED = {
    "AHSD": "",
    "ADEX": "",
    "ADVD": "",
    "GHSD": "",
    "HSED": "AHSD ADEX ADVD GHSD",
    "CHSA": "AHSD HSED",
    "IOPC": "AHSD ADEX ADVD HSED GHSD",
    "COSC": "AHSD HSED CHSA",
}


@pytest.mark.parametrize(
    ("held", "wanted"),
    [
        pytest.param(held, wanted, id=f"{held}-then-{wanted}")
        for held in STILL_AWARDED
        for wanted in STILL_AWARDED
        if held != wanted
    ],
)
def test_award_precedence_row_by_row(held, wanted):
    """CO-14: what a student who holds one credential is still awarded in bulk, and what not."""
    facts = ordering_facts(
        credential=credential(credential_type=_T(wanted), state=CredentialState.ACHIEVED),
        awarded_types=frozenset({_T(held)}),
    )
    verdict = REGISTRY["CO-14"](item(), facts)
    assert (verdict is True) is (wanted in STILL_AWARDED[held].split())
    assert verdict is True or params(verdict) == {"held": [_T(held)]}


def test_the_first_credential_is_never_excluded():
    """CO-14: a student who holds nothing is awarded any type."""
    for wanted in STILL_AWARDED:
        assert holds("CO-14", item(), ordering_facts(credential=credential(credential_type=_T(wanted))))


RANKS = ("ADEX", "ADVD", "AHSD", "GHSD", "HSED", "CHSA", "IOPC", "COSC")


@pytest.mark.parametrize("rank", range(len(RANKS)), ids=RANKS)
def test_the_highest_type_of_a_run_is_awarded(rank):
    """CO-15: against everything below, a type is the highest; against any one above, that one is named."""
    mine = _T(RANKS[rank])
    below = frozenset(map(_T, RANKS[rank:]))
    facts = ordering_facts(credential=credential(credential_type=mine), types_in_run=below)
    assert holds("CO-15", item(), facts)
    for higher in RANKS[:rank]:
        facts = ordering_facts(credential=credential(credential_type=mine), types_in_run=below | {_T(higher)})
        assert params(REGISTRY["CO-15"](item(), facts)) == {"highest": _T(higher)}
