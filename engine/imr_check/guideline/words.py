"""Names as they are matched: plain lower-case words, looked up by the first of them.

A vocabulary has hundreds of names and a chart a handful of words. Looking only at names that begin
with one of these words makes a longer vocabulary cost nothing.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Generic, NamedTuple, TypeVar

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_NOT_WORD = re.compile(r"[^a-z0-9.]+")
_Meaning = TypeVar("_Meaning")


def plain(words: str) -> str:
    """Return the words in lower case without hyphens and marks; a point stays in a number."""
    words = words.casefold()
    # Most names are plain already.
    if words.isascii() and words.replace(" ", "").isalnum() and "  " not in words:
        return words.strip()
    return _NOT_WORD.sub(" ", words).strip(" .")


class _Name(NamedTuple, Generic[_Meaning]):
    phrase: str
    """The name between blanks: it matches whole words only."""
    place: int
    """Its place in the vocabulary: of names of one length the first counts."""
    meaning: _Meaning


class Names(Generic[_Meaning]):
    """Names and what each of them means."""

    def __init__(self, pairs: Iterable[tuple[str, _Meaning]]) -> None:
        self._by_word: dict[str, list[_Name[_Meaning]]] = {}
        for place, (name, meaning) in enumerate(pairs):
            words = plain(name)
            first = words.split(" ", 1)[0]
            self._by_word.setdefault(first, []).append(_Name(f" {words} ", place, meaning))
        for names in self._by_word.values():
            names.sort(key=_longest_first)

    def _found(self, words: str) -> list[_Name[_Meaning]]:
        by_word = self._by_word
        return [
            name
            for word in set(words.split())
            if word in by_word
            for name in by_word[word]
            if name.phrase in words
        ]

    def all_in(self, words: str) -> set[_Meaning]:
        """Return what the names mean that stand in the words, which are between blanks."""
        return {name.meaning for name in self._found(words)}

    def longest_in(self, words: str) -> _Meaning | None:
        """Return what the longest name means that stands in the words, or None."""
        name = min(self._found(words), key=_longest_first, default=None)
        return name.meaning if name else None

    def in_turn(self, words: str) -> Iterator[_Meaning]:
        """Yield what is named from left to right; a name inside a longer one is passed over."""
        position = 0
        while position < len(words) - 1:
            # Always on the blank before a word.
            end = words.index(" ", position + 1)
            word = words[position + 1 : end]
            for name in self._by_word.get(word, ()):
                if words.startswith(name.phrase, position):
                    yield name.meaning
                    end = position + len(name.phrase) - 1
                    break
            position = end


def _longest_first(name: _Name[_Meaning]) -> tuple[int, int]:
    return (-len(name.phrase), name.place)
