"""How the value of each setting is read, from a configuration file and from text.

Every reader raises ValueError with words that follow the name of the setting. ``EntryError`` also
names the entry of a table that is wrong.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any, NamedTuple, cast

from .settings import LEVELS

if TYPE_CHECKING:
    from collections.abc import Callable

    from ..report import Level


class EntryError(ValueError):
    """An entry of a table is wrong."""

    def __init__(self, key: str, words: str) -> None:
        self.key = key
        super().__init__(words)


class Reader(NamedTuple):
    """Reads a setting. ``of_text`` is None where text could not be told apart well."""

    of_file: Callable[[Any], Any]
    of_text: Callable[[str], Any] | None


def words(value: Any) -> tuple[str, ...]:
    """Return a list of words; ValueError if it is something else."""
    if not isinstance(value, list) or not all(map(_is_text, value)):
        raise ValueError("must be a list of texts")
    return tuple(value)


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and value.strip() != "" and "\0" not in value


def _split(text: str) -> tuple[str, ...]:
    return tuple(filter(None, (part.strip() for part in text.split(","))))


def codes(text: str) -> tuple[str, ...]:
    """Return the prefixes of codes in a list with commas."""
    return tuple(part.upper() for part in _split(text))


def _text(value: Any) -> str:
    if not _is_text(value):
        raise ValueError("must be text in quotes")
    return str(value)


def _flag(value: Any) -> bool:
    if not isinstance(value, bool):
        raise ValueError("must be true or false")
    return value


def _flag_of_text(text: str) -> bool:
    if text.lower() not in ("1", "true", "yes", "0", "false", "no"):
        raise ValueError("must be 1 or 0")
    return text.lower() in ("1", "true", "yes")


def _level(value: Any) -> Level:
    if value not in LEVELS:
        raise ValueError(f"must be one of {', '.join(LEVELS)}")
    return cast("Level", value)


def _format(value: Any) -> str:
    from ..render.output import FORMATS

    if value not in FORMATS:
        raise ValueError(f"must be one of {', '.join(FORMATS)}")
    return str(value)


def day(value: Any) -> date:
    """Return a date; ValueError if it is something else."""
    if type(value) is date:
        return value
    try:
        return date.fromisoformat(value)
    except (TypeError, ValueError):
        raise ValueError("must be a date written like 2015-01-13") from None


def _number(value: Any) -> int:
    if type(value) is not int or not 0 <= value <= 1000:
        raise ValueError("must be a number from 0 to 1000")
    return value


def _number_of_text(text: str) -> int:
    return _number(int(text) if text.isdecimal() and len(text) < 9 else None)


def _ignores(value: Any) -> tuple[tuple[str, tuple[str, ...]], ...]:
    if not isinstance(value, dict):
        raise ValueError("must be a table of patterns, each with a list of codes")
    return tuple(_in_entry(pattern, value, _codes_in) for pattern in value)


def _levels(value: Any) -> tuple[tuple[str, Level], ...]:
    if not isinstance(value, dict):
        raise ValueError("must be a table of codes, each with error, warning or info")
    found = (_in_entry(code, value, _level) for code in value)
    return tuple((code.upper(), level) for code, level in found)


def _in_entry(key: str, table: dict[str, Any], read: Callable[[Any], Any]) -> tuple[str, Any]:
    """Return an entry of a table, or say that it is this entry which is wrong."""
    try:
        if not key.strip():
            raise ValueError("has an entry without a name")
        return key, read(table[key])
    except ValueError as error:
        raise EntryError(key, f"{key[:40]} {error}") from None


def _codes_in(value: Any) -> tuple[str, ...]:
    return codes(",".join(words(value)))


def ignores_of_text(text: str) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Return what is ignored where, as in ``drafts/*:TPI-13,ACU;old/**:TPI``."""
    found = []
    for part in filter(None, map(str.strip, text.split(";"))):
        pattern, _, listed = part.rpartition(":")
        if not pattern or not codes(listed):
            raise ValueError("must be PATTERN:CODES, for example 'drafts/*:TPI-13'")
        found.append((pattern, codes(listed)))
    return tuple(found)


def levels_of_text(text: str) -> tuple[tuple[str, Level], ...]:
    """Return levels by code, as in ``TPI-15=info,ACU=warning``."""
    found = []
    for part in _split(text):
        code, _, level = part.partition("=")
        if not code or level not in LEVELS:
            raise ValueError("must be CODE=LEVEL, with error, warning or info: TPI-15=info")
        found.append((code.upper(), level))
    return tuple(found)


def _expressions(value: Any) -> tuple[str, ...]:
    import re
    import warnings

    for pattern in words(value):
        try:
            # What Python warns of now may mean something else to the next version.
            with warnings.catch_warnings(action="error"):
                matches_nothing = re.compile(pattern, re.DOTALL).fullmatch("")
        except (re.error, OverflowError, RecursionError, Warning):
            raise ValueError("must be a list of regular expressions, and one is not") from None
        if matches_nothing:
            raise ValueError("must not match the empty text, and one of the expressions does")
    return words(value)


_CODES = Reader(_codes_in, codes)
_FLAG = Reader(_flag, _flag_of_text)
_WORDS = Reader(words, _split)

READERS: dict[str, Reader] = {
    "format": Reader(_format, _format),
    "output": _WORDS,
    "select": _CODES,
    "ignore": _CODES,
    "exclude": _WORDS,
    "per_file_ignores": Reader(_ignores, ignores_of_text),
    "severity": Reader(_levels, levels_of_text),
    "unsuppressable": _CODES,
    "fail_on": Reader(_level, _level),
    "exit_zero": _FLAG,
    "as_of": Reader(day, day),
    "in_force_only": _FLAG,
    "codes": _FLAG,
    "formulary": Reader(_text, _text),
    "baseline": Reader(_text, _text),
    "holes": Reader(_expressions, None),
    "statistics": _FLAG,
    "jobs": Reader(_number, _number_of_text),
}
