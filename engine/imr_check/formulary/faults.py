"""What can be wrong with a drug list. No message repeats a cell: the file may be another one."""

from __future__ import annotations

from ..errors import ImrCheckError


class DrugListError(ImrCheckError):
    """A drug list cannot be read, or says what cannot be. Names file, row and column."""

    def __init__(self, file: str, words: str, row: int = 0, column: int | None = None) -> None:
        place = f", row {row}" if row else ""
        if column is not None:
            place += f", column {letters(column)}"
        super().__init__(f"{file}{place}: {words}")
        self.row = row


def letters(column: int) -> str:
    """Return the name that a spreadsheet gives to a column; the first one is 0."""
    name, rest = "", column + 1
    while rest:
        rest, digit = divmod(rest - 1, 26)
        name = chr(ord("A") + digit) + name
    return name
