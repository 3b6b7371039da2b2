"""The builder itself: every state that operations can bring about is brought about, with a whole history."""

import pytest

from models.codes import ItemState
from tests.ministry import REACHABLE, Ministry


@pytest.mark.parametrize("state", REACHABLE)
def test_items_come_into_every_state_by_operations_alone(ministry: Ministry, state: ItemState) -> None:
    """Every state but ``expired`` is reached through real operations, and the history that leads there is whole."""
    items = ministry.in_state(state, 2)
    assert ministry.states(items) == [state, state]
    assert ministry.broken_history() == []
    assert [row.to_state for row in ministry.history(items[0])][-1] == state
