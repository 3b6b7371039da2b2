"""CSV files for people: written aside as they are read, then renamed; what stands there is replaced only when asked."""

import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cli.terminal.context import USAGE, Context
from models.codes import Label
from models.edges.csv_export import csv_parts


@dataclass(frozen=True, slots=True)
class Sheet:
    """A file that is to be written."""

    path: Path
    replace: bool

    def write(self, columns: Sequence[str], pages: Iterable[Iterable[Mapping[str, Any]]]) -> int:
        """Write the rows page by page, and give their number; the file appears whole or not at all.

        Raises :class:`FileExistsError` where a file came to stand there meanwhile and may not be replaced.
        """
        if _takes_whatever_comes(self.path):
            return self._write_to(self.path, columns, pages)
        aside = self.path.with_name(f".{self.path.name}.{uuid.uuid4().hex}.part")
        try:
            written = self._write_to(aside, columns, pages)
            if self.path.exists() and not self.replace:
                raise FileExistsError(self.path)
            aside.replace(self.path)
        finally:
            aside.unlink(missing_ok=True)
        return written

    def _write_to(
        self, path: Path, columns: Sequence[str], pages: Iterable[Iterable[Mapping[str, Any]]]
    ) -> int:
        """Write as UTF-8 with a mark that tells spreadsheets so."""
        numbers: list[int] = []

        def counted() -> Iterator[Sequence[Mapping[str, Any]]]:
            for page in pages:
                rows = list(page)
                numbers.append(len(rows))
                yield rows

        with path.open("w", encoding="utf-8-sig", newline="") as file:
            file.writelines(csv_parts(columns, counted()))
        return sum(numbers)


def sheet_at(context: Context, path: Path | None, *, replace: bool) -> Sheet | None:
    """The file that was named with --csv, if one was; ends the call before anything is done where it can't be written."""
    if path is None:
        if replace:
            context.stop(USAGE, _NOTHING_TO_REPLACE)
        return None
    if path.is_dir() or not path.parent.is_dir():
        context.stop(USAGE, _NO_FOLDER, file=path)
    if path.exists() and not replace and not _takes_whatever_comes(path):
        context.stop(USAGE, _EXISTS, file=path)
    return Sheet(path, replace)


def _takes_whatever_comes(path: Path) -> bool:
    """Whether this is a terminal, a pipe or a device, which holds nothing that could be lost."""
    return path.exists() and not path.is_file() and not path.is_dir()


_EXISTS = Label(
    "{file} is there already; add --replace to write over it, or name another file.",
    "{file} existe déjà; ajoutez --replace pour l'écraser, ou nommez un autre fichier.",
)
_NO_FOLDER = Label(
    "{file} can't be a file; name one in a folder that is there.",
    "{file} ne peut pas être un fichier; nommez-en un dans un dossier qui existe.",
)
_NOTHING_TO_REPLACE = Label(
    "--replace belongs to --csv; say which file.", "--replace va avec --csv; dites quel fichier."
)
