"""Reading the extract: typed rows, rejected rows with every reason, and nothing lost."""

import csv
import io
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.codes import CredentialState, CredentialType, Language
from models.edges.extract import (
    CREDENTIAL_COLUMNS,
    STUDENT_COLUMNS,
    CredentialRow,
    StudentRow,
    _text_faults,
    _texts_surely_pass,
    read_credentials,
    read_students,
)
from models.edges.extract_file import REJECT_COLUMNS, ExtractError, RejectedRow, write_rejects
from models.edges.fault_sentences import LABELS
from models.edges.faults import fault

AWARDED = {"asn": "123456789", "credential_type": "AHSD", "status": "awarded", "awarded_on": "2026-06-30"}
ACHIEVED = {"asn": "123456789", "credential_type": "AHSD", "status": "achieved"}


def table(path, rows, columns=None):
    """A CSV file of ``rows`` (dicts), its columns those given or those of the first row."""
    with path.open("w", encoding="utf-8", errors="surrogateescape", newline="") as stream:
        writer = csv.DictWriter(stream, columns or list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return path


def students(tmp_path, *rows):
    columns = list(dict.fromkeys(name for row in rows for name in row))
    return list(read_students(table(tmp_path / "students.csv", rows, columns)))


def credentials(tmp_path, *rows):
    return list(read_credentials(table(tmp_path / "credentials.csv", rows, CREDENTIAL_COLUMNS)))


def of_bytes(tmp_path, content):
    path = tmp_path / "students.csv"
    path.write_bytes(content)
    return list(read_students(path))


def codes(row):
    assert isinstance(row, RejectedRow)
    return [one.code for one in row.faults]


def rejects(rows, language="en"):
    """What is written for ``rows``, read again as bytes-faithful lists of cells."""
    stream = io.StringIO(newline="")
    write_rejects(stream, rows, language)
    return list(csv.reader(io.StringIO(stream.getvalue(), newline="")))


# Rows that are read.


def test_a_full_student_is_read(tmp_path):
    """Every column of a student arrives with its type, the text exactly as typed."""
    full = {
        "asn": "1234-5678-9", "primary_asn": "987654321", "last_name": "O'Nguyễn", "first_name": "ᐊᒪᕈᖅ",
        "middle_name": "e\u0301", "suffix": "III", "preferred_name": "=Amy", "birth_date": "2008-02-29",
        "email": "a@example.org", "language": "fr", "authority_code": "0012", "authority_name": "Prairie",
        "school_code": "S1", "school_name": "Hill", "deceased": "true", "hold_until": "2027-01-01",
        "address_lines": "Unit 5\\n12 Main St", "city": "Calgary", "province": "AB", "postal_code": "T2P 1J9",
        "country": "CA", "address_expires": "2026-12-31",
    }  # fmt: skip
    (row,) = students(tmp_path, full)
    assert isinstance(row, StudentRow)
    assert (row.asn, row.primary_asn) == ("123456789", "987654321")
    assert (row.last_name, row.first_name, row.middle_name) == ("O'Nguyễn", "ᐊᒪᕈᖅ", "e\u0301")
    assert (row.preferred_name, row.authority_code) == ("=Amy", "0012")
    assert (row.birth_date, row.hold_until) == (date(2008, 2, 29), date(2027, 1, 1))
    assert row.language is Language.FR
    assert row.deceased is True
    assert row.address_lines == ("Unit 5", "12 Main St")
    assert row.address_expires == date(2026, 12, 31)
    assert (row.source.file, row.source.line, row.source.cells) == ("students.csv", 2, tuple(full.values()))


def test_a_minimal_student_is_read(tmp_path):
    """Missing columns count as empty: an ASN and a last name make a student."""
    (row,) = students(tmp_path, {"asn": "123456789", "last_name": "Sukarno"})
    assert isinstance(row, StudentRow)
    assert (row.first_name, row.address_lines, row.birth_date, row.language) == ("", (), None, None)
    assert row.deceased is False


def test_a_full_credential_is_read(tmp_path):
    """Every column of an awarded credential arrives with its type."""
    (row,) = credentials(
        tmp_path,
        AWARDED
        | {
            "school_year": "2025/2026",
            "programme_language": "fr",
            "credential_number": "12345-67890",
            "legacy_number": "A1",
            "first_run_on": "2026-07-02",
        },
    )
    assert isinstance(row, CredentialRow)
    assert row.credential_type is CredentialType.AHSD
    assert row.status is CredentialState.AWARDED
    assert (row.school_year, row.programme_language) == ("2025/2026", Language.FR)
    assert (row.credential_number, row.legacy_number) == ("1234567890", "A1")
    assert (row.awarded_on, row.first_run_on) == (date(2026, 6, 30), date(2026, 7, 2))


@pytest.mark.parametrize("kind", ["AHSD", "HSED", "CHSA", "COSC", "GHSD", "ADVD", "ADEX", "IOPC", "HONR"])
def test_every_credential_type_is_known(tmp_path, kind):
    """An achieved credential of any type needs nothing more than its ASN."""
    (row,) = credentials(tmp_path, ACHIEVED | {"credential_type": kind})
    assert isinstance(row, CredentialRow)


def test_a_legacy_credential_needs_no_credential_number(tmp_path):
    """A legacy number and a date are enough for an awarded credential."""
    (row,) = credentials(tmp_path, AWARDED | {"legacy_number": "X9"})
    assert isinstance(row, CredentialRow)
    assert (row.credential_number, row.legacy_number) == (None, "X9")


@pytest.mark.parametrize("bom", [b"", b"\xef\xbb\xbf"])
@pytest.mark.parametrize("ending", [b"\n", b"\r\n", b"\r"])
@pytest.mark.parametrize("last", [True, False])
def test_every_flavour_of_csv_is_read(tmp_path, bom, ending, last):
    """With or without BOM, whatever the line ending, and with or without one at the end of the file."""
    content = bom + b"asn,last_name" + ending + "123456789,Żółć".encode() + (ending if last else b"")
    (row,) = of_bytes(tmp_path, content)
    assert isinstance(row, StudentRow)
    assert row.last_name == "Żółć"


@pytest.mark.parametrize("written", ["Unit 5\\n12 Main St", '"Unit 5\n12 Main St"', '"Unit 5\r\n12 Main St"'])
def test_address_lines_are_split(tmp_path, written):
    """Lines are parted by the two characters backslash and n, or by a real line break inside the quoted cell."""
    (row,) = of_bytes(tmp_path, f"asn,last_name,address_lines\n123456789,A,{written}\n".encode())
    assert isinstance(row, StudentRow)
    assert row.address_lines == ("Unit 5", "12 Main St")


def test_lines_are_physical_lines(tmp_path):
    """A row's line is where it begins: quoted line breaks and empty lines before it are counted."""
    content = (
        "\nasn,last_name,address_lines\n"  # lines 1 and 2
        '111111111,A,"a\nb\r\nc"\n'  # lines 3 to 5
        "\n,,\n"  # lines 6 and 7: nothing in them
        "222222222,B,x\n"  # line 8
        "bad,C,x\n"
    )
    rows = of_bytes(tmp_path, content.encode())
    assert [one.source.line for one in rows] == [3, 8, 9]


def test_header_names_are_forgiving_and_unknown_columns_tolerated(tmp_path):
    """Case and outer spaces of a column name do not lose its column; an unknown column does no harm."""
    (row,) = of_bytes(tmp_path, b"colour, ASN ,Last_Name,,\nred,123456789,A,,x\n")
    assert isinstance(row, StudentRow)
    assert (row.asn, row.last_name) == ("123456789", "A")


def test_rows_are_read_as_they_are_asked_for(tmp_path):
    """The first row is there before the file has been read to its end."""
    path = tmp_path / "students.csv"
    path.write_text("asn,last_name\n" + "123456789,A\n" * 100_000)
    rows = read_students(path)
    assert isinstance(next(rows), StudentRow)


# Rows that are rejected.


@pytest.mark.parametrize(
    ("cells", "code"),
    [
        ({"asn": ""}, "asn_missing"),
        ({"asn": "12345678"}, "asn_malformed"),
        ({"asn": "12345678\0"}, "asn_malformed"),
        ({"last_name": ""}, "last_name_missing"),
        ({"last_name": "a" * 51}, "last_name_too_long"),
        ({"first_name": "a  b"}, "first_name_doubled_space"),
        ({"middle_name": " a"}, "middle_name_outer_space"),
        ({"suffix": "Jr\u200b"}, "suffix_character_refused"),
        ({"preferred_name": "a\0b"}, "preferred_name_character_refused"),
        ({"school_name": "a\nb"}, "school_name_character_refused"),
        ({"primary_asn": "x"}, "primary_asn_malformed"),
        ({"primary_asn": "1234-5678-9"}, "primary_asn_same"),
        ({"birth_date": "2008-02-30"}, "birth_date_malformed"),
        ({"birth_date": "30/06/2008"}, "birth_date_malformed"),
        ({"email": "nobody"}, "email_malformed"),
        ({"language": "EN"}, "language_unknown"),
        ({"deceased": "yes"}, "deceased_unknown"),
        ({"hold_until": "soon"}, "hold_until_malformed"),
        ({"country": "XK"}, "country_unknown"),
        ({"address_lines": "a\\n\\nb"}, "address_lines_empty_line"),
        ({"address_lines": "a \\nb"}, "address_lines_outer_space"),
        ({"address_lines": "\\n".join(["a" * 40] * 6), "city": "cc"}, "address_too_long"),
        ({"address_expires": "2026-13-01"}, "address_expires_malformed"),
    ],
)
def test_a_students_fault_is_named(tmp_path, cells, code):
    """Each thing that may be wrong with a student rejects the row with its own code."""
    (row,) = students(tmp_path, {"asn": "123456789", "last_name": "A"} | cells)
    assert codes(row) == [code]


@pytest.mark.parametrize(
    ("cells", "code"),
    [
        (ACHIEVED | {"asn": ""}, "asn_missing"),
        (ACHIEVED | {"credential_type": ""}, "credential_type_missing"),
        (ACHIEVED | {"credential_type": "ahsd"}, "credential_type_unknown"),
        (ACHIEVED | {"status": ""}, "status_missing"),
        (ACHIEVED | {"status": "deleted"}, "status_unknown"),
        (ACHIEVED | {"school_year": "2025/2027"}, "school_year_malformed"),
        (ACHIEVED | {"programme_language": "de"}, "programme_language_unknown"),
        (ACHIEVED | {"credential_number": "1234567890"}, "credential_number_only_when_awarded"),
        (ACHIEVED | {"legacy_number": "A1"}, "legacy_number_only_when_awarded"),
        (ACHIEVED | {"awarded_on": "2026-06-30"}, "awarded_on_only_when_awarded"),
        (ACHIEVED | {"first_run_on": "2026-06-30"}, "first_run_on_only_when_awarded"),
        (AWARDED, "number_missing"),
        (AWARDED | {"credential_number": "123"}, "credential_number_malformed"),
        (AWARDED | {"legacy_number": "A" * 21}, "legacy_number_malformed"),
        (AWARDED | {"credential_number": "1234567890", "awarded_on": ""}, "awarded_on_missing"),
        (AWARDED | {"credential_number": "1234567890", "first_run_on": "x"}, "first_run_on_malformed"),
    ],
)
def test_a_credentials_fault_is_named(tmp_path, cells, code):
    """Each thing that may be wrong with a credential rejects the row with its own code."""
    (row,) = credentials(tmp_path, cells)
    assert codes(row) == [code]


def test_a_row_has_all_its_faults(tmp_path):
    """A row with several faults is rejected once, with every one of them."""
    (row,) = students(
        tmp_path,
        {"asn": "x", "last_name": "", "birth_date": "x", "country": "??", "deceased": "x", "city": " a  b"},
    )
    assert sorted(codes(row)) == [
        "asn_malformed", "birth_date_malformed", "city_doubled_space", "city_outer_space", "country_unknown",
        "deceased_unknown", "last_name_missing",
    ]  # fmt: skip


def test_a_bad_row_does_not_stop_the_rest(tmp_path):
    """The rows before and after a rejected one are read."""
    rows = students(
        tmp_path,
        {"asn": "111111111", "last_name": "A"},
        {"asn": "bad", "last_name": "B"},
        {"asn": "222222222", "last_name": "C"},
    )
    assert [type(one) for one in rows] == [StudentRow, RejectedRow, StudentRow]


def test_a_repeated_student_is_rejected(tmp_path):
    """The later row of an ASN, dashed or not, identical or not, is rejected and names the first one's line."""
    first, again, third = students(
        tmp_path,
        {"asn": "123456789", "last_name": "A"},
        {"asn": "1234-5678-9", "last_name": "A"},
        {"asn": "123456789", "last_name": "B"},
    )
    assert isinstance(first, StudentRow)
    for row in (again, third):
        assert codes(row) == ["asn_repeated"]
        assert row.faults[0].params == {"value": "123456789", "first_line": 2}


def test_a_row_after_a_rejected_one_of_its_key_is_rejected_too(tmp_path):
    """Which of two rows of one student is right is for a person to say, also when the first has a fault."""
    _, later = students(
        tmp_path, {"asn": "123456789", "last_name": ""}, {"asn": "123456789", "last_name": "A"}
    )
    assert codes(later) == ["asn_repeated"]


def test_repeated_credentials_are_rejected(tmp_path):
    """A type twice for one ASN, and a number given to two rows, are each rejected; another type is not."""
    number, legacy = {"credential_number": "1234567890"}, {"legacy_number": "1234567890"}
    rows = credentials(
        tmp_path,
        AWARDED | number,
        AWARDED | number,
        AWARDED | number | {"asn": "222222222"},
        AWARDED | legacy | {"asn": "333333333"},
        AWARDED | legacy | {"asn": "444444444"},
        ACHIEVED | {"credential_type": "HSED"},
    )
    found = [codes(one) if isinstance(one, RejectedRow) else [] for one in rows]
    twice = "credential_number_repeated"
    assert found == [[], ["credential_repeated", twice], [twice], [], ["legacy_number_repeated"], []]


def test_surplus_cells_reject_the_row_and_are_kept(tmp_path):
    """A row with more cells than columns is rejected with its other faults; its surplus cells are kept."""
    (row,) = of_bytes(tmp_path, b"asn,last_name\n12345678,Smith,Jr,x\n")
    assert codes(row) == ["too_many_cells", "asn_malformed"]
    assert rejects([row])[1][3:] == ["12345678", "Smith", "Jr", "x"]


def test_missing_cells_count_as_empty(tmp_path):
    """A row with fewer cells than columns is read as if the rest were empty."""
    (row,) = of_bytes(tmp_path, b"asn,last_name,first_name,city\n123456789,Smith\n")
    assert isinstance(row, StudentRow)


def test_an_unclosed_quotation_mark_costs_its_line_only(tmp_path):
    """The lines that an unclosed quotation mark would swallow are read as rows of their own."""
    content = b'asn,last_name\n111111111,"A\n222222222,B\n333333333,"C, D"\n444444444,"E"x\n555555555,F\n'
    rows = of_bytes(tmp_path, content)
    assert [one.source.line for one in rows] == [2, 3, 4, 5, 6]
    assert [isinstance(one, RejectedRow) for one in rows] == [True, False, False, True, False]
    assert codes(rows[0]) == ["row_unreadable"]
    assert rejects([rows[0], rows[3]]) == [
        [*REJECT_COLUMNS, "unreadable_line"],
        [
            "students.csv",
            "2",
            rows[0].faults[0].code + ": " + rows[0].faults[0].in_("en")[:-1],
            '111111111,"A',
        ],
        [
            "students.csv",
            "5",
            rows[3].faults[0].code + ": " + rows[3].faults[0].in_("en")[:-1],
            '444444444,"E"x',
        ],
    ]


def test_an_endless_cell_costs_its_line_only(tmp_path):
    """A quotation mark that is never closed in a large file, or a giant cell, does not take the file with it."""
    rows = b"".join(b"%09d,A\n" % number for number in range(20_000))
    found = of_bytes(tmp_path, b'asn,last_name\n999999999,"A\n' + rows + b"999999998," + b"x" * 140_000)
    assert [one.line for one in found if isinstance(one, RejectedRow)] == [2, 20_003]
    assert len(found) == 20_002


# Bytes.


def test_undecodable_bytes_reject_the_row_and_are_kept(tmp_path):
    """Bytes that are no UTF-8 reject their row, name themselves and stand in the rejects as they came."""
    content = b"asn,last_name,colour\n111111111,Beyonc\xe9,red\n222222222,B,\xff\xfe\n333333333,C,red\n"
    bad, unknown, good = of_bytes(tmp_path, content)
    assert codes(bad) == ["last_name_not_utf8"]
    assert bad.faults[0].params == {"bytes": "E9"}
    assert bad.asn == "111111111"
    assert codes(unknown) == ["colour_not_utf8"]
    assert isinstance(good, StudentRow)
    target = tmp_path / "rejects.csv"
    write_rejects(target, [bad, unknown])
    assert b"111111111,Beyonc\xe9,red\r\n" in target.read_bytes()
    assert b"222222222,B,\xff\xfe\r\n" in target.read_bytes()


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "file_empty"),
        (b"\xef\xbb\xbf", "file_empty"),
        (b"\n\n", "file_empty"),
        (b"last_name,city\nA,B\n", "column_missing"),
        (b"asn;last_name\n123456789;A\n", "column_missing"),
        (b"asn,last_name,ASN\n123456789,A,1\n", "column_repeated"),
        ("asn,last_name\n".encode("utf-16"), "file_unreadable"),
        (b"asn,\0\n", "file_unreadable"),
        (b'"asn,last_name\n', "file_unreadable"),
        (b"PK\x03\x04\xff\xfe,asn\n", "file_unreadable"),
    ],
)
def test_an_unusable_file_is_refused_at_once(tmp_path, content, code):
    """A file whose header cannot be used is refused before any row is asked for, in words that say what to do."""
    path = tmp_path / "students.csv"
    path.write_bytes(content)
    with pytest.raises(ExtractError) as caught:
        read_students(path)
    assert caught.value.faults[0].code == code
    assert "students.csv" in str(caught.value)


# The rejects file.


def test_rejects_of_both_files_stand_side_by_side(tmp_path):
    """The header has the columns of both files once; each row keeps its own cells, unknown columns too."""
    student = students(tmp_path, {"colour": "red", "asn": "x", "last_name": "=A"})
    credential = credentials(tmp_path, ACHIEVED | {"status": "x"})
    header, first, second = rejects([*student, *credential])
    others = [one for one in CREDENTIAL_COLUMNS if one != "asn"]
    assert header == ["file", "line", "reasons", "colour", "asn", "last_name", *others]
    assert first == ["students.csv", "2", first[2], "red", "x", "=A", *[""] * 8]
    assert second == ["credentials.csv", "2", second[2], "", "123456789", "", "AHSD", "x", *[""] * 6]
    assert second[2].startswith("status_unknown: Status: “x” is not known here")


def test_rejects_speak_french(tmp_path):
    """The reasons are written in the language asked for, their codes unchanged."""
    rows = students(tmp_path, {"asn": "x", "last_name": "A"})
    assert rejects(rows, "fr")[1][2].startswith("asn_malformed: NEA\u00a0: «\u00a0x\u00a0» n’est pas")


def test_a_corrected_rejects_file_can_be_imported(tmp_path):
    """What is still wrong with an imported rejects file is written with new reasons, the old three columns gone."""
    (bad,) = students(tmp_path, {"asn": "x", "last_name": "A"})
    again = tmp_path / "again.csv"
    write_rejects(again, [bad])
    (still,) = read_students(again)
    assert rejects([still])[0] == ["file", "line", "reasons", "asn", "last_name"]
    assert rejects([still])[1][0] == "again.csv"


def test_the_import_operation_rejects_a_read_row(tmp_path):
    """A row that was read keeps its cells, so that the database's objections can reject it all the same."""
    (row,) = credentials(tmp_path, ACHIEVED)
    late = row.source.reject(fault("student_unknown", "asn", asn=row.asn))
    assert (late.file, late.line, late.asn) == ("credentials.csv", 2, "123456789")
    assert late.raw["credential_type"] == "AHSD"
    assert codes(late) == ["student_unknown"]


def test_every_column_has_a_label():
    """A clerk's word exists for every column of both files."""
    assert {*STUDENT_COLUMNS, *CREDENTIAL_COLUMNS} <= set(LABELS)


# Whatever comes.

CELL = st.text(st.one_of(st.sampled_from('",\r\n\\ a\0\u00a0'), st.characters(codec="utf-8")), max_size=60)


@given(rows=st.lists(st.lists(CELL, min_size=1, max_size=5).filter(any), min_size=1, max_size=8))
def test_no_cell_is_lost(tmp_path_factory, rows):
    """Whatever the cells, each row is read or rejected, and a rejected one keeps every cell."""
    path = tmp_path_factory.mktemp("extract") / "students.csv"
    with path.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows([["asn", "last_name", "address_lines"], *rows])
    found = list(read_students(path))
    assert len(found) == len(rows)
    written = rejects([one.source.reject() for one in found])
    for cells, row in zip(rows, written[1:], strict=True):
        assert row[3 : 3 + len(cells)] == cells
        assert not any(row[3 + len(cells) :])


@given(content=st.binary(max_size=300))
def test_no_bytes_break_the_reader(tmp_path_factory, content):
    """Any bytes after the header become rows or rejected rows; nothing is raised and no line is passed over twice."""
    path = tmp_path_factory.mktemp("extract") / "students.csv"
    path.write_bytes(b"asn,last_name\n" + content)
    lines = [one.source.line for one in read_students(path)]
    assert lines == sorted(set(lines))


@given(
    names=st.lists(CELL, min_size=14, max_size=14),
    country=st.sampled_from(["", "CA", "XX"]),
    lines=st.lists(CELL, max_size=7),
)
def test_the_fast_path_passes_no_text_with_a_fault(names, country, lines):
    """Texts looked at in one go pass only where looking at each finds nothing."""
    texts = [one for one in STUDENT_COLUMNS if one not in {"asn", "address_lines", "country"}]
    cells = dict.fromkeys(STUDENT_COLUMNS, "") | dict(zip(texts, names, strict=False)) | {"country": country}
    cells["postal_code"] = names[-1]
    if _texts_surely_pass(cells, lines):
        assert _text_faults(cells, lines) == []


def test_the_fast_path_passes_an_ordinary_student():
    """The fast path is taken for ordinary texts, or it would prove nothing."""
    cells = dict.fromkeys(STUDENT_COLUMNS, "") | {"last_name": "Nguyễn", "country": "CA", "email": "a@b.ca"}
    assert _texts_surely_pass(cells, ["12 Main St", "Unit 5"])
