"""Where the values and keys of a JSON text stand.

Offsets count characters of the text from 0; lines and columns count from 1.
"""

from __future__ import annotations

import re
from bisect import bisect_right

_LINE_END = r"\r\n?|\n"


class Positions:
    """Where the values and keys of a JSON text stand, found when first asked for.

    Meant for a text that parse() accepts; of any other it knows what is before the first fault.
    """

    def __init__(self, text: str) -> None:
        self._text = text
        self._lines = Lines(text)
        self._root: int | Container | None = None

    def of(self, pointer: str) -> tuple[int, int]:
        """Return line and column of the value at an RFC 6901 pointer, or its nearest ancestor."""
        return self._lines.locate(self._offsets(pointer)[0])

    def of_key(self, pointer: str) -> tuple[int, int]:
        """Return line and column of the key of the member at ``pointer``; without key, as of()."""
        return self._lines.locate(self._offsets(pointer)[1])

    def _scanned(self) -> int | Container:
        if self._root is None:
            from .scanner import Scanner

            scanner = Scanner(self._text)
            scanner.scan()
            self._root = scanner.root
        return self._root

    def _offsets(self, pointer: str) -> tuple[int, int]:
        """Return the offsets of a value and of its key; of the value twice if it has no key."""
        node = self._scanned()
        value_offset = key_offset = offset_of(node)
        for token in _tokens(pointer):
            found = node.find(token) if isinstance(node, Container) else None
            if found is None:
                return value_offset, value_offset
            key_offset, node = found
            value_offset = offset_of(node)
        return value_offset, key_offset


class Lines:
    """Turns offsets into lines and columns. Line ends are those of text editors: LF, CR, CR LF."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._starts: list[int] = []

    def locate(self, offset: int) -> tuple[int, int]:
        """Return line and column of an offset from 0 to the length of the text."""
        if not self._starts:
            self._starts = [0, *(found.end() for found in re.finditer(_LINE_END, self._text))]
        line = bisect_right(self._starts, offset)
        return line, offset - self._starts[line - 1] + 1


class Container:
    """An object or array: its offset, and its children in their order (a scalar is its offset)."""

    __slots__ = ("children", "closer", "name", "names", "offset")

    def __init__(self, offset: int, opener: str) -> None:
        self.offset = offset
        self.closer = "}" if opener == "{" else "]"
        self.children: list[int | Container] = []
        # By field name: index in children and offset of the key. None for an array.
        self.names: dict[str, tuple[int, int]] | None = {} if opener == "{" else None
        self.name = ""  # the field that is being read

    def find(self, token: str) -> tuple[int, int | Container] | None:
        """Return the key offset (without key: value offset) and the child of a pointer token."""
        if self.names is not None:
            index, key_offset = self.names.get(token, (-1, -1))
        else:
            index, key_offset = _to_index(token), -1
        if not 0 <= index < len(self.children):
            return None
        child = self.children[index]
        return (offset_of(child) if key_offset < 0 else key_offset), child


def offset_of(node: int | Container) -> int:
    return node.offset if isinstance(node, Container) else node


def _tokens(pointer: str) -> list[str]:
    """Return the unescaped tokens of an RFC 6901 pointer; none if it does not start with a /."""
    first, *tokens = pointer.split("/")
    return [] if first else [token.replace("~1", "/").replace("~0", "~") for token in tokens]


def _to_index(token: str) -> int:
    """Return an array index, or -1. The length comes first: int() refuses very long literals."""
    is_index = len(token) <= 9 and token.isascii() and token.isdigit()
    return int(token) if is_index and str(int(token)) == token else -1
