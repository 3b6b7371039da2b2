"""Bulk runs by command: each has a number, is listed and read, survives an interruption, and is exported."""

import csv
import json
from pathlib import Path

import pytest

from models.typography import french
from tests.acceptance.command_line import Orders
from tests.acceptance.extracts import NO_ADDRESS, credential, import_, student
from workflows.finding import paging
from workflows.operations.bulk import chunks

ASNS = ["100000001", "100000002", "100000003", "100000004"]


@pytest.fixture
def achieved(orders: Orders) -> Orders:
    """Four students who achieved a diploma, of one of whom the school year is not known."""
    students = [student(asn) for asn in ASNS[:3]] + [student(ASNS[3], **NO_ADDRESS)]
    years = ["2024/2025", "2024/2025", "", "2024/2025"]
    rows = [credential(asn, school_year=year) for asn, year in zip(ASNS, years, strict=True)]
    import_(orders, students, rows)
    return orders


@pytest.mark.parametrize(
    ("language", "words"),
    [("en", "Run 1. If it is interrupted"), ("fr", french("Traitement 1. S'il est interrompu"))],
)
def test_a_command_says_its_number_first(achieved: Orders, language: str, words: str) -> None:
    """On stderr, with how the run is resumed, so that whoever is interrupted knows; a preview makes no run."""
    achieved.call("award-and-order", "--type", "AHSD", "--preview")
    achieved.call("items-do", "hold", "--state", "created", "--dry-run")
    assert achieved.rows("SELECT count(*) FROM bulk_runs") == [(0,)]
    told = achieved.call("award-and-order", "--type", "AHSD", "--json", "--lang", language)
    assert words in " ".join(told.err.split())
    assert "orders run resume 1" in " ".join(told.err.split())
    assert told.json["succeeded"] == 3


def test_runs_are_listed_and_read(achieved: Orders) -> None:
    """What each did, to how many, with which outcomes; and what became of each subject, a page at a time."""
    done = achieved.ok("award-and-order", "--type", "AHSD")
    achieved.ok("items-do", "hold", "--state", "created", "--reason", "Investigation")
    listed = achieved.ok("runs", "--limit", 1)
    assert [(each["run"], each["kind"]) for each in listed["runs"]] == [(1, "award_and_order")]
    assert [each["kind"] for each in achieved.ok("runs", "--after", listed["next"])["runs"]] == ["transition"]
    shown = achieved.ok("run", "show", 1)
    assert (shown["state"], shown["selected"], shown["finished"]) == ("finished", 4, 4)
    assert (shown["by_outcome"], shown["by_rule"]) == ({"ordered": 3, "refused": 1}, {"44008": 1})
    first = achieved.ok("run", "outcomes", 1, "--limit", 3)
    rest = achieved.ok("run", "outcomes", 1, "--after", first["next"])
    assert (first["outcomes"] + rest["outcomes"], rest["next"]) == (done["outcomes"], None)
    assert achieved.call("run", "show", 99).exit_code == 4
    huge = 10**30
    assert achieved.ok("run", "outcomes", 1, "--limit", huge)["outcomes"] == done["outcomes"]
    assert len(achieved.ok("runs", "--limit", huge)["runs"]) == 2


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", ["Award and order", "Change of status (hold)", "Finished", "refused: 1"]),
        (
            "fr",
            ["Décerner et commander", french("Changement d'état (hold)"), "Terminé", french("refusé : 1")],
        ),
    ],
)
def test_people_read_runs(achieved: Orders, language: str, words: list[str]) -> None:
    """In the language that was asked for, with the rules that refused."""
    achieved.ok("award-and-order", "--type", "AHSD")
    achieved.ok("items-do", "hold", "--state", "created", "--reason", "Investigation")
    told = "".join(
        achieved.call(*call, "--lang", language).out
        for call in (["runs"], ["run", "show", 1], ["run", "show", 2])
    )
    assert all(each in told for each in [*words, "44008"]), told
    outcomes = achieved.call("run", "outcomes", 1, "--lang", language).out
    assert all(asn in outcomes for asn in ASNS)
    assert "44008" in outcomes


def test_whose_runs_are_shown(achieved: Orders) -> None:
    """The ministry and auditors see all runs, others those that they began; an auditor carries none on."""
    achieved.call("items-do", "hold", "--state", "created", "--as", "public:ada")
    assert achieved.ok("run", "show", 1, "--as", "public:ada")["run"] == 1
    assert achieved.call("run", "show", 1, "--as", "public:bo").exit_code == 1
    assert achieved.ok("run", "show", 1, "--as", "auditor")["run"] == 1
    assert achieved.call("run", "resume", 1, "--as", "auditor").exit_code == 1


def test_who_resumes_what_is_over_is_told_what_became_of_it(achieved: Orders) -> None:
    """A run that is resumed gives document and exit code of the command that began it; nothing is done again."""
    done = achieved.run("award-and-order", "--type", "AHSD", "--json")
    before = achieved.dump()
    again = achieved.call("run", "resume", 1, "--json")
    assert (again.exit_code, again.out) == (done.exit_code, done.out)
    nothing = achieved.call("items-do", "cancel", "--state", "created", "--json")
    assert (nothing.exit_code, nothing.json["by_rule"]) == (1, {"60118": 3})
    again = achieved.call("run", "resume", 2, "--json")
    assert (again.exit_code, again.out) == (1, nothing.out)
    assert achieved.dump() == before


@pytest.mark.parametrize(
    ("language", "words"),
    [("en", "could not go on (ZeroDivisionError)"), ("fr", french("n'a pas pu continuer"))],
)
def test_a_run_that_can_not_go_on_is_put_off(
    achieved: Orders, monkeypatch: pytest.MonkeyPatch, language: str, words: str
) -> None:
    """Exit 5, with how to go on; who resumes it need not wait as a worker does."""

    def broken(*_: object, **__: object) -> bool:
        raise ZeroDivisionError

    with monkeypatch.context() as away:
        away.setattr(chunks, "_chunk", broken)
        told = achieved.call("award-and-order", "--type", "AHSD", "--lang", language)
    assert told.exit_code == 5
    assert words in " ".join(told.err.split())
    assert "orders run resume 1" in " ".join(told.err.split())
    assert "orders run resume 1" in achieved.call("run", "show", 1, "--lang", language).out
    assert achieved.ok("run", "show", 1)["last_error"] == {"step": "carry_on", "error": "ZeroDivisionError"}
    assert achieved.ok("run", "resume", 1)["succeeded"] == 3
    assert achieved.ok("run", "show", 1)["state"] == "finished"


def rows(file: Path) -> list[dict[str, str]]:
    """What a spreadsheet shows."""
    with file.open(encoding="utf-8-sig", newline="") as opened:
        return list(csv.DictReader(opened))


def test_a_file_is_replaced_only_when_asked(achieved: Orders) -> None:
    """Who names a file that is there is told before anything is done; nothing is left beside a file that is written."""
    achieved.ok("award-and-order", "--type", "AHSD")
    folder = achieved.folder / "sheets"
    folder.mkdir()
    file = folder / "sheet.csv"
    before = achieved.dump()
    for call in (
        ["award-and-order", "--type", "AHSD"],
        ["award-and-order", "--type", "AHSD", "--preview"],
        ["items"],
        ["run", "outcomes", 1],
        ["run", "resume", 1],
    ):
        file.write_text("mine")
        for lang, words in (("en", "add --replace"), ("fr", "ajoutez --replace")):
            told = achieved.call(*call, "--csv", file, "--lang", lang)
            assert (told.exit_code, file.read_text()) == (2, "mine"), call
            assert words in " ".join(told.err.split())
        assert achieved.call(*call, "--csv", file, "--replace").exit_code in {0, 1}
        assert len(rows(file)) in {1, 3, 4}
        assert [each.name for each in folder.iterdir()] == ["sheet.csv"]
    assert achieved.call("items", "--replace").exit_code == 2
    assert achieved.call("items", "--csv", folder).exit_code == 2
    assert achieved.call("items", "--csv", folder / "none" / "sheet.csv").exit_code == 2
    assert achieved.call("items", "--csv", folder / "new.csv", "--can").exit_code == 2
    assert achieved.dump() == before


@pytest.mark.parametrize("size", [1, 2, 1000])
def test_the_export_of_items_has_every_row_once(
    achieved: Orders, monkeypatch: pytest.MonkeyPatch, size: int
) -> None:
    """However many are read at once: all that the filters take, or as many as are asked for and where the rest begins."""
    achieved.ok("award-and-order", "--type", "AHSD")
    achieved.ok("items-do", "cancel", "--state", "created", "--reason", "OrderedInError")
    whole = achieved.items()
    monkeypatch.setattr(paging, "ROWS_AT_ONCE", size)
    file = achieved.folder / "items.csv"
    written = achieved.ok("items", "--csv", file)
    assert (written["written"], written["next"]) == (3, None)
    assert [(each["number"], each["asn"], each["state"]) for each in rows(file)] == [
        (each["number"], each["asn"], each["state"]) for each in whole
    ]
    assert achieved.ok("items", "--csv", file, "--replace", "--state", "failed")["written"] == 0
    assert rows(file) == []
    some = achieved.ok("items", "--csv", file, "--replace", "--limit", 2)
    assert [each["number"] for each in rows(file)] == [each["number"] for each in whole[:2]]
    achieved.ok("items", "--csv", file, "--replace", "--after", some["next"])
    assert [each["number"] for each in rows(file)] == [each["number"] for each in whole[2:]]
    shown = achieved.call("items", "--csv", file, "--replace", "--lang", "fr").out
    assert "3 articles écrits" in shown


@pytest.mark.parametrize("size", [1, 2, 1000])
@pytest.mark.parametrize("may", [[], ["--can"]])
def test_a_list_is_one_document_however_it_is_written(
    achieved: Orders, monkeypatch: pytest.MonkeyPatch, size: int, may: list[str]
) -> None:
    """Written as it is read, it is what it would be if it were written whole."""
    achieved.ok("award-and-order", "--type", "AHSD")
    for filters in ([], ["--limit", 2], ["--state", "failed"]):
        told = achieved.call("items", *filters, *may, "--json").out
        with monkeypatch.context() as patch:
            patch.setattr(paging, "ROWS_AT_ONCE", size)
            assert achieved.call("items", *filters, *may, "--json").out == told
        document = json.loads(told)
        assert list(document) == ["items", "next"]
        assert told == json.dumps(document, ensure_ascii=False, indent=1) + "\n"
