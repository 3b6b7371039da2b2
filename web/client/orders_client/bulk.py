"""Many at a time."""

import time
from collections.abc import Iterator, Sequence
from typing import Any

from orders_client.noun import Noun
from orders_client.shapes import Run


class BulkRuns(Noun):
    """Changes of many, carried out in the background where they are more than a few."""

    def do(self, event: str, *, dry_run: bool = False, key: str | None = None, **body: Any) -> dict[str, Any]:
        """An event for ``items=[…]`` or ``filter={…}``; where they are many, a run in the background."""
        path = f"/api/order-items/transitions/{event}"
        return self._send.change("POST", path, body, key=key, dry_run=dry_run)

    def award_and_order(
        self, types: Sequence[str], *, preview: bool = False, key: str | None = None, **body: Any
    ) -> dict[str, Any]:
        """Award and order in bulk: a preview, or a run in the background."""
        wanted = {"types": list(types), **body}
        return self._send.change("POST", "/api/credentials/award-and-order", wanted, key=key, preview=preview)

    def listed(self) -> Iterator[Run]:
        """All runs, the oldest first."""
        return self._pages("/api/bulk-runs", "runs", limit=1000)

    def show(self, run: int) -> Run:
        """How far a run is."""
        return self._send.get(f"/api/bulk-runs/{run}")

    def wait(self, run: int, seconds: float = 600, pause: float = 0.2) -> Run:
        """The run when it is over; raises TimeoutError where it is not in time."""
        end = time.monotonic() + seconds
        while (found := self.show(run))["state"] == "running":
            if time.monotonic() > end:
                raise TimeoutError(f"bulk run {run} is at {found['finished']} of {found['selected']}")
            time.sleep(pause)
        return found

    def outcomes(self, run: int) -> Iterator[dict[str, Any]]:
        """The outcome of each subject."""
        return self._pages(f"/api/bulk-runs/{run}/outcomes", "outcomes", limit=1000)

    def csv(self, run: int) -> str:
        """The outcomes of a run as CSV for a spreadsheet."""
        return self._csv(f"/api/bulk-runs/{run}/outcomes.csv")
