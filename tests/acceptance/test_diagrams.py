"""``orders diagram``: pictures without Graphviz, the live work on them, and the same as tables."""

from pathlib import Path

import pytest

from tests.acceptance.command_line import Orders
from tests.acceptance.extracts import credential, import_, student

ASNS = ("100000001", "100000002", "100000003")


def shown(orders: Orders, *arguments: str) -> str:
    """What a call that must succeed prints."""
    done = orders.call("diagram", *arguments)
    assert done.exit_code == 0, done
    return done.out


@pytest.fixture
def worked(orders: Orders, monkeypatch: pytest.MonkeyPatch) -> Orders:
    """Two items are in a print job and one is held; Graphviz is nowhere."""
    students = [student(ASNS[0]), student(ASNS[1]), student(ASNS[2], postal_code="")]
    assert import_(orders, students, [credential(asn) for asn in ASNS]).exit_code == 0
    orders.ok("award-and-order", "--type", "AHSD")
    orders.ok("work", "--until-idle")
    monkeypatch.setenv("PATH", "/nowhere")
    return orders


def test_picture_of_a_machine(worked: Orders):
    """The committed picture in the language of the call, on stdout."""
    assert 'lang="fr"' in shown(worked, "--lang", "fr")
    assert ">Print job</title>" in shown(worked, "print_job")
    assert "How the machines meet" in shown(worked, "overview")


def test_live_picture_and_table_and_json_agree(worked: Orders, tmp_path: Path):
    """Counts, shares and refusals are the same in the picture, in the table and in JSON."""
    target = tmp_path / "live.svg"
    shown(worked, "--live", "--output", str(target))
    picture = target.read_text(encoding="utf-8")
    assert "67% · 2 · ✕ 1" in picture
    assert "complete and not expired ✕1" in picture
    found = worked.ok("diagram", "--live")
    counts = {each["state"]: each["count"] for each in found["states"] if each["count"]}
    assert counts == {"in_print_job": 2, "system_hold": 1}
    (render,) = [each for each in found["edges"] if each["arrow"] == "render"]
    assert (render["count"], render["refusals"]) == (2, {"60108": 1})
    assert render["share"] == pytest.approx(2 / 3)
    table = shown(worked, "--live", "--table")
    assert "60108 ×1" in table
    assert "67%" in table


def test_chosen_school_and_time(worked: Orders):
    """Only a school's items, only what happened since."""
    found = worked.ok("diagram", "--live", "--since", "2099-01-01")
    assert sum(each["count"] for each in found["states"]) == 3
    assert sum(each["count"] for each in found["edges"]) == 0


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["order"], "order_item"),
        (["overview", "--live"], "order_item"),
        (["--since", "2026-03-02"], "--live"),
        (["--live", "--since", "yesterday"], "2026-03-02"),
        (["--live", "--school", "nowhere"], "nowhere"),
    ],
)
def test_mistakes_are_told(worked: Orders, arguments: list[str], said: str):
    """A mistake is usage, and the complaint says what would do."""
    done = worked.call("diagram", *arguments)
    assert done.exit_code == 2
    assert said in done.err


def test_table_of_rules(worked: Orders):
    """The rules of a machine as a table, in French too."""
    told = shown(worked, "consumer", "--table", "--lang", "fr")
    assert "82003" in told
    assert "Qui peut corriger" in told
