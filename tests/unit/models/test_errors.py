"""The trees of errors: drawn as they are, complete, and with everything that a door needs of each."""

import inspect
import re
from collections.abc import Iterator

import pytest

from models import errors
from models.errors import KINDS, ExitCode, ExpectedError
from renderers import not_rendered
from renderers.not_rendered import NotRendered
from tests.errors import MADE, made, raisable
from tests.product import import_all, subclasses
from tests.unit.models.test_codes import is_text
from workflows.errors import expected

#: Exceptions that are in neither tree, and why none of them is ever told at a door as it is.
OUTSIDE = {
    "workflows.engine.one._MoreNeededError": "caught in the file that raises it: the plain way is gone",
    "web.api.protocol.once._AnsweredMeanwhileError": "caught in the file that raises it: the kept answer is given",
    "workflows.rules.binding.UnfitRuleError": "a mistake in the program: it does not start",
    "workflows.facts.fact.LateFactError": "a mistake in the program: a consequence looks at what it did not declare",
    "workflows.history.packing.UnpackableError": "caught where facts are packed: the fact is left out",
    "web.limits.TooLargeError": "Starlette's, whose status says which kind it is; told over HTTP alone",
    "web.limits.TooSlowError": "Starlette's, whose status says which kind it is; told over HTTP alone",
    "web.limits.BusyError": "Starlette's, whose status says which kind it is; told over HTTP alone",
}


def exceptions() -> Iterator[type[BaseException]]:
    """Every exception class that the product defines."""
    import_all()
    yield from subclasses(BaseException)


def drawn(module: object) -> list[tuple[int, str, str, str]]:
    """The tree in a module's docstring: depth, class, file and kind of each line below the base."""
    lines = (inspect.getdoc(module) or "").splitlines()
    found = (re.match(r"    ([│ ├└─]+) (\w+) +([\w/]+\.py) *(\w*)", line) for line in lines)
    return [(len(at[1]) // 4, at[2], at[3], at[4]) for at in found if at]


def below(base: type, depth: int = 0) -> Iterator[tuple[int, type]]:
    """The classes below ``base`` with their depth, a branch at a time."""
    ours: set[type] = set(subclasses(base))
    direct: list[type] = base.__subclasses__()
    for each in direct:
        if each in ours:
            yield depth, each
            yield from below(each, depth + 1)


@pytest.mark.parametrize(("module", "base"), [(errors, ExpectedError), (not_rendered, NotRendered)])
def test_the_tree_is_drawn_as_it_is(module: object, base: type) -> None:
    """Every class stands in the drawing below its base, with the file that it is in."""
    import_all()
    folder = "renderers/" if base is NotRendered else ""
    real = {(depth, each.__name__, each.__module__.replace(".", "/") + ".py") for depth, each in below(base)}
    shown = {(depth, name, folder + file) for depth, name, file, _ in drawn(module)}
    assert shown == real
    assert len(drawn(module)) == len(real)


def test_the_kinds_in_the_drawing_are_those_of_the_classes() -> None:
    """What is written beside a class is its kind; nothing is written where it is that of the class above."""
    import_all()
    by_name = {each.__name__: each for each in subclasses(ExpectedError)}
    said = {name: kind for _, name, _, kind in drawn(errors) if kind not in {"", "any"}}
    assert {name: by_name[name].kind for name in said} == said
    inherited = {name for _, name, _, kind in drawn(errors) if not kind}
    assert all("kind" not in vars(by_name[name]) for name in inherited)


def test_every_exception_has_its_place() -> None:
    """Whatever the product raises of its own is in a tree, or is listed with the reason why no door meets it."""
    found = {
        f"{each.__module__}.{each.__qualname__}"
        for each in exceptions()
        if not issubclass(each, ExpectedError | NotRendered)
    }
    assert found == OUTSIDE.keys()


def test_there_is_one_of_each_class_that_may_be_raised() -> None:
    """The tests of the doors try every leaf; a new one has to be added to theirs."""
    assert set(raisable()) == MADE.keys()


@pytest.mark.parametrize("kind", raisable(), ids=lambda kind: kind.__name__)
def test_an_error_carries_what_every_door_needs(kind: type[Exception]) -> None:
    """A kind, a status, an exit code, and a text in both languages without a gap in it."""
    error = expected(made(kind))
    assert error is not None
    assert error.kind in KINDS
    assert error.status >= 400
    assert error.exit_code is not ExitCode.DONE
    for text in error.label:
        assert is_text(text)
        assert "{" not in text
    assert error.label.en in str(error)


def test_a_text_without_parameters_is_the_docstring() -> None:
    """It is written once: whoever reads the class reads what the caller is told."""
    import_all()
    own = [each for each in subclasses(ExpectedError) if "label" in vars(each)]
    assert own
    for each in own:
        assert issubclass(each, ExpectedError)
        assert each.__doc__
        assert each.label.en == type(each.label)(each.__doc__, "").en


def test_what_nobody_expected_is_in_no_tree() -> None:
    """An error of Python stays one."""
    assert expected(KeyError("x")) is None
