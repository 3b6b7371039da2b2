"""Whether an embedded worker still lives: it holds an OS lock beside the database for as long as its process does.

A killed process loses its locks at once, so its leases need not be waited for.
"""

import uuid
from collections.abc import Iterable
from pathlib import Path
from typing import Self

from filelock import FileLock, Timeout

_PREFIX = "embedded-"


class Beacon:
    """The lock of one embedded worker, and a look at those of the others."""

    def __init__(self, folder: Path) -> None:
        """A new worker's beacon in ``folder``, not lit yet."""
        self.name = f"{_PREFIX}{uuid.uuid4().hex}"
        self._folder = folder
        self._lock = FileLock(self._path(self.name))

    def __enter__(self) -> Self:
        """Take the lock by which others see that this process lives."""
        self._lock.acquire()
        return self

    def __exit__(self, *_: object) -> None:
        """Put it out and tidy up."""
        self._lock.release()
        self._path(self.name).unlink(missing_ok=True)

    def stopped(self, owners: Iterable[str]) -> frozenset[str]:
        """Those of ``owners`` that are embedded workers whose process is gone."""
        others = (owner for owner in owners if owner.startswith(_PREFIX) and owner != self.name)
        return frozenset(owner for owner in others if self._is_dark(owner))

    def sweep(self) -> None:
        """Remove the lock files that dead workers left."""
        for path in self._folder.glob(f".{_PREFIX}*.lock"):
            owner = path.name.removeprefix(".").removesuffix(".lock")
            if owner != self.name and self._is_dark(owner):
                path.unlink(missing_ok=True)

    def _path(self, owner: str) -> Path:
        return self._folder / f".{owner}.lock"

    def _is_dark(self, owner: str) -> bool:
        if not self._path(owner).exists():
            return True
        lock = FileLock(self._path(owner))
        try:
            lock.acquire(timeout=0)
        except Timeout:
            return False
        lock.release()
        return True
