"""Print jobs."""

from collections.abc import Sequence
from typing import Any

from orders_client.noun import Noun
from orders_client.shapes import PrintJob, PrintJobAndHistory, PrintJobDone, PrintJobEvent


class PrintJobs(Noun):
    """Print jobs, for Student Records and the print provider."""

    def listed(self) -> list[PrintJob]:
        """All of them."""
        return self._send.get("/api/print-jobs")["print_jobs"]

    def show(self, job: str) -> PrintJobAndHistory:
        """One with its history."""
        return self._send.get(f"/api/print-jobs/{job}")

    def file(self, job: str) -> bytes:
        """The print file."""
        return self._file(f"/api/print-jobs/{job}/file")

    def manifest(self, job: str) -> dict[str, Any]:
        """The manifest."""
        return self._send.get(f"/api/print-jobs/{job}/manifest")

    def do(
        self,
        job: str,
        what: PrintJobEvent,
        *,
        version: int | None = None,
        key: str | None = None,
        **body: Any,
    ) -> PrintJobDone:
        """Release it, hand it over, close it, or give it up."""
        path = f"/api/print-jobs/{job}/{what}"
        return self._send.change("POST", path, body or None, version=version, key=key)

    def acknowledge(
        self,
        job: str,
        receipts: Sequence[dict[str, Any]],
        *,
        version: int | None = None,
        key: str | None = None,
    ) -> dict[str, Any]:
        """What the provider reports."""
        path = f"/api/print-jobs/{job}/acknowledge"
        return self._send.change("POST", path, {"receipts": list(receipts)}, version=version, key=key)

    def acknowledge_csv(
        self, job: str, text: str, *, version: int | None = None, key: str | None = None
    ) -> dict[str, Any]:
        """Record what the provider reports for each envelope, from a CSV file."""
        path = f"/api/print-jobs/{job}/acknowledge"
        return self._send.upload("POST", path, text.encode(), "text/csv", version=version, key=key)
