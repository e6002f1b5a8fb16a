"""A scanner of ours for JSON: slower than the decoder, never recursive, exact about places.

One pass finds where every value and key stands, and what is wrong with the text.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, NoReturn

from ..errors import Problem
from . import wording
from .parsing import SURROGATE, to_float, to_integer
from .survey import Stop, Survey

if TYPE_CHECKING:
    from collections.abc import Callable

    from .positions import Container
    from .reading import Source

_BLANKS = frozenset(" \t\n\r")
_BLANK = r"[ \t\n\r]+"
_SCALAR = r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?|true|false|null|NaN|-?Infinity"

# The typing stubs leave this function out, though json.decoder lists it as long as Python 3 exists.
_scan_string: Callable[[str, int], tuple[str, int]] = json.decoder.scanstring  # type: ignore[attr-defined]


class Scanner(Survey):
    """A pass over a JSON text. With ``is_line`` it is one line of a file of many requests."""

    def __init__(self, text: str, first_line: int = 1, is_line: bool = False) -> None:
        super().__init__(text, first_line)
        self._is_line = is_line
        self._match_blank = re.compile(_BLANK).match
        self._match_scalar = re.compile(_SCALAR).match
        self._find_surrogate = re.compile(SURROGATE).search

    def scan(self) -> None:
        """Fill ``root`` and ``problems``. Call it once."""
        try:
            offset = self._read_value(self._skip_blank(0))
            while self._open:
                offset = self._read_next(offset)
            offset = self._skip_blank(offset)
            if offset < len(self.text):
                extra = wording.LINE_EXTRA if self._is_line else wording.EXTRA_TEXT
                self._fail_after_value(offset, extra)
        except Stop:
            pass

    def _skip_blank(self, offset: int) -> int:
        if self.text[offset : offset + 1] not in _BLANKS:  # a third of the time of the match
            return offset
        blank = self._match_blank(self.text, offset)
        return blank.end() if blank else offset

    def _read_next(self, offset: int) -> int:
        """Read one more child of the innermost container, or its end. Return the offset after."""
        container = self._open[-1]
        offset = self._skip_blank(offset)
        character = self.text[offset : offset + 1]
        if character == container.closer:
            self._open.pop()
            return offset + 1
        if container.children:
            if character != ",":
                self._fail_after_value(offset, wording.NO_COMMA)
            comma = offset
            offset = self._skip_blank(offset + 1)
            if self.text[offset : offset + 1] == container.closer:
                self._fail(wording.TRAILING_COMMA, comma)
        if container.names is not None:
            offset = self._read_key(container, offset)
        return self._read_value(offset)

    def _read_key(self, container: Container, offset: int) -> int:
        """Read a key and its colon. Return the offset of its value."""
        if self.text[offset : offset + 1] != '"':
            self._fail_before_key(offset)
        name, end = self._read_string(offset)
        self._name_child(container, name, offset)
        self._check_text(name, offset)
        end = self._skip_blank(end)
        if self.text[end : end + 1] != ":":
            self._fail_here(wording.NO_COLON, end)
        return self._skip_blank(end + 1)

    def _read_value(self, offset: int) -> int:
        """Read a scalar, or only the opening bracket of a container. Return the offset after."""
        character = self.text[offset : offset + 1]
        if character == '"':
            content, end = self._read_string(offset)
            self._add(offset)
            self._check_text(content, offset)
            return end
        if character in ("{", "["):
            self._open_container(offset, character)
            return offset + 1
        scalar = self._match_scalar(self.text, offset)
        if scalar is None:
            self._fail_before_value(offset)
        self._add(offset)
        self._check_scalar(scalar.group(), offset)
        return scalar.end()

    def _read_string(self, offset: int) -> tuple[str, int]:
        """Return the content of the string that opens at ``offset``, and the offset after it."""
        try:
            return _scan_string(self.text, offset + 1)
        except json.JSONDecodeError as error:
            fault, place = error.msg, error.pos
        if fault.startswith("Invalid control") and self.text[place] in "\n\r":
            self._fail(wording.NO_QUOTE, offset)
        messages = [message for start, message in wording.STRING_FAULTS if fault.startswith(start)]
        return self._fail(messages[0] if messages else wording.UNEXPLAINED, place)

    def _check_text(self, content: str, offset: int) -> None:
        if not content.isascii() and self._find_surrogate(content):
            self._report(wording.HALF_CHARACTER, offset)

    def _check_scalar(self, literal: str, offset: int) -> None:
        if literal in ("true", "false", "null") or (literal.isdigit() and len(literal) < 16):
            return
        if literal in ("NaN", "Infinity", "-Infinity"):
            self._report(wording.NOT_A_NUMBER, offset)
            return
        try:
            to_integer(literal) if literal.lstrip("-").isdigit() else to_float(literal)
            is_huge = False
        except ValueError:
            is_huge = True
        if is_huge:
            self._report(wording.HUGE_NUMBER, offset)

    # Reporting

    def _fail_here(self, message: str, offset: int) -> NoReturn:
        """Fail with what the character at ``offset`` gives away, or else with ``message``."""
        character = self.text[offset : offset + 1]
        if not character:
            self._fail(self._explain_early_end(), offset)
        if character in "]}" and self._open and character != self._open[-1].closer:
            line = self.lines.locate(self._open[-1].offset)[0]
            closer = self._open[-1].closer
            wanted = f"A {closer} is expected before this {character}"
            self._fail(f"{wanted}, to close the bracket of line {line}: add it", offset)
        self._fail(wording.hint(character) or message, offset)

    def _explain_early_end(self) -> str:
        if not self._open:
            return wording.EMPTY
        if self._is_line:
            return wording.LINE_CUT
        line = self.lines.locate(self._open[-1].offset)[0]
        return (
            f"The file ends too early: the bracket opened at line {line} needs"
            f" a closing {self._open[-1].closer}: add it, or export the request again"
        )

    def _fail_before_value(self, offset: int) -> NoReturn:
        character = self.text[offset : offset + 1]
        if not self._open:
            message = wording.LINE_NOT_JSON if self._is_line else wording.NOT_JSON
        elif character == ",":
            message = (
                wording.DOUBLED_COMMA if self._before(offset) in (",", "[") else wording.NO_VALUE
            )
        elif character.isdigit() or character in "+-.":
            message = wording.BAD_NUMBER
        else:
            message = wording.BARE_TEXT if character.isalpha() else wording.NO_VALUE
        self._fail_here(message, offset)

    def _fail_before_key(self, offset: int) -> NoReturn:
        character = self.text[offset : offset + 1]
        if character == ",":
            message = wording.DOUBLED_COMMA
        elif character.isdigit():
            message = wording.DECIMAL_COMMA
        else:
            message = (
                wording.BARE_KEY if character.isalpha() or character == "_" else wording.NO_KEY
            )
        self._fail_here(message, offset)

    def _fail_after_value(self, offset: int, message: str) -> NoReturn:
        """Fail where only a comma, a closing bracket or the end may stand."""
        character = self.text[offset : offset + 1]
        is_comment = self.text[offset : offset + 2] in ("//", "/*")
        is_number = self.text[offset - 1].isdigit() and not is_comment
        # The rest of a number as its author saw it: 05, 5mg, 120/80, 2024-01-31.
        if is_number and (character.isalnum() or character in tuple("+-./%_")):
            self._fail(wording.BAD_NUMBER, offset)
        if self._open and character.isalpha():
            message = wording.INNER_QUOTE if self._before(offset) == '"' else wording.BARE_TEXT
        elif self._open and not (character.isdigit() or character in tuple('-"{[')):
            message = wording.NOT_A_COMMA
        self._fail_here(message, offset)

    def _before(self, offset: int) -> str:
        """Return the last character before ``offset`` that is not blank, or nothing."""
        return self.text[:offset].rstrip(" \t\n\r")[-1:]


def find_problems(source: Source) -> tuple[Problem, ...]:
    """Return what is wrong with a text that parse() refuses: one problem at least."""
    scanner = Scanner(source.text, source.first_line, source.form == "jsonl")
    scanner.scan()
    # The last resort is for a caller that used up the stack, on which even a good file fails.
    last_resort = Problem(wording.UNEXPLAINED, "", source.first_line, 1)
    return tuple(scanner.problems) or (last_resort,)


def end_of_scalar(text: str, offset: int) -> int:
    """Return the offset after the scalar that begins at ``offset`` of a text without faults."""
    if text[offset : offset + 1] == '"':
        return _scan_string(text, offset + 1)[1]
    scalar = re.compile(_SCALAR).match(text, offset)
    return scalar.end() if scalar else offset
