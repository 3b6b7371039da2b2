"""The document store and the print drop: whole files or none, and large ones piece by piece."""

import hashlib
import tracemalloc
from pathlib import Path

import pytest

from models.store import Store

SIZE = 30_000_000


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(str(tmp_path / "store"))


@pytest.fixture
def drop(tmp_path: Path) -> Store:
    return Store(str(tmp_path / "drop"))


def test_a_large_file_is_copied_and_hashed_in_pieces(store: Store, drop: Store, tmp_path: Path) -> None:
    """A print file may have 250 MB: neither copying nor reading back holds more than a piece of it."""
    data = bytes(range(256)) * (SIZE // 256)
    store.write("job.pdf", data)
    expected = hashlib.sha256(data).hexdigest()
    del data
    tracemalloc.start()
    assert drop.take("PJ-1.pdf", store, "job.pdf")
    assert drop.sha256("PJ-1.pdf") == expected
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < SIZE / 10
    assert list(drop.names()) == ["PJ-1.pdf"]


def test_what_is_not_there_is_not_copied(store: Store, drop: Store) -> None:
    """A missing source leaves nothing behind, and has no hash."""
    assert not drop.take("PJ-1.pdf", store, "job.pdf")
    assert list(drop.names()) == []
    assert store.sha256("job.pdf") is None


def test_a_copy_that_breaks_off_leaves_nothing(
    store: Store, drop: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The provider never sees half a file."""
    store.write("job.pdf", b"whole")

    def broken(*_: object) -> None:
        raise OSError

    monkeypatch.setattr("models.store.shutil.copyfileobj", broken)
    with pytest.raises(OSError):
        drop.take("PJ-1.pdf", store, "job.pdf")
    assert list(drop.names()) == []
