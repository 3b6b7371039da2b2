"""Everything that a person may read is there in English and in French, wherever in the sources it is written."""

import ast
import importlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import asdict, is_dataclass
from dataclasses import fields as fields_of
from pathlib import Path
from string import Formatter
from typing import Any, get_args

import pytest

from models.codes import Code, CredentialType, Label
from models.edges import fault_sentences
from renderers import wording
from tests.unit.models.test_codes import is_text
from workflows.missing import MISSING, Noun
from workflows.rules.rule import Rule

ROOT = Path(__file__).parents[3]
ROOMS = ("models", "renderers", "workflows", "actors", "diagrams", "cli", "web")


def sources() -> Iterator[Path]:
    """Every source file of the product."""
    for room in ROOMS:
        yield from sorted((ROOT / room).rglob("*.py"))


def labels_in(path: Path) -> Iterator[tuple[int, list[ast.expr]]]:
    """The line and the arguments of each ``Label(…)`` that a file writes down."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Label":
            yield node.lineno, node.args


def written(argument: ast.expr) -> str | None:
    """The text of a literal, with the expressions of an f-string left out; ``None`` where it is computed."""
    if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
        return argument.value
    if isinstance(argument, ast.JoinedStr):
        return "".join(str(part.value) for part in argument.values if isinstance(part, ast.Constant))
    return None


def fields(text: str) -> set[str]:
    """The names between braces."""
    return {name for _, name, *_ in Formatter().parse(text) if name is not None}


def test_every_noun_has_its_sentences() -> None:
    """What may be missing is told with the number that was looked for, and without any."""
    assert set(get_args(Noun)) == MISSING.keys()
    for told in MISSING.values():
        assert "number" in fields(told.named.en)
        assert not fields(told.such.en)


def french_outside_labels(source: str) -> Iterator[str]:
    """The French that a file writes down where no label makes it what it should be; docstrings quote freely."""
    tree = ast.parse(source)
    inside: set[int] = set()
    for node in ast.walk(tree):
        called = node.func.id if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) else ""
        bases = {each.id for each in getattr(node, "bases", ()) if isinstance(each, ast.Name)}
        docstring = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
        if called in MAKES_LABELS or "Code" in bases or docstring:
            inside |= {id(each) for each in ast.walk(node)}
    for node in ast.walk(tree):
        text = node.value if isinstance(node, ast.Constant) and id(node) not in inside else None
        if isinstance(text, str) and FRENCH.search(text):
            yield text


#: What makes labels of the texts that it is given, besides the values of a ``Code``.
MAKES_LABELS = {"Label", "Sentence", "rule", "_well"}
FRENCH = re.compile(r"[éèêàçôûîùÉÀÊ«»’]|\b[ldnsj]'[a-z]|\b(?:le|la|les|une|des|pas|est)\b")
#: Documents have wording of their own, whose bytes last; a demonstration makes people up; examples of answers quote.
SPEAK_FRENCH_THEMSELVES = (
    "renderers/", "cli/demo/", "models/typography.py", "web/api/protocol/examples.py",
)  # fmt: skip


@pytest.mark.parametrize("path", list(sources()), ids=lambda path: str(path.relative_to(ROOT)))
def test_french_stands_in_labels_only(path: Path) -> None:
    """A label writes its French as it should be written, however it was typed; beside it stands none."""
    name = path.relative_to(ROOT).as_posix()
    if not name.startswith(SPEAK_FRENCH_THEMSELVES):
        assert list(french_outside_labels(path.read_text(encoding="utf-8"))) == []


def test_french_outside_a_label_is_found() -> None:
    """The search sees texts in any place but a label and a docstring."""
    source = (
        '"""Le mot « état »."""\nLabel("a", "l\'été")\nx = {"en": "b", "fr": "l\'hiver"}\ny = f"{x} déjà"\n'
    )
    assert list(french_outside_labels(source)) == ["l'hiver", " déjà"]


def labels_of(thing: Any, seen: set[int]) -> Iterator[Label]:
    """The labels in a thing of ours, however deep in its tables."""
    if id(thing) in seen:
        return
    seen.add(id(thing))
    if isinstance(thing, Label):
        yield thing
    elif isinstance(thing, fault_sentences.Sentence):
        yield Label.said((thing.en, thing.fr))
    elif isinstance(thing, Code):
        yield thing.label
    elif isinstance(thing, Mapping):
        for each in (*thing.keys(), *thing.values()):
            yield from labels_of(each, seen)
    elif isinstance(thing, list | tuple | set | frozenset) or (
        isinstance(thing, type) and issubclass(thing, Code)
    ):
        for each in thing:
            yield from labels_of(each, seen)
    elif isinstance(thing, Rule):
        yield from (thing.title, thing.message)
    elif is_dataclass(thing) and not isinstance(thing, type):
        for each in fields_of(thing):
            yield from labels_of(getattr(thing, each.name), seen)


def every_label() -> dict[str, list[Label]]:
    """The labels of each module: rules, codes, mails, findings, complaints of the command line and over HTTP."""
    found = {}
    for path in sources():
        name = ".".join(path.relative_to(ROOT).with_suffix("").parts)
        if not name.endswith(("__main__", "env", "__init__")) and "versions" not in name:
            module = importlib.import_module(name)
            found[name] = list(
                labels_of([each for key, each in vars(module).items() if key[0:2] != "__"], set())
            )
    return found


def test_every_text_is_written_as_its_language_is() -> None:
    """No-break spaces, apostrophes and guillemets of every text that can be reached are those of the one definition."""
    found = every_label()
    for name in (
        "workflows.rules.rule",
        "models.codes",
        "models.edges.fault_sentences",
        "workflows.effects.message_texts",
        "actors.watch.findings",
        "cli.ordering.cart",
    ):
        assert found[name], name
    wrong = {name: [each for each in labels if each != Label(*each)] for name, labels in found.items()}
    assert {name: labels for name, labels in wrong.items() if labels} == {}


@pytest.mark.parametrize("path", list(sources()), ids=lambda path: str(path.relative_to(ROOT)))
def test_labels_are_typed_with_ordinary_signs(path: Path) -> None:
    """Nobody has to type, or to see, what a label puts in itself: ordinary spaces and apostrophes stand in the sources."""
    for line, arguments in labels_in(path):
        for text in filter(None, map(written, arguments)):
            assert not set(text) & {"\u00a0", "\u202f", "’"}, f"{path.name}:{line}"
            assert not re.search(r" [;?!]( |$)", text), f"{path.name}:{line}"


def test_labels_are_found() -> None:
    """The search sees the labels of every room that speaks to people."""
    rooms = {path.relative_to(ROOT).parts[0] for path in sources() if any(labels_in(path))}
    assert rooms >= {"workflows", "models", "cli"}


@pytest.mark.parametrize("path", list(sources()), ids=lambda path: str(path.relative_to(ROOT)))
def test_every_label_has_two_texts_with_the_same_fields(path: Path) -> None:
    """A label written down anywhere has an English and a French text, neither empty, which name the same fields."""
    for line, arguments in labels_in(path):
        if any(isinstance(argument, ast.Starred) for argument in arguments):
            continue  # passed on, as by the declaration of a rule; tested where it is declared
        assert len(arguments) == 2, f"{path.name}:{line}"
        english, french = map(written, arguments)
        if english is None or french is None:
            continue
        assert english.strip(), f"{path.name}:{line}"
        assert french.strip(), f"{path.name}:{line}"
        # A label that only passes on a text made in both languages names the language itself.
        assert fields(english) - {"en"} == fields(french) - {"fr"}, f"{path.name}:{line}"


#: What shows a text to a person as it is given.
SHOWING = {"say", "stop", "print", "add_task"}


def bare_texts(source: str) -> Iterator[str]:
    """The words that a file shows without a label; commands that can be typed are the same in every language."""
    for node in ast.walk(ast.parse(source)):
        called = node.func if isinstance(node, ast.Call) else None
        if isinstance(node, ast.Call) and isinstance(called, ast.Attribute) and called.attr in SHOWING:
            for text in filter(None, map(written, node.args)):
                if re.search(r"[^\W\d_]{2,}", text) and not re.match(r"\s*(orders |export |item |--)", text):
                    yield text


@pytest.mark.parametrize("path", sorted((ROOT / "cli").rglob("*.py")), ids=lambda path: path.stem)
def test_nothing_is_said_in_one_language(path: Path) -> None:
    """A sentence that a command shows is a label: one written down bare would be read by everybody in English."""
    assert list(bare_texts(path.read_text(encoding="utf-8"))) == []


def test_a_bare_sentence_is_found() -> None:
    """The search sees a plain text and one with expressions, and passes over numbers and commands."""
    shown = 'c.say("Done.")\nc.err.print(f"{n} left over")\nc.say(f"{n}  {m}")\nc.say(f"  --reason {n}")\n'
    assert list(bare_texts(shown)) == ["Done.", " left over"]


@pytest.mark.parametrize("kind", fault_sentences.SENTENCES)
def test_every_fault_has_two_texts_with_the_same_fields(kind: str) -> None:
    """What an edge refuses is said in both languages, with the same facts."""
    sentence = fault_sentences.SENTENCES[kind]
    assert is_text(sentence.en)
    assert is_text(sentence.fr)
    assert sentence.en != sentence.fr
    assert fields(sentence.en) == fields(sentence.fr)


def test_every_field_has_a_name_in_both_languages() -> None:
    """What a clerk calls a field exists in both languages."""
    assert all(is_text(label.en) and is_text(label.fr) for label in fault_sentences.LABELS.values())


def leaves(words: Any) -> list[Any]:
    """The texts of a page's words, in their order; several lines become one."""
    if is_dataclass(words) and not isinstance(words, type):
        return leaves(asdict(words))
    if isinstance(words, dict):
        return [leaf for each in words.values() for leaf in leaves(each)]
    if isinstance(words, list | tuple):
        return [" ".join(leaf for each in words for leaf in leaves(each))]
    return [words]


def page_words() -> Iterator[tuple[str, Any, Any]]:
    """Whatever stands on a page by language: its name, the English and the French."""
    for name, table in vars(wording).items():
        if not name.isupper() or not isinstance(table, dict):
            continue
        if set(table) == {"en", "fr"}:
            yield name, table["en"], table["fr"]
        elif all(isinstance(each, dict) for each in table.values()):
            for key, each in table.items():
                yield f"{name}[{key}]", each.get("en"), each.get("fr")
        elif all(isinstance(key, tuple) for key in table):
            for kind in dict.fromkeys(key[0] for key in table):
                yield f"{name}[{kind}]", table.get((kind, "en")), table.get((kind, "fr"))


@pytest.mark.parametrize(("name", "english", "french"), list(page_words()), ids=lambda value: str(value)[:30])
def test_every_word_of_a_page_exists_in_both_languages(name: str, english: Any, french: Any) -> None:
    """Titles, letters, labels and instruction sheets: each text of one language has its twin in the other."""
    texts = leaves(english), leaves(french)
    assert len(texts[0]) == len(texts[1]), name
    assert all(text is not None and str(text).strip() for text in (*texts[0], *texts[1])), name


def test_lists_call_a_credential_what_its_page_calls_it() -> None:
    """The code list and the page have one name for each type."""
    for kind in CredentialType:
        page = wording.TITLES[kind.value]
        assert kind.label == Label(page["en"], page["fr"])
