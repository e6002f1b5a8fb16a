"""Where the values and keys of a request stand in its file, in whatever form.

Offsets count characters of the text from 0. Lines are those of the file; they and columns count
from 1.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .reading import Source

_LINE_END = r"\r\n?|\n"


class Positions:
    """Where the values and keys of a text stand, found when first asked for.

    Meant for a text that parse() accepts; of any other it knows what is before the first fault.
    """

    def __init__(self, source: Source) -> None:
        self._source = source
        self._lines = Lines(source.text, source.first_line)
        self._root: int | Container | None = None
        self._is_folded = source.form != "yaml"
        self._ends: dict[int, int] = {}  # of the scalars of a YAML text

    def of(self, pointer: str) -> tuple[int, int]:
        """Return line and column of the value at an RFC 6901 pointer, or its nearest ancestor."""
        return self._lines.locate(self._offsets(pointer)[0])

    def of_key(self, pointer: str) -> tuple[int, int]:
        """Return line and column of the key of the member at ``pointer``; without key, as of()."""
        return self._lines.locate(self._offsets(pointer)[1])

    def span(self, pointer: str) -> tuple[int, int] | None:
        """Return the offsets at which the scalar at ``pointer`` begins and ends; else None."""
        steps = self._followed(pointer)
        node = steps[-1][1]
        if len(steps) <= len(_tokens(pointer)) or isinstance(node, Container):
            return None
        return node, self._end(node)

    def literal(self, pointer: str) -> str:
        """Return the scalar at ``pointer`` as it is written in the file, else nothing."""
        start, end = self.span(pointer) or (0, 0)
        return self._source.text[start:end]

    def _end(self, offset: int) -> int:
        if self._source.form == "yaml":
            return self._ends.get(offset, offset)  # nothing where the text is at fault
        from .scanner import end_of_scalar

        return end_of_scalar(self._source.text, offset)

    def _scanned(self) -> int | Container:
        if self._root is None:
            self._root = self._read_yaml() if self._source.form == "yaml" else self._scan_json()
        return self._root

    def _followed(self, pointer: str) -> list[tuple[int, int | Container]]:
        """Return offset of the key and node for every step of a pointer that is there."""
        if self._is_folded:
            from .folded import NotGood, root_of

            try:
                self._root = self._root or root_of(self._source.text)
                return _steps(self._root, pointer)
            except NotGood:
                self._is_folded, self._root = False, None
        return _steps(self._scanned(), pointer)

    def _scan_json(self) -> int | Container:
        from .scanner import Scanner

        scanner = Scanner(self._source.text)
        scanner.scan()
        return scanner.root

    def _read_yaml(self) -> int | Container:
        from .yaml_reader import YamlReader

        reader = YamlReader(self._source)
        reader.read()
        self._ends = reader.ends
        return reader.root

    def _offsets(self, pointer: str) -> tuple[int, int]:
        """Return the offsets of a value and of its key; of the value twice if it has no key."""
        steps = self._followed(pointer)
        key_offset, node = steps[-1]
        value_offset = offset_of(node)
        return value_offset, key_offset if len(steps) > len(_tokens(pointer)) else value_offset


def _steps(root: int | Container, pointer: str) -> list[tuple[int, int | Container]]:
    steps = [(offset_of(root), root)]
    for token in _tokens(pointer):
        node = steps[-1][1]
        found = node.find(token) if isinstance(node, Container) else None
        if found is None:
            break
        steps.append(found)
    return steps


class Lines:
    """Turns offsets into lines and columns. Line ends are those of text editors: LF, CR, CR LF.

    ``first_line`` is the line of the file at which the text begins.
    """

    def __init__(self, text: str, first_line: int = 1) -> None:
        self._text = text
        self._first_line = first_line
        self._starts: list[int] | None = None
        if "\r" in text:
            self._starts = [0, *(found.end() for found in re.finditer(_LINE_END, text))]

    def locate(self, offset: int) -> tuple[int, int]:
        """Return line and column of an offset from 0 to the length of the text."""
        if self._starts is None:
            line = self._text.count("\n", 0, offset)
            return line + self._first_line, offset - self._text.rfind("\n", 0, offset)
        line = bisect_right(self._starts, offset)
        return line + self._first_line - 1, offset - self._starts[line - 1] + 1


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
