"""``orders demo``: a whole wave, and everything that a reader of its folder relies on."""

import hashlib
import io
import itertools
import json
import subprocess
import sys
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pikepdf
import pytest
from fontTools.ttLib import TTFont

from tests.acceptance.command_line import MORNING, Orders, Result

#: States in which no item stays once a wave is through: an automatic step or a person's release is still to come.
UNDER_WAY = {"created", "processing", "rendered", "in_print_job"}
SETTLED = {"sent", "delivered", "failed", "user_hold", "system_hold", "cancelled", "reordered", "expired"}


class Demo(NamedTuple):
    """A finished demonstration: what it printed, and its installation."""

    result: Result
    orders: Orders


class Job(NamedTuple):
    """One print job in the drop."""

    manifest: dict[str, Any]
    file: Path


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Demo:
    """A thousand students, with URL settings that must not matter."""
    folder = tmp_path_factory.mktemp("demo")
    elsewhere = {
        "ORDERS_DATABASE_URL": f"sqlite:///{folder}/elsewhere.db",
        "ORDERS_STORE_URL": str(folder / "elsewhere-documents"),
        "ORDERS_PRINT_URL": str(folder / "elsewhere-print"),
        "ORDERS_REDIS_URL": "redis://127.0.0.1:9/0",
    }
    result = Orders(folder, elsewhere).run("demo", "--students", "1000")
    assert result.exit_code == 0, result.err
    return Demo(result, Orders(folder / "demo"))


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Demo:
    """A demonstration of eighty students with --json and a frozen clock."""
    folder = tmp_path_factory.mktemp("small")
    result = Orders(folder).run("demo", "--students", "80", "--json")
    assert result.exit_code == 0, result.err
    return Demo(result, Orders(folder / "demo"))


@pytest.fixture(scope="module")
def items(demo: Demo) -> list[dict[str, Any]]:
    """All items of the large demonstration."""
    return demo.orders.items("--limit", "250")


@pytest.fixture(scope="module")
def jobs(demo: Demo) -> list[Job]:
    """All jobs of the large demonstration's drop, by number."""
    manifests = sorted(demo.orders.drop.rglob("*.json"))
    return [
        Job(found := json.loads(path.read_text("utf-8")), path.parent / found["file"]) for path in manifests
    ]


@pytest.fixture(scope="module")
def documents(items: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """Items by their number."""
    return {item["number"]: item for item in items}


def test_its_folder_holds_what_was_promised_and_nothing_lies_elsewhere(demo: Demo) -> None:
    """A demo writes DIR/orders.db, DIR/documents and DIR/print, whatever the URL settings say."""
    folder = demo.orders.folder
    assert (folder / "orders.db").is_file()
    assert any((folder / "documents").rglob("*.pdf"))
    assert any((folder / "print").rglob("*.pdf"))
    assert [path.name for path in folder.parent.iterdir()] == ["demo"]


def test_a_person_is_shown_states_with_reasons_and_what_to_look_at_next(demo: Demo) -> None:
    """The summary on stdout names every state's label, the reasons and commands to go on with; progress is on stderr."""
    for expected in (
        "Sent for Delivery",
        "System Hold",
        "60108",
        "Pulled before mailing",
        "orders items --state",
    ):
        assert expected in demo.result.out
    assert "Process and render" in demo.result.err


def test_every_event_of_the_story_happened(items: list[dict[str, Any]]) -> None:
    """A thousand students leave items sent, delivered, failed, held by person and system, cancelled, reordered and expired."""
    assert {item["state"] for item in items} == SETTLED
    assert len(items) > 850


def test_the_weeks_after_are_told(demo: Demo, items: list[dict[str, Any]]) -> None:
    """Returned, reordered and reordered again; reprints; one digital downloaded, one expired; a courier; a cart."""
    by_number = {item["number"]: item for item in items}
    chains = [item for item in items if item["reorder_of"] and by_number[item["reorder_of"]]["reorder_of"]]
    assert len(chains) == 1
    assert by_number[chains[0]["reorder_root"]]["kind"] == "first_run"
    assert {item["delivered_how"] for item in items if item["delivery_method"] == "digital"} == {
        "downloaded",
        None,
    }
    (courier,) = [item for item in items if item["delivery_method"] == "courier"]
    assert (courier["state"], courier["special_handling"]) == ("sent", "pending")
    assert {item["copies"] for item in items if item["kind"] == "reprint"} == {1, 2}
    assert demo.orders.rows("SELECT state FROM document_orders WHERE origin = 'public'") == [("abandoned",)]
    sent = sum(item["sent_at"] is not None for item in items)
    told = demo.orders.rows(
        "SELECT count(*) FROM messages WHERE kind = 'credential_issued' AND sent_at IS NOT NULL"
    )
    assert 0 < told[0][0] <= sent


def test_no_item_is_left_under_way(demo: Demo, items: list[dict[str, Any]]) -> None:
    """After a demo no item is created, processing, rendered or in a print job."""
    assert not [item["number"] for item in items if item["state"] in UNDER_WAY]
    for state in UNDER_WAY:
        assert demo.orders.items("--state", state) == []


def test_whatever_stopped_has_its_reasons(items: list[dict[str, Any]]) -> None:
    """Every held, failed or cancelled item says why, in both languages where a rule stopped it."""
    for item in items:
        if item["state"] == "system_hold":
            assert item["errors"], item["number"]
            assert item["status_reason"] == item["errors"][0]["code"]
            for error in item["errors"]:
                assert error.keys() == {"code", "rule", "message", "params", "who"}
                assert all(error["message"][language] for language in ("en", "fr"))
        elif item["state"] in {"user_hold", "failed", "cancelled"}:
            assert item["status_reason"], item["number"]
        elif item["state"] == "reordered":  # keeps why it had failed
            assert item["errors"] == []
        else:
            assert item["status_reason"] is None
            assert item["errors"] == []


def test_pages_of_items_are_complete_and_disjoint(demo: Demo, items: list[dict[str, Any]]) -> None:
    """Paging with --after gives every item once, whatever the limit, and ends with a null cursor."""
    numbers = [item["number"] for item in items]
    assert len(set(numbers)) == len(numbers)
    assert [item["number"] for item in demo.orders.items("--limit", "7777")] == numbers
    first = demo.orders.ok("items", "--limit", "1")
    assert [item["number"] for item in first["items"]] == numbers[:1]
    assert isinstance(first["next"], str)


def test_json_summary_counts_what_the_list_shows(small: Demo) -> None:
    """With --json the summary is one document on stdout whose counts are those of the items themselves."""
    summary = small.result.json
    items = small.orders.items()
    assert summary["items"] == len(items) == sum(summary["by_state"].values())
    for state, number in summary["by_state"].items():
        assert number == sum(item["state"] == state for item in items)
    assert not summary["by_state"].keys() & UNDER_WAY
    assert [job["number"] for job in summary["print_jobs"]] == [
        job["number"] for job in small.orders.ok("print-jobs")["print_jobs"]
    ]


def test_history_is_whole(demo: Demo) -> None:
    """verify-history finds nothing broken after a demo."""
    result = demo.orders.run("verify-history", "--json")
    assert result.exit_code == 0
    assert not any(result.json["broken"].values())


def test_every_file_of_a_job_is_sound(jobs: list[Job], qpdf: str) -> None:
    """Qpdf finds no fault in any print file."""
    assert jobs
    for job in jobs:
        checked = subprocess.run([qpdf, "--check", job.file], capture_output=True, check=False)
        assert checked.returncode == 0, checked.stdout


def test_the_drop_holds_pairs_and_nothing_else_ends_in_json(demo: Demo, jobs: list[Job]) -> None:
    """The drop holds NAME.pdf and NAME.json side by side for each job, receipts in CSV, and no other file."""
    found = {path for path in demo.orders.drop.rglob("*") if path.is_file()}
    pairs = {path for job in jobs for path in (job.file, job.file.with_suffix(".json"))}
    assert pairs <= found
    assert {path.suffix for path in found - pairs} <= {".csv"}
    assert len(jobs) == len(demo.orders.ok("print-jobs")["print_jobs"])


def test_manifests_say_what_the_files_are(jobs: list[Job]) -> None:
    """A manifest has the documented keys, its file's SHA-256 and its number of pages."""
    keys = "job credential_type language delivery_method released_at file sha256 pages envelopes sheets by_country entries"
    for job in jobs:
        assert job.manifest.keys() == set(keys.split())
        assert hashlib.sha256(job.file.read_bytes()).hexdigest() == job.manifest["sha256"]
        with pikepdf.open(job.file) as pdf:
            assert len(pdf.pages) == job.manifest["pages"]


def test_manifest_entries_cover_the_file_page_by_page(jobs: list[Job]) -> None:
    """Sequence numbers run from 1 to n, and pages follow each other from behind the instruction sheet to the end."""
    for manifest, _ in jobs:
        entries = manifest["entries"]
        assert [entry["sequence"] for entry in entries] == list(range(1, manifest["envelopes"] + 1))
        page = 2
        for entry in entries:
            assert entry["first_page"] == page
            assert entry["stock"] == ["plain"] + ["credential"] * entry["copies"]
            assert entry["pages"] == len(entry["stock"])
            assert entry["manual_insert"] == (entry["pages"] > 6)
            page += entry["pages"]
        assert page == manifest["pages"] + 1


def test_manifest_totals_are_those_of_its_entries(jobs: list[Job]) -> None:
    """Sheets per stock (the instruction sheet is plain) and envelopes per country group add up, in mailing order."""
    groups = ["canada", "us", "international"]
    for manifest, _ in jobs:
        stock = [each for entry in manifest["entries"] for each in entry["stock"]]
        assert manifest["sheets"] == {
            "plain": stock.count("plain") + 1,
            "credential": stock.count("credential"),
        }
        countries = [entry["country_group"] for entry in manifest["entries"]]
        assert manifest["by_country"] == {group: countries.count(group) for group in groups}
        assert countries == sorted(countries, key=groups.index)


def test_jobs_hold_exactly_what_was_sent(jobs: list[Job], documents: dict[str, dict[str, Any]]) -> None:
    """Every item that was sent lies in one envelope of one job of its own key, at its own sequence number."""
    seen = {}
    for manifest, _ in jobs:
        for entry in manifest["entries"]:
            item = documents[entry["item"]]
            assert (item["print_job"], item["sequence"]) == (manifest["job"], entry["sequence"])
            for key in ("credential_type", "language", "delivery_method", "copies"):
                assert item[key] == (entry if key == "copies" else manifest)[key]
            seen[entry["item"]] = manifest["job"]
    assert len(seen) == sum(job.manifest["envelopes"] for job in jobs)
    assert seen.keys() == {item["number"] for item in documents.values() if item["sent_at"]}


def test_stored_documents_are_those_of_the_manifest(
    demo: Demo, jobs: list[Job], documents: dict[str, dict[str, Any]]
) -> None:
    """Each entry's SHA-256 is that of its item's stored document, which lies in the document store unaltered."""
    stored = {
        hashlib.sha256(path.read_bytes()).hexdigest(): path.stat().st_size
        for path in (demo.orders.folder / "documents" / "documents").rglob("*.pdf")
    }
    for entry in itertools.chain.from_iterable(job.manifest["entries"] for job in jobs):
        document = documents[entry["item"]]["document"]
        assert entry["sha256"] == document["sha256"]
        assert stored[entry["sha256"]] == document["size"]


def squeezed(text: str) -> str:
    """``text`` without any space: where lines break says nothing about the words."""
    return "".join(unicodedata.normalize("NFC", text).split())


def test_every_printed_name_can_be_read_on_its_page(
    jobs: list[Job], documents: dict[str, dict[str, Any]], pdftotext: str
) -> None:
    """Pdftotext finds each item's printed name as typed, its ASN and its number on its page, dashes included."""
    for manifest, file in jobs:
        text = subprocess.run([pdftotext, "-enc", "UTF-8", file, "-"], capture_output=True, check=True).stdout
        pages = [squeezed(page) for page in text.decode().split("\f")]
        for entry in manifest["entries"]:
            item = documents[entry["item"]]
            asn, number = item["asn"], item["credential_number"]
            wanted = [f"{asn[:4]}-{asn[4:8]}-{asn[8]}", f"{number[:5]}-{number[5:]}"]
            letter = pages[entry["first_page"] - 1]
            assert str(entry["sequence"]) in letter
            for each in [squeezed(item["recipient"]["name"]), *wanted]:
                assert each in letter, (entry["item"], each)
            for credential in pages[entry["first_page"] : entry["first_page"] + entry["copies"]]:
                for each in [squeezed(item["printed_name"]), *wanted]:
                    assert each in credential, (entry["item"], each)


def test_every_advance_is_the_fonts_own(jobs: list[Job]) -> None:
    """In the file with most fonts, each glyph's width is the embedded program's own: no text overprints."""
    checked = 0
    for font in max((fonts(job.file) for job in jobs), key=len):
        program = TTFont(io.BytesIO(font.program))
        scale = 1000 / program["head"].unitsPerEm
        advances = [program["hmtx"][name][0] * scale for name in program.getGlyphOrder()]
        for glyph, advance in enumerate(advances):
            assert font.widths.get(glyph, font.default) == pytest.approx(advance, abs=0.51), (
                font.name,
                glyph,
            )
            checked += 1
        assert any(advances)
    assert checked > 500


class Font(NamedTuple):
    """A composite font: the widths it declares by glyph, for others the default, and its program."""

    name: str
    widths: dict[int, float]
    default: float
    program: bytes


def fonts(file: Path) -> list[Font]:
    """The composite fonts of a file."""
    with pikepdf.open(file) as pdf:
        return [
            Font(
                str(font.BaseFont),
                dict(declared(list(font.W))),
                float(font.get("/DW", 1000)),
                font.FontDescriptor.FontFile2.read_bytes(),
            )
            for font in pdf.objects
            if isinstance(font, pikepdf.Dictionary) and font.get("/Subtype") == "/CIDFontType2"
        ]


def declared(widths: list[Any]) -> Iterator[tuple[int, float]]:
    """The (glyph, width) pairs of a /W array, both of whose forms it may use."""
    rest = iter(widths)
    for first in rest:
        following = next(rest)
        if isinstance(following, pikepdf.Array):
            yield from ((int(first) + step, float(width)) for step, width in enumerate(following))
        else:
            width = float(next(rest))
            yield from ((glyph, width) for glyph in range(int(first), int(following) + 1))


def test_the_extract_and_its_rejects_lie_in_the_folder(demo: Demo) -> None:
    """The made-up extract lies beside its rejected rows, each with reasons."""
    rejects = (
        (demo.orders.folder / "extract" / "rejects.csv").read_text("utf-8", "surrogateescape").splitlines()
    )
    assert rejects[0].startswith("file,line,reasons,asn")
    assert len(rejects) > 5


def test_a_second_demo_replaces_the_first_and_repeats_it(small: Demo) -> None:
    """With a frozen clock the same seed gives the same documents and print files, in place of the old folder."""
    folder = small.orders.folder
    before = {path.name: path.read_bytes() for path in small.orders.drop.rglob("*.*")}
    documents = {item["number"]: item["document"] for item in small.orders.items()}
    (folder / "leftover.txt").write_text("of the first demo")
    again = Orders(folder.parent).run("demo", "--students", "80", "--json")
    assert again.exit_code == 0
    assert not (folder / "leftover.txt").exists()
    assert {path.name: path.read_bytes() for path in small.orders.drop.rglob("*.*")} == before
    assert {item["number"]: item["document"] for item in small.orders.items()} == documents
    assert again.json | {"seconds": 0} == small.result.json | {"seconds": 0}


def test_another_seed_makes_other_students(small: Demo, tmp_path: Path) -> None:
    """--seed changes who is made up."""
    orders = Orders(tmp_path)
    assert orders.run("demo", "--students", "80", "--seed", "7", "--folder", "other").exit_code == 0
    other = Orders(tmp_path / "other")
    assert {item["asn"] for item in other.items()}.isdisjoint(item["asn"] for item in small.orders.items())


@pytest.mark.parametrize("language", ["en", "fr"])
def test_a_folder_that_no_demo_made_is_left_alone(tmp_path: Path, language: str) -> None:
    """An existing folder with someone's files is refused with exit 2 and a reason, and stays as it was."""
    (tmp_path / "demo").mkdir()
    (tmp_path / "demo" / "thesis.txt").write_text("years of work")
    result = Orders(tmp_path).call("demo", "--students", "5", "--lang", language)
    assert result.exit_code == 2
    assert "--folder" in result.err
    assert result.out == ""
    assert [path.name for path in (tmp_path / "demo").iterdir()] == ["thesis.txt"]
    assert (tmp_path / "demo" / "thesis.txt").read_text() == "years of work"


def test_a_file_in_the_place_of_the_folder_is_refused(tmp_path: Path) -> None:
    """--folder that names a file ends with a complaint and leaves the file alone."""
    (tmp_path / "demo").write_text("not a folder")
    result = Orders(tmp_path).call("demo", "--students", "5")
    assert result.exit_code in {2, 5}
    assert "demo" in result.err
    assert (tmp_path / "demo").read_text() == "not a folder"


def test_a_clock_with_an_offset_leaves_history_whole(tmp_path: Path) -> None:
    """ORDERS_CLOCK may stand in any zone: what is recorded under it verifies."""
    orders = Orders(tmp_path, {"ORDERS_CLOCK": "2026-03-02T09:00:00-07:00"})
    assert orders.run("demo", "--students", "10", "--json").exit_code == 0
    result = Orders(tmp_path / "demo").run("verify-history", "--json")
    assert (result.exit_code, any(result.json["broken"].values())) == (0, False)


def test_its_advice_can_be_followed(tmp_path: Path) -> None:
    """The lines under “look further”, typed as they stand: all are answered, and nobody rewrote the past."""
    orders = Orders(tmp_path, {"ORDERS_HEADS_URL": str(tmp_path / "elsewhere")})
    shown = orders.run("demo", "--students", "20")
    assert shown.exit_code == 0, shown.err
    advice = [line.strip() for line in shown.out.splitlines() if line.startswith("  ")]
    export = next(line for line in advice if line.startswith("export "))
    typed = advice[advice.index(export) :]
    assert any(line.startswith("orders verify-history") for line in typed)
    lines = ["set -e", f'orders() {{ {sys.executable} -m cli.main "$@"; }}', *typed]
    followed = subprocess.run(
        ["bash", "-c", "\n".join(lines)],
        check=False,
        cwd=tmp_path,
        env=orders.environment(),
        capture_output=True,
        text=True,
    )
    assert (followed.returncode, followed.stderr) == (0, ""), followed
    assert "History is whole" in followed.stdout


def test_few_students_are_enough(tmp_path: Path) -> None:
    """A demo of one student runs to its end; at least one student must be asked for."""
    orders = Orders(tmp_path, {"ORDERS_CLOCK": MORNING})
    assert orders.run("demo", "--students", "1", "--json").exit_code == 0
    assert orders.run("demo", "--students", "0").exit_code == 2
