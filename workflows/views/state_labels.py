"""What an item's state is called (domain §2, "Public label"): the ministry's words, and the public's, which say less."""

from models.codes import DeliveryMethod, ItemState, Label, SpecialHandling

_S = ItemState
_DOWNLOADED = Label("Downloaded", "Téléchargé")
_IN_PROGRESS = Label("In Progress", "En cours")
_ON_HOLD = Label("On Hold", "Suspendue")

#: Where the public is told less. It never learns whether a person or software holds its item.
_TO_THE_PUBLIC: dict[ItemState, Label] = {
    _S.PROCESSING: _IN_PROGRESS,
    _S.RENDERED: _IN_PROGRESS,
    _S.IN_PRINT_JOB: _IN_PROGRESS,
    _S.USER_HOLD: _ON_HOLD,
    _S.SYSTEM_HOLD: _ON_HOLD,
}


def ministry_label(
    state: ItemState,
    method: DeliveryMethod | None = None,
    handling: SpecialHandling = SpecialHandling.NOT_REQUIRED,
) -> Label:
    """The state on the ministry's screens; what was sent says what it still waits for."""
    if state is _S.SENT and handling in (SpecialHandling.OUTSTANDING, SpecialHandling.PENDING):
        return handling.label
    return _DOWNLOADED if state is _S.DELIVERED and method is DeliveryMethod.DIGITAL else state.label


def public_label(
    state: ItemState,
    method: DeliveryMethod | None = None,
    handling: SpecialHandling = SpecialHandling.NOT_REQUIRED,
) -> Label:
    """The state on the public's screens, where special handling is hidden but for what the public must do."""
    if state is _S.SENT and handling is SpecialHandling.OUTSTANDING:
        return _IN_PROGRESS
    return _TO_THE_PUBLIC.get(state) or ministry_label(state, method, handling)
