"""Say a value again in the form that a request wants, where only its form is wrong.

Nothing is guessed and nothing is filled in: where a value could mean two things there is no fix. So
a year of two digits stays, *yes* does not become true, and no code loses a modifier. A date with
slashes is read month first, as the California forms write it.
"""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING, Any

from ..errors import Fix
from .outline import node_at
from .plain import allows

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    Found = tuple[str | int | float, str] | None

_NOT_OF_A_VALUE = ("missing", "extra_forbidden", "inconsistent")
_BARE_NUMBER = re.compile(r"[0-9]+(?:\.[0-9]+)?").fullmatch


def fix_of(error: dict[str, Any], literal: str) -> Fix | None:
    """Return the fix of one of pydantic's errors. ``literal`` is the value as the file has it."""
    given = error["input"]
    is_value = isinstance(given, str | int | float) and not isinstance(given, bool)
    if error["type"] in _NOT_OF_A_VALUE or not is_value:
        return None
    path = tuple(error["loc"])
    node = node_at(path)
    # Of a number only the file knows how it is written: 724.20 is not 724.2.
    text = given.strip() if isinstance(given, str) else literal
    found = _maker(node)(text, given, node, path)
    return Fix(*found) if found and allows(node, found[0]) else None


def _maker(node: dict[str, Any]) -> Callable[..., Found]:
    if "enum" in node:
        return _word
    if node.get("format") == "date":
        return _date
    return _BY_TYPE.get(node.get("type", ""), _nothing)


def _nothing(*_: object) -> Found:
    return None


# Dates

_YEAR_FIRST = re.compile(r"([0-9]{4})([-/]?)([0-9]{1,2})\2([0-9]{1,2})").fullmatch
_MONTH_FIRST = re.compile(r"([0-9]{1,2})/([0-9]{1,2})/([0-9]{4})").fullmatch
_MONTH_NAMED = re.compile(r"([A-Za-z]{3,9})\.? +([0-9]{1,2}),? +([0-9]{4})").fullmatch
_MONTHS = (
    *("january", "february", "march", "april", "may", "june", "july"),
    *("august", "september", "october", "november", "december"),
)
_MONTH_NUMBERS = {name: number for number, name in enumerate(_MONTHS, 1)}
_MONTH_NUMBERS |= {name[:3]: number for name, number in _MONTH_NUMBERS.items()} | {"sept": 9}
_FIRST_YEAR, _LAST_YEAR = 1900, 2199


def _date(text: str, *_: object) -> Found:
    found = _year_month_day(text)
    if found is None or not _FIRST_YEAR <= found[0] <= _LAST_YEAR:
        return None
    try:
        return date(*found).isoformat(), "date written year-month-day"
    except ValueError:
        return None


def _year_month_day(text: str) -> tuple[int, int, int] | None:
    if found := _YEAR_FIRST(text):
        year, between, month, day = found.groups()
        if between or len(month + day) == 4:
            return int(year), int(month), int(day)
    elif found := _MONTH_FIRST(text):
        month, day, year = found.groups()
        return int(year), int(month), int(day)
    elif found := _MONTH_NAMED(text):
        name, day, year = found.groups()
        number = _MONTH_NUMBERS.get(name.lower())
        return (int(year), number, int(day)) if number else None
    return None


# Words of a closed set

_SHORT_UNITS = {"wk": "week", "wks": "weeks", "mo": "month", "mos": "months"}
_UNIT_FIELDS = ("unit", "per")


def _word(text: str, _: object, node: dict[str, Any], path: tuple[str | int, ...]) -> Found:
    given = _squeezed(text)
    if path[-1] in _UNIT_FIELDS:
        given = given.removesuffix(".").replace("(s)", "s")
        given = _SHORT_UNITS.get(given, given)
    allowed = [word for word in node["enum"] if isinstance(word, str)]
    found = _one(word for word in allowed if _squeezed(word) == given)
    # The plural of a region may mean both sides, so it is not the same word.
    if found is None and "low_back" not in allowed:
        found = _one(word for word in allowed if given in (_squeezed(word) + "s", _singular(word)))
    if found is None:
        return None
    return found, "word written as in the list of words"


def _squeezed(text: str) -> str:
    return re.sub(r"[\s_-]", "", text).lower() if text.isascii() else text


def _singular(word: str) -> str:
    return _squeezed(word).removesuffix("s")


def _one(found: Iterable[str]) -> str | None:
    words = list(found)
    return words[0] if len(words) == 1 else None


# Numbers, true and false

_WHOLE = re.compile(r"(-?(?:0|[1-9][0-9]{0,15}))(?:\.0+)?").fullmatch
_MEASURED = re.compile(r"-?(?:0|[1-9][0-9]{0,15})(?:\.[0-9]+)?").fullmatch


def _whole(text: str, given: object, *_: object) -> Found:
    found = _WHOLE(text)
    if found is None or (isinstance(given, str) and "." in text):
        return None
    what = "quotation marks of a number removed" if isinstance(given, str) else "whole number"
    return int(found[1]), what


def _measured(text: str, *_: object) -> Found:
    if _MEASURED(text) is None:
        return None
    return float(text) if "." in text else int(text), "quotation marks of a number removed"


def _boolean(text: str, *_: object) -> Found:
    if text.lower() not in ("true", "false"):
        return None
    return text.lower() == "true", "true or false in small letters, without quotation marks"


# Codes and other text


def _text(text: str, given: object, _: object, path: tuple[str | int, ...]) -> Found:
    if not isinstance(given, str):
        return (text, "text put in quotation marks") if _BARE_NUMBER(text) else None
    field = next(part for part in reversed(path) if isinstance(part, str))
    maker = CODES.get(field)
    return maker(text) if maker and text.isascii() else None


def _icd(text: str) -> Found:
    code = re.sub(r"\s*\.\s*", ".", text).upper()  # any other blank may part two codes
    # The dot of a code with a letter is its fourth character, but for E codes, where ICD-9 and
    # ICD-10 differ. A code of digits alone may be any of several.
    if re.fullmatch(r"[A-DF-Z][0-9][0-9A-Z]{2,5}", code):
        code = f"{code[:3]}.{code[3:]}"
    return code, "ICD code in capitals, with its dot and without blanks"


def _procedure_code(text: str) -> Found:
    return text.upper(), "procedure code in capitals, without blanks"


def _level(text: str) -> Found:
    return re.sub(r"\s*-\s*", "-", text).upper(), "spinal level in capitals, without blanks"


def _criterion(text: str) -> Found:
    return text.upper(), "code of a criterion in capitals, without blanks"


def _kind(text: str) -> Found:
    return re.sub(r"[\s_-]+", "_", text).lower(), "small letters, with underscores for blanks"


CODES: dict[str, Callable[[str], Found]] = {
    "icd": _icd,
    "procedure_codes": _procedure_code,
    "levels": _level,
    "code": _criterion,
    "kind": _kind,
    "after": _kind,
}
"""By field. Every field with a pattern is here."""

_BY_TYPE: dict[str, Callable[..., Found]] = {
    "integer": _whole,
    "number": _measured,
    "boolean": _boolean,
    "string": _text,
}
