"""How the processes of a run share the tests: what takes longest begins first, and what shares a dear fixture stays together."""

import pytest
from xdist.scheduler import LoadScopeScheduling

#: Files whose tests go to one process, since what they share takes seconds to make or one of them takes half a minute;
#: the longest come first, so that no process is left with one when the others have ended.
TOGETHER = (
    "tests/acceptance/test_demo.py",
    "tests/year/test_year.py",
    "tests/faults/test_faults.py",
    "tests/faults/test_kill_work.py",
    "tests/acceptance/test_same_decisions.py",
    "tests/http/test_contract.py",
    "tests/integration/test_lives.py",
    "tests/integration/test_replay.py",
    "tests/faults/test_workers.py",
    "tests/unit/renderers/pages/test_pictures.py",
    "tests/unit/renderers/pdf/test_lasting_documents.py",
    "tests/acceptance/test_http_parity.py",
    "tests/unit/cli/demo/test_demo_extract.py",
)


def file_of(nodeid: str) -> str:
    """The file in which a test stands."""
    return nodeid.partition("::")[0]


def in_order(items: list[pytest.Item]) -> None:
    """Bring the tests of ``TOGETHER`` to the front, in its order; the others stay as they are."""
    places = {file: place for place, file in enumerate(TOGETHER)}
    items.sort(key=lambda item: places.get(file_of(item.nodeid), len(places)))


class Spread(LoadScopeScheduling):  # type: ignore[misc]
    """Gives a process a whole file of ``TOGETHER``, and of all others a test at a time.

    xdist's own ``loadgroup`` marks tests by changing their ids, which pytest from 9.2 on keeps elsewhere: there it does nothing.
    """

    def _split_scope(self, nodeid: str) -> str:
        return file if (file := file_of(nodeid)) in TOGETHER else nodeid
