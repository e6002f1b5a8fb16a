"""Compare a request with an earlier one: what changed in outcome, and which facts changed it.

After a denial this is what a resubmission turns on. A changed fact *decides* a criterion if it is
among the facts that led to its outcome before or after. What decides a criterion that failed and
now passes is shown apart, by where it stands: in the chart, in the request itself (then it asks for
something else) or in a rebuttal (which is an argument). A fact that is only left out now is none of
these, since a change has to be documented; nor is one that comes out otherwise because the row is
about another region, or because time has passed. The tool shows it. Whether it is material is for
the claims administrator and the law.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from .checker import check
from .cures import in_request
from .facts import VOCABULARY, RowView
from .guideline.pack import installed_packs
from .rules import reference
from .rules.engine import ruleset_of
from .rules.program import MET, NOT_APPLICABLE, NOT_DOCUMENTED, NOT_MET

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import date

    from .facts import Fact
    from .guideline.model import Criterion, Value
    from .report import Finding, OutcomeWord, Report, RowReport
    from .request.load import Draft
    from .request.model import Request
    from .request.treatment import Treatment
    from .rules.program import Program

Trend = Literal["improved", "worse", "other"]
"""*other* is a change between two outcomes that pass, or of a criterion that was not judged."""

Side = Literal["chart", "request", "rebuttal", "time"]
"""Where a change stands; *time* is a later request over the same chart."""

_STANDS = ".stands"
_RANK = {NOT_MET: 0, NOT_DOCUMENTED: 1, MET: 2, NOT_APPLICABLE: 2}
_FAILURES = (NOT_MET, NOT_DOCUMENTED)
_ARGUED = 2


class Checked(NamedTuple):
    """A request that was checked, its report, and the day on which it counts as written."""

    request: Request
    report: Report
    day: date


class OutcomeChange(NamedTuple):
    """A criterion with another outcome than before; None where one side did not judge by it.

    ``argued_before`` and ``argued_after`` tell that a complete rebuttal lets a contradiction stand.
    """

    criterion: Criterion
    before: OutcomeWord | None
    after: OutcomeWord | None
    trend: Trend
    argued_before: bool = False
    argued_after: bool = False

    @property
    def only_warns(self) -> bool:
        """Whether no failure of the criterion, before or now, keeps the row from being supported.

        Of a criterion that only warns about silence, what is not documented is no such failure.
        """
        failures = [each for each in (self.before, self.after) if each in _FAILURES]
        return not self.criterion.blocking or (
            bool(failures) and not any(map(self._blocks, failures))
        )

    @property
    def is_cured(self) -> bool:
        """Whether the criterion kept the row from being supported, and passes now."""
        passes = self.argued_after or _RANK.get(self.after or "", 0) == _RANK[MET]
        return self._blocks(self.before) and not self.argued_before and passes

    def _blocks(self, outcome: OutcomeWord | None) -> bool:
        criterion = self.criterion
        return criterion.blocking and outcome in _FAILURES and not criterion.only_warns_of(outcome)


class FactChange(NamedTuple):
    """A fact with another value than before; None where it is not documented.

    ``codes`` are the blocking criteria that failed, pass now, and are decided by the fact.
    """

    fact: Fact
    before: Value | None
    after: Value | None
    side: Side
    codes: tuple[str, ...]

    @property
    def dropped(self) -> bool:
        """Whether the fact was documented before and is not now."""
        return self.before is not None and self.after is None

    @property
    def material(self) -> bool:
        """Whether it stands in the chart, now too, and decides what failed and now passes."""
        return bool(self.codes) and self.side == "chart" and not self.dropped


class RowComparison(NamedTuple):
    """A row before and after; None where one side does not have it. Row 0 is the form.

    Of the form no facts are compared: none of them is a fact of the chart.
    """

    before: RowReport | None
    after: RowReport | None
    outcomes: tuple[OutcomeChange, ...] = ()
    facts: tuple[FactChange, ...] = ()

    @property
    def material(self) -> tuple[FactChange, ...]:
        """The facts of the chart that decide a criterion which failed and now passes."""
        return tuple(change for change in self.facts if change.material)

    @property
    def is_form(self) -> bool:
        """Whether this is about the request as a whole."""
        either = self.after or self.before
        return either is not None and either.row == 0

    @property
    def other_edition(self) -> bool:
        """Whether another edition judges now than did before."""
        if self.before is None or self.after is None:
            return False
        old, new = self.before.edition, self.after.edition
        return (old and (old.pack, old.id)) != (new and (new.pack, new.id))

    @property
    def cured(self) -> bool:
        """Whether nothing that was asked for before fails now."""
        if self.after is None:
            return self.before is None or self.before.verdict == "supported"
        return self.before is None or self.after.verdict == "supported"


class Comparison(NamedTuple):
    """Two requests row by row, in the order of the new one; rows no longer asked for come after.

    What came of the request as a whole is last, if it was judged.
    """

    before: Report
    after: Report
    rows: tuple[RowComparison, ...]

    @property
    def cured(self) -> bool:
        """Whether all that was asked for before passes now, or no row fails at all."""
        supported = all(row.verdict == "supported" for row in self.after.rows)
        return supported or all(row.cured for row in self.rows)


def checked(
    draft: Draft,
    *,
    as_of: date | None = None,
    today: date | None = None,
    in_force_only: bool = False,
    codes: bool = False,
) -> Checked:
    """Check a draft, as ``check`` does, and keep it beside its report."""
    report = check(draft, as_of=as_of, today=today, in_force_only=in_force_only, codes=codes)
    day = as_of or draft.request.submission.date or today
    assert day is not None  # noqa: S101 (a request without a day has been refused)
    return Checked(draft.request, report, day)


def compare(before: Checked, after: Checked) -> Comparison:
    """Return what changed from one request to another. Neither may be a template."""
    rows = [_compared(before, old, after, new) for old, new in _matched(before, after)]
    rows += _forms(before.report.form, after.report.form)
    return Comparison(before.report, after.report, tuple(rows))


# Rows that belong together

Key = Callable[["Treatment"], object]


def _matched(before: Checked, after: Checked) -> Iterator[tuple[int | None, int | None]]:
    """Yield the rows that belong together: of one kind, and as alike in place and drug as can be.

    Of those that are alike the first belongs to the first.
    """
    partner: dict[int, int] = {}
    for key in (_place, _region, _any):
        free = [i for i in range(len(before.report.treatments)) if i not in partner.values()]
        for new in range(len(after.report.treatments)):
            if new in partner:
                continue
            wanted = _identity(after, new, key)
            old = next((i for i in free if _identity(before, i, key) == wanted), None)
            if old is not None:
                partner[new] = old
                free.remove(old)
    for new in range(len(after.report.treatments)):
        yield partner.get(new), new
    for old in range(len(before.report.treatments)):
        if old not in partner.values():
            yield old, None


def _identity(side: Checked, index: int, key: Key) -> object:
    row = side.request.treatments[index]
    kind = side.report.treatments[index].kind
    # A row of no known kind has nothing but its words.
    return kind or (row.treatment or "").casefold(), key(row)


def _place(row: Treatment) -> object:
    return _region(row), row.side


def _region(row: Treatment) -> object:
    return row.region, row.drug and row.drug.name.casefold()


def _any(row: Treatment) -> object:
    return None if row.drug is None else row.drug.name.casefold()


# What changed in a row


def _forms(before: RowReport | None, after: RowReport | None) -> Iterator[RowComparison]:
    """Yield the request as a whole, if either side says enough of it to be judged."""
    if before and after:
        yield RowComparison(before, after, tuple(outcomes_between(before, after)))
    elif before or after:
        yield RowComparison(before, after)


def _compared(before: Checked, old: int | None, after: Checked, new: int | None) -> RowComparison:
    row_before = None if old is None else before.report.treatments[old]
    row_after = None if new is None else after.report.treatments[new]
    if row_before is None or row_after is None or new is None:
        return RowComparison(row_before, row_after)
    outcomes = tuple(outcomes_between(row_before, row_after))
    origins = _Origins(before, after, new)
    facts = tuple(_facts(row_before, row_after, outcomes, origins))
    return RowComparison(row_before, row_after, outcomes, facts)


def outcomes_between(before: RowReport, after: RowReport) -> Iterator[OutcomeChange]:
    """Yield the criteria that came out otherwise, in the order of the new row's guideline."""
    old = {finding.code: finding for finding in before.findings}
    new = {finding.code: finding for finding in after.findings}
    for code in dict.fromkeys((*new, *old)):
        change = _outcome(old.get(code), new.get(code))
        if change is not None and change.criterion.severity != "context":
            yield change


def _outcome(old: Finding | None, new: Finding | None) -> OutcomeChange | None:
    finding = new or old
    if finding is None:
        return None
    before, after = old and old.outcome, new and new.outcome
    argued_before, argued_after = _is_argued(old), _is_argued(new)
    if before == after and argued_before == argued_after:
        return None
    trend: Trend = "other"
    if old and new and _rank(old) != _rank(new):
        trend = "improved" if _rank(new) > _rank(old) else "worse"
    return OutcomeChange(finding.criterion, before, after, trend, argued_before, argued_after)


def _is_argued(finding: Finding | None) -> bool:
    return finding is not None and finding.argued and not finding.rebuttal_lacks


def _rank(finding: Finding) -> int:
    """Return how well a criterion came out. One that a complete rebuttal argues passes."""
    return _ARGUED if _is_argued(finding) else _RANK.get(finding.outcome, 0)


def _facts(
    before: RowReport, after: RowReport, outcomes: Iterable[OutcomeChange], origins: _Origins
) -> Iterator[FactChange]:
    """Yield the facts that changed and that both editions ask for, those of most weight first."""
    if before.edition is None or after.edition is None:
        return
    old, new = _Judged(before), _Judged(after)
    cured = [change.criterion.code for change in outcomes if change.is_cured]
    deciding = {code: old.deciding(code) | new.deciding(code) for code in cured}
    changed = []
    for name in old.asked & new.asked:
        values = before.facts.get(name), after.facts.get(name)
        if values[0] != values[1]:
            codes = tuple(code for code in cured if name in deciding[code])
            side = origins.side(name, values[1])
            # Facts of a report are coded values; the report only does not say so.
            changed.append(FactChange(VOCABULARY[name], *values, side, codes))  # type: ignore[arg-type]
    yield from sorted(
        changed, key=lambda change: (not change.codes, change.codes, change.fact.name)
    )


def side_of(fact: str) -> Side:
    """Return where a fact stands by its name."""
    if fact.startswith("rebuttal."):
        return "rebuttal"
    return "request" if in_request(fact) else "chart"


class _Origins:
    """Tells where a change in the facts of a row comes from, by what it would be without it.

    Many facts of the chart are those for the region or the levels of the row. With the new row over
    the old chart they show what the row alone changes, and on the old day what time does.
    """

    def __init__(self, before: Checked, after: Checked, index: int) -> None:
        self._before = before
        self._after = after
        self._index = index

    def side(self, fact: str, value: object) -> Side:
        """Return where the change of a fact to ``value`` stands."""
        side = side_of(fact)
        if side != "chart" or self._value(fact, self._now) != value:
            return side
        return "request" if self._value(fact, self._then) == value else "time"

    def _value(self, fact: str, view: RowView) -> object:
        seen = VOCABULARY[fact].derive(view)
        return None if seen is None else seen.value

    @cached_property
    def _now(self) -> RowView:
        return self._view(self._after)

    @cached_property
    def _then(self) -> RowView:
        return self._view(self._before)

    def _view(self, dated: Checked) -> RowView:
        """Return the new row over the old chart, on the day of one of the two requests."""
        row = self._after.report.treatments[self._index]
        assert row.edition is not None  # noqa: S101 (only judged rows are compared by facts)
        assert row.kind is not None  # noqa: S101
        mixed: Any = _Mixed(self._after.request, self._before.request, dated.request)
        pack = next(pack for pack in installed_packs() if pack.name == row.edition.pack)
        return RowView(mixed, self._index, row.kind, dated.day, pack)


class _Mixed:
    """The rows of one request over the chart of another, sent as yet another one."""

    def __init__(self, rows: Request, rest: Request, dated: Request) -> None:
        self.treatments = rows.treatments
        self.submission = dated.submission
        self._rest = rest

    def __getattr__(self, name: str) -> Any:
        return getattr(self._rest, name)


class _Judged:
    """A judged row with its program, to ask which facts led to an outcome."""

    def __init__(self, row: RowReport) -> None:
        assert row.edition is not None  # noqa: S101 (only judged rows are compared by facts)
        self.program: Program = ruleset_of(row.edition.section).program
        self.results = reference.evaluate(self.program, row.facts)  # type: ignore[arg-type]
        self.asked = {fact.name for fact in self.program.facts}

    def deciding(self, code: str) -> set[str]:
        """Return the facts behind the outcome of a criterion, those of a rebuttal included."""
        nodes = [code]
        if code + _STANDS in self.results and self.results[code].outcome == NOT_MET:
            nodes.append(code + _STANDS)
        leaves = (self.program.leaves(node, self.results) for node in nodes if node in self.results)
        return {leaf.test.fact for found in leaves for leaf in found}
