"""``orders import``: what is taken, what is rejected and how, and that repeating it changes nothing."""

import csv
import io
import re
from pathlib import Path

import pytest

from tests.acceptance import extracts
from tests.acceptance.command_line import AFTERNOON, Orders
from tests.acceptance.conftest import MakeOrders
from tests.acceptance.extracts import Row, credential, import_, student

#: Faulty student rows (line = position + 2), and the codes of all their faults.
BAD_STUDENTS: dict[str, tuple[Row, set[str]]] = {
    "no family name and an impossible day": (
        {"last_name": "", "birth_date": "2008-02-30"},
        {"last_name_missing", "birth_date_malformed"},
    ),
    "a country and a language unknown, a flag that is none": (
        {"country": "UK", "language": "de", "deceased": "no"},
        {"country_unknown", "language_unknown", "deceased_unknown"},
    ),
    "outer space, doubled space, zero-width space, too long": (
        {"last_name": "Auger ", "first_name": "Ma  ya", "middle_name": "Ma\u200brie", "suffix": "I" * 51},
        {
            "last_name_outer_space",
            "first_name_doubled_space",
            "middle_name_character_refused",
            "suffix_too_long",
        },
    ),
    "bytes that are no UTF-8": ({"last_name": "Beaupr\udce9"}, {"last_name_not_utf8"}),
    "an address that is too long": (
        {"address_lines": "x" * 240, "city": "Calgary"},
        {"address_too_long"},
    ),
    "a primary ASN that nobody has": ({"primary_asn": "999999990"}, {"primary_unknown"}),
}
#: Texts that are taken as they stand.
HARD_NAMES = (
    "Null", "None", "NaN", "=1+1", "+1", "-1", "@SUM(A1)", "'; DROP TABLE students;--", "Zoé 🌸", "ليلى", "林雨桐",
    "ᐊᒪᕈᖅ", "O’Brien-d'Arcy", "Nguyễn", "Nguyễn", "{last_name}", "%s", "[bold]x[/bold]", "a\\nb", 'Quote "Q"', "a,b",
)  # fmt: skip


@pytest.fixture(scope="module")
def bad(installations: MakeOrders) -> tuple[Orders, list[Row], list[Row], list[Row]]:
    """An import in which each faulty row stands between good ones; also its files' rows and the rejects."""
    orders = installations()
    students, credentials = [], []
    for index, (faulty, _) in enumerate(BAD_STUDENTS.values()):
        good, wrong = f"20000000{index}", f"30000000{index}"
        students += [student(good), student(wrong, **faulty)]
        credentials += [credential(good), credential(wrong)]
    credentials += [
        credential("200000000", "AHSDD"),
        credential("200000000", "CHSA", status="passed", school_year="2025/2027"),
        credential("200000001", "CHSA", status="awarded"),
        credential("200000001", "COSC", credential_number="1234567890"),
        credential("987654321"),
        credential("200000000"),
        credential("12345678"),
    ]
    import_(orders, students, credentials, "--rejects", "rejects.csv")
    return orders, students, credentials, extracts.read(orders.folder / "rejects.csv")


def codes(rejected: Row) -> set[str]:
    """The codes in a rejected row's reasons."""
    return set(re.findall(r"(?:^|; )([a-z0-9_]+): ", rejected["reasons"]))


@pytest.mark.parametrize("case", BAD_STUDENTS)
def test_a_faulty_student_is_rejected_once_with_all_reasons(
    bad: tuple[Orders, list[Row], list[Row], list[Row]], case: str
) -> None:
    """A faulty student row appears once in the rejects, with its line and every fault."""
    line = 2 * list(BAD_STUDENTS).index(case) + 3
    (rejected,) = [row for row in bad[3] if (row["file"], row["line"]) == ("students.csv", str(line))]
    assert codes(rejected) == BAD_STUDENTS[case][1]


def test_exactly_the_faulty_rows_are_rejected_with_their_own_columns_unchanged(
    bad: tuple[Orders, list[Row], list[Row], list[Row]],
) -> None:
    """The rejects file holds file, line, reasons, and then each faulty row's own cells as they were, bytes included."""
    _, students, credentials, rejects = bad
    files = {"students.csv": students, "credentials.csv": credentials}
    for rejected in rejects:
        own = files[rejected["file"]][int(rejected["line"]) - 2]
        assert {name: rejected[name] for name in own} == own
    assert list(rejects[0])[:3] == ["file", "line", "reasons"]
    lines = [(row["file"], int(row["line"])) for row in rejects]
    expected = [("students.csv", 2 * index + 3) for index in range(len(BAD_STUDENTS))]
    expected += [("credentials.csv", 2 * index + 3) for index in range(len(BAD_STUDENTS))]
    expected += [("credentials.csv", 2 * len(BAD_STUDENTS) + 2 + index) for index in range(7)]
    assert sorted(lines) == sorted(expected)


def test_credentials_of_rejected_and_unknown_students_are_rejected_too(
    bad: tuple[Orders, list[Row], list[Row], list[Row]],
) -> None:
    """A credential whose student was rejected or is unknown is rejected, each with a reason of its own."""
    found = {
        (row["asn"], row["credential_type"]): codes(row) for row in bad[3] if row["file"] == "credentials.csv"
    }
    assert {asn for (asn, _), why in found.items() if why == {"student_rejected"}} == {
        f"30000000{index}" for index in range(len(BAD_STUDENTS))
    }
    assert found["987654321", "AHSD"] == {"student_unknown"}
    assert found["12345678", "AHSD"] == {"asn_malformed"}
    assert found["200000000", "AHSDD"] == {"credential_type_unknown"}
    assert found["200000000", "CHSA"] == {"status_unknown", "school_year_malformed"}
    assert found["200000001", "CHSA"] == {"awarded_on_missing", "number_missing"}
    assert found["200000001", "COSC"] == {"credential_number_only_when_awarded"}
    assert found["200000000", "AHSD"] == {"credential_repeated"}


def test_the_rest_is_imported(bad: tuple[Orders, list[Row], list[Row], list[Row]]) -> None:
    """Good rows beside faulty ones are all stored."""
    orders, *_ = bad
    assert {asn for (asn,) in orders.rows("SELECT asn FROM students")} == {
        f"20000000{index}" for index in range(len(BAD_STUDENTS))
    }
    assert orders.rows("SELECT count(*) FROM credentials") == [(len(BAD_STUDENTS),)]


def test_corrected_rejects_are_imported_again(bad: tuple[Orders, list[Row], list[Row], list[Row]]) -> None:
    """The rejects file itself, once corrected, is an extract that imports without rejects."""
    orders, _, _, rejects = bad
    students = [row | student(row["asn"]) for row in rejects if row["file"] == "students.csv"]
    credentials = [row | credential(row["asn"]) for row in rejects if codes(row) == {"student_rejected"}]
    again_students = extracts.write(orders.folder / "again-students.csv", students)
    again_credentials = extracts.write(orders.folder / "again-credentials.csv", credentials)
    result = orders.call("import", again_students, again_credentials, "--json", "--rejects", "again.csv")
    assert result.exit_code == 0
    assert result.json["rejected"] == []
    assert result.json["students"]["new"] == result.json["credentials"]["new"] == len(BAD_STUDENTS)
    assert extracts.read(orders.folder / "again.csv") == []


def test_json_says_what_the_rejects_file_says(orders: Orders) -> None:
    """--json gives counts per file and each rejected row with its line, codes and messages in both languages."""
    result = import_(orders, [student("200000001"), student("20000000")], [credential("200000001")], "--json")
    assert result.exit_code == 0
    assert result.json["students"] == {"new": 1, "changed": 0, "unchanged": 0, "rejected": 1}
    assert result.json["credentials"] == {"new": 1, "changed": 0, "unchanged": 0, "rejected": 0}
    (rejected,) = result.json["rejected"]
    assert (rejected["file"], rejected["line"]) == ("students.csv", 3)
    (reason,) = rejected["reasons"]
    assert reason["code"] == "asn_malformed"
    assert reason["message"].keys() == {"en", "fr"}


@pytest.mark.parametrize(("language", "words"), [("en", "is not an ASN"), ("fr", "n’est pas un NEA")])
def test_rejects_are_explained_in_the_language_asked_for(orders: Orders, language: str, words: str) -> None:
    """The reasons in the file and on screen are in --lang."""
    result = import_(orders, [student("20000000")], [], "--rejects", "r.csv", "--lang", language)
    assert words in result.out
    assert words in extracts.read(orders.folder / "r.csv")[0]["reasons"]


def awarded() -> list[Row]:
    """Credentials of every kind that an extract brings."""
    return [
        credential("200000001"),
        credential("200000002", status="awarded", credential_number="9000000010", awarded_on="2025-06-30"),
        credential("200000003", status="awarded", legacy_number="A123", awarded_on="1990-06-30"),
        credential("200000004", status="awarded", credential_number="9000000029", awarded_on="2025-06-30",
                   first_run_on="2025-07-05"),
    ]  # fmt: skip


def family() -> list[Row]:
    """Students with hold, expiring address, no address, secondary ASN, death."""
    return [
        student("200000001", hold_until="2026-12-31", address_expires="2026-12-31"),
        student("200000002", primary_asn="200000001"),
        student("200000003", **extracts.NO_ADDRESS, deceased="true"),
        student("200000004", address_lines="Flat 2\\n1 Cedar Lane", preferred_name="May"),
    ]


def test_a_second_import_changes_nothing(orders: Orders) -> None:
    """Importing the same files again later, after orders were placed, leaves every table as it was."""
    assert import_(orders, family(), awarded()).exit_code == 0
    orders.ok("award-and-order", "--type", "AHSD")
    before = orders.dump()
    again = import_(orders.with_(ORDERS_CLOCK=AFTERNOON), family(), awarded(), "--json")
    assert again.exit_code == 0
    assert again.json["students"] == {"new": 0, "changed": 0, "unchanged": 4, "rejected": 0}
    assert orders.dump() == before
    assert again.json["credentials"]["unchanged"] == 4


def test_changed_rows_are_taken(orders: Orders) -> None:
    """A row that differs from what is stored changes it: name, address, hold, school."""
    import_(orders, family(), awarded())
    changed = [row | {"last_name": "Cardinal-Auger", "city": "Airdrie", "hold_until": ""} for row in family()]
    result = import_(orders, changed, [], "--json")
    assert result.json["students"] == {"new": 0, "changed": 4, "unchanged": 0, "rejected": 0}
    assert orders.rows("SELECT DISTINCT last_name FROM students") == [("Cardinal-Auger",)]


def test_achieved_never_moves_an_awarded_credential_back(orders: Orders) -> None:
    """An achieved row for an awarded credential leaves it awarded; a differing number is rejected."""
    import_(orders, family(), awarded())
    back = [
        credential("200000002", school_year="2020/2021"),
        awarded()[3] | {"credential_number": "9000000037"},
    ]
    result = import_(orders, family(), back, "--json")
    assert result.exit_code == 0
    (rejected,) = result.json["rejected"]
    assert [reason["code"] for reason in rejected["reasons"]] == ["number_differs"]
    (found,) = orders.ok("find", "90000-00010")["credentials"]
    assert (found["state"], found["school_year"]) == ("awarded", "2025/2026")
    assert orders.ok("find", "9000000029")["credentials"][0]["asn"] == "200000004"


@pytest.mark.parametrize("name", HARD_NAMES)
def test_hard_texts_are_stored_as_they_are(orders: Orders, name: str) -> None:
    """Any script, emoji, the words Null or None and formula-like text are accepted and kept exactly as typed."""
    assert import_(orders, [student("200000001", last_name=name, preferred_name=name)], []).exit_code == 0
    assert orders.rows("SELECT last_name, preferred_name FROM students") == [(name, name)]


def as_text(rows: list[Row], line_end: str = "\r\n") -> str:
    """Rows as CSV text."""
    stream = io.StringIO()
    writer = csv.DictWriter(stream, list(rows[0]), lineterminator=line_end)
    writer.writeheader()
    writer.writerows(rows)
    return stream.getvalue()


@pytest.mark.parametrize(
    ("form", "students"),
    {
        "BOM and CRLF": b"\xef\xbb\xbf" + as_text([student("200000001")]).encode(),
        "LF without a last line break": as_text([student("200000001")], "\n").rstrip("\n").encode(),
        "empty lines": as_text([student("200000001")], "\n\n").encode(),
        "few columns": b"asn,last_name\n200000001,Cardinal\n",
        "columns in another order, and unknown ones": b"colour,last_name,asn\nred,Cardinal,200000001\n",
        "dashed ASN": b"asn,last_name\n2000-0000-1,Cardinal\n",
        "quoted line break in an address": (
            b'asn,last_name,address_lines,city\n200000001,Cardinal,"Flat 2\n1 Cedar Lane",Calgary\n'
        ),
    }.items(),
)
def test_files_of_any_usual_form_are_read(orders: Orders, form: str, students: bytes) -> None:
    """Byte-order mark, either line break, empty lines, missing, further and reordered columns make no difference."""
    (orders.folder / "s.csv").write_bytes(students)
    (orders.folder / "c.csv").write_text("asn,credential_type,status\n200000001,AHSD,achieved\n")
    result = orders.call("import", "s.csv", "c.csv", "--json")
    assert (result.exit_code, result.json["rejected"]) == (0, []), form
    assert orders.rows("SELECT asn, last_name FROM students") == [("200000001", "Cardinal")]


def test_a_quoted_line_break_keeps_later_line_numbers_right(orders: Orders) -> None:
    """Lines are counted as an editor does, also behind a cell of several lines; a rejected row keeps its break."""
    rows = [student("200000001", address_lines="Flat 2\n1 Cedar Lane"), student("x", address_lines="a\nb")]
    result = import_(orders, rows, [], "--json", "--rejects", "r.csv")
    assert [row["line"] for row in result.json["rejected"]] == [4]
    assert extracts.read(orders.folder / "r.csv")[0]["address_lines"] == "a\nb"


def test_a_broken_quotation_mark_costs_its_own_line_only(orders: Orders) -> None:
    """A row whose quotation marks do not match is rejected, and reading goes on."""
    (orders.folder / "s.csv").write_text('asn,last_name\n200000001,"Au"ger\n200000002,Auger\n')
    (orders.folder / "c.csv").write_text("asn\n")
    result = orders.call("import", "s.csv", "c.csv", "--json")
    assert [row["line"] for row in result.json["rejected"]] == [2]
    assert orders.rows("SELECT asn FROM students") == [("200000002",)]


def test_exit_1_when_nothing_was_imported(orders: Orders) -> None:
    """Where every row is rejected the exit code is 1 and the database is as before."""
    before = orders.dump()
    result = import_(orders, [student("1")], [credential("2")], "--rejects", "r.csv")
    assert result.exit_code == 1
    assert len(extracts.read(orders.folder / "r.csv")) == 2
    assert orders.dump() == before


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "empty"),
        (b"name;born\n", "asn"),
        (b"\xff\xfea\0s\0n\0", "UTF-8"),
        (b"asn,last_name,asn\n", "twice"),
    ],
)
def test_exit_2_for_a_file_that_is_no_extract(orders: Orders, content: bytes, words: str) -> None:
    """A file whose header can't be used is refused as a whole with exit 2 and what to do, whichever of the two it is."""
    good = extracts.write(orders.folder / "good.csv", [credential("200000001")])
    students = extracts.write(orders.folder / "students.csv", [student("200000001")])
    (orders.folder / "bad.csv").write_bytes(content)
    before = orders.dump()
    for files in (("bad.csv", good), (students, "bad.csv")):
        result = orders.call("import", *files)
        assert (result.exit_code, result.out) == (2, "")
        assert words in result.err
        assert "bad.csv" in result.err
    assert orders.dump() == before


def test_exit_2_for_missing_arguments(orders: Orders) -> None:
    """The command without its files is a matter of usage."""
    assert orders.call("import").exit_code == 2
    assert orders.call("import", "one.csv").exit_code == 2


@pytest.mark.parametrize("missing", ["students.csv", "credentials.csv"])
def test_exit_4_for_a_file_that_is_not_there(orders: Orders, missing: str) -> None:
    """A missing file, whichever it is, is exit 4 with its name, and nothing is stored."""
    extracts.write(orders.folder / "students.csv", [student("200000001")])
    extracts.write(orders.folder / "credentials.csv", [credential("200000001")])
    (orders.folder / missing).unlink()
    result = orders.call("import", "students.csv", "credentials.csv")
    assert result.exit_code == 4
    assert missing in result.err
    assert orders.rows("SELECT count(*) FROM students") == [(0,)]


@pytest.mark.parametrize("role", ["auditor", "operational_support", "public"])
def test_only_student_records_imports(orders: Orders, role: str) -> None:
    """Any other role is refused with CO-11 and exit 1, and nothing is stored."""
    result = import_(orders, [student("200000001")], [], "--json", "--as", role)
    assert result.exit_code == 1
    assert result.json["refused"]["kind"] == "permission"
    assert [reason["code"] for reason in result.json["refused"]["reasons"]] == ["CO-11"]
    assert orders.rows("SELECT count(*) FROM students") == [(0,)]


def test_exit_5_without_a_database(tmp_path: Path) -> None:
    """Before `orders init` every command ends with 5 and says what to run."""
    for arguments in (["items"], ["print-jobs"], ["work", "--until-idle"], ["verify-history"]):
        result = Orders(tmp_path).call(*arguments)
        assert result.exit_code == 5
        assert "orders init" in result.err


def test_init_may_be_repeated(orders: Orders) -> None:
    """`orders init` on a database that is up to date leaves it as it is."""
    before = orders.dump()
    assert orders.run("init").exit_code == 0
    assert orders.dump() == before
