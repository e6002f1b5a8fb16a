"""Compare two editions: what each asks of a treatment, and what that changes for a request.

Criteria belong together by their code, limits by their name. The logic is compared in the words in
which ``explaining`` gives it. A request is judged under each edition, whatever its dates: that is
the only thing done to it, and which edition really governs is said beside it. What a policy does
not select, or sets aside, does not count, and changes no verdict.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from .checker import check, check_under
from .comparing import outcomes_between
from .explaining import limits_of, logic, parts
from .judging import FORM
from .report import FAILING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import date

    from .comparing import OutcomeChange
    from .guideline.model import Criterion, Edition, Limit, Section
    from .guideline.pack import Listing, Pack
    from .policy import Desk
    from .report import Report, RowReport
    from .request.load import Draft

CITATION = "citation"
"""The part of a criterion that is bound to differ between two documents."""


class Side(NamedTuple):
    """An edition in its pack."""

    pack: Pack
    edition: Edition

    def listings(self) -> dict[str, Listing]:
        """Return where the criteria for each kind of treatment stand, and those of the form."""
        listed = {**self.pack.listings, **({FORM: self.pack.form} if self.pack.form else {})}
        return {
            kind: item
            for kind, items in listed.items()
            for item in items
            if item.edition == self.edition.id
        }

    def section(self, listing: Listing) -> Section:
        """Return the section that a listing names."""
        return self.pack.section(listing.file, listing.edition)


class Treatment(NamedTuple):
    """A kind of treatment, its title, and how many criteria an edition has for it."""

    kind: str
    title: str
    criteria: int


class PartChange(NamedTuple):
    """A part of a criterion that reads otherwise, in words; empty where there is nothing."""

    part: str
    before: str
    after: str


class LimitChange(NamedTuple):
    """A limit with another value, unit or confidence; None where one edition does not have it."""

    name: str
    before: Limit | None
    after: Limit | None


class LogicChange(NamedTuple):
    """A part of the logic that reads otherwise, line by line; empty where there is none."""

    part: str
    before: tuple[str, ...]
    after: tuple[str, ...]


class CriterionChange(NamedTuple):
    """A criterion that both editions have and that does not read the same in both."""

    before: Criterion
    after: Criterion
    parts: tuple[PartChange, ...]
    limits: tuple[LimitChange, ...]
    logic: tuple[LogicChange, ...]

    @property
    def only_cited_elsewhere(self) -> bool:
        """Whether it asks the same on another authority."""
        return not (self.limits or self.logic) and {each.part for each in self.parts} == {CITATION}


class TreatmentChange(NamedTuple):
    """Treatments that both editions judge, those together that stand in the same files.

    ``before`` and ``after`` say for which part of the requests: a length of pain, or regions.
    """

    treatments: tuple[Treatment, ...]
    before: Listing
    after: Listing
    added: tuple[Criterion, ...]
    removed: tuple[Criterion, ...]
    changed: tuple[CriterionChange, ...]
    unchanged: int

    @property
    def other_scope(self) -> bool:
        """Whether one of the editions is for another part of the requests."""
        old, new = self.before, self.after
        return (old.path, old.regions) != (new.path, new.regions)

    @property
    def differs(self) -> bool:
        """Whether anything reads otherwise."""
        return bool(self.added or self.removed or self.changed) or self.other_scope


class EditionComparison(NamedTuple):
    """Two editions, treatment by treatment."""

    before: Side
    after: Side
    only_before: tuple[Treatment, ...]
    only_after: tuple[Treatment, ...]
    both: tuple[TreatmentChange, ...]

    @property
    def differs(self) -> bool:
        """Whether anything reads otherwise."""
        return bool(self.only_before or self.only_after) or any(each.differs for each in self.both)


class RowUnder(NamedTuple):
    """A row under each of two editions, and as it is really judged. Row 0 is the form.

    None where an edition has nothing on the form. ``outcomes`` are there only if both judge.
    ``left_out`` are those that a policy does not select, or that are set aside.
    """

    governs: RowReport | None
    before: RowReport | None
    after: RowReport | None
    outcomes: tuple[OutcomeChange, ...] = ()
    left_out: tuple[OutcomeChange, ...] = ()

    @property
    def row(self) -> RowReport:
        """The row, under one of the editions."""
        found = self.after or self.before
        assert found is not None  # noqa: S101 (a row that neither has is not compared)
        return found

    @property
    def telling(self) -> list[OutcomeChange]:
        """The outcomes that differ, without the criteria of one edition only that the row meets."""
        return [each for each in self.outcomes if _is_telling(each)]

    @property
    def quiet(self) -> int:
        """How many criteria only one edition has, and do not fail."""
        return len(self.outcomes) - len(self.telling)

    @property
    def differs(self) -> bool:
        """Whether it comes out differently."""
        if self.telling or _judges(self.before) != _judges(self.after):
            return True
        return not self.left_out and _standing(self.before) != _standing(self.after)


class RequestUnder(NamedTuple):
    """A request under each of two editions. ``report`` is what came of it by its dates.

    A request that cannot be judged has no rows, and its errors are those of the report.
    """

    report: Report
    rows: tuple[RowUnder, ...] = ()

    @property
    def differs(self) -> bool:
        """Whether any row comes out differently."""
        return any(row.differs for row in self.rows)


def compare_editions(before: Side, after: Side) -> EditionComparison:
    """Return what differs between two editions, in the order of their index."""
    old, new = before.listings(), after.listings()
    return EditionComparison(
        before,
        after,
        tuple(_treatment(before, kind, item) for kind, item in old.items() if kind not in new),
        tuple(_treatment(after, kind, item) for kind, item in new.items() if kind not in old),
        tuple(_in_both(before, after, old, new)),
    )


def compare_request(
    draft: Draft,
    before: Side,
    after: Side,
    *,
    as_of: date | None = None,
    today: date | None = None,
    codes: bool = False,
    in_force_only: bool = False,
    desks: tuple[Desk, Desk] | None = None,
) -> RequestUnder:
    """Judge a request under each of two editions, and by its dates.

    ``desks`` apply a policy to what each of the two says; ``in_force_only`` is for the dates.
    Raises :class:`~imr_check.RequestError` for a template, or a request that names no date.
    """
    old, new = (
        check_under(draft, side.pack, side.edition.id, as_of=as_of, today=today, codes=codes)
        for side in (before, after)
    )
    report = check(draft, as_of=as_of, today=today, codes=codes, in_force_only=in_force_only)
    seen = (desks[0].applied(old), desks[1].applied(new)) if desks else (old, new)
    rows = [
        _row(governs, first, second, _left_out((first, second), (kept, kept_too)))
        for governs, first, second, kept, kept_too in zip(
            *(each.treatments for each in (report, old, new, *seen)), strict=True
        )
    ]
    if old.form or new.form:
        left_out = _left_out((old.form, new.form), (seen[0].form, seen[1].form))
        rows.append(_row(report.form, old.form, new.form, left_out))
    return RequestUnder(report, tuple(rows))


# What reads otherwise


def _treatment(side: Side, kind: str, listing: Listing) -> Treatment:
    section = side.section(listing)
    term = side.pack.terms.treatments.get(kind)
    return Treatment(kind, term.title if term else section.title, len(section.criteria))


def _in_both(
    before: Side, after: Side, old: dict[str, Listing], new: dict[str, Listing]
) -> Iterator[TreatmentChange]:
    together: dict[tuple[Listing, Listing], list[str]] = {}
    for kind in old:
        if kind in new:
            together.setdefault((old[kind], new[kind]), []).append(kind)
    for (first, second), kinds in together.items():
        treatments = tuple(_treatment(after, kind, second) for kind in kinds)
        change = _between(before.section(first), after.section(second))
        yield TreatmentChange(treatments, first, second, *change)


def _between(
    old: Section, new: Section
) -> tuple[tuple[Criterion, ...], tuple[Criterion, ...], tuple[CriterionChange, ...], int]:
    """Return what was added and removed, what changed, and how many criteria did not."""
    first = {each.code: each for each in old.criteria}
    second = {each.code: each for each in new.criteria}
    shared = [code for code in second if code in first]
    found = [_changed(old, first[code], new, second[code]) for code in shared]
    changed = tuple(change for change in found if change is not None)
    return (
        tuple(each for code, each in second.items() if code not in first),
        tuple(each for code, each in first.items() if code not in second),
        changed,
        len(shared) - len(changed),
    )


def _changed(
    old: Section, before: Criterion, new: Section, after: Criterion
) -> CriterionChange | None:
    first, second = _words(before), _words(after)
    reads = tuple(PartChange(p, first[p], second[p]) for p in first if first[p] != second[p])
    limits = tuple(_limits(limits_of(old, before), limits_of(new, after)))
    steps = tuple(_logic(_lines(old, before), _lines(new, after)))
    if not (reads or limits or steps):
        return None
    return CriterionChange(before, after, reads, limits, steps)


def _words(criterion: Criterion) -> dict[str, str]:
    """Return the parts of a criterion beside its logic, as words."""
    return {
        "name": criterion.name,
        "statement": criterion.statement,
        "severity": criterion.severity,
        "silence": criterion.silence,
        "rebuttable": "yes" if criterion.rebuttable else "no",
        "message": criterion.failure,
        "remedy": criterion.remedy,
        "answered by": criterion.answered_by,
        CITATION: str(criterion.citation),
        "confidence": criterion.confidence,
        "note": criterion.note,
    }


def _limits(old: Iterable[Limit], new: Iterable[Limit]) -> Iterator[LimitChange]:
    first, second = ({limit.name: limit for limit in limits} for limits in (old, new))
    for name in dict.fromkeys((*second, *first)):
        change = LimitChange(name, first.get(name), second.get(name))
        if _measure(change.before) != _measure(change.after):
            yield change


def _measure(limit: Limit | None) -> tuple[object, ...] | None:
    return limit and (limit.value, limit.unit, limit.confidence)


def _logic(
    old: dict[str, tuple[str, ...]], new: dict[str, tuple[str, ...]]
) -> Iterator[LogicChange]:
    for part in dict.fromkeys((*new, *old)):
        change = LogicChange(part, old.get(part, ()), new.get(part, ()))
        if change.before != change.after:
            yield change


def _lines(section: Section, criterion: Criterion) -> dict[str, tuple[str, ...]]:
    """Return the logic part by part, in lines that are indented by their depth."""
    return {
        title: tuple("  " * step.depth + step.words for step in logic(section, expression))
        for title, expression in parts(section, criterion)
    }


# What comes out differently


def _row(
    governs: RowReport | None,
    before: RowReport | None,
    after: RowReport | None,
    left_out: set[str],
) -> RowUnder:
    found = list(_outcomes(before, after))
    counting = tuple(each for each in found if each.criterion.code not in left_out)
    rest = tuple(each for each in found if each not in counting and _is_telling(each))
    return RowUnder(governs, before, after, counting, rest)


def _left_out(judged: tuple[RowReport | None, ...], seen: tuple[RowReport | None, ...]) -> set[str]:
    """Return the codes that a policy does not select, or whose findings are set aside."""
    kept = {each.code for row in seen if row for each in row.findings}
    aside = {each.code for row in seen if row for each in row.suppressed}
    return {each.code for row in judged if row for each in row.findings} - kept | aside


def _outcomes(before: RowReport | None, after: RowReport | None) -> Iterator[OutcomeChange]:
    if before and after and before.edition and after.edition:
        yield from outcomes_between(before, after)


def _is_telling(change: OutcomeChange) -> bool:
    if change.before and change.after:
        return True
    return (change.before or change.after) in FAILING


def _judges(row: RowReport | None) -> bool:
    return row is not None and row.edition is not None


def _standing(row: RowReport | None) -> object:
    return row and (row.verdict, row.argued)
