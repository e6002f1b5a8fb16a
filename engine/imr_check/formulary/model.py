"""The nouns of the formulary: entries of the list, rules around it, and the answer on a drug."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple

if TYPE_CHECKING:
    from datetime import date

    from ..guideline.model import Confidence

Listed = Literal["exempt", "non_exempt"]
Status = Literal["exempt", "non_exempt", "unlisted", "unknown", "compounded"]
Review = Literal["needed", "not_needed", "not_applicable"]
FillKind = Literal["physician_dispensed", "special_fill", "perioperative_fill"]
FillOutcome = Literal["met", "not_met", "not_documented"]


class Entry(NamedTuple):
    """A row of the list. Days are None where the row names no such fill.

    ``version`` is set in an excerpt only, whose entries come from several versions; ``row`` is the
    row of the file.
    """

    drug: str
    status: Listed
    brands: tuple[str, ...] = ()
    drug_class: str = ""
    special_fill_days: int | None = None
    perioperative_days: int | None = None
    form: str = ""
    strength: str = ""
    note: str = ""
    confidence: Confidence = "verified"
    source: str = ""
    version: str | None = None
    row: int = 0


class DrugList(NamedTuple):
    """A drug list, whole or an excerpt. An excerpt has no day of its own: its entries have."""

    title: str
    entries: tuple[Entry, ...]
    version: str | None = None
    effective: date | None = None
    is_excerpt: bool = False


class Rule(NamedTuple):
    """Where a rule stands and how sure it is; ``numbers`` are its days."""

    citation: str
    confidence: Confidence
    numbers: dict[str, int]


class Version(NamedTuple):
    """A published version of the list; ``starts`` is None where its day was not found."""

    name: str
    starts: date | None
    confidence: Confidence
    source: str


class Rules(NamedTuple):
    """The rules around the list. The first day is that of dispensing."""

    first_day: date
    applies: Rule
    statuses: dict[str, Rule]
    physician_dispensed: Rule
    special_fill: Rule
    perioperative_fill: Rule
    brand_name: Rule
    transition: Rule
    older_injury: date
    versions: tuple[Version, ...]


class Circumstances(NamedTuple):
    """What a fill depends on. ``on`` is the day of the visit, of prescribing and of dispensing."""

    on: date
    injury: date | None = None
    surgery: date | None = None
    days_supply: int | None = None


class Fill(NamedTuple):
    """One way to go without review, and what came of it; ``days`` is the supply that it allows."""

    kind: FillKind
    outcome: FillOutcome
    days: int
    why: str
    citation: str
    confidence: Confidence


class Answer(NamedTuple):
    """Whether a drug needs review before it is dispensed, and why.

    ``status`` is None where no formulary applies. With *not_needed* the ``conditions`` have to hold
    as well: they are nothing that a program could know.
    """

    drug: str
    status: Status | None
    review: Review
    why: str
    citation: str
    confidence: Confidence
    source: str = ""
    conditions: tuple[str, ...] = ()
    fills: tuple[Fill, ...] = ()
    notes: tuple[str, ...] = ()
    entries: tuple[Entry, ...] = ()
