"""The mutation score over the sessions in a folder, and every survivor with its line.

    python tests/mutation/report.py FOLDER

Survivors that change nothing a test could see are left out: what ``frozen`` and ``slots`` are in a dataclass's
decorator, that results are cached and how many, imports that only a type checker makes, ``Literal`` in an annotation.
"""

import sqlite3
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

_HARMLESS = ("@dataclass(", "@lru_cache(", "if TYPE_CHECKING:")
_ANNOTATION = "Literal[True] | No"
_RESULTS = """
    SELECT s.module_path, s.start_pos_row, s.operator_name, r.test_outcome
    FROM mutation_specs s LEFT JOIN work_results r ON s.job_id = r.job_id
    WHERE r.worker_outcome IS NULL OR r.worker_outcome <> 'SKIPPED'
    ORDER BY s.module_path, s.start_pos_row
"""


class Mutant(NamedTuple):
    """One mutation of ``copy`` and whether a test noticed it."""

    copy: Path
    module: str
    line: int
    operator: str
    survived: bool

    @property
    def source(self) -> str:
        """The line that was changed."""
        return (self.copy / self.module).read_text(encoding="utf-8").splitlines()[self.line - 1].strip()

    @property
    def is_harmless(self) -> bool:
        """Whether nothing that a test could see was changed."""
        return self.source.startswith(_HARMLESS) or _ANNOTATION in self.source


def mutants(folder: Path) -> Iterator[Mutant]:
    """Every mutant of every session; one that ran out of time was noticed, one that was never asked about was not."""
    for session in sorted(folder.rglob("*.sqlite")):
        with sqlite3.connect(session) as connection:
            for module, line, operator, outcome in connection.execute(_RESULTS):
                yield Mutant(session.parent, module, line, operator, outcome != "KILLED")


def main(folder: Path) -> None:
    """Print the score by module, then the survivors."""
    every = [mutant for mutant in mutants(folder) if not (mutant.survived and mutant.is_harmless)]
    total, left = Counter(one.module for one in every), Counter(one.module for one in every if one.survived)
    for module in sorted(total):
        print(f"{total[module] - left[module]:>5} of {total[module]:>5}  {module}")
    noticed = len(every) - left.total()
    print(f"score: {noticed} of {len(every)} noticed, {noticed / max(len(every), 1):.1%}")
    for mutant in every:
        if mutant.survived:
            print(f"{mutant.module}:{mutant.line}  {mutant.operator.removeprefix('core/')}  {mutant.source}")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
