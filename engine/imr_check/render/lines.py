"""Paragraphs for people: in colour on a terminal, else plain and wrapped."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable


class Line(NamedTuple):
    """One paragraph: how far it is indented, what it says, and its style on a terminal.

    A ``whole`` line is never wrapped: it holds a path, which people copy.
    """

    text: str
    indent: int = 0
    style: str = ""
    hang: int = 0
    whole: bool = False


def written(lines: Iterable[Line], width: int, *, color: bool) -> str:
    """Return the lines as they are written: wrapped to ``width`` columns, with colour codes or not.

    Every line ends with a line break.
    """
    lines = (line if line.text.isprintable() else _visible(line) for line in lines)
    if color:
        return _styled(lines, width)
    return "".join(plain(line, width) + "\n" for line in lines)


def _visible(line: Line) -> Line:
    """Return a line without what could steer a terminal: names come from outside."""
    from .markup import visible  # which most runs need not load

    return line._replace(text=visible(line.text))


def plain(line: Line, width: int) -> str:
    """Return a line wrapped to ``width`` columns, without colour."""
    if not line.text:
        return ""
    start = " " * line.indent
    if line.whole:
        return start + line.text
    return textwrap.fill(
        line.text,
        width,
        initial_indent=start,
        subsequent_indent=start + " " * line.hang,
        break_long_words=False,
        break_on_hyphens=False,
    )


def _styled(lines: Iterable[Line], width: int) -> str:
    from io import StringIO

    from rich.console import Console
    from rich.padding import Padding
    from rich.text import Text

    text = StringIO()
    console = Console(file=text, force_terminal=True, width=width, highlight=False)
    for line in lines:
        words = Text(line.text, style=line.style)
        console.print(
            Padding(words, (0, 0, 0, line.indent)) if not line.whole else words,
            soft_wrap=line.whole,
        )
    return text.getvalue()
