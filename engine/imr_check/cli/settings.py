"""Settings: the command line over the environment over the nearest configuration file.

The file is ``imr-check.toml``, or the table ``tool.imr-check`` of ``pyproject.toml``, in the
working folder or the nearest one above it. What a setting has in one place replaces what it has in
the next; nothing is added up.
"""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date

    from ..guideline.pack import Pack
    from ..report import Level

OWN_FILE = "imr-check.toml"
PYPROJECT = "pyproject.toml"
_PREFIX = "IMR_CHECK_"

LEVELS: tuple[Level, ...] = ("error", "warning", "info")

_MAY_HAVE_TABLE = re.compile(r"""imr-check["']?\s*(?:[\].]|=[^=])""")
"""What a table or key of ours looks like, and a requirement (imr-check==1.0) does not."""


class Settings(NamedTuple):
    """What a check is told beside its files. In a file, names have hyphens."""

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
    codes: bool = False
    formulary: str | None = None
    baseline: str | None = None
    holes: tuple[str, ...] = ()
    statistics: bool = False
    jobs: int = 0


class Configured(NamedTuple):
    """The settings and, by name, where each one comes from: a file, the environment, ..."""

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
    configuration file instead of the nearest; ``isolated`` leaves files alone. Raises
    :class:`UsageError`.
    """
    if isolated and file is not None:
        raise UsageError("--isolated reads no configuration file: leave out --config, or this")
    values: dict[str, Any] = {}
    origins = dict.fromkeys(Settings._fields, "default")
    here = _here()
    path = file or (None if isolated else nearest_file(here))
    if path is not None:
        from .config_file import read_config

        read = read_config(path)
        values |= read
        origins |= dict.fromkeys(read, path)
    read = _of_environment(environment)
    values |= read
    origins |= {name: f"environment: {_PREFIX}{name.upper()}" for name in read}
    read = {name: value for name, value in given.items() if value not in (None, ())}
    values |= read
    origins |= dict.fromkeys(read, "command line")
    return Configured(Settings(**values), origins)


def _here() -> str:
    try:
        return os.getcwd()
    except FileNotFoundError:
        raise UsageError("the working folder is gone: change to another one") from None


def nearest_file(start: str) -> str | None:
    """Return the configuration file of the working folder or of the nearest folder above.

    A file in the working folder itself is returned by its name.
    """
    folder = start
    while True:
        for name, counts in ((OWN_FILE, os.path.isfile), (PYPROJECT, _has_table)):
            path = name if folder == start else os.path.join(folder, name)
            if counts(path):
                return path
        above = os.path.dirname(folder)
        if above == folder:
            return None
        folder = above


def _has_table(project: str) -> bool:
    # Most projects have none; to look for the words first saves loading a parser.
    try:
        with open(project, encoding="utf-8", errors="replace") as opened:
            if _MAY_HAVE_TABLE.search(opened.read()) is None:
                return False
    except OSError:
        return False
    from .config_file import has_settings

    return has_settings(project)


def _of_environment(environment: Mapping[str, str]) -> dict[str, Any]:
    ours = {name: text for name, text in environment.items() if name.startswith(_PREFIX) and text}
    if not ours:
        return {}
    from .values import READERS

    values: dict[str, Any] = {}
    for name, text in sorted(ours.items()):
        setting = name.removeprefix(_PREFIX).lower()
        reader = READERS.get(setting)
        if reader is None or name != name.upper():
            raise UsageError(f"the environment variable {name[:60]} is not known{_hint(name)}")
        if reader.of_text is None:
            shown = setting.replace("_", "-")
            raise UsageError(f"{name} is not read: give {shown} in a configuration file")
        try:
            values[setting] = reader.of_text(text)
        except ValueError as error:
            raise UsageError(f"the environment variable {name} {error}") from None
    return values


def _hint(name: str) -> str:
    from difflib import get_close_matches

    known = [_PREFIX + field.upper() for field in Settings._fields]
    close = get_close_matches(name.upper(), known, 1, 0.8)
    return f": did you mean {close[0]}?" if close else ""


def shown(found: Configured) -> list[str]:
    """Return every setting in force on a line of its own, and where it comes from."""
    from ..request.holes import DEFAULT_HOLES

    values = found.settings._asdict()
    values |= {name: dict(values[name]) for name in ("severity", "per_file_ignores")}
    values["format"] = values["format"] or "text"
    values["holes"] = values["holes"] or DEFAULT_HOLES
    return [
        f"{name.replace('_', '-')} = {_plain(value)}  # {found.origins[name]}"
        for name, value in values.items()
    ]


def _plain(value: object) -> str:
    """Return a value as it is written in TOML."""
    if isinstance(value, dict):
        entries = (f"{_key(key)} = {_plain(each)}" for key, each in value.items())
        return f"{{{', '.join(entries)}}}"
    if isinstance(value, tuple):
        return f"[{', '.join(map(_plain, value))}]"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'
    return "(none)" if value is None else str(value)


def _key(name: str) -> str:
    return name if re.fullmatch("[A-Za-z0-9_-]+", name) else _plain(name)


def codes_known(found: Configured, packs: Iterable[Pack] = ()) -> None:
    """Raise :class:`UsageError` for a prefix that no criterion has: it would do nothing.

    ``packs`` are read beside the installed ones.
    """
    asked = [
        (prefix, names)
        for name in ("select", "ignore", "unsuppressable", "severity", "per_file_ignores")
        for prefix, *names in _prefixes(name, getattr(found.settings, name))
    ]
    if not asked:
        return
    known = _known_codes(packs)
    for prefix, names in asked:
        if not any(code.startswith(prefix) for code in known):
            raise UsageError(_unknown_code(prefix, known, found, names))


def _prefixes(name: str, value: Any) -> list[tuple[str, ...]]:
    """Return prefixes of codes, each with the names of the setting and its entry."""
    if name == "severity":
        return [(prefix, name, prefix) for prefix, _ in value]
    if name == "per_file_ignores":
        return [(prefix, name, pattern) for pattern, listed in value for prefix in listed]
    return [(prefix, name) for prefix in value]


def _known_codes(packs: Iterable[Pack]) -> set[str]:
    from ..guideline.pack import installed_packs
    from ..own_criteria import OWN_CRITERIA

    every = dict.fromkeys((*installed_packs(), *packs))
    known = {c.code for p in every for s in p.sections() for c in s.criteria}
    return known | OWN_CRITERIA.keys()


def _unknown_code(prefix: str, known: set[str], found: Configured, names: list[str]) -> str:
    from difflib import get_close_matches

    close = get_close_matches(prefix, sorted(known), 1, 0.5)
    hint = f"did you mean {close[0]}?" if close else "see `imr-check criteria`"
    setting, *entry = names
    shown, origin = setting.replace("_", "-"), found.origins[setting]
    if origin.startswith(("command", "default")):
        place = f"--{shown}"
    elif origin.startswith("environment"):
        place = origin.removeprefix("environment: ")
    else:
        from .config_file import place_of

        place = place_of(origin, shown, *entry)
    return f"{place}: no criterion has a code that begins with {prefix[:20]}: {hint}"
