"""A bar on standard error that shows a person at a terminal how far a long run is.

It is drawn between the shares and not by a thread, which would not survive that processes are
forked. Where the report goes to the same terminal, the bar steps aside while it is written.
"""

from __future__ import annotations

import sys
from time import monotonic
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from rich.console import Console

    from .shares import Share

_LONG = 500
"""Files from which on a bar is shown."""

_PAUSE = 0.1
"""Seconds for which a bar stays as it is."""


def watched(found: Iterator[Share], count: Callable[[], int]) -> Iterator[Share]:
    """Yield the shares, with a bar if there is somebody to see it and a long run ahead.

    ``count`` tells how many files there are; it is asked only if there is somebody.
    """
    total = count() if sys.stderr.isatty() else 0
    if total < _LONG:
        yield from found
        return
    from rich.console import Console

    console = Console(stderr=True)
    if console.is_dumb_terminal:
        yield from found
        return
    bar = _Bar(console, total)
    try:
        for share in found:
            bar.make_way()
            yield share
            bar.advance(share.files)
    finally:
        bar.make_way(for_good=True)


class _Bar:
    """The bar: drawn or not, and how far it is."""

    def __init__(self, console: Console, total: int) -> None:
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TimeRemainingColumn

        self._progress = Progress(
            "Checking",
            BarColumn(),
            MofNCompleteColumn(),
            TimeRemainingColumn(),
            console=console,
            auto_refresh=False,
            transient=True,
            redirect_stdout=False,
            redirect_stderr=False,
        )
        self._task = self._progress.add_task("", total=total)
        self._same_screen = sys.stdout.isatty()
        self._drawn = False
        self._since = 0.0

    def make_way(self, *, for_good: bool = False) -> None:
        """Take the bar away where the report would be written over it."""
        if self._drawn and (for_good or self._same_screen):
            self._progress.stop()
            self._drawn = False

    def advance(self, files: int) -> None:
        """Count files, and show it unless the bar has only just been drawn."""
        self._progress.advance(self._task, files)
        if monotonic() - self._since < _PAUSE:
            return
        self._since = monotonic()
        if self._drawn:
            self._progress.refresh()
        else:
            self._progress.start()
            self._drawn = True
