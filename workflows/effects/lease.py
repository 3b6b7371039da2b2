"""The columns of a lease that is given back."""

from typing import Any

#: No worker holds the row any more.
NO_LEASE: dict[str, Any] = {"lease_owner": None, "lease_until": None}
