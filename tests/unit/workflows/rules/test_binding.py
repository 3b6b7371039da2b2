"""Rules fit the facts that they are asked of, or the program does not start."""

import ast
import inspect
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any, get_type_hints

import pytest

from models.codes import Label
from models.students import StudentHold
from tests.unit.workflows.builders import item, item_facts, verdict_of
from workflows.effects.amendments import Amendment
from workflows.effects.machines import MACHINES
from workflows.effects.order_item import ORDER_ITEM
from workflows.facts.items import ItemFacts
from workflows.machines.plan import Candidate
from workflows.questions import Question
from workflows.rules.binding import UnfitRuleError, require_fit
from workflows.rules.may import may
from workflows.rules.rule import REGISTRY, No, Rule, Verdict

ROOT = Path(__file__).parents[4]
TEXT = Label("A rule", "Une règle")


def rule_of(check: Any) -> Rule:
    """A rule that no registry knows."""
    return Rule("CO-00", check, TEXT, TEXT, "student")


def misspelt(student_hodl: StudentHold | None) -> Verdict:
    """No student hold is in force."""
    return True if student_hodl is None else No()


def of_another_type(student_hold: StudentHold) -> Verdict:
    """No student hold is in force."""
    return True if student_hold.until else No()


def without_type(student_hold) -> Verdict:
    """No student hold is in force."""
    return True if student_hold is None else No()


UNFIT = [
    (misspelt, "has no fact student_hodl"),
    (of_another_type, "student_hold is"),
    (without_type, "say that student_hold is"),
]
every_misfit = pytest.mark.parametrize(("check", "told"), UNFIT)


@every_misfit
def test_a_machine_takes_no_rule_that_does_not_fit(check, told):
    """A guard with a parameter that is no fact, or of another type, fails where the machine is put together."""
    ways = {("created", "hold"): (Candidate("user_hold", may(), (rule_of(check),)),)}
    with pytest.raises(UnfitRuleError, match=f"CO-00 {check.__name__}.*{told}"):
        replace(ORDER_ITEM, plan=replace(ORDER_ITEM.plan, candidates=ways))


@every_misfit
def test_a_question_takes_no_rule_that_does_not_fit(check, told):
    """A rule that is asked beside any machine fits too, and so does one that only warns."""
    with pytest.raises(UnfitRuleError, match=told):
        Question("x", TEXT, "order_items", ItemFacts, (rule_of(check),))
    with pytest.raises(UnfitRuleError, match=told):
        Question("x", TEXT, "order_items", ItemFacts, (), (rule_of(check),))


@every_misfit
def test_an_amendment_takes_no_rule_that_does_not_fit(check, told):
    """Whatever may refuse an amendment fits: of the subject as it is, and as it will be."""
    with pytest.raises(UnfitRuleError, match=told):
        Amendment(TEXT, ItemFacts, (rule_of(check),))
    with pytest.raises(UnfitRuleError, match=told):
        Amendment(TEXT, ItemFacts, (), as_changed=(rule_of(check),))


def test_every_misfit_is_told_at_once():
    """Whoever renames a fact sees every rule that looks at it."""
    with pytest.raises(UnfitRuleError) as raised:
        require_fit([rule_of(check) for check, _ in UNFIT], ItemFacts)
    assert str(raised.value).count("CO-00") == len(UNFIT)


def test_no_rule_takes_anything_whatever():
    """Every parameter of every rule is a fact with a type: none is ``Any``, none is the facts themselves."""
    rules = {rule for machine in MACHINES for rule in machine.plan.rules} | set(REGISTRY.values())
    assert len(rules) > 60
    for rule in rules:
        hints = get_type_hints(rule.check)
        for name in inspect.signature(rule.check).parameters:
            assert name not in {"facts", "subject"}, rule
            assert "Any" not in str(hints[name]), (rule, name)


SAMPLES = {
    "reads a column that is not there": (
        "def sample(item: OrderItem) -> bool:\n    return item.control_data is None\n",
        'has no attribute "control_data"',
    ),
    "forgets that there may be none": (
        "def sample(student_hold: StudentHold | None) -> bool:\n    return student_hold.until is None\n",
        'has no attribute "until"',
    ),
    "compares with another list of codes": (
        "def sample(item: OrderItem) -> bool:\n    return item.state is OrderState.ORDERED\n",
        "Non-overlapping identity check",
    ),
}


def test_the_type_checker_finds_what_a_rule_misreads(tmp_path):
    """A misspelt column, a forgotten None and a wrong code list are found before anything runs."""
    heads = "from models.codes import OrderState\nfrom models.orders import OrderItem\nfrom models.students import StudentHold\n\n\n"
    for number, (sample, _) in enumerate(SAMPLES.values()):
        (tmp_path / f"sample_{number}.py").write_text(heads + sample)
    files = sorted(str(path) for path in tmp_path.glob("*.py"))
    options = [
        "--config-file",
        "pyproject.toml",
        "--no-error-summary",
        "--cache-dir",
        str(tmp_path / "cache"),
    ]
    found = subprocess.run(
        [sys.executable, "-m", "mypy", *options, "--no-incremental", "--follow-imports=silent", *files],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    if "No module named mypy" in found.stderr:
        pytest.skip("mypy is not installed: scripts/check brings it")
    for number, (_, told) in enumerate(SAMPLES.values()):
        lines = [line for line in found.stdout.splitlines() if f"sample_{number}.py" in line]
        assert any(told in line for line in lines), found.stdout + found.stderr


def test_an_error_bears_the_code_of_its_rule():
    """Whoever watches rules sees in which one an error arose; of one that asks others, in the other."""
    broken = rule_of(lambda item: item.nowhere)
    with pytest.raises(AttributeError) as raised:
        verdict_of(broken, item(), item_facts())
    assert raised.value.rule == "CO-00"


def test_nothing_reads_compiled_code():
    """What a rule looks at is said by its parameters: no module of the product looks into code objects."""
    forbidden = {"__code__", "co_names", "co_consts", "co_varnames", "__closure__", "cell_contents"}
    for package in ("models", "renderers", "workflows", "actors", "web", "cli", "diagrams"):
        for path in (ROOT / package).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_bytes())):
                name = node.attr if isinstance(node, ast.Attribute) else None
                modules = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
                modules += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
                assert name not in forbidden, path
                assert not {"dis", "inspect.getclosurevars"} & set(modules), path
