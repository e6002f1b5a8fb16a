"""Bring a rendered report to the screen or into a pipe."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Literal

from . import as_json, concise, text

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ..report import Report
    from .context import Context

Format = Literal["text", "concise", "json"]
FORMATS: tuple[Format, ...] = ("text", "concise", "json")

_PIPE_WIDTH = 80


def write(reports: Iterable[Report], context: Context, form: Format) -> None:
    """Write ``reports`` to standard output, each as soon as it is there."""
    if form == "json":
        _write_lines(as_json.render(reports, context))
    elif form == "concise":
        _write_lines(concise.render(reports, context))
    else:
        show(text.render(reports, context))


def show(lines: Iterable[text.Line]) -> None:
    """Write lines for people: in colour on a terminal, else plain at 80 columns."""
    if sys.stdout.isatty() and "NO_COLOR" not in os.environ:
        _write_styled(lines)
    else:
        width = _width()
        _write_lines(text.plain(line, width) for line in lines)


def _write_styled(lines: Iterable[text.Line]) -> None:
    from rich.console import Console
    from rich.padding import Padding
    from rich.text import Text

    console = Console(highlight=False, soft_wrap=False)
    for line in lines:
        console.print(Padding(Text(line.text, style=line.style), (0, 0, 0, line.indent)))


def _write_lines(lines: Iterable[str]) -> None:
    for line in lines:
        sys.stdout.write(line + "\n")
    sys.stdout.flush()


def _width() -> int:
    given = os.environ.get("COLUMNS", "")
    if given.isdigit():
        return max(int(given), 40)
    if sys.stdout.isatty():
        return max(os.get_terminal_size().columns, 40)
    return _PIPE_WIDTH
