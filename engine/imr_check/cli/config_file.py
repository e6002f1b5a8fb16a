"""Read a configuration file: ``imr-check.toml``, or a table of ``pyproject.toml``.

What is not known is refused, since a misspelt setting would silently not hold. Paths and patterns
count from the folder of the file, wherever the command runs.
"""

from __future__ import annotations

import os
import re
import tomllib
from itertools import takewhile
from typing import Any, NoReturn

from .patterns import escaped
from .settings import PYPROJECT, UsageError
from .values import READERS, EntryError

_TABLE = ("tool", "imr-check")
_NAME = r"""(?:"[^"]*"|'[^']*'|[A-Za-z0-9_-]+)"""
_NAMES = rf"{_NAME}(?:\s*\.\s*{_NAME})*"
_HEADER = re.compile(rf"\s*\[\s*({_NAMES})\s*\]")
_ENTRY = re.compile(rf"\s*({_NAMES})\s*=")
_AT = re.compile(r" \(at line (\d+), column (\d+)\)$")


def read_config(path: str) -> dict[str, Any]:
    """Return the settings of a file. Raises :class:`UsageError`."""
    return _File(path, _read(path)).settings()


def place_of(path: str, *names: str) -> str:
    """Return file and line where a setting, or an entry of it, stands."""
    return _File(path, _read(path)).place(*names)


def _read(path: str) -> str:
    try:
        with open(path, encoding="utf-8-sig") as opened:
            return opened.read()
    except OSError as error:
        why = f"cannot be read ({error.strerror})"
    except UnicodeDecodeError:
        why = "is not UTF-8: save it again with the encoding UTF-8"
    except ValueError:
        why = "cannot be read: no file can have this name"
    raise UsageError(f"{path}: {why}")


class _File:
    """A configuration file with its text."""

    def __init__(self, path: str, text: str) -> None:
        self.path = path
        self.text = text
        self.above = _TABLE if os.path.basename(path) == PYPROJECT else ()

    def settings(self) -> dict[str, Any]:
        table = self.table()
        if table is None:
            raise UsageError(f"{self.path}: has no table [{'.'.join(_TABLE)}]")
        return {key.replace("-", "_"): self._value(key, raw) for key, raw in table.items()}

    def place(self, *names: str) -> str:
        return f"{self.path}:{_line_of(self.text, (*self.above, *names))}"

    def table(self) -> dict[str, Any] | None:
        found: Any = self._parsed()
        for depth, name in enumerate(self.above, 1):
            if name not in found:
                return None
            found = found[name]
            if not isinstance(found, dict):
                line = _line_of(self.text, self.above[:depth])
                raise UsageError(f"{self.path}:{line}: {name} must be a table")
        table: dict[str, Any] = found
        return table

    def _parsed(self) -> dict[str, Any]:
        try:
            return tomllib.loads(self.text)
        except tomllib.TOMLDecodeError as error:
            why = str(error)
        except RecursionError:
            why = "too many brackets inside each other"
        place = _AT.search(why)
        where = f":{place[1]}:{place[2]}" if place else ""
        raise UsageError(f"{self.path}{where}: is not TOML: {_AT.sub('', why)}")

    def _value(self, key: str, raw: Any) -> Any:
        name = key.replace("-", "_")
        if "_" in key or name not in READERS:
            self._refuse(_unknown(key), key)
        try:
            value = READERS[name].of_file(raw)
        except EntryError as error:
            self._refuse(f"{key}: {error}", key, error.key)
        except ValueError as error:
            self._refuse(f"{key} {error}", key)
        return _from_folder(os.path.dirname(self.path), name, value)

    def _refuse(self, message: str, *names: str) -> NoReturn:
        # Without the inner error: it adds nothing that the message does not say.
        raise UsageError(f"{self.place(*names)}: {message}") from None


def _unknown(key: str) -> str:
    from difflib import get_close_matches

    known = [name.replace("_", "-") for name in READERS]
    close = get_close_matches(key.replace("_", "-"), known, 1, 0.6)
    return f"unknown setting {key[:40]}: " + (
        f"did you mean {close[0]}?" if close else f"use one of {', '.join(known)}"
    )


def _line_of(text: str, wanted: tuple[str, ...]) -> int:
    """Return the line of an entry or table, or of the nearest one that it is in; at least 1."""
    wanted = tuple(map(str.lower, wanted))  # codes are read in any letters
    table: tuple[str, ...] = ()
    best, deepest = 1, 0
    for line, content in enumerate(text.splitlines(), 1):
        header, entry = _HEADER.match(content), _ENTRY.match(content)
        if header:
            table = path = _parts(header[1])
        elif entry:
            path = (*table, *_parts(entry[1]))
        else:
            continue
        depth = _shared(path, wanted)
        if depth > deepest:
            best, deepest = line, depth
    return best


def _shared(path: tuple[str, ...], wanted: tuple[str, ...]) -> int:
    """Return how many names two paths have in common at their beginning."""
    pairs = zip(path, wanted, strict=False)
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], pairs))


def _parts(names: str) -> tuple[str, ...]:
    return tuple(name.strip("\"'").lower() for name in re.findall(_NAME, names))


# Paths and patterns


def _from_folder(folder: str, name: str, value: Any) -> Any:
    """Return the value of a setting as it is seen from the working folder."""
    if name in ("baseline", "formulary"):
        return _joined(folder, value)
    if name == "output":
        return tuple(_output(folder, each) for each in value)
    if name == "exclude":
        return tuple(_pattern(folder, each) for each in value)
    if name == "per_file_ignores":
        return tuple((_pattern(folder, pattern), codes) for pattern, codes in value)
    return value


def _joined(folder: str, path: str) -> str:
    full = os.path.abspath(os.path.join(folder, path))
    near = os.path.relpath(full)
    return full if near.startswith("..") else near


def _output(folder: str, text: str) -> str:
    form, equals, path = text.partition("=")
    if equals and form.isalpha():
        return f"{form}={_joined(folder, path)}" if path else text
    return _joined(folder, text)


def _pattern(folder: str, pattern: str) -> str:
    """Return a pattern with a slash as a whole path; one without is about any name."""
    here = os.path.abspath(folder)
    if here == os.getcwd() or "/" not in pattern.rstrip("/") or pattern[0] == "/":
        return pattern
    return f"{escaped(here)}/{os.path.normpath(pattern)}"


def has_settings(project: str) -> bool:
    """Whether a pyproject.toml has a table for us; if it may have, it has to be readable."""
    return _File(project, _read(project)).table() is not None
