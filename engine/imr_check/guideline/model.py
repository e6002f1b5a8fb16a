"""A guideline section as data: criteria, the findings they share, limits and citations.

Nothing here decides anything. The logic is a small tree over facts and shared findings, read the
same way by the compiler to durable-rules and by the reference evaluator.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, NamedTuple

if TYPE_CHECKING:
    from datetime import date

Value = bool | int | str
Operator = Literal["is", "is_one_of", "is_none_of", "at_least", "at_most", "documented"]
Severity = Literal["fatal", "curable", "advisory", "context"]
Confidence = Literal["verified", "determination", "letter", "unverified"]
Who = Literal["physician", "office", "employee", "therapist"]
Silence = Literal["fails", "warns"]


class Limit(NamedTuple):
    """A number of the guideline. It stands once, here, with its unit and where it comes from."""

    name: str
    value: int
    unit: str
    confidence: Confidence
    derived_from: tuple[str, ...]
    note: str


class Citation(NamedTuple):
    """Pinpoint citation of a guideline, regulation or statute."""

    document: str
    section: str
    pages: str

    def __str__(self) -> str:
        pages = f"p. {self.pages}" if self.pages else ""
        return ", ".join(part for part in (self.document, self.section, pages) if part)


class Test(NamedTuple):
    """One fact held against one value. ``limit`` names the limit that the value came from."""

    fact: str
    operator: Operator
    value: Value | tuple[Value, ...]
    limit: str | None = None


class Reference(NamedTuple):
    """The outcome of a shared finding."""

    finding: str


class Negation(NamedTuple):
    """Kleene *not*."""

    part: Expression


class Combination(NamedTuple):
    """Kleene *at least n of the parts*: all of them, any of them, or a number between.

    ``limit`` names the limit that the number came from, if it is one.
    """

    least: int
    parts: tuple[Expression, ...]
    limit: str | None = None


HARD_FAILURE = "hard_failure"
"""The finding that a rebuttable criterion is not met. It is there where a criterion asks for it."""

Expression = Test | Reference | Negation | Combination


class SharedFinding(NamedTuple):
    """A finding that several criteria lean on, derived before them.

    It is not met where ``excluded_when`` is documented and met, whatever its logic comes to.
    """

    name: str
    statement: str
    logic: Expression
    citation: Citation
    confidence: Confidence
    excluded_when: Expression | None = None


class Criterion(NamedTuple):
    """One criterion of a guideline.

    * ``applies_when``: not applicable unless this is documented and met.
    * ``applies_unless``: not applicable if this is documented and met.
    * ``excluded_when``: not met if this is documented and met.
    * ``requires``: what has to be documented. Missing for ``context`` only.

    ``failure`` says why it is not met, where the facts alone would not tell a reader. Where
    ``silence`` *warns*, a chart that says nothing is warned about, and only one that says the
    contrary fails.
    """

    code: str
    name: str
    statement: str
    applies_when: Expression | None
    applies_unless: Expression | None
    excluded_when: Expression | None
    requires: Expression | None
    severity: Severity
    rebuttable: bool
    remedy: str
    answered_by: Who
    citation: Citation
    derived_from: tuple[str, ...]
    confidence: Confidence
    failure: str
    note: str
    cases: tuple[Any, ...]
    silence: Silence = "fails"

    @property
    def blocking(self) -> bool:
        """Whether failing it keeps the row from being supported."""
        return self.severity in ("fatal", "curable")

    def only_warns_of(self, outcome: str) -> bool:
        """Whether the outcome is silence of the chart, of which the criterion only warns."""
        return self.silence == "warns" and outcome == "not_documented"


class Section(NamedTuple):
    """All criteria for one treatment in one edition; ``texts`` are the files they stand in."""

    name: str
    title: str
    edition: str
    limits: dict[str, Limit]
    findings: tuple[SharedFinding, ...]
    criteria: tuple[Criterion, ...]
    file: str
    texts: tuple[str, ...]

    @property
    def digest(self) -> str:
        """Hash of the files that the section was read from."""
        from hashlib import sha256  # its import costs more than most checks need it

        return sha256("".join(self.texts).encode()).hexdigest()[:12]

    def criterion(self, code: str) -> Criterion | None:
        """Return the criterion with this code or name, if the section has it."""
        wanted = code.casefold()
        return next(
            (c for c in self.criteria if wanted in (c.code.casefold(), c.name.casefold())), None
        )


class Bound(NamedTuple):
    """A first or last day in force, and the date of a request that it is compared with."""

    day: date
    keyed_to: Literal["request", "service"]
    confidence: Confidence = "verified"

    @property
    def doubt(self) -> str:
        """What every text puts behind the day: nothing, or that it is unverified."""
        return " (unverified)" if self.confidence == "unverified" else ""


class Edition(NamedTuple):
    """One guideline document with its window in force."""

    id: str
    title: str
    citation: Citation
    starts: Bound | None
    ends: Bound | None
    replaced_by: str
    confidence: Confidence
    note: str
