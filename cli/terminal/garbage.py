"""How often Python looks for garbage that reference counts do not free."""

import gc
from functools import cache

#: Objects after which the youngest are looked at, and how many such looks before the next older are. Python's own 700 makes
#: it look dozens of times while the rows of one batch are read, and at all that was imported every time that it looks far.
_OFTEN = (50_000, 10, 10)


@cache
def collect_seldom() -> None:
    """Leave alone what is there by now, which stays as long as the process, and look at the rest less often."""
    gc.freeze()
    gc.set_threshold(*_OFTEN)
