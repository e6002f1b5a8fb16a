"""Reads one request file: bytes, then text, then JSON, and where each value stands in the text.

A file that json.loads likes, and that passes a few cheap checks, is done. Any other goes to a
scanner of ours, which is slower, never recurses, and finds the place of each fault. Its messages
are fixed sentences and line numbers: nothing of the file is ever put into one.

Offsets count characters of the text from 0; lines and columns count from 1.
"""

from __future__ import annotations

import codecs
import json
import re
import sys
from bisect import bisect_right
from typing import TYPE_CHECKING, NamedTuple, NoReturn

from imr_check.errors import Problem, RequestError

if TYPE_CHECKING:
    from collections.abc import Callable

MAX_BYTES = 5 * 1024 * 1024
MAX_DEPTH = 40  # objects and arrays inside each other, the outermost one included
MAX_PROBLEMS = 20  # of one file in one report

LARGEST_NUMBER = 2**53  # beyond it, other programs read a different whole number
_LONGEST_INTEGER = 17  # a sign and 16 digits: any longer literal is beyond LARGEST_NUMBER

_BLANKS = frozenset(" \t\n\r")
# Compiled only where the scanner needs them: a valid file should not pay for that.
_BLANK = r"[ \t\n\r]+"
_LINE_END = r"\r\n?|\n"
_SCALAR = r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?|true|false|null|NaN|-?Infinity"
_SURROGATE = r"[\ud800-\udfff]"
_FIELD_NAME = r"[a-z][a-z0-9_]{0,39}"  # what a schema would use, unlike a name or a chart number

_EMPTY = "The file is empty: export or save the request again"
_UNREADABLE = "The file could not be read: copy it to a folder on this computer and try again"
_TOO_LARGE = (
    f"The file is larger than {MAX_BYTES // 1024**2} MB, the limit for one request:"
    " leave out attachments and scanned pages"
)
_UTF_16 = "The file is saved as UTF-16 ('Unicode'): save it again with the encoding UTF-8"
_NOT_UTF_8 = "The text here is not UTF-8: save the file again with the encoding UTF-8"
_NULL_BYTES = "The file is not plain text (it has null bytes): export it again as JSON in UTF-8"
_NO_STDIN = "Nothing can be read from standard input: give the name of a file instead"

_TOO_DEEP = f"More than {MAX_DEPTH} levels of brackets are inside each other: simplify this part"
_NOT_A_NUMBER = "NaN and Infinity are not numbers in JSON: write a number, or null if unknown"
_HUGE_NUMBER = (
    "The number is too large to be read exactly: correct it,"
    " or put quotation marks around it if it is an identifier"
)
_HALF_CHARACTER = (
    "The text holds half of a character (a \\ud8xx to \\udfxx code on its own):"
    " delete it or type the character again"
)
_NO_VALUE = "A value is missing here: add it, or write null if it is unknown"
_NO_KEY = "A field name in double quotation marks is expected here: add it or remove what is there"
_NO_COLON = "A colon is missing after the field name: put one between the name and its value"
_NO_COMMA = "A comma is missing before this: put one after the previous value"
_NOT_A_COMMA = "Only a comma or a closing bracket can stand here: replace or remove this character"
_TRAILING_COMMA = "Nothing follows this comma: remove it"
_DOUBLED_COMMA = "There is one comma too many here: remove it"
_BARE_TEXT = (
    "Text needs double quotation marks around it: add them"
    " (only numbers and lower-case true, false and null go without)"
)
_BARE_KEY = "The field name needs double quotation marks around it: add them"
_BAD_NUMBER = (
    "This is not a plain number: put quotation marks around a date, range or quantity with a unit,"
    " or write only digits and one decimal point, without leading zero or plus sign"
)
_DECIMAL_COMMA = (
    "A field name is expected here: if this belongs to the number before the comma,"
    " put a decimal point instead of the comma"
)
_INNER_QUOTE = (
    "The text before this has ended: put a backslash before each quotation mark inside a text"
    ' (\\"), or add the missing comma'
)
_EXTRA_TEXT = "There is more text after the end of the request: remove it, or use one file for each"
_NOT_JSON = "The file is not JSON: export the request as JSON, which starts with {"
_NO_QUOTE = (
    "The text that starts here does not end on its line: add its closing quotation mark,"
    " and write a line break inside a text as \\n"
)
_CONTROL = "The text holds a tab or an invisible character here: delete it or put a space instead"
_BACKSLASH = "A single backslash is not allowed in a text: write two (\\\\) or remove it"
_UNICODE_ESCAPE = "The code after \\u needs four digits (0-9, a-f): correct or remove it"
_UNEXPLAINED = "The file could not be read as JSON: export the request again"

_STRAIGHT = 'Only straight double quotation marks (") are allowed here: replace this one'
_COMMENT = "Comments are not allowed in JSON: remove the comment"
_INVISIBLE = "An invisible character is here: delete it or put a plain space instead"
# What a character that has no business outside of a text gives away, wherever it stands.
_HINTS = (
    dict.fromkeys("'`\u2018\u2019\u201a\u201c\u201d\u201e\u00ab\u00bb", _STRAIGHT)
    | dict.fromkeys("/#", _COMMENT)
    | {"=": "An equals sign is not allowed here: use a colon between a field name and its value"}
)
_STRING_FAULTS = (
    ("Unterminated", "The text that starts here has no closing quotation mark: add it"),
    ("Invalid control", _CONTROL),
    ("Invalid \\u", _UNICODE_ESCAPE),
    ("Invalid \\", _BACKSLASH),
)

# The typing stubs leave this function out, though json.decoder lists it as long as Python 3 exists.
_scan_string: Callable[[str, int], tuple[str, int]] = json.decoder.scanstring  # type: ignore[attr-defined]


class Source(NamedTuple):
    """A file that was read: its name as the user gave it, and its text without byte order mark."""

    name: str
    text: str

    def __repr__(self) -> str:
        """Leave the text out: a representation may end up in an error message."""
        return f"Source(name={self.name!r}, text=<{len(self.text)} characters>)"


def read_source(path: str, stdin_name: str = "<stdin>") -> Source:
    """Read and decode the file at ``path``, or standard input if it is "-".

    Raises RequestError if it cannot be read, is empty, has more than MAX_BYTES bytes or is not
    UTF-8 text.
    """
    if path == "-":
        return Source(stdin_name, _decode(_read_stdin()))
    return Source(path, _decode(_read_file(path)))


def parse(source: Source) -> object:
    """Return the value of a JSON text: dict, list, str, int, float, bool or None.

    Raises RequestError for what is not JSON, and for JSON that two programs might read differently:
    repeated field names, numbers beyond LARGEST_NUMBER, halves of surrogate pairs, deep nesting.
    """
    try:
        value: object = _DECODER.decode(source.text)
    except (ValueError, RecursionError):
        # Leave this block before raising: these errors carry the text of the file with them.
        value = _REFUSED
    if value is _REFUSED or _is_too_deep(source.text, value) or _is_split(source.text, value):
        raise RequestError(_find_problems(source.text))
    return value


class Positions:
    """Where the values and keys of a JSON text stand, found when first asked for.

    Meant for a text that parse() accepts; of any other it knows what is before the first fault.
    """

    def __init__(self, text: str) -> None:
        self._text = text
        self._scanner: _Scanner | None = None

    def of(self, pointer: str) -> tuple[int, int]:
        """Return line and column of the value at an RFC 6901 pointer, or its nearest ancestor."""
        return self._scanned().lines.locate(self._offsets(pointer)[0])

    def of_key(self, pointer: str) -> tuple[int, int]:
        """Return line and column of the key of the member at ``pointer``; without key, as of()."""
        return self._scanned().lines.locate(self._offsets(pointer)[1])

    def _scanned(self) -> _Scanner:
        if self._scanner is None:
            self._scanner = _Scanner(self._text)
            self._scanner.scan()
        return self._scanner

    def _offsets(self, pointer: str) -> tuple[int, int]:
        """Return the offsets of a value and of its key; of the value twice if it has no key."""
        node = self._scanned().root
        value_offset = key_offset = _offset_of(node)
        for token in _tokens(pointer):
            found = node.find(token) if isinstance(node, _Container) else None
            if found is None:
                return value_offset, value_offset
            key_offset, node = found
            value_offset = _offset_of(node)
        return value_offset, key_offset


# Reading and decoding


def _refuse(message: str, line: int = 0, column: int = 0) -> NoReturn:
    raise RequestError((Problem(message, "", line, column),))


def _read_file(path: str) -> bytes:
    """Return at most MAX_BYTES + 1 bytes, enough to know that there are too many."""
    try:
        with open(path, "rb") as file:
            return file.read(MAX_BYTES + 1)
    except (FileNotFoundError, NotADirectoryError):
        message = "The file was not found: check its name and its folder"
    except IsADirectoryError:
        message = "This is a folder, not a file: give the name of a request file in it"
    except PermissionError:
        message = "You are not allowed to read this file: ask its owner, or copy it to your folder"
    except (OSError, ValueError):  # ValueError: a null character in the path
        message = _UNREADABLE
    _refuse(message)


def _read_stdin() -> bytes:
    """Return at most MAX_BYTES + 1 bytes of standard input."""
    try:
        data = sys.stdin.buffer.read(MAX_BYTES + 1)
    except (OSError, ValueError, AttributeError):  # closed, or absent as in a windowed program
        data = None
    if data is None:  # also what a non-blocking stream returns while it has nothing
        _refuse(_NO_STDIN)
    return data


def _decode(data: bytes) -> str:
    """Return the text of a UTF-8 file without its byte order mark."""
    if len(data) > MAX_BYTES:
        _refuse(_TOO_LARGE)
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        _refuse(_UTF_16, 1, 1)
    data = data.removeprefix(codecs.BOM_UTF8)
    null = data.find(b"\0")
    if null >= 0:
        _refuse(_NULL_BYTES, *_locate_byte(data, null))
    try:
        text = data.decode()
    except UnicodeDecodeError as error:
        wrong = error.start
    else:
        if not text or text.isspace():
            _refuse(_EMPTY, 1, 1)
        return text
    _refuse(_NOT_UTF_8, *_locate_byte(data, wrong))


def _locate_byte(data: bytes, index: int) -> tuple[int, int]:
    """Return line and column of the byte at ``index``, which need not follow UTF-8 text."""
    text = data[:index].decode(errors="replace")
    return _Lines(text).locate(len(text))


# The fast path: hooks of the decoder raise a ValueError without text, for the scanner to explain.


def _to_object(pairs: list[tuple[str, object]]) -> dict[str, object]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise ValueError
    return members


def _to_integer(literal: str) -> int:
    # Length first: int() takes long for many digits, or refuses them, as Python was set up.
    if len(literal) > _LONGEST_INTEGER:
        raise ValueError
    value = int(literal)
    if not -LARGEST_NUMBER <= value <= LARGEST_NUMBER:
        raise ValueError
    return value


def _to_float(literal: str) -> float:
    value = float(literal)
    if not -LARGEST_NUMBER <= value <= LARGEST_NUMBER:  # 1e400 is infinite by now
        raise ValueError
    return value


def _to_constant(_literal: str) -> NoReturn:
    raise ValueError


_REFUSED = object()
_DECODER = json.JSONDecoder(
    object_pairs_hook=_to_object,
    parse_int=_to_integer,
    parse_float=_to_float,
    parse_constant=_to_constant,
)


def _is_too_deep(text: str, value: object) -> bool:
    """Tell whether more than MAX_DEPTH containers are inside each other."""
    if text.count("{") + text.count("[") <= MAX_DEPTH:
        return False
    level = [value] if isinstance(value, dict | list) else []
    for _ in range(MAX_DEPTH):
        level = [
            child
            for parent in level
            for child in (parent.values() if isinstance(parent, dict) else parent)
            if isinstance(child, dict | list)
        ]
    return bool(level)


def _is_split(text: str, value: object) -> bool:
    """Tell whether a string or a key holds half of a surrogate pair."""
    if text.isascii() and "\\ud" not in text and "\\uD" not in text:
        return False
    has_surrogate = re.compile(_SURROGATE).search
    pending = [value]
    while pending:
        item = pending.pop()
        if isinstance(item, str):
            if not item.isascii() and has_surrogate(item):
                return True
        elif isinstance(item, dict):
            pending.extend(item)
            pending.extend(item.values())
        elif isinstance(item, list):
            pending.extend(item)
    return False


# The slow path


class _Lines:
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


class _Container:
    """An object or array: its offset, and its children in their order (a scalar is its offset)."""

    __slots__ = ("children", "closer", "name", "names", "offset")

    def __init__(self, offset: int, opener: str) -> None:
        self.offset = offset
        self.closer = "}" if opener == "{" else "]"
        self.children: list[int | _Container] = []
        # By field name: index in children and offset of the key. None for an array.
        self.names: dict[str, tuple[int, int]] | None = {} if opener == "{" else None
        self.name = ""  # the field that is being read

    def find(self, token: str) -> tuple[int, int | _Container] | None:
        """Return the key offset (without key: value offset) and the child of a pointer token."""
        if self.names is not None:
            index, key_offset = self.names.get(token, (-1, -1))
        else:
            index, key_offset = _to_index(token), -1
        if not 0 <= index < len(self.children):
            return None
        child = self.children[index]
        return (_offset_of(child) if key_offset < 0 else key_offset), child


class _Stop(Exception):  # noqa: N818 - ends a scan, and is no error to anyone else
    """The scanner cannot or need not go on."""


class _Scanner:
    """One pass over a text: ``root`` says where its values stand, ``problems`` what is wrong.

    Syntax faults and deep nesting end the pass, so that only MAX_DEPTH containers are ever open.
    """

    def __init__(self, text: str) -> None:
        self.text = text
        self.lines = _Lines(text)
        self.root: int | _Container = 0
        self.problems: list[Problem] = []
        self._open: list[_Container] = []
        self._match_blank = re.compile(_BLANK).match
        self._match_scalar = re.compile(_SCALAR).match
        self._find_surrogate = re.compile(_SURROGATE).search
        self._match_field_name = re.compile(_FIELD_NAME).fullmatch

    def scan(self) -> None:
        """Fill ``root`` and ``problems``. Call it once."""
        try:
            offset = self._read_value(self._skip_blank(0))
            while self._open:
                offset = self._read_next(offset)
            offset = self._skip_blank(offset)
            if offset < len(self.text):
                self._fail_after_value(offset, _EXTRA_TEXT)
        except _Stop:
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
                self._fail_after_value(offset, _NO_COMMA)
            comma = offset
            offset = self._skip_blank(offset + 1)
            if self.text[offset : offset + 1] == container.closer:
                self._fail(_TRAILING_COMMA, comma)
        if container.names is not None:
            offset = self._read_key(container, container.names, offset)
        return self._read_value(offset)

    def _read_key(
        self, container: _Container, names: dict[str, tuple[int, int]], offset: int
    ) -> int:
        """Read a key and its colon. Return the offset of its value."""
        if self.text[offset : offset + 1] != '"':
            self._fail_before_key(offset)
        container.name, end = self._read_string(offset)
        first = names.setdefault(container.name, (len(container.children), offset))[1]
        if first != offset:
            line, column = self.lines.locate(first)
            place = f"line {line}, column {column}"
            self._report(f"This field is given twice, first at {place}: keep only one", offset)
        self._check_text(container.name, offset)
        end = self._skip_blank(end)
        if self.text[end : end + 1] != ":":
            self._fail_here(_NO_COLON, end)
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

    def _add(self, node: int | _Container) -> None:
        if self._open:
            self._open[-1].children.append(node)
        else:
            self.root = node

    def _open_container(self, offset: int, opener: str) -> None:
        container = _Container(offset, opener)
        self._add(container)
        if len(self._open) == MAX_DEPTH:
            self._report(_TOO_DEEP, offset)
            raise _Stop
        self._open.append(container)

    def _read_string(self, offset: int) -> tuple[str, int]:
        """Return the content of the string that opens at ``offset``, and the offset after it."""
        try:
            return _scan_string(self.text, offset + 1)
        except json.JSONDecodeError as error:
            fault, place = error.msg, error.pos
        if fault.startswith("Invalid control") and self.text[place] in "\n\r":
            self._fail(_NO_QUOTE, offset)
        messages = [message for start, message in _STRING_FAULTS if fault.startswith(start)]
        return self._fail(messages[0] if messages else _UNEXPLAINED, place)

    def _check_text(self, content: str, offset: int) -> None:
        if not content.isascii() and self._find_surrogate(content):
            self._report(_HALF_CHARACTER, offset)

    def _check_scalar(self, literal: str, offset: int) -> None:
        if literal in ("true", "false", "null") or (literal.isdigit() and len(literal) < 16):
            return
        if literal in ("NaN", "Infinity", "-Infinity"):
            self._report(_NOT_A_NUMBER, offset)
            return
        try:
            _to_integer(literal) if literal.lstrip("-").isdigit() else _to_float(literal)
            is_huge = False
        except ValueError:
            is_huge = True
        if is_huge:
            self._report(_HUGE_NUMBER, offset)

    # Reporting

    def _report(self, message: str, offset: int) -> None:
        """Note a problem of the value or key that is being read, and go on if that makes sense."""
        self.problems.append(Problem(message, self._pointer(), *self.lines.locate(offset)))
        if len(self.problems) >= MAX_PROBLEMS:
            raise _Stop

    def _fail(self, message: str, offset: int) -> NoReturn:
        """Note a syntax fault. It has no pointer: what cannot be parsed has no structure yet."""
        self.problems.append(Problem(message, "", *self.lines.locate(offset)))
        raise _Stop

    def _pointer(self) -> str:
        """Point to what is being read, or above the first key that may say something private."""
        pointer = ""
        for container in self._open:
            if container.names is None:
                pointer += f"/{len(container.children) - 1}"
            elif self._match_field_name(container.name):
                pointer += f"/{container.name}"
            else:
                break
        return pointer

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
        self._fail(_hint(character) or message, offset)

    def _explain_early_end(self) -> str:
        if not self._open:
            return _EMPTY
        line = self.lines.locate(self._open[-1].offset)[0]
        return (
            f"The file ends too early: the bracket opened at line {line} needs"
            f" a closing {self._open[-1].closer}: add it, or export the request again"
        )

    def _fail_before_value(self, offset: int) -> NoReturn:
        character = self.text[offset : offset + 1]
        if not self._open:
            message = _NOT_JSON
        elif character == ",":
            message = _DOUBLED_COMMA if self._before(offset) in (",", "[") else _NO_VALUE
        elif character.isdigit() or character in "+-.":
            message = _BAD_NUMBER
        else:
            message = _BARE_TEXT if character.isalpha() else _NO_VALUE
        self._fail_here(message, offset)

    def _fail_before_key(self, offset: int) -> NoReturn:
        character = self.text[offset : offset + 1]
        if character == ",":
            message = _DOUBLED_COMMA
        elif character.isdigit():
            message = _DECIMAL_COMMA
        else:
            message = _BARE_KEY if character.isalpha() or character == "_" else _NO_KEY
        self._fail_here(message, offset)

    def _fail_after_value(self, offset: int, message: str) -> NoReturn:
        """Fail where only a comma, a closing bracket or the end may stand."""
        character = self.text[offset : offset + 1]
        is_comment = self.text[offset : offset + 2] in ("//", "/*")
        is_number = self.text[offset - 1].isdigit() and not is_comment
        # The rest of a number as its author saw it: 05, 5mg, 120/80, 2024-01-31.
        if is_number and (character.isalnum() or character in tuple("+-./%_")):
            self._fail(_BAD_NUMBER, offset)
        if self._open and character.isalpha():
            message = _INNER_QUOTE if self._before(offset) == '"' else _BARE_TEXT
        elif self._open and not (character.isdigit() or character in tuple('-"{[')):
            message = _NOT_A_COMMA
        self._fail_here(message, offset)

    def _before(self, offset: int) -> str:
        """Return the last character before ``offset`` that is not blank, or nothing."""
        return self.text[:offset].rstrip(" \t\n\r")[-1:]


def _hint(character: str) -> str | None:
    """Return what a character outside of a text gives away wherever it stands, if anything."""
    return _HINTS.get(character) if character.isprintable() else _INVISIBLE


def _find_problems(text: str) -> tuple[Problem, ...]:
    """Return what is wrong with a text that parse() refuses: one problem at least."""
    scanner = _Scanner(text)
    scanner.scan()
    # The last resort is for a caller that used up the stack, on which even a good file fails.
    return tuple(scanner.problems) or (Problem(_UNEXPLAINED, "", 1, 1),)


# Pointers


def _offset_of(node: int | _Container) -> int:
    return node.offset if isinstance(node, _Container) else node


def _tokens(pointer: str) -> list[str]:
    """Return the unescaped tokens of an RFC 6901 pointer; none if it does not start with a /."""
    first, *tokens = pointer.split("/")
    return [] if first else [token.replace("~1", "/").replace("~0", "~") for token in tokens]


def _to_index(token: str) -> int:
    """Return an array index, or -1. The length comes first: int() refuses very long literals."""
    is_index = len(token) <= 9 and token.isascii() and token.isdigit()
    return int(token) if is_index and str(int(token)) == token else -1
