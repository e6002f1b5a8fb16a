"""Reading the drug list: forms of the file, headers, and what is refused, with its place."""

from __future__ import annotations

import io
import os
import sys
import zipfile
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from formulary.lists import EFFECTIVE, HEADER, ROWS, TEXT, write
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook

from imr_check.formulary import DrugList, DrugListError, read_list, table
from imr_check.formulary.columns import columns_of, days_of, status_of
from imr_check.formulary.faults import letters

PRIVATE = "Doe"


def sheet(folder: Path, rows: list[list[Any]], name: str = "list.xlsx") -> Path:
    book = Workbook()
    page = book.active
    assert page is not None
    for row in rows:
        page.append(row)
    book.save(folder / name)
    return folder / name


def table_rows(text: str = TEXT) -> list[list[Any]]:
    return [line.split(",") for line in text.splitlines()]


def refusal(file: Path, **given: Any) -> str:
    with pytest.raises(DrugListError) as caught:
        read_list(str(file), **given)
    assert PRIVATE not in str(caught.value)
    return str(caught.value)


def body(*rows: str, header: str = HEADER) -> str:
    return "\n".join((EFFECTIVE, header, *rows)) + "\n"


# What is read


def check(found: DrugList) -> None:
    assert (found.version, found.effective, found.is_excerpt) == ("13", date(2025, 8, 6), False)
    first, second, third = found.entries
    assert (first.drug, first.brands, first.status) == ("Madeupine", ("Fictol",), "exempt")
    assert (second.special_fill_days, second.perioperative_days) == (4, 7)
    assert (third.status, third.brands, third.special_fill_days) == ("non_exempt", (), None)
    assert [entry.row for entry in found.entries] == [4, 5, 6]


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_csv(tmp_path: Path, delimiter: str, mark: str, end: str) -> None:
    text = mark + TEXT.replace(",", delimiter).replace("\n", end)
    check(read_list(str(write(tmp_path, text))))


def test_quoted_cells_with_delimiters_and_line_breaks(tmp_path: Path) -> None:
    text = body('"Inventone; Madeupine","Fictol, Imaginex\nOther","Non-\nExempt",4,')
    (entry,) = read_list(str(write(tmp_path, text))).entries
    assert (entry.brands, entry.status) == (("Fictol", "Imaginex", "Other"), "non_exempt")
    semicolons = ";".join(('"A, B"', '"C, D"', "Exempt", "", ""))
    (entry,) = read_list(
        str(write(tmp_path, body(semicolons, header=HEADER.replace(",", ";"))))
    ).entries
    assert (entry.drug, entry.brands) == ("A, B", ("C", "D"))


def test_rows_are_counted_as_an_editor_counts_lines(tmp_path: Path) -> None:
    text = body('Madeupine,"a\nb",Exempt,,', "Nonesuch,,Perhaps,,")
    assert refusal(write(tmp_path, text)).startswith("list.csv, row 5, column C:")


def test_workbook(tmp_path: Path) -> None:
    check(read_list(str(sheet(tmp_path, table_rows()))))


def test_workbook_with_numbers_a_day_and_a_first_sheet_of_notes(tmp_path: Path) -> None:
    book = Workbook()
    notes = book.active
    assert notes is not None
    notes.append(["Read me"])
    page = book.create_sheet("List")
    page.append(["Version", 13])
    page.append(["Effective date:", datetime(2025, 8, 6)])  # noqa: DTZ001 (as a cell has it)
    page.append([])
    page.append(HEADER.split(","))
    page.append(["Madeupine", None, "Non-Exempt", 4, 4.0])
    book.save(tmp_path / "list.xlsx")
    found = read_list(str(tmp_path / "list.xlsx"))
    assert (found.version, found.effective) == ("13", date(2025, 8, 6))
    assert [(e.special_fill_days, e.perioperative_days, e.row) for e in found.entries] == [
        (4, 4, 5)
    ]


def test_without_openpyxl_it_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = sheet(tmp_path, table_rows())
    monkeypatch.setitem(sys.modules, "openpyxl", None)
    assert "imr-check[formulary]" in refusal(file)
    check(read_list(str(write(tmp_path))))


@pytest.mark.parametrize(
    "header",
    [
        "DRUG INGREDIENT;REFERENCE BRAND NAME;EXEMPT/NON-EXEMPT;SPECIAL FILL;PERI-OP",
        "Drug;Brand names;Exempt\u2010Non\u2010Exempt *;Special-Fill **;Perioperative Fill",
        "Generic name;Brand;Exempt or not;Special Fill (days);Peri Op days",
    ],
)
def test_headers_are_matched_by_their_words(header: str) -> None:
    found = columns_of(header.split(";"))
    assert found == {
        "drug": [0],
        "brand": [1],
        "status": [2],
        "special_fill_days": [3],
        "perioperative_days": [4],
    }


def test_other_columns() -> None:
    header = "Drug Class;Drug Ingredient;Exempt;Dosage Form;Strength;Notes;Reference in Guidelines"
    assert list(columns_of(header.split(";"))) == [
        *("drug_class", "drug", "status", "form", "strength", "note"),
    ]


def test_a_legend_is_no_header(tmp_path: Path) -> None:
    legend = '"* Exempt means a drug that may be dispensed without seeking review at first, if in accord with the schedule",Drug,'
    found = read_list(str(write(tmp_path, f"{legend}\n{TEXT}")))
    assert len(found.entries) == len(ROWS)


def test_headers_stand_near_the_top(tmp_path: Path) -> None:
    found = read_list(str(write(tmp_path, "remark\n" * 37 + TEXT)))
    assert len(found.entries) == len(ROWS)
    assert "no row of headers" in refusal(write(tmp_path, "remark\n" * 38 + TEXT))


def test_a_header_is_short() -> None:
    assert columns_of(["drug", "exempt " + "x" * 73])
    assert not columns_of(["drug", "exempt " + "x" * 74])


@pytest.mark.parametrize(
    ("above", "version", "effective"),
    [
        (
            "MTUS Drug List v.3 (8 CCR 9792.27.15)\nEFFECTIVE DATE: October 1, 2018",
            "3",
            "2018-10-01",
        ),
        ("version: 6\neffective: 2020-01-15", "6", "2020-01-15"),
        ("Version 11.1,effective 2/15/2024", "11.1", "2024-02-15"),
        ("Effective August 6 2025", None, "2025-08-06"),
        ("effective: 2025-02-30\neffective: 2025-03-01", None, "2025-03-01"),
    ],
)
def test_version_and_day(tmp_path: Path, above: str, version: str | None, effective: str) -> None:
    found = read_list(str(write(tmp_path, f"{above}\n{HEADER}\n{ROWS[0]}\n")))
    assert (found.version, str(found.effective)) == (version, effective)


def test_what_the_caller_says_comes_first(tmp_path: Path) -> None:
    day = date(2026, 1, 1)
    found = read_list(str(write(tmp_path)), version="14", effective=day)
    assert (found.version, found.effective) == ("14", day)
    without = write(tmp_path, f"{HEADER}\n{ROWS[0]}\n")
    assert "from when does it hold?" in refusal(without)
    assert read_list(str(without), effective=day).effective == day


@pytest.mark.parametrize(
    ("cell", "days"),
    [
        *(("4 days", 4), ("4", 4), ("4-day", 4), ("4 Days*", 4), ("1 day", 1), ("90", 90)),
        *(("", None), ("-", None), ("\u2014", None), ("N/A", None), ("No", None)),
    ],
)
def test_days_of_a_fill(cell: str, days: int | None) -> None:
    assert days_of(cell) == days


@pytest.mark.parametrize("cell", ["0", "91", "yes", "4 weeks", "four", "4 to 7 days", "1e3"])
def test_days_that_are_none(cell: str) -> None:
    with pytest.raises(ValueError, match="days"):
        days_of(cell)


@pytest.mark.parametrize(
    ("cell", "status"),
    [
        *(("Exempt", "exempt"), ("EXEMPT*", "exempt"), ("Non-Exempt", "non_exempt")),
        *(("non exempt", "non_exempt"), ("Non\u2010Exempt **", "non_exempt")),
        *(("Nonexempt", "non_exempt"), ("Unlisted", None), ("", None), ("not exempt", None)),
    ],
)
def test_status(cell: str, status: str | None) -> None:
    assert status_of(cell) == status


def test_the_same_row_twice_is_one_and_a_remark_is_none(tmp_path: Path) -> None:
    text = body(ROWS[0], ROWS[0], "Made-up section,,,,", "* see the regulations,,,,")
    assert len(read_list(str(write(tmp_path, text))).entries) == 1


def test_forms_of_a_drug_may_differ(tmp_path: Path) -> None:
    header = "Drug,Dosage form,Exempt"
    text = body("Madeupine,tablet,Exempt", "Madeupine,gel,Non-Exempt", header=header)
    assert [e.form for e in read_list(str(write(tmp_path, text))).entries] == ["tablet", "gel"]


# What is refused


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "is empty"),
        ("  \n", "is empty"),
        ("a,b\n1,2\n", "no row of headers"),
        (body(), "has no drug below its headers"),
        (body("Madeupine,,Perhaps,,"), "row 3, column C: expected Exempt or Non-Exempt"),
        (body(",Doe,Exempt,,"), "row 3, column A: the drug is missing"),
        (body("Madeupine,,Non-Exempt,Doe,"), "row 3, column D: days of a fill"),
        (body("Madeupine,,Non-Exempt,,400"), "row 3, column E: days of a fill"),
        (body(ROWS[0], "Madeupine,Fictol,Non-Exempt,,"), "otherwise of the same drug than row 3"),
        (body(ROWS[1], ROWS[1].replace("4 days", "5 days")), "row 4, column C: says otherwise"),
        (body(ROWS[0], header=HEADER + ",Exempt"), "row 2, column F: a second column"),
        (body("=cmd(Doe),,Exempt,,"), "row 3, column A: is a formula"),
        (body("Madeupine,@Doe,Exempt,,"), "row 3, column B: is a formula"),
        (body("Madeupine,+Doe,Exempt,,"), "row 3, column B: is a formula"),
        (body("Madeupine,-2+3,Exempt,,"), "row 3, column B: is a formula"),
        (body("Madeupine,\0Doe,Exempt,,"), "NUL"),
        (body('Madeupine,"Doe,Exempt,,'), "row 3: a quotation mark is not closed"),
        (TEXT.encode("utf-16"), "NUL"),
        (body("Mad\xe9upine,,Exempt,,").encode("latin-1"), "row 3: is not saved as CSV (UTF-8)"),
    ],
)
def test_refused(tmp_path: Path, text: str | bytes, words: str) -> None:
    assert words in refusal(write(tmp_path, text))


@pytest.mark.parametrize("name", ["list.xls", "list.xlsm", "list.ods", "list.pdf", "list"])
def test_other_formats(tmp_path: Path, name: str) -> None:
    assert name in refusal(write(tmp_path, TEXT, name))


def test_no_file_and_a_folder(tmp_path: Path) -> None:
    assert "cannot be read" in refusal(tmp_path / "none.csv")
    assert "cannot be read" in refusal(tmp_path)


def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "list.csv")
    assert "is a pipe" in refusal(tmp_path / "list.csv")


def many(count: int) -> str:
    return body(*(f"Madeupine {letters(n)},,Exempt,," for n in range(count)))


@pytest.mark.parametrize(("name", "most"), [("MAX_ROWS", 12), ("MAX_COLUMNS", 6), ("MAX_CELL", 40)])
def test_too_much_is_refused_and_as_much_as_allowed_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, most: int
) -> None:
    monkeypatch.setattr(table, name, most)
    fits = {
        "MAX_ROWS": many(most - 2),
        "MAX_COLUMNS": body(ROWS[0] + ",x"),
        "MAX_CELL": body(f"{'M' * most},,Exempt,,"),
    }[name]
    more = {
        "MAX_ROWS": many(most - 1),
        "MAX_COLUMNS": body(ROWS[0] + ",x,x"),
        "MAX_CELL": body(f"{'M' * (most + 1)},,Exempt,,"),
    }[name]
    assert read_list(str(write(tmp_path, fits))).entries
    assert f"more than {most}" in refusal(write(tmp_path, more))


def test_bytes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(table, "MAX_BYTES", len(TEXT.encode()))
    assert read_list(str(write(tmp_path))).entries
    assert "MB" in refusal(write(tmp_path, TEXT + "\n"))


def test_a_formula_in_a_workbook(tmp_path: Path) -> None:
    rows = [*table_rows(), ["=HYPERLINK(1)", "", "Exempt"]]
    assert "row 7, column A: is a formula" in refusal(sheet(tmp_path, rows))


def test_a_workbook_that_is_none(tmp_path: Path) -> None:
    assert "no workbook" in refusal(write(tmp_path, TEXT, "list.xlsx"))
    whole = sheet(tmp_path, table_rows(), "whole.xlsx").read_bytes()
    for cut in (10, 200, len(whole) // 2, len(whole) - 10):
        refusal(write(tmp_path, whole[:cut], "cut.xlsx"))


def zipped(parts: dict[str, bytes]) -> bytes:
    memory = io.BytesIO()
    with zipfile.ZipFile(memory, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return memory.getvalue()


def test_bombs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(table, "MAX_UNPACKED", 100_000)
    fits = zipped({"xl/workbook.xml": b"0" * 100_000})
    assert "no workbook" in refusal(write(tmp_path, fits, "list.xlsx"))
    few = zipped({f"{n}.xml": b"" for n in range(table.MAX_PARTS)})
    assert "no workbook" in refusal(write(tmp_path, few, "list.xlsx"))
    bomb = zipped({"xl/workbook.xml": b"0" * 100_001})
    assert "unpacks to more" in refusal(write(tmp_path, bomb, "list.xlsx"))
    parts = zipped({f"{n}.xml": b"" for n in range(table.MAX_PARTS + 1)})
    assert "unpacks to more" in refusal(write(tmp_path, parts, "list.xlsx"))
    entity = zipped({"xl/workbook.xml": b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'})
    assert "entities" in refusal(write(tmp_path, entity, "list.xlsx"))


def test_sheets(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(table, "MAX_SHEETS", 1)
    file = sheet(tmp_path, table_rows())
    check(read_list(str(file)))
    monkeypatch.setattr(table, "MAX_SHEETS", 0)
    assert "sheets" in refusal(file)


@given(st.binary(max_size=300), st.sampled_from(["list.csv", "list.xlsx"]))
def test_any_bytes_are_read_or_refused(
    tmp_path_factory: pytest.TempPathFactory, data: bytes, name: str
) -> None:
    file = write(tmp_path_factory.mktemp("any"), data, name)
    with pytest.raises(DrugListError):
        read_list(str(file))


@given(st.text(max_size=60))
def test_any_cell_is_read_or_refused(tmp_path_factory: pytest.TempPathFactory, cell: str) -> None:
    quoted = '"' + cell.replace('"', '""') + '"'
    file = write(tmp_path_factory.mktemp("any"), "")
    file.write_bytes(body(f"{quoted},{quoted},Exempt,,", ROWS[2]).encode("utf-8", "surrogatepass"))
    try:
        found = read_list(str(file))
    except DrugListError as error:
        assert len(cell) < 4 or cell not in str(error)  # noqa: PT017
    else:
        assert found.entries[-1].drug == "Nonesuch"


@pytest.mark.parametrize(
    ("place", "name"), [(0, "A"), (25, "Z"), (26, "AA"), (51, "AZ"), (52, "BA"), (701, "ZZ")]
)
def test_letters(place: int, name: str) -> None:
    assert letters(place) == name


def test_a_cell_far_below_is_refused_soon(tmp_path: Path) -> None:
    book = Workbook()
    page = book.active
    assert page is not None
    for row in table_rows():
        page.append(row)
    page.cell(row=1_048_576, column=16_384, value="x")
    book.save(tmp_path / "list.xlsx")
    assert "more than 20000 rows" in refusal(tmp_path / "list.xlsx")


def test_a_cell_far_to_the_right_is_refused(tmp_path: Path) -> None:
    rows = [*table_rows(), ["Madeupine 2", "", "Exempt", *[""] * 200, "x"]]
    assert "more than 60 columns" in refusal(sheet(tmp_path, rows))
