"""Which files a check is about: files, folders, patterns and standard input, without repetition.

From a folder and by a pattern only regular files are taken, since to open a pipe may be to wait for
ever. Links to folders are not followed: they may lead in a circle. A file that is named is read
whatever it is.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, NamedTuple

from ..baseline import DEFAULT_NAME
from ..source import ENDINGS
from .patterns import MAGIC, excluded, expression, has_magic

if TYPE_CHECKING:
    import re
    from collections.abc import Iterable, Iterator

__all__ = ["ENDINGS", "Found", "find"]

_NEVER = frozenset({"__pycache__", "node_modules", "site-packages", "venv"})
"""Folders that hold no requests. Those that begin with a dot are left out as well."""

_OPEN = (*MAGIC, "]", "/")
"""Last characters of a pattern that leaves open how the name of a file ends."""

_NO_MATCH = "No file matches this pattern: check the folder and what is excluded"
_NO_REQUESTS = (
    f"No request is in this folder: looked for {', '.join(ENDINGS)}, without what is excluded"
)
_NOT_LISTED = "This folder cannot be read: ask its owner, or name other files"


class Found(NamedTuple):
    """A file to check, or what is wrong with a name that was given (then it has a ``fault``)."""

    path: str
    fault: str = ""


def find(
    paths: Iterable[str], exclude: tuple[str, ...] = (), ours: Iterable[str] = ()
) -> Iterator[Found]:
    """Yield each file once, in the order given, within a folder in the order of names.

    ``ours`` are files that folders and patterns leave out because no request is in them: reports
    and the baseline.
    """
    search = _Search(exclude, ours)
    named = list(dict.fromkeys(paths))
    if len(named) == 1:  # it cannot hold a file twice, so there is nothing to remember
        yield from search.at(named[0])
        return
    seen: set[str] = set()
    for path in named:
        for found in search.at(path):
            key = found.path if found.path == "-" else os.path.abspath(found.path)
            if key not in seen:
                seen.add(key)
                yield found


class _Search:
    """Looks for files, leaving some out."""

    def __init__(self, exclude: tuple[str, ...], ours: Iterable[str]) -> None:
        self.exclude = exclude
        self.ours = frozenset(map(os.path.abspath, ours))
        self._own_names = {os.path.basename(path) for path in self.ours} | {DEFAULT_NAME}

    def at(self, path: str) -> Iterator[Found]:
        """Yield the files that a name stands for, or what is wrong with it."""
        if os.path.isdir(path):
            folder = "" if os.path.normpath(path) == "." else path  # no ./ before every path
            yield from self._or(_NO_REQUESTS, path, self._in_folder(folder))
        elif has_magic(path) and not os.path.lexists(path):
            yield from self._or(_NO_MATCH, path, self._matching(path))
        else:
            yield Found(path)

    def _or(self, fault: str, path: str, found: Iterator[Found]) -> Iterator[Found]:
        empty = True
        for each in found:
            empty = False
            yield each
        if empty:
            yield Found(path, fault)

    # Folders

    def _in_folder(self, folder: str) -> Iterator[Found]:
        for found in self._walk(folder):
            if found.fault or _is_called_like_one(found.path):
                yield found

    def _walk(self, top: str) -> Iterator[Found]:
        """Yield the files of a folder by name, then those of the folders in it.

        The working folder is the empty text.
        """
        folders = [top]
        while folders:
            folder = folders.pop()
            try:
                with os.scandir(folder or ".") as entries:
                    names, below = self._sorted(folder, entries)
            except OSError:
                yield Found(folder or ".", _NOT_LISTED)
                continue
            yield from (Found(os.path.join(folder, name)) for name in names)
            folders += (os.path.join(folder, name) for name in reversed(below))

    def _sorted(
        self, folder: str, entries: Iterable[os.DirEntry[str]]
    ) -> tuple[list[str], list[str]]:
        """Return the names of the files of a folder, and of the folders in it."""
        names, below = [], []
        for entry in entries:
            path = os.path.join(folder, entry.name)
            if entry.name[0] == "." or excluded(path, self.exclude):
                continue
            if entry.is_dir(follow_symlinks=False):
                below += [entry.name] if entry.name not in _NEVER else []
            elif _is_file(entry) and not self._is_own(path):
                names.append(entry.name)
        return sorted(names), sorted(below)

    def _is_own(self, path: str) -> bool:
        name = os.path.basename(path)
        return name in self._own_names and (
            name == DEFAULT_NAME or os.path.abspath(path) in self.ours
        )

    # Patterns

    def _matching(self, pattern: str) -> Iterator[Found]:
        folder, rest = _split(pattern)
        if rest:
            for start in _expanded(folder) if has_magic(folder) else [folder]:
                yield from self._below(start, rest)
            return
        for path in _expanded(pattern):
            if os.path.isdir(path):
                if self._is_entered(path.rstrip("/")):
                    yield from self._in_folder(path)
            elif self._is_taken(path, pattern):
                yield Found(path)

    def _below(self, start: str, rest: str) -> Iterator[Found]:
        """Yield what matches ``rest``, which begins with ``**``, below a folder."""
        if start and not os.path.isdir(start):
            return
        matches = expression(rest)
        length = len(os.path.join(start, "")) if start else 0
        for found in self._walk(start):
            if found.fault:
                yield found
                continue
            path = found.path[length:]
            match = matches.search(path)
            if match and (_is_called_like_one(path) or _names(rest, match)):
                yield found

    def _is_entered(self, folder: str) -> bool:
        is_left_out = os.path.basename(folder) in _NEVER or excluded(folder, self.exclude)
        return not (is_left_out or os.path.islink(folder))

    def _is_taken(self, path: str, pattern: str) -> bool:
        if excluded(path, self.exclude) or self._is_own(path):
            return False
        if not _is_called_like_one(path) and pattern[-1] in _OPEN:
            return False
        return os.path.isfile(path) or not os.path.exists(path)


def _split(pattern: str) -> tuple[str, str]:
    """Return a pattern's folder, and the rest from the first ``**`` on, which may be missing."""
    parts = pattern.split("/")
    if "**" not in parts:
        return pattern, ""
    at = parts.index("**")
    folder = "/".join(parts[:at])
    return folder or ("/" if pattern[0] == "/" else ""), "/".join(parts[at:])


def _expanded(pattern: str) -> list[str]:
    from glob import glob

    return sorted(glob(pattern))


def _names(pattern: str, match: re.Match[str]) -> bool:
    """Whether a pattern says itself how the names of files end, and does not match a folder."""
    return pattern[-1] not in _OPEN and match.end() == len(match.string)


def _is_called_like_one(path: str) -> bool:
    return path.lower().endswith(ENDINGS)


def _is_file(entry: os.DirEntry[str]) -> bool:
    """Whether it is a file, or a link that leads nowhere: somebody should hear of that."""
    try:
        return entry.is_file() or (entry.is_symlink() and not os.path.exists(entry.path))
    except OSError:
        return True
