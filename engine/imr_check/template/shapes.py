"""Templates that differ only in words that nothing reads are judged once.

A folder of templates is often one order set in many hands. What comes of a template is kept by its
shape for a while: outcomes, places as pointers and names of holes, and no text of the template.
"""

from __future__ import annotations

from collections import OrderedDict
from threading import Lock
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Hashable

    from ..report import Finding, Places, RowReport

_MOST = 256

Rows = tuple["RowReport", ...]


class Shapes:
    """What came of the shapes that were asked for last, at most so many. Safe in threads."""

    def __init__(self, most: int = _MOST) -> None:
        self._most = most
        self._rows: OrderedDict[Hashable, Rows] = OrderedDict()
        self._lock = Lock()

    def recall(self, key: Hashable, places: Places) -> Rows | None:
        """Return what came of a shape, placed in another file; None if it is not known."""
        with self._lock:
            rows = self._rows.get(key)
            if rows is None:
                return None
            self._rows.move_to_end(key)
        return tuple(_placed(row, places) for row in rows)

    def remember(self, key: Hashable, rows: Rows) -> None:
        """Keep what came of a shape, without the file that it came from."""
        with self._lock:
            self._rows[key] = tuple(_placed(row, None) for row in rows)
            while len(self._rows) > self._most:
                self._rows.popitem(last=False)


def _placed(row: RowReport, places: Places | None) -> RowReport:
    at = {row.pointer: places.at(row.pointer) if places else (0, 0)}

    def placed(finding: Finding) -> Finding:
        pointer = finding.pointer
        if pointer not in at:
            at[pointer] = places.at(pointer) if places else (0, 0)
        line, column = at[pointer]
        # Paths that are yet to be looked up hold on to the whole file.
        return finding._replace(line=line, column=column, places=places, paths=finding.entries)

    findings = tuple(map(placed, row.findings))
    line, column = at[row.pointer]
    return row._replace(findings=findings, line=line, column=column)


SHAPES = Shapes()
