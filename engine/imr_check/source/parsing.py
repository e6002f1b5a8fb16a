"""Strict JSON by the decoder of the standard library, which is fast and says little.

What it refuses, and what passes but two programs might read differently, goes to the scanner.
YAML has a reader of its own.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, NoReturn

from ..errors import RequestError
from .limits import LARGEST_NUMBER, MAX_DEPTH

if TYPE_CHECKING:
    from .reading import Source

_LONGEST_INTEGER = 17  # a sign and 16 digits: any longer literal is beyond LARGEST_NUMBER
SURROGATE = r"[\ud800-\udfff]"


def parse(source: Source) -> object:
    """Return the value of a text: dict, list, str, int, float, bool or None.

    Raises RequestError for what is not JSON, and for JSON that two programs might read differently:
    repeated field names, numbers beyond LARGEST_NUMBER, halves of surrogate pairs, deep nesting.
    YAML that says the same as such JSON is read; any other is refused as well.
    """
    if source.form == "yaml":
        from .yaml_reader import read_yaml

        return read_yaml(source)
    try:
        value: object = _DECODER.decode(source.text)
    except (ValueError, RecursionError):
        # Leave this block before raising: these errors carry the text of the file with them.
        value = _REFUSED
    if value is _REFUSED or _is_too_deep(source.text, value) or _is_split(source.text, value):
        from .scanner import find_problems

        raise RequestError(find_problems(source))
    return value


# Hooks of the decoder: they raise a ValueError without text, for the scanner to explain.


def _to_object(pairs: list[tuple[str, object]]) -> dict[str, object]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise ValueError
    return members


def to_integer(literal: str) -> int:
    # Length first: int() takes long for many digits, or refuses them, as Python was set up.
    if len(literal) > _LONGEST_INTEGER:
        raise ValueError
    value = int(literal)
    if not -LARGEST_NUMBER <= value <= LARGEST_NUMBER:
        raise ValueError
    return value


def to_float(literal: str) -> float:
    value = float(literal)
    if not -LARGEST_NUMBER <= value <= LARGEST_NUMBER:  # 1e400 is infinite by now
        raise ValueError
    return value


def _to_constant(_literal: str) -> NoReturn:
    raise ValueError


_REFUSED = object()
_DECODER = json.JSONDecoder(
    object_pairs_hook=_to_object,
    parse_int=to_integer,
    parse_float=to_float,
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
    has_surrogate = re.compile(SURROGATE).search
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
