"""Where files live: the document store and the print drop, each a folder or an fsspec URL."""

import hashlib
import shutil
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from io import BufferedIOBase
from typing import Any, BinaryIO

import fsspec
from fsspec.implementations.local import LocalFileSystem


class Store:
    """Files under one root. A file appears whole or not at all: it is written aside, then renamed."""

    def __init__(self, url: str) -> None:
        """Files under ``url``: a path, or any URL that fsspec knows."""
        self._files: Any
        self._files, root = fsspec.core.url_to_fs(url)
        self._root = root.rstrip("/")

    def read(self, name: str) -> bytes | None:
        """The bytes of ``name``, or ``None`` where there is none."""
        try:
            data: bytes = self._files.cat_file(self._at(name))
        except FileNotFoundError:
            return None
        return data

    def write(self, name: str, data: bytes) -> None:
        """Store ``data`` as ``name``, replacing what was there."""
        with self._aside(name) as aside:
            self._files.pipe_file(aside, data)

    def write_new(self, name: str, data: bytes) -> None:
        """Store ``data`` as ``name``; :class:`FileExistsError` where something is there, which stays as it is.

        Of several that write at once, on whatever machines, one succeeds.
        """
        if not isinstance(self._files, LocalFileSystem):
            self._files.pipe_file(self._at(name), data, mode="create")
            return
        with self._written_aside(name) as aside:
            self._files.pipe_file(aside, data)
            self._files.link(aside, self._at(name))
            self._files.rm_file(aside)

    def put(self, folder: str, data: bytes, suffix: str) -> tuple[str, str]:
        """Store ``data`` under its SHA-256; gives ``(name, sha256)``. What is there unaltered is not written again."""
        digest = hashlib.sha256(data).hexdigest()
        name = f"{folder}/{digest[:2]}/{digest}{suffix}"
        if self.read(name) != data:
            self.write(name, data)
        return name, digest

    def put_file(self, folder: str, file: BinaryIO, sha256: str, suffix: str) -> str:
        """Store a file, read from its start and piece by piece, under its SHA-256; gives its name."""
        name = f"{folder}/{sha256[:2]}/{sha256}{suffix}"
        file.seek(0)
        with self._aside(name) as aside, self._files.open(aside, "wb") as out:
            shutil.copyfileobj(file, out)
        return name

    def take(self, name: str, store: "Store", source: str) -> bool:
        """Copy ``source`` of another store to ``name``, piece by piece; false where there is none."""
        try:
            file = store.opened(source)
        except FileNotFoundError:
            return False
        with file, self._aside(name) as aside, self._files.open(aside, "wb") as out:
            shutil.copyfileobj(file, out)
        return True

    def opened(self, name: str) -> BufferedIOBase:
        """The file to read from. Raises ``FileNotFoundError``."""
        file: BufferedIOBase = self._files.open(self._at(name), "rb")
        return file

    def sha256(self, name: str) -> str | None:
        """The SHA-256 of ``name``, hex, read piece by piece; ``None`` where there is none."""
        try:
            with self.opened(name) as file:
                return hashlib.file_digest(file, "sha256").hexdigest()
        except FileNotFoundError:
            return None

    def delete(self, name: str) -> None:
        """Remove ``name``; no error where there is none."""
        with suppress(FileNotFoundError):
            self._files.rm_file(self._at(name))

    def names(self) -> Iterator[str]:
        """Every file under the root, unfinished ones left out."""
        for path in sorted(self._files.find(self._root)):
            if not path.endswith(".part"):
                yield path.removeprefix(self._root + "/")

    @contextmanager
    def _aside(self, name: str) -> Iterator[str]:
        """Where a file is written that becomes ``name`` when all of it is there."""
        with self._written_aside(name) as aside:
            yield aside
            self._files.mv(aside, self._at(name))

    @contextmanager
    def _written_aside(self, name: str) -> Iterator[str]:
        """Where a file is written that is not yet ``name``; gone again where the block fails."""
        path = self._at(name)
        aside = f"{path}.{uuid.uuid4().hex}.part"
        self._files.makedirs(path.rsplit("/", 1)[0], exist_ok=True)
        try:
            yield aside
        except BaseException:
            with suppress(OSError):
                self._files.rm_file(aside)
            raise

    @property
    def folder(self) -> str | None:
        """The folder on this machine, where it is one and exists."""
        local = isinstance(self._files, LocalFileSystem) and self._files.isdir(self._root)
        return self._root if local else None

    def _at(self, name: str) -> str:
        return f"{self._root}/{name}"
