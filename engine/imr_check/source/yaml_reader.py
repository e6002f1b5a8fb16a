"""YAML that says the same as JSON, built from the events of libyaml.

What two programs might read differently is refused: anchors, tags, merge keys, several documents, a
field given twice. A plain word is null, true, false, a number as JSON writes it, or else text: a
date stays text, and so does *no*. Never recursive, so that no nesting can use up the stack.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import yaml

from ..errors import RequestError
from . import wording, yaml_wording
from .parsing import SURROGATE, to_float, to_integer
from .survey import Stop, Survey

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .positions import Container
    from .reading import Source

_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

_WORDS = {"": None, "~": None, "null": None, "true": True, "false": False}
_CAPITAL_NULL = frozenset({"Null", "NULL"})
_NOT_NUMBERS = frozenset(
    sign + word
    for sign in ("", "+", "-")
    for word in ("NaN", "Infinity", ".nan", ".NaN", ".NAN", ".inf", ".Inf", ".INF")
)
_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?").fullmatch
# libyaml refuses the first kind without a place. The second kind it takes for ends of lines.
_ODD_CHARACTER = re.compile(
    "[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]"
    "|[\x85\u2028\u2029]"
).search
_HALF = re.compile(SURROGATE).search
_LINE_SEPARATORS = "\x85\u2028\u2029"


def read_yaml(source: Source) -> object:
    """Return the value of a YAML text, or raise RequestError with every fault found."""
    reader = YamlReader(source)
    reader.read()
    if reader.problems:
        raise RequestError(tuple(reader.problems))
    return reader.value


class YamlReader(Survey):
    """One pass over a YAML text. ``ends`` has the offset after each scalar, by its offset."""

    def __init__(self, source: Source) -> None:
        super().__init__(source.text, source.first_line)
        self.value: object = None
        self.ends: dict[int, int] = {}
        self._values: list[dict[str, Any] | list[Any]] = []  # those of the open containers
        self._key_ends: list[int] = []  # of those; -1 where a field name comes next, or in a list
        self._documents = 0

    def read(self) -> None:
        """Fill ``value``, ``root``, ``ends`` and ``problems``. Call it once."""
        try:
            self._check_characters()
            for event in self._events():
                self._take(event)
            if not self._documents:
                self._fail(wording.EMPTY, 0)
        except Stop:
            pass

    def _check_characters(self) -> None:
        odd = _ODD_CHARACTER(self.text)
        if odd:
            is_separator = odd.group() in _LINE_SEPARATORS
            message = yaml_wording.LINE_SEPARATOR if is_separator else wording.INVISIBLE
            self._fail(message, odd.start())

    def _events(self) -> Iterator[Any]:
        try:
            yield from yaml.parse(self.text, Loader=_LOADER)
        except yaml.MarkedYAMLError as error:
            fault = error
        except yaml.YAMLError:
            fault = None
        else:
            return
        # Outside the except clause: these errors may carry parts of the file along.
        self._explain(fault)

    def _take(self, event: Any) -> None:
        if isinstance(event, yaml.ScalarEvent):
            self._take_scalar(event)
        elif isinstance(event, yaml.MappingStartEvent):
            self._begin(event, "{", {})
        elif isinstance(event, yaml.SequenceStartEvent):
            self._begin(event, "[", [])
        elif isinstance(event, yaml.CollectionEndEvent):
            self._open.pop()
            self._values.pop()
            self._key_ends.pop()
        elif isinstance(event, yaml.AliasEvent):
            self._refuse_alias(event)
        elif isinstance(event, yaml.DocumentStartEvent):
            self._begin_document(event)

    def _refuse_alias(self, event: Any) -> None:
        self._fail(yaml_wording.ALIAS, event.start_mark.index)

    def _begin_document(self, event: Any) -> None:
        if event.version or event.tags:
            self._fail(yaml_wording.DIRECTIVE, event.start_mark.index)
        self._documents += 1
        if self._documents > 1:
            self._fail(yaml_wording.MANY_REQUESTS, event.start_mark.index)

    def _begin(self, event: Any, opener: str, value: dict[str, Any] | list[Any]) -> None:
        offset = event.start_mark.index
        if self._wants_key():
            self._fail_at_hole(self._open[-1].offset)
            self._fail_at_hole(offset)
            self._fail(yaml_wording.COMPLEX_KEY, offset)
        self._open_container(offset, opener)
        self._put(value)
        self._values.append(value)
        self._key_ends.append(-1)
        self._check_properties(event)

    def _fail_at_hole(self, offset: int, *openers: str) -> None:
        """Fail if a hole without quotation marks begins here."""
        if self.text.startswith(openers or ("{{", "***"), offset):
            self._fail(yaml_wording.HOLE, offset)

    def _take_scalar(self, event: Any) -> None:
        start, end = event.start_mark.index, event.end_mark.index
        if self._wants_key():
            self._take_key(event, start, end)
            return
        self._check_colon(event, start)
        self._add(start)
        self.ends[start] = end
        self._check_properties(event)
        if not event.value.isascii() and _HALF(event.value):
            self._report(wording.HALF_CHARACTER, start)  # libyaml itself refuses them
        self._put(event.value if event.style else self._meant(event.value, start))

    def _take_key(self, event: Any, start: int, end: int) -> None:
        container = self._open[-1]
        name: str = event.value
        is_plain = not event.style
        self._name_child(container, name, start)
        self._key_ends[-1] = end
        self._check_properties(event)
        if is_plain and name == "<<":
            self._report(yaml_wording.MERGE, start)
        elif is_plain and not isinstance(self._meant(name, start), str):
            self._report(yaml_wording.KEY_NOT_TEXT, start)

    def _wants_key(self) -> bool:
        return bool(self._open) and self._open[-1].names is not None and self._key_ends[-1] < 0

    def _check_colon(self, event: Any, start: int) -> None:
        """Refuse a name without a colon in curly brackets, which YAML reads as a null."""
        if event.style or event.value or not self._open or self._open[-1].names is None:
            return
        if ":" not in self.text[self._key_ends[-1] : start]:
            self._fail(yaml_wording.NO_COLON, start)

    def _put(self, value: object) -> None:
        """Put a value into the innermost container."""
        if not self._values:
            self.value = value
            return
        parent = self._values[-1]
        if isinstance(parent, dict):
            parent[self._parent(value).name] = value
            self._key_ends[-1] = -1
        else:
            parent.append(value)

    def _parent(self, value: object) -> Container:
        # A container is open by the time that its value is put into the one around it.
        return self._open[-2 if isinstance(value, dict | list) else -1]

    def _check_properties(self, event: Any) -> None:
        if event.anchor is not None:
            self._report(yaml_wording.ANCHOR, event.start_mark.index)
        if event.tag is not None:
            self._report(yaml_wording.TAG, event.start_mark.index)

    def _meant(self, word: str, offset: int) -> object:
        """Return what a plain word means. Multi-line words are text as well."""
        if word in _WORDS:
            return _WORDS[word]
        if word in _CAPITAL_NULL:
            self._report(yaml_wording.CAPITAL_NULL, offset)
        elif word in _NOT_NUMBERS:
            self._report(yaml_wording.NOT_A_NUMBER, offset)
        elif number := _NUMBER(word):
            return self._number(word, offset, *number.groups())
        return word

    def _number(self, word: str, offset: int, fraction: str | None, exponent: str | None) -> object:
        # YAML 1.1 takes an exponent for one only with a point before it and a sign in it.
        if exponent and not (fraction and exponent[1] in "+-"):
            self._report(yaml_wording.TWO_READINGS, offset)
            return 0
        try:
            return to_float(word) if fraction else to_integer(word)
        except ValueError:
            is_huge = True
        if is_huge:
            self._report(wording.HUGE_NUMBER, offset)
        return 0

    def _explain(self, error: yaml.MarkedYAMLError | None) -> None:
        """Fail with our words for what the parser found, at its place."""
        mark = error.problem_mark if error else None
        if error is None or mark is None:
            self._fail(yaml_wording.UNREADABLE, 0)
        begun = error.context_mark.index if error.context_mark else mark.index
        self._fail_at_hole(begun)
        self._fail_at_hole(self._open[-1].offset if self._open else begun)
        self._fail_at_hole(max(mark.index - 1, 0), "${")
        message, is_of_beginning = _said(error.problem or "", error.context or "")
        if message == yaml_wording.START and self.text[mark.index : mark.index + 1] == "\t":
            message = yaml_wording.TAB
        self._fail(message, begun if is_of_beginning else mark.index)


def _said(problem: str, context: str) -> tuple[str, bool]:
    """Return our words, and whether they are about the place where the part begins."""
    for start, message in yaml_wording.CONTEXTS:
        if context.startswith(start):
            return message, True
    for start, message in yaml_wording.FAULTS:
        if problem.startswith(start):
            return message, message in yaml_wording.AT_THE_BEGINNING
    return yaml_wording.UNREADABLE, False
