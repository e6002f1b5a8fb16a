"""HTML from nested calls, in which text that is not known to be markup is always escaped.

Names of files and documents come from outside. What cannot be seen or would reorder the line
(control characters, marks of writing direction, halves of surrogate pairs) is replaced, so that a
page shows everything that it carries. Text therefore never holds a control character, and a
renderer may put its own between the parts of what it keeps.
"""

from __future__ import annotations

from html import escape

_VOID = frozenset({"input", "meta"})


class Markup(str):
    """Text that is markup already."""

    __slots__ = ()


NOTHING = Markup("")
BREAK = Markup("\n")


def element(name: str, /, *content: str, **attributes: str) -> Markup:
    """Return an element. ``class_`` stands for *class*, and ``_`` in a name for a hyphen."""
    words = [name]
    words += [f'{_attribute(key)}="{markup(value)}"' for key, value in attributes.items()]
    start = Markup(f"<{' '.join(words)}>")
    return start if name in _VOID else Markup(f"{start}{joined(*content)}</{name}>")


def _attribute(key: str) -> str:
    return key.rstrip("_").replace("_", "-")


def joined(*content: str, by: str = "") -> Markup:
    """Return the pieces one after the other."""
    return Markup(by.join(map(markup, content)))


def markup(text: str) -> Markup:
    """Return text as markup: escaped, unless it is markup already."""
    return text if isinstance(text, Markup) else Markup(escape(visible(text)))


def visible(text: str) -> str:
    """Return text with a sign in the place of every character that cannot be seen."""
    if text.isprintable():
        return text
    return "".join(map(_visible, text))


def _visible(character: str) -> str:
    if character.isprintable():
        return character
    return " " if character.isspace() else "\N{REPLACEMENT CHARACTER}"
