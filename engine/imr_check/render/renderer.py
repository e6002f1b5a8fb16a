"""What every output format is: a class that turns reports into text, file by file.

``piece`` needs nothing but its report and the context, so that it may run in another process than
the one that writes. The others run where the output is written, in this order: ``begin``, ``add``
for every piece in the order of the files, ``end``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ..report import Report
    from ..tally import Tally
    from .context import Context


class Renderer:
    """Base of the output formats. ``first`` is true until the first piece has been added."""

    def __init__(self, context: Context) -> None:
        self.context = context
        self.first = True

    def begin(self) -> str:
        """Return what stands before the first file."""
        return ""

    def piece(self, report: Report) -> str:
        """Return what is said about one file."""
        raise NotImplementedError

    def add(self, piece: str) -> str:
        """Return what to write now that ``piece`` is there: by itself the piece."""
        return piece

    def end(self, tally: Tally) -> str:
        """Return what stands after the last file."""
        return ""
