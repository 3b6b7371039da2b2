"""One credential page after another: ``scripts/bench rendering [ROUNDS]``."""

from __future__ import annotations

import sys
from itertools import count

from benchmarks.measuring import measure, show
from benchmarks.rendering import page
from renderers.content import Imprint
from renderers.document import render
from renderers.master import Masters


def main(rounds: int) -> None:
    """Measure and print."""
    masters = Masters(Imprint(specimen=False))
    numbers = count()

    def ours() -> int:
        for _ in range(50):
            render(page.content(next(numbers)), masters)
        return 50

    show("One by one", measure({"this project": ours}, rounds), "this project")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 5)
