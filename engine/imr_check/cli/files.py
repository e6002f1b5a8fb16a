"""Which files a check is about: files, folders, globs and standard input, without repetition."""

from __future__ import annotations

import os
import re
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from ..baseline import DEFAULT_NAME

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

ENDINGS = (".json", ".jsonl", ".ndjson", ".yaml", ".yml")
"""What a request in a folder may be called. A file that is named is read whatever its ending."""

_NEVER = frozenset({"__pycache__", "node_modules", "site-packages", "venv"})
"""Folders that hold no requests. Those that begin with a dot are left out as well."""

_NO_MATCH = "No file matches this pattern: check the folder, and put quotation marks around it"
_NO_REQUESTS = (
    f"No request is in this folder: looked for {', '.join(ENDINGS)}, without what is excluded"
)
_NOT_LISTED = "This folder cannot be read: ask its owner, or name other files"


class Found(NamedTuple):
    """A file to check, or what is wrong with a name that was given (then it has a ``fault``)."""

    path: str
    fault: str = ""


def find(paths: Iterable[str], exclude: tuple[str, ...]) -> Iterator[Found]:
    """Yield each file once, in the order given, within a folder in the order of names."""
    seen: set[str] = set()
    for path in paths:
        for found in _find(path, exclude):
            key = found.path if found.path == "-" else os.path.abspath(found.path)
            if key not in seen:
                seen.add(key)
                yield found


def _find(path: str, exclude: tuple[str, ...]) -> Iterator[Found]:
    if os.path.isdir(path):
        yield from _in_folder(path, exclude)
    elif any(mark in path for mark in "*?[") and not os.path.lexists(path):
        yield from _matching(path, exclude)
    else:
        yield Found(path)


def _in_folder(folder: str, exclude: tuple[str, ...]) -> Iterator[Found]:
    faults: list[OSError] = []
    empty = True
    for top, folders, names in os.walk(folder, onerror=faults.append):
        folders[:] = sorted(name for name in folders if _is_entered(top, name, exclude))
        for name in sorted(names):
            path = os.path.join(top, name)
            if _is_request(name) and not excluded(path, exclude):
                empty = False
                yield Found(path)
        while faults:
            yield Found(str(faults.pop().filename), _NOT_LISTED)
            empty = False
    if faults:
        yield Found(folder, _NOT_LISTED)
    elif empty:
        yield Found(folder, _NO_REQUESTS)


def _is_entered(top: str, name: str, exclude: tuple[str, ...]) -> bool:
    path = os.path.join(top, name)
    return name[0] != "." and name not in _NEVER and not excluded(path, exclude)


def _is_request(name: str) -> bool:
    return name.lower().endswith(ENDINGS) and name[0] != "." and name != DEFAULT_NAME


def _matching(pattern: str, exclude: tuple[str, ...]) -> Iterator[Found]:
    from glob import iglob

    found = [path for path in sorted(iglob(pattern, recursive=True)) if not excluded(path, exclude)]
    if not found:
        yield Found(pattern, _NO_MATCH)
    for path in found:
        if os.path.isfile(path):
            yield Found(path)


def excluded(path: str, patterns: tuple[str, ...]) -> bool:
    """Whether a path, or a folder that it is in, matches one of the patterns.

    A pattern without a slash is held against each name in the path, one with slashes against the
    path from the working folder; ``*`` stays within a name and ``**`` does not.
    """
    if not patterns:
        return False
    plain = os.path.relpath(path).replace(os.sep, "/")
    return any(_expression(pattern).search(plain) is not None for pattern in patterns)


@cache
def _expression(pattern: str) -> re.Pattern[str]:
    plain = pattern.replace(os.sep, "/").strip("/")
    words = re.split(r"(\*\*/|\*\*|\*|\?)", plain)
    meaning = {"**/": "(?:.*/)?", "**": ".*", "*": "[^/]*", "?": "[^/]"}
    body = "".join(meaning.get(word) or re.escape(word) for word in words)
    start = "^" if "/" in plain else "(?:^|/)"
    return re.compile(f"{start}{body}(?:/|$)")
