"""The output formats by name, and text for people on its way to the screen."""

from __future__ import annotations

import os
import sys
from importlib import import_module
from typing import TYPE_CHECKING

from ..tally import Tally
from .lines import written

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ..report import Report
    from .context import Context
    from .lines import Line
    from .renderer import Renderer

_HOMES = {
    "text": ("text", "Text"),
    "concise": ("concise", "Concise"),
    "json": ("as_json", "Json"),
    "jsonl": ("as_json", "JsonLines"),
    "sarif": ("sarif", "Sarif"),
    "junit": ("junit", "JUnit"),
    "github": ("github", "GitHub"),
    "gitlab": ("gitlab", "GitLab"),
    "markdown": ("markdown", "Markdown"),
    "html": ("html", "Html"),
}
FORMATS = tuple(_HOMES)

_PIPE_WIDTH = 80


def renderer(name: str, context: Context) -> Renderer:
    """Return the renderer of a format of FORMATS."""
    module, kind = _HOMES[name]
    made: Renderer = getattr(import_module(f".{module}", __package__), kind)(context)
    return made


def rendered(reports: Iterable[Report], form: str, context: Context) -> str:
    """Return the whole output on these reports."""
    writer, tally = renderer(form, context), Tally()
    parts = [writer.begin()]
    for report in reports:
        tally.add(report)
        parts.append(writer.add(writer.piece(report)))
        writer.first = False
    return "".join([*parts, writer.end(tally)])


def show(lines: Iterable[Line]) -> None:
    """Write lines for people to standard output."""
    sys.stdout.write(on_screen(lines))
    sys.stdout.flush()


def on_screen(lines: Iterable[Line]) -> str:
    """Return lines for people as standard output takes them."""
    return written(lines, width(), color=in_color())


def in_color() -> bool:
    """Whether standard output is a terminal whose user wants colour."""
    return sys.stdout.isatty() and "NO_COLOR" not in os.environ


def width() -> int:
    """Return how many columns a line of text may have."""
    given = os.environ.get("COLUMNS", "")
    if given.isdigit():
        return max(int(given), 40)
    if sys.stdout.isatty():
        return max(os.get_terminal_size().columns, 40)
    return _PIPE_WIDTH
