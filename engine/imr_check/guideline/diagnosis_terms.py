"""Diagnoses: names and ICD codes to concepts, and the days on which a code could be used.

Names are matched as whole words, never inside a negation ('spondylosis without radiculopathy' is
not radiculopathy). The days stop no code from naming its concept: an outdated one still says what
is meant.
"""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING, Any, NamedTuple

from .words import Names, plain

if TYPE_CHECKING:
    from collections.abc import Iterator

Window = tuple[date | None, date | None]
"""First and last day of a code, None where there is none."""

LAST_DAY_OF_ICD_9 = date(2015, 9, 30)
FIRST_DAY_OF_ICD_10 = date(2015, 10, 1)

_SHORT = ((re.compile(r"\bw/o\b"), "without"), (re.compile(r"\br/o\b"), "rule out"))
_TAKEN_BACK = re.compile(r"[,;:]\s*(?=(?:ruled out|excluded|resolved)\b)")
_CLAUSE = re.compile(r"[;,()/]|\.(?:\s|$)|\b(?:with|but)\b")
_DENIALS = (
    *("without", "no", "not", "denies", "negative for", "rule out", "absence of", "possible"),
    *("possibly", "probable", "suspected", "questionable", "suspicion of", "concern for"),
)
"""What denies or doubts the words after it."""

_RETRACTIONS = ("ruled out", "excluded", "resolved", "not found", "denied")
"""What takes back the clause that it stands in."""

_NOT_AFTER = re.compile(f" (?:{'|'.join(_DENIALS)}) ")
_NOT_BEFORE = re.compile(f" (?:{'|'.join(_RETRACTIONS)}) ")
_MARKS = frozenset(";,:()/.")
_DOUBTS = frozenset({"with", "but", *(each.split()[0] for each in _DENIALS + _RETRACTIONS)})
"""Marks and words without which a name has no clause, negation or doubt; most have none."""


class Code(NamedTuple):
    """A code of the table as it is written there, its concept and its days."""

    written: str
    concept: str
    window: Window

    @property
    def key(self) -> str:
        """The code without its dot, and without the hyphen of a family."""
        return dotless(self.written).rstrip("-")

    @property
    def is_family(self) -> bool:
        """Whether the code stands for all that begin with it."""
        return self.written.endswith("-")


class Diagnoses:
    """The diagnoses of a pack."""

    def __init__(self, raw: dict[str, Any]) -> None:
        self._pairs = [
            (name, concept) for concept, entry in raw.items() for name in entry.get("names", ())
        ]
        self._names = Names(self._pairs)
        self.codes = [
            _code(code, concept) for concept, entry in raw.items() for code in entry.get("icd", ())
        ]
        self._exact: dict[str, list[Code]] = {}
        self._families: dict[str, list[Code]] = {}
        for code in self.codes:
            group = self._families if code.is_family else self._exact
            group.setdefault(code.key, []).append(code)
        self._code_is_less = {
            concept: tuple(f" {plain(word)} " for word in entry["code_does_not_count_for"])
            for concept, entry in raw.items()
            if "code_does_not_count_for" in entry
        }

    def concepts(self, name: str, icd: str | None) -> frozenset[str]:
        """Return the concepts that a charted diagnosis stands for, by its words and its code."""
        words = _affirmed(name)
        found = self._names.all_in(words)
        for code in self.covering(icd) if icd else ():
            if not any(word in words for word in self._code_is_less.get(code.concept, ())):
                found.add(code.concept)
        return frozenset(found)

    def covering(self, icd: str) -> list[Code]:
        """Return the entries of a code, or of the longest family that covers it."""
        key = dotless(icd)
        if key in self._exact:
            return self._exact[key]
        starts = (key[:length] for length in range(len(key), 1, -1))
        return next((self._families[start] for start in starts if start in self._families), [])

    def codes_of(self, concept: str) -> tuple[str, ...]:
        """Return the codes of a concept as the table writes them; a family ends in a hyphen."""
        return tuple(code.written for code in self.codes if code.concept == concept)

    def code_window(self, icd: str) -> Window | None:
        """Return the first and the last day of a code, or None if the table does not have it."""
        return next((code.window for code in self.covering(icd)), None)

    @property
    def words_against_codes(self) -> tuple[str, ...]:
        """For every concept whose code some words take back, one of these words."""
        return tuple(words[0].strip() for words in self._code_is_less.values())

    def examples(self) -> tuple[str, ...]:
        """Return one name for every concept."""
        return tuple({concept: plain(name) for name, concept in reversed(self._pairs)}.values())

    def code_examples(self) -> tuple[str, ...]:
        """Return one code for every concept that has any."""
        families = {code.concept: f"{code.key}0" for code in self.codes if code.is_family}
        exact = {code.concept: code.key for code in self.codes if not code.is_family}
        return tuple((families | exact).values())


def _code(raw: Any, concept: str) -> Code:
    entry = raw if isinstance(raw, dict) else {"code": raw}
    if unknown := set(entry) - {"code", "from", "until"}:
        raise ValueError(f"diagnoses.yaml: {concept}: unknown key {', '.join(sorted(unknown))}")
    written = str(entry["code"])
    # Of the codes here all of ICD-9 are numbers.
    of_icd_9 = written[0].isdigit()
    first = entry.get("from", None if of_icd_9 else FIRST_DAY_OF_ICD_10)
    last = entry.get("until", LAST_DAY_OF_ICD_9 if of_icd_9 else None)
    return Code(written, concept, (first, last))


def dotless(code: str) -> str:
    """Return a code without its dot: both ways of writing it are in use."""
    return code.replace(".", "")


def _affirmed(name: str) -> str:
    """Return the plain words of a diagnosis without what is denied, doubted or over."""
    name = name.casefold()
    words = plain(name)
    if (words == name or _MARKS.isdisjoint(name)) and _DOUBTS.isdisjoint(words.split()):
        return f" {words} "
    if "/o" in name:
        for short, long in _SHORT:
            name = short.sub(long, name)
    name = _TAKEN_BACK.sub(" ", name)
    # The bar keeps a name from running over into the next clause.
    return "|".join(_clauses(name))


def _clauses(name: str) -> Iterator[str]:
    return (_cut(f" {plain(clause)} ") for clause in _CLAUSE.split(name))


def _cut(words: str) -> str:
    """Return the words before a negation or a doubt; nothing where the clause takes itself back."""
    if _NOT_BEFORE.search(words):
        return ""
    negated = _NOT_AFTER.search(words)
    return words[: negated.start() + 1] if negated else words
