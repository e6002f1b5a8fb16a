"""Settings: the command line over the environment over the nearest configuration file.

The file is ``imr-check.toml``, or the table ``tool.imr-check`` of ``pyproject.toml``, in the
working folder or the nearest one above it. What is not known is refused, since a misspelt setting
would silently not hold.
"""

from __future__ import annotations

import os
from datetime import date
from typing import TYPE_CHECKING, Any, NamedTuple, cast

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from ..report import Level

OWN_FILE = "imr-check.toml"
PYPROJECT = "pyproject.toml"
_TABLE = "tool.imr-check"
_PREFIX = "IMR_CHECK_"

LEVELS: tuple[Level, ...] = ("error", "warning", "info")


class Settings(NamedTuple):
    """What a check is told beside its files. Field names with hyphens are those of the file."""

    format: str | None = None
    output: tuple[str, ...] = ()
    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    per_file_ignores: tuple[tuple[str, tuple[str, ...]], ...] = ()
    severity: tuple[tuple[str, Level], ...] = ()
    unsuppressable: tuple[str, ...] = ()
    fail_on: Level = "error"
    exit_zero: bool = False
    as_of: date | None = None
    in_force_only: bool = False
    baseline: str | None = None
    holes: tuple[str, ...] = ()
    statistics: bool = False
    jobs: int = 0


class Configured(NamedTuple):
    """The settings and, by name, where each one comes from."""

    settings: Settings
    origins: dict[str, str]


class UsageError(Exception):
    """What was asked for cannot be understood; the text says what to do."""


def configured(
    given: Mapping[str, Any],
    environment: Mapping[str, str],
    *,
    isolated: bool = False,
    file: str | None = None,
) -> Configured:
    """Return the settings in force.

    ``given`` are those of the command line; None and empty ones were not given. ``file`` names the
    configuration file instead of the nearest. Raises :class:`UsageError`.
    """
    layers: list[tuple[str, dict[str, Any]]] = []
    if file is not None or not isolated:
        path = file or nearest_file(os.getcwd())
        if path is not None:
            layers.append((path, _of_file(path)))
    layers.append(("environment", _of_environment(environment)))
    layers.append(("command line", {k: v for k, v in given.items() if v not in (None, (), False)}))
    values: dict[str, Any] = {}
    origins = dict.fromkeys(Settings._fields, "default")
    for origin, layer in layers:
        values |= layer
        origins |= dict.fromkeys(layer, origin)
    return Configured(Settings(**values), origins)


def nearest_file(folder: str) -> str | None:
    """Return the configuration file of ``folder`` or of the nearest folder above that has one."""
    while True:
        own = os.path.join(folder, OWN_FILE)
        if os.path.isfile(own):
            return own
        project = os.path.join(folder, PYPROJECT)
        if _has_table(project):
            return project
        above = os.path.dirname(folder)
        if above == folder:
            return None
        folder = above


def _has_table(project: str) -> bool:
    # Most projects have none; to look for the words first saves loading a parser.
    try:
        with open(project, encoding="utf-8", errors="replace") as opened:
            return f"[{_TABLE}" in opened.read()
    except OSError:
        return False


def _of_file(path: str) -> dict[str, Any]:
    import tomllib

    try:
        with open(path, encoding="utf-8") as opened:
            text = opened.read()
        data: Any = tomllib.loads(text)
    except OSError as error:
        raise UsageError(f"{path}: cannot be read ({error.strerror})") from None
    except UnicodeDecodeError:
        raise UsageError(f"{path}: is not UTF-8: save it again with the encoding UTF-8") from None
    except tomllib.TOMLDecodeError as error:
        raise UsageError(f"{path}: {error}") from None
    if os.path.basename(path) == PYPROJECT:
        data = data.get("tool", {}).get("imr-check", {})
    values: dict[str, Any] = {}
    for key, raw in data.items():
        field = key.replace("-", "_")
        if "_" in key or field not in _READERS:
            raise UsageError(f"{path}:{_line_of(text, key)}: {_unknown(key)}")
        try:
            value = _READERS[field].of_file(raw)
        except ValueError as error:
            raise UsageError(f"{path}:{_line_of(text, key)}: {key} {error}") from None
        if field == "baseline":
            value = os.path.join(os.path.dirname(path), value)
        values[field] = value
    return values


def _of_environment(environment: Mapping[str, str]) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for name, text in environment.items():
        if not name.startswith(_PREFIX) or not text:
            continue
        field = name.removeprefix(_PREFIX).lower()
        reader = _READERS.get(field)
        if reader is None or reader.of_text is None:
            raise UsageError(f"the environment variable {name[:60]} is not known")
        try:
            values[field] = reader.of_text(text)
        except ValueError as error:
            raise UsageError(f"the environment variable {name} {error}") from None
    return values


def _unknown(key: str) -> str:
    from difflib import get_close_matches

    known = [name.replace("_", "-") for name in _READERS]
    close = get_close_matches(key, known, 1, 0.6)
    return f"unknown setting {key[:40]}: " + (
        f"did you mean {close[0]}?" if close else f"use one of {', '.join(known)}"
    )


def _line_of(text: str, key: str) -> int:
    """Return the line where a key, or a table of that name, stands; 1 if it cannot be told."""
    for number, line in enumerate(text.splitlines(), 1):
        plain = line.strip().strip("[]").removeprefix(f"{_TABLE}.").lstrip("\"' ")
        if plain.startswith(key) and plain[len(key) :].lstrip("\"' ")[:1] in ("", "="):
            return number
    return 1


# How each setting is read, from a file and from text


class _Reader(NamedTuple):
    of_file: Callable[[Any], Any]
    of_text: Callable[[str], Any] | None


def words(value: Any) -> tuple[str, ...]:
    """Return a list of words; ValueError if it is something else."""
    if not isinstance(value, list) or not all(isinstance(word, str) and word for word in value):
        raise ValueError("must be a list of texts")
    return tuple(value)


def _split(text: str) -> tuple[str, ...]:
    return tuple(filter(None, (part.strip() for part in text.split(","))))


def codes(text: str) -> tuple[str, ...]:
    """Return the prefixes of codes in a list with commas."""
    return tuple(part.upper() for part in _split(text))


def _text(value: Any) -> str:
    if not isinstance(value, str) or not value:
        raise ValueError("must be text in quotes")
    return value


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


def format_name(value: Any) -> str:
    """Return the name of an output format."""
    from ..render.output import FORMATS

    if value not in FORMATS:
        raise ValueError(f"must be one of {', '.join(FORMATS)}")
    return str(value)


def _day(value: Any) -> date:
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
    return tuple((pattern, codes(",".join(words(listed)))) for pattern, listed in value.items())


def _levels(value: Any) -> tuple[tuple[str, Level], ...]:
    if not isinstance(value, dict):
        raise ValueError("must be a table of codes, each with error, warning or info")
    return tuple((code.upper(), _level(level)) for code, level in value.items())


def _expressions(value: Any) -> tuple[str, ...]:
    import re

    for pattern in words(value):
        try:
            re.compile(pattern)
        except re.error:
            raise ValueError("must be a list of regular expressions, and one is not") from None
    return words(value)


_CODES = _Reader(lambda value: codes(",".join(words(value))), codes)
_FLAG = _Reader(_flag, _flag_of_text)
_WORDS = _Reader(words, _split)
_READERS: dict[str, _Reader] = {
    "format": _Reader(format_name, format_name),
    "output": _WORDS,
    "select": _CODES,
    "ignore": _CODES,
    "exclude": _WORDS,
    "per_file_ignores": _Reader(_ignores, None),
    "severity": _Reader(_levels, None),
    "unsuppressable": _CODES,
    "fail_on": _Reader(_level, _level),
    "exit_zero": _FLAG,
    "as_of": _Reader(_day, _day),
    "in_force_only": _FLAG,
    "baseline": _Reader(_text, _text),
    "holes": _Reader(_expressions, None),
    "statistics": _FLAG,
    "jobs": _Reader(_number, _number_of_text),
}


def shown(found: Configured) -> list[str]:
    """Return every setting in force on a line of its own, and where it comes from."""
    return [
        f"{name.replace('_', '-')} = {_plain(value)}  # {found.origins[name]}"
        for name, value in found.settings._asdict().items()
    ]


def _plain(value: object) -> str:
    if isinstance(value, tuple):
        return f"[{', '.join(map(_plain, value))}]"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'
    return "(none)" if value is None else str(value)


def codes_known(settings: Settings) -> None:
    """Raise :class:`UsageError` for a prefix that no criterion has: it would do nothing."""
    asked = [
        *settings.select,
        *settings.ignore,
        *settings.unsuppressable,
        *(prefix for prefix, _ in settings.severity),
        *(prefix for _, listed in settings.per_file_ignores for prefix in listed),
    ]
    if not asked:
        return
    from difflib import get_close_matches

    from ..guideline.pack import installed_packs
    from ..own_criteria import OWN_CRITERIA

    known = {c.code for p in installed_packs() for s in p.sections() for c in s.criteria}
    known |= OWN_CRITERIA.keys()
    for prefix in asked:
        if not any(code.startswith(prefix) for code in known):
            close = get_close_matches(prefix, known, 1, 0.5)
            hint = f"did you mean {close[0]}?" if close else "see `imr-check criteria`"
            raise UsageError(f"no criterion has a code that begins with {prefix[:20]}: {hint}")
