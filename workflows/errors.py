"""Errors of operations: what is raised where rules stand against one, and how errors of the renderers come into the tree of errors."""

from collections.abc import Sequence

from models.codes import Label
from models.errors import ExpectedError
from renderers.not_rendered import NotRendered
from workflows.rules.rule import Reason


class RefusedError(ExpectedError):
    """Rules stand against what was asked for; ``reasons`` has all of them."""

    kind = "rule"

    def __init__(
        self, reasons: Sequence[Reason] = (), event: str | None = None, state: str | None = None
    ) -> None:
        """``event`` is what was refused, and ``state`` that of its subject, where they are known."""
        super().__init__(text_of(reasons) if reasons else None)
        self.reasons = tuple(reasons)
        self.event = event
        self.state = state


class NotRenderedError(ExpectedError):
    """A document can't be made of what is there, which is a fault of the installation and no clerk's."""

    kind = "failure"

    def __init__(self, cause: NotRendered) -> None:
        """Says the class of ``cause`` and its text, in which no person is named."""
        super().__init__(_NOT_RENDERED.filled(error=type(cause).__name__, told=cause))


def text_of(reasons: Sequence[Reason]) -> Label:
    """The messages of all reasons, one after the other."""
    return Label.said(" ".join(each.message(language) for each in reasons) for language in ("en", "fr"))


def expected(error: BaseException) -> ExpectedError | None:
    """What an error is in the tree of errors, ``None`` where it is not foreseen."""
    if isinstance(error, NotRendered):
        return NotRenderedError(error)
    return error if isinstance(error, ExpectedError) else None


_NOT_RENDERED = Label(
    "A document can't be made ({error}: {told}). orders doctor says what is missing here.",
    "Un document ne peut être produit ({error} : {told}). orders doctor dit ce qui manque ici.",
)
