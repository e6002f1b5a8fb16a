"""The table that ``--statistics`` adds: how often each criterion fails."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from ..report import LEVELS
from ..tally import INVALID

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..tally import Tally

_TITLES = ("code", "open", "errors", "warnings", "info", "suppressed", "holes")


class Row(NamedTuple):
    """Counts of one criterion: open findings, of these by severity; set aside; hanging on holes."""

    code: str
    open: int
    errors: int
    warnings: int
    info: int
    suppressed: int
    holes: int
    name: str


def statistics(tally: Tally) -> str:
    """Return the table as lines of text, the criterion that fails most often first."""
    return "".join(f"{line.rstrip()}\n" for line in _lines(tally))


def rows(tally: Tally) -> list[Row]:
    """Return the rows of the table: by count, then by what is set aside or open, then by code."""
    found = (_row(tally, code) for code in tally.criteria)
    return sorted(found, key=lambda row: (-row.open, -row.suppressed, -row.holes, row.code))


def _row(tally: Tally, code: str) -> Row:
    return Row(
        code=code,
        open=sum(tally.found[code, level] for level in LEVELS),
        errors=tally.found[code, "error"],
        warnings=tally.found[code, "warning"],
        info=tally.found[code, "info"],
        suppressed=tally.suppressed[code],
        holes=tally.holes[code],
        name=tally.criteria[code].name,
    )


def _lines(tally: Tally) -> Iterator[str]:
    table = rows(tally)
    files = f"{tally.files} request{'' if tally.files == 1 else 's'}"
    yield f"Findings by criterion in {files}:"
    if table:
        width = max(len(_TITLES[0]), *(len(row.code) for row in table))
        yield "  ".join((_TITLES[0].ljust(width), *_TITLES[1:], "name"))
    for row in table:
        numbers = zip(row[1:-1], _TITLES[1:], strict=True)
        shown = (str(number).rjust(len(title)) for number, title in numbers)
        yield "  ".join((row.code.ljust(width), *shown, row.name))
    if not table:
        yield "none"
    if unread := tally.verdicts[INVALID]:
        yield f"Not counted: {unread} that cannot be checked."
