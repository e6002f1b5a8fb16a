"""A spreadsheet as rows of text: CSV, or .xlsx through openpyxl. Hostile files are refused.

Nothing in it is run or looked up: a formula is refused, in CSV as well, where another program would
run it. Too much of anything is refused too, and never cut.
"""

from __future__ import annotations

import csv
import io
import os
import stat
import zipfile
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from .faults import DrugListError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

MAX_BYTES = 5 * 1024 * 1024
MAX_UNPACKED = 50 * 1024 * 1024
MAX_PARTS = 500
MAX_ROWS = 20_000
MAX_COLUMNS = 60
MAX_CELL = 4_000
MAX_SHEETS = 20

DELIMITERS = (",", ";", "\t")

_INSTALL = (
    "reading .xlsx takes a library more: pip install 'imr-check[formulary]', "
    "or save the sheet as CSV (UTF-8)"
)


class Row(NamedTuple):
    """The cells of a row, spaces trimmed, and its number in the file."""

    number: int
    cells: tuple[str, ...]


def sheets_of(path: str) -> Iterator[tuple[Row, ...]]:
    """Yield the tables that the file may be: sheets, or a CSV as read with each delimiter."""
    name = os.path.basename(path)
    data = _bytes_of(path, name)
    ending = os.path.splitext(name)[1].lower()
    if ending == ".xlsx":
        yield from _workbook(data, name)
    elif ending in (".csv", ".txt", ".tsv"):
        yield from _delimited(data, name)
    elif ending in (".xls", ".xlsm", ".xlsb", ".ods"):
        raise DrugListError(name, "this format is not read: save it as .xlsx, or as CSV (UTF-8)")
    else:
        raise DrugListError(name, "a drug list is a file that ends in .csv or .xlsx")


def _bytes_of(path: str, name: str) -> bytes:
    try:
        if stat.S_ISFIFO(os.stat(path).st_mode):  # it would be waited for, perhaps for ever
            raise DrugListError(name, "is a pipe, and no file")
        with open(path, "rb") as file:
            data = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise DrugListError(name, f"cannot be read ({error.strerror})") from None
    if len(data) > MAX_BYTES:
        raise DrugListError(name, f"has more than {MAX_BYTES // 1024 // 1024} MB")
    if not data.strip():
        raise DrugListError(name, "is empty")
    return data


def _delimited(data: bytes, name: str) -> Iterator[tuple[Row, ...]]:
    if b"\0" in data:
        raise DrugListError(name, "holds NUL characters, so it is not saved as CSV (UTF-8)")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise DrugListError(name, "is not saved as CSV (UTF-8)", line) from None
    faults = []
    for delimiter in DELIMITERS:
        if delimiter in text:
            try:
                rows = _checked(_csv_rows(text, delimiter, name), name)
            except DrugListError as error:
                faults.append(error)  # which may be that it is not this delimiter
            else:
                yield rows
    if faults:
        raise faults[0]


def _csv_rows(text: str, delimiter: str, name: str) -> Iterator[Row]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    before = 0
    try:
        for cells in reader:
            yield Row(before + 1, tuple(cell.strip() for cell in cells))
            before = reader.line_num
    except csv.Error:
        words = "a quotation mark is not closed, or a cell is too long"
        raise DrugListError(name, words, before + 1) from None


def _workbook(data: bytes, name: str) -> Iterator[tuple[Row, ...]]:
    _refuse_bombs(data, name)
    try:
        from openpyxl import load_workbook
    except ImportError:
        raise DrugListError(name, _INSTALL) from None
    try:
        book = load_workbook(io.BytesIO(data), read_only=True, keep_links=False)
    except Exception:
        raise _no_workbook(name) from None
    if len(book.worksheets) > MAX_SHEETS:
        raise DrugListError(name, f"has more than {MAX_SHEETS} sheets")
    for sheet in book.worksheets:
        sheet.reset_dimensions()  # which the file states, and which may be far too large
        yield _checked(_sheet_rows(sheet, name), name)


def _refuse_bombs(data: bytes, name: str) -> None:
    """Refuse an archive that would unpack to too much, or that declares entities."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts = archive.infolist()
            if len(parts) > MAX_PARTS or sum(part.file_size for part in parts) > MAX_UNPACKED:
                raise DrugListError(name, "unpacks to more than a drug list needs")
            for part in parts:
                # The size that the archive states may be a lie.
                content = archive.open(part).read(MAX_UNPACKED + 1)
                if b"<!DOCTYPE" in content or b"<!ENTITY" in content:
                    raise DrugListError(name, "holds XML that declares entities")
    except DrugListError:
        raise
    except Exception:
        raise _no_workbook(name) from None


def _no_workbook(name: str) -> DrugListError:
    return DrugListError(name, "is damaged, or no workbook")


def _sheet_rows(sheet: Any, name: str) -> Iterator[Row]:
    rows = enumerate(sheet.iter_rows(), start=1)
    while True:
        try:
            number, cells = next(rows)
            last = max((i for i, cell in enumerate(cells) if cell.value is not None), default=-1)
            found = [(cell.value, cell.data_type) for cell in cells[: last + 1]]
        except StopIteration:
            return
        except Exception:
            raise _no_workbook(name) from None
        for column, (_, kind) in enumerate(found):
            if kind == "f":
                raise DrugListError(name, _FORMULA, number, column)
        yield Row(number, tuple(_text(value) for value, _ in found))


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime | date):
        return value.isoformat()[:10]
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).strip()


_FORMULA = "is a formula, or begins like one: a drug list holds values only"


def _checked(rows: Iterable[Row], name: str) -> tuple[Row, ...]:
    """Return the rows with something in them; DrugListError if there is too much, or a formula."""
    found = []
    for row in rows:
        if row.number > MAX_ROWS:
            raise DrugListError(name, f"has more than {MAX_ROWS} rows", row.number)
        if len(row.cells) > MAX_COLUMNS and any(row.cells[MAX_COLUMNS:]):
            raise DrugListError(name, f"has more than {MAX_COLUMNS} columns", row.number)
        if any(row.cells):
            found.append(Row(row.number, row.cells[:MAX_COLUMNS]))
            _check_cells(found[-1], name)
    return tuple(found)


def _check_cells(row: Row, name: str) -> None:
    for column, cell in enumerate(row.cells):
        if len(cell) > MAX_CELL:
            raise DrugListError(
                name, f"has more than {MAX_CELL} characters in a cell", row.number, column
            )
        if "\0" in cell:
            raise DrugListError(name, "holds a NUL character", row.number, column)
        if cell[:1] in ("=", "@", "+") or (cell[:1] == "-" and cell[1:2].isalnum()):
            raise DrugListError(name, _FORMULA, row.number, column)
