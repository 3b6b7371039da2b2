"""The base of our machines: a flat state chart that refuses loudly."""

from statemachine import StateChart


class Chart(StateChart[object]):
    """``python-statemachine`` with the settings under which it can be the oracle of a plan.

    With the library's defaults a refusal is silent, an exception is swallowed while the state moves, and the row
    holds ``None`` during actions. Delivered documents have no final state: they may be reordered for ever.
    """

    allow_event_without_transition = False
    catch_errors_as_events = False
    atomic_configuration_update = True
    validate_final_reachability = False
