"""Patterns for paths, as settings and the command line have them.

``?`` and ``*`` stay within a name, ``**`` does not, and ``[abc]`` is one of these characters. A
pattern without a slash is held against each name in a path; one with slashes against the path from
the working folder, or the whole path if it begins with a slash. What matches a folder matches all
that is in it.
"""

from __future__ import annotations

import os
import re
from functools import cache
from typing import NamedTuple

MAGIC = "*?["
_WORDS = re.compile(r"(\*\*/|\*\*|\*|\?|\[[!^]?\]?[^\]/]*\])")
_MEANINGS = {"**/": "(?:.*/)?", "**": ".*", "*": "[^/]*", "?": "[^/]"}


def has_magic(text: str) -> bool:
    """Whether a path is meant as a pattern."""
    return any(mark in text for mark in MAGIC)


def escaped(path: str) -> str:
    """Return the pattern that stands for exactly this path."""
    return re.sub(r"([*?[])", r"[\1]", path)


def excluded(path: str, patterns: tuple[str, ...]) -> bool:
    """Whether a path, or a folder that it is in, matches one of the patterns."""
    if not patterns or not path:
        return False
    near, far = _expressions(patterns)
    if near is not None and near.search(_slashed(os.path.relpath(path))):
        return True
    return far is not None and far.search(_slashed(os.path.abspath(path))) is not None


@cache
def expression(pattern: str) -> re.Pattern[str]:
    """Return the expression for a path that matches the pattern, or is in a folder that does."""
    return re.compile(f"^{_body(pattern)}(?:/|$)", re.DOTALL)


class _Expressions(NamedTuple):
    """For the path from the working folder, and for the whole path; None where there are none."""

    near: re.Pattern[str] | None
    far: re.Pattern[str] | None


@cache
def _expressions(patterns: tuple[str, ...]) -> _Expressions:
    near, far = [], []
    for pattern in patterns:
        plain = _slashed(pattern)
        if plain.startswith("/"):
            far.append(f"^{_body(plain.rstrip('/'))}")
            continue
        start = "^" if "/" in plain.rstrip("/") else "(?:^|/)"
        near.append(start + _body(_slashed(os.path.normpath(plain))))
    return _Expressions(_any(near), _any(far))


def _any(bodies: list[str]) -> re.Pattern[str] | None:
    return re.compile(f"(?:{'|'.join(bodies)})(?:/|$)", re.DOTALL) if bodies else None


def _body(pattern: str) -> str:
    return "".join(map(_meaning, _WORDS.split(pattern)))


def _meaning(word: str) -> str:
    if word in _MEANINGS:
        return _MEANINGS[word]
    if word[:1] != "[" or word[-1:] != "]" or len(word) < 3:
        return re.escape(word)
    negated = word[1] in "!^"
    members = re.sub(r"([\\\[\]^&~|])", r"\\\1", word[2 if negated else 1 : -1])
    characters = f"[{'^/' if negated else ''}{members}]"
    try:
        re.compile(characters)
    except re.error:  # a range from z to a
        return re.escape(word)
    return characters


def _slashed(path: str) -> str:
    return path.replace(os.sep, "/")
