"""The document store and the print drop: whole files or none, and large ones piece by piece."""

import hashlib
import tracemalloc
import uuid
from concurrent.futures import ThreadPoolExecutor
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


@pytest.fixture(params=["a folder", "elsewhere"])
def any_store(request: pytest.FixtureRequest, tmp_path: Path) -> Store:
    """A store in a folder, and one of fsspec's that is none."""
    return Store(str(tmp_path / "store") if request.param == "a folder" else f"memory://{uuid.uuid4().hex}")


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


def test_a_new_file_is_written_whole(any_store: Store) -> None:
    """It has its bytes, and nothing is left beside it."""
    any_store.write_new("heads/1.json", b"one")
    assert (any_store.read("heads/1.json"), list(any_store.names())) == (b"one", ["heads/1.json"])


def test_a_new_file_replaces_none(any_store: Store) -> None:
    """What is there stays as it is, and whoever comes later is told."""
    any_store.write("1.json", b"one")
    with pytest.raises(FileExistsError):
        any_store.write_new("1.json", b"two")
    assert (any_store.read("1.json"), list(any_store.names())) == (b"one", ["1.json"])


def test_one_of_many_writes_a_new_file(tmp_path: Path) -> None:
    """Of twenty at once one succeeds, and the file is its own."""
    store = Store(str(tmp_path))

    def written(place: int) -> bool:
        try:
            store.write_new("1.json", str(place).encode())
        except FileExistsError:
            return False
        return True

    with ThreadPoolExecutor(20) as pool:
        won = [place for place, did in enumerate(pool.map(written, range(20))) if did]
    assert [str(place).encode() for place in won] == [store.read("1.json")]


def test_nothing_is_left_of_what_fails(any_store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """A write that fails half-way leaves the file as it was, and nothing beside it."""
    any_store.write("1.pdf", b"one")

    def broken(*_: object, **__: object) -> None:
        raise OSError

    monkeypatch.setattr(type(any_store._files), "mv", broken)
    with pytest.raises(OSError):
        any_store.write("1.pdf", b"two")
    assert (any_store.read("1.pdf"), list(any_store.names())) == (b"one", ["1.pdf"])
