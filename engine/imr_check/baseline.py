"""The baseline: findings that a team has looked at and set aside, in a file of their own.

An entry is keyed by the path of the file and by what the finding is about (its fingerprint): moving
lines or rows around does not end it, a change in the facts that decided does. No chart content is
in the file; a fingerprint is a hash over coded facts.
"""

from __future__ import annotations

import json
import os.path
from datetime import date
from typing import TYPE_CHECKING, Any

from .errors import Problem, RequestError
from .report import Suppression
from .source import Positions, parse, read_source

if TYPE_CHECKING:
    from collections.abc import Iterable

    from .report import Finding

VERSION = 1
DEFAULT_NAME = "imr-check-baseline.json"

_REQUIRED = ("path", "code", "fingerprint", "reason")
_OPTIONAL = ("author", "until")

Key = tuple[str, str, str]
"""Path as in the file, code, fingerprint."""


class Baseline:
    """Entries by the path of the file they are about; paths count from the baseline's folder."""

    def __init__(self, file: str, entries: Iterable[tuple[str, Suppression]] = ()) -> None:
        self.file = file
        self._folder = os.path.dirname(os.path.abspath(file))
        self._entries: dict[str, list[Suppression]] = {}
        for path, entry in entries:
            self._entries.setdefault(path, []).append(entry)

    def entries_of(self, path: str) -> tuple[Suppression, ...]:
        """Return the entries about the file at ``path``, as the user named it."""
        return tuple(self._entries.get(self.relative(path), ()))

    def relative(self, path: str) -> str:
        """Return the path of a file as it stands in the baseline: with /, from its folder."""
        return os.path.relpath(os.path.abspath(path), self._folder).replace(os.sep, "/")

    def updated(
        self, checked: Iterable[tuple[str, Iterable[Finding]]], reason: str, author: str
    ) -> tuple[Baseline, int, int]:
        """Return a baseline for what fails now, and how many entries are new and how many left.

        ``checked`` has for every file its failing findings. Entries of other files stay. An entry
        that still matches keeps its reason; one that matches nothing any more is left out.
        """
        entries = {path: list(found) for path, found in self._entries.items()}
        new = left = 0
        for path, findings in checked:
            key = self.relative(path)
            known = {(e.code, e.fingerprint): e for e in entries.pop(key, ())}
            kept: dict[tuple[str, str], Suppression] = {}
            for finding in findings:
                about = (finding.code, finding.fingerprint)
                if about not in kept:
                    new += about not in known
                    made = Suppression(about[0], reason, author, None, "baseline", None, about[1])
                    kept[about] = known.get(about, made)
            left += len(known.keys() - kept.keys())
            entries[key] = list(kept.values())
        pairs = ((path, entry) for path, found in entries.items() for entry in found)
        return Baseline(self.file, pairs), new, left

    def text(self) -> str:
        """Return the baseline as it is written: sorted, so that a version control shows changes."""
        entries = [
            {
                "path": path,
                "code": entry.code,
                "fingerprint": entry.fingerprint,
                "reason": entry.reason,
                **({"author": entry.author} if entry.author else {}),
                **({"until": entry.until.isoformat()} if entry.until else {}),
            }
            for path, found in sorted(self._entries.items())
            for entry in sorted(found, key=lambda entry: (entry.code, entry.fingerprint))
        ]
        return json.dumps({"version": VERSION, "entries": entries}, indent=1) + "\n"


def read_baseline(file: str) -> Baseline:
    """Read a baseline; RequestError says with line and column what is wrong with it."""
    source = read_source(file)
    data, positions = parse(source), Positions(source)
    problems: list[Problem] = []

    def refuse(message: str, pointer: str) -> None:
        problems.append(Problem(message, pointer, *positions.of(pointer)))

    entries: list[tuple[str, Suppression]] = []
    if not isinstance(data, dict) or data.keys() != {"version", "entries"}:
        refuse("a baseline has version and entries: write one with `imr-check baseline`", "")
    elif data["version"] != VERSION:
        refuse(f"this version of a baseline is not known: this program reads {VERSION}", "/version")
    elif not isinstance(data["entries"], list):
        refuse("must be a list in square brackets", "/entries")
    else:
        for index, raw in enumerate(data["entries"]):
            where = f"/entries/{index}"
            fault = _fault(raw)
            if fault:
                refuse(fault, where)
            else:
                entries.append((raw["path"], _entry(raw)))
    if problems:
        raise RequestError(tuple(problems))
    return Baseline(file, entries)


def _fault(raw: Any) -> str:
    """Return what is wrong with an entry, or nothing."""
    if not isinstance(raw, dict):
        return "must be an object in curly brackets"
    missing = [key for key in _REQUIRED if not isinstance(raw.get(key), str) or not raw[key]]
    if missing:
        return f"{missing[0]} is missing or not text: an entry needs {', '.join(_REQUIRED)}"
    if raw.keys() - {*_REQUIRED, *_OPTIONAL}:
        return f"an entry takes {', '.join((*_REQUIRED, *_OPTIONAL))} and nothing else"
    if "author" in raw and not isinstance(raw["author"], str):
        return "author must be text in quotes"
    if "until" in raw and _day(raw["until"]) is None:
        return "until must be a date written like 2015-01-13"
    return ""


def _entry(raw: dict[str, str]) -> Suppression:
    until = _day(raw["until"]) if "until" in raw else None
    author, fingerprint = raw.get("author", ""), raw["fingerprint"]
    return Suppression(raw["code"], raw["reason"], author, until, "baseline", None, fingerprint)


def _day(text: object) -> date | None:
    try:
        return date.fromisoformat(text) if isinstance(text, str) and len(text) == 10 else None
    except ValueError:
        return None
