"""Credentials, awards and the ministry's orders."""

from collections.abc import Iterator
from typing import Any

from orders_client.noun import Noun
from orders_client.shapes import Credential, CredentialDone, Event, HistoryRow


class Credentials(Noun):
    """Credentials, awards and the ministry's orders."""

    def listed(self, **filters: Any) -> Iterator[Credential]:
        """All credentials that the filters take, page by page."""
        return self._pages("/api/credentials", "credentials", limit=1000, **filters)

    def csv(self, **filters: Any) -> str:
        """All credentials that the filters take, as CSV for a spreadsheet."""
        return self._csv("/api/credentials.csv", **filters)

    def find(self, number: str) -> list[Credential]:
        """What has this number: active, superseded or legacy."""
        return self._send.get(f"/api/credentials/{number}")["credentials"]

    def history(self, number: str) -> list[HistoryRow]:
        """Everything that happened to a number, oldest first."""
        return self._send.get(f"/api/credentials/{number}/history")["history"]

    def can(self, number: str) -> dict[str, Event]:
        """Every event by name: allowed, or all the reasons why not."""
        events = self._send.get(f"/api/credentials/{number}/transitions")["events"]
        return {each["event"]: each for each in events}

    def award(
        self,
        asn: str,
        credential_type: str,
        *,
        version: int | None = None,
        key: str | None = None,
        **body: Any,
    ) -> dict[str, Any]:
        """Award, and order the first-run with ``order=True``."""
        path = f"/api/students/{asn}/credentials/{credential_type}/award"
        return self._send.change("POST", path, body, version=version, key=key)

    def first_run(
        self, number: str, *, version: int | None = None, key: str | None = None, **body: Any
    ) -> dict[str, Any]:
        """Order the first-run."""
        return self._do(number, "first-run", body, version, key)

    def reprint(
        self, number: str, *, version: int | None = None, key: str | None = None, **body: Any
    ) -> dict[str, Any]:
        """Order a reprint."""
        return self._do(number, "reprints", body, version, key)

    def reissue(
        self, number: str, *, version: int | None = None, key: str | None = None, **body: Any
    ) -> dict[str, Any]:
        """Give it a new number."""
        return self._do(number, "reissue", body, version, key)

    def delete(
        self,
        number: str,
        reason: str,
        note: str | None = None,
        *,
        version: int | None = None,
        key: str | None = None,
    ) -> CredentialDone:
        """Delete the number."""
        return self._do(number, "delete", {"reason": reason, "note": note}, version, key)

    def undelete(
        self, number: str, note: str | None = None, *, version: int | None = None, key: str | None = None
    ) -> CredentialDone:
        """Restore it."""
        return self._do(number, "undelete", {"note": note}, version, key)

    def undo_supersession(
        self, number: str, note: str | None = None, *, version: int | None = None, key: str | None = None
    ) -> CredentialDone:
        """Make a superseded number the active one again."""
        return self._do(number, "undo-supersession", {"note": note}, version, key)

    def _do(self, number: str, what: str, body: dict[str, Any], version: int | None, key: str | None) -> Any:
        return self._send.change("POST", f"/api/credentials/{number}/{what}", body, version=version, key=key)
