"""Where values stand in a JSON text that is known to be good, looking only where one is asked for.

A report points to a few places of a file. Everything beside the way to them is skipped by the
decoder of the standard library, which is many times faster than a pass of ours.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

from .positions import Container

if TYPE_CHECKING:
    from collections.abc import Callable

_skip_blank = re.compile(r"[ \t\n\r]*").match
# The typing stubs leave these out, though both are as old as the module.
_scan_string: Callable[[str, int], tuple[str, int]] = json.decoder.scanstring  # type: ignore[attr-defined]
_scan_value: Callable[[str, int], tuple[object, int]] = json.JSONDecoder().scan_once  # type: ignore[attr-defined]


class NotGood(Exception):  # noqa: N818 (not an error: the text is then looked through in full)
    """The text is no JSON after all, or cannot be skipped over."""


class Folded(Container):
    """An object or array whose children are looked for when one of them is first asked for."""

    __slots__ = ("_text",)

    def __init__(self, text: str, offset: int) -> None:
        super().__init__(offset, text[offset])
        self._text = text

    def find(self, token: str) -> tuple[int, int | Container] | None:
        """Return the key offset (without key: value offset) and the child of a pointer token."""
        if self._text:
            try:
                self._unfold(self._text)
            except (ValueError, StopIteration, IndexError, RecursionError):
                raise NotGood from None
            self._text = ""
        return super().find(token)

    def _unfold(self, text: str) -> None:
        at = _after_blank(text, self.offset + 1)
        while text[at] != self.closer:
            if self.names is not None:
                key_at = at
                name, at = _scan_string(text, at + 1)
                self.names[name] = (len(self.children), key_at)
                at = _after_blank(text, _after_blank(text, at) + 1)  # beyond the colon
            self.children.append(folded(text, at))
            at = _after_blank(text, _scan_value(text, at)[1])
            if text[at] == ",":
                at = _after_blank(text, at + 1)


def folded(text: str, at: int) -> int | Container:
    """Return the value at an offset."""
    return Folded(text, at) if text[at] in "{[" else at


def root_of(text: str) -> int | Container:
    """Return the outermost value of a text."""
    at = _after_blank(text, 0)
    if at == len(text):
        raise NotGood
    return folded(text, at)


def _after_blank(text: str, at: int) -> int:
    found = _skip_blank(text, at)
    return found.end() if found else at
