"""The baseline: findings that a team has looked at and set aside, in a file of their own.

An entry is about one finding and is keyed by the path of the file and by what the finding is about
(its fingerprint): moving lines or rows around does not end it, a change in the facts that decided
does. Two findings that are alike need two entries, so that a third one shows. No chart content is
in the file; a fingerprint is a hash over coded facts.
"""

from __future__ import annotations

import codecs
import json
import os.path
from collections import Counter
from datetime import date
from typing import TYPE_CHECKING, Any, NamedTuple

from .errors import Problem, RequestError
from .report import Suppression
from .source import Positions, Source, parse
from .source.reading import decoded, opened

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

VERSION = 1
DEFAULT_NAME = "imr-check-baseline.json"

_REQUIRED = ("path", "code", "fingerprint", "reason")
_OPTIONAL = ("author", "until")

Key = tuple[str, str]
"""Code and fingerprint of a finding."""


class Failing(NamedTuple):
    """What fails in one file, how often. ``standing`` may keep an entry, ``open`` may get one.

    What could not be ``read`` may still need its entries.
    """

    path: str
    open: Counter[Key]
    standing: Counter[Key]
    read: bool = True


class Words(NamedTuple):
    """What a new entry says."""

    reason: str
    author: str = ""
    until: date | None = None


class Updated(NamedTuple):
    """A baseline brought up to date, and how many entries are new and how many were removed."""

    baseline: Baseline
    new: int
    removed: int


class Baseline:
    """Entries by the path of the file they are about; paths count from the baseline's folder."""

    def __init__(self, file: str, entries: Iterable[tuple[str, Suppression]] = ()) -> None:
        self.file = file
        self._folder = os.path.dirname(os.path.realpath(file))
        self._entries: dict[str, list[Suppression]] = {}
        self._folders: dict[str, str] = {}
        for path, entry in entries:
            self._entries.setdefault(os.path.normpath(path), []).append(entry)

    def entries_of(self, path: str) -> tuple[Suppression, ...]:
        """Return the entries about the file at ``path``, as the user named it."""
        return tuple(self._entries.get(self.relative(path), ()))

    def relative(self, path: str) -> str:
        """Return the path of a file as it stands in the baseline: with /, from its folder."""
        folder, name = os.path.split(path)
        if folder not in self._folders:  # which many files share
            found = os.path.relpath(os.path.realpath(folder or "."), self._folder)
            self._folders[folder] = "" if found == "." else found.replace(os.sep, "/") + "/"
        return self._folders[folder] + name

    def updated(self, checked: Iterable[Failing], words: Words | None, today: date) -> Updated:
        """Return a baseline for what fails now.

        Entries of files that were not checked stay. An entry that still matches keeps its reason,
        unless it has expired and there are ``words`` for a new one; one that matches nothing any
        more is left out. Without words nothing is added.
        """
        entries = {path: list(found) for path, found in self._entries.items()}
        new = removed = 0
        for file in checked:
            path = self.relative(file.path)
            before = entries.pop(path, [])
            kept = [*_standing(before, file, None if words is None else today)]
            had = Counter(map(_key, kept))
            added = [
                Suppression(code, words.reason, words.author, words.until, "baseline", None, about)
                for (code, about), count in (file.open - had).items()
                for _ in range(count)
                if words is not None
            ]
            new += len(added)
            removed += len(before) - len(kept)
            if kept or added:
                entries[path] = kept + added
        pairs = ((path, entry) for path, found in entries.items() for entry in found)
        return Updated(Baseline(self.file, pairs), new, removed)

    def without_missing(self, checked: Iterable[str]) -> Updated:
        """Return it without the entries of files that are not there, nor were ``checked``."""
        known = set(map(self.relative, checked))
        kept = {
            path: found
            for path, found in self._entries.items()
            if path in known or os.path.exists(os.path.join(self._folder, path))
        }
        pairs = [(path, entry) for path, found in kept.items() for entry in found]
        removed = sum(map(len, self._entries.values())) - len(pairs)
        return Updated(Baseline(self.file, pairs), 0, removed)

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
            for entry in sorted(found, key=_order)
        ]
        data = {"version": VERSION, "entries": entries}
        return json.dumps(data, indent=1, ensure_ascii=False) + "\n"


def _key(entry: Suppression) -> Key:
    return entry.code, entry.fingerprint


def _order(entry: Suppression) -> tuple[str, str, str]:
    return entry.code, entry.fingerprint, entry.reason


def _standing(
    entries: list[Suppression], file: Failing, today: date | None
) -> Iterator[Suppression]:
    """Yield the entries that findings still need; those that have expired by ``today`` not."""
    left = file.standing.copy()
    for entry in sorted(entries, key=lambda entry: entry.until or date.max, reverse=True):
        is_expired = today is not None and entry.until is not None and entry.until < today
        if not file.read:
            yield entry
        elif left[_key(entry)] and not is_expired:
            left[_key(entry)] -= 1
            yield entry


def read_baseline(file: str) -> Baseline:
    """Read a baseline; RequestError says with line and column what is wrong with it."""
    with opened(file) as stream:
        text = decoded(stream.read().removeprefix(codecs.BOM_UTF8))
    source = Source(file, text)
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
    missing = [key for key in _REQUIRED if not _is_text(raw.get(key))]
    if missing:
        return f"{missing[0]} is missing or not text: an entry needs {', '.join(_REQUIRED)}"
    if raw.keys() - {*_REQUIRED, *_OPTIONAL}:
        return f"an entry takes {', '.join((*_REQUIRED, *_OPTIONAL))} and nothing else"
    if "author" in raw and not isinstance(raw["author"], str):
        return "author must be text in quotes"
    if "until" in raw and _day(raw["until"]) is None:
        return "until must be a date written like 2015-01-13"
    return ""


def _is_text(value: object) -> bool:
    return isinstance(value, str) and value.strip() != ""


def _entry(raw: dict[str, str]) -> Suppression:
    until = _day(raw["until"]) if "until" in raw else None
    author, fingerprint = raw.get("author", ""), raw["fingerprint"]
    return Suppression(raw["code"], raw["reason"], author, until, "baseline", None, fingerprint)


def _day(text: object) -> date | None:
    try:
        return date.fromisoformat(text) if isinstance(text, str) and len(text) == 10 else None
    except ValueError:
        return None
