"""Two requests compared, for people: outcomes, then the facts that changed by where they stand.

The words here serve Markdown (``comparison_markdown``) too; ``comparison_json`` is for programs.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..cures.wording import value_in_words
from .context import OUTCOME_WORDS, VERDICT_WORDS, advice_on
from .lines import Line
from .questions import foot_of, judged_by

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from ..comparing import Comparison, FactChange, OutcomeChange, RowComparison
    from ..errors import Problem
    from ..guideline.model import Value
    from ..report import Report, RowReport
    from .context import Context

LAW = (
    "A decision to modify or deny stands for twelve months against the same treatment from the "
    "same physician or practice group, unless a material change in the facts is documented "
    "(Labor Code 4610(k), verified). A resubmission has to show that change; to argue with the "
    "earlier decision is not one.",
    "This comparison only shows which coded facts differ. Whether a change is material is for the "
    "claims administrator and the law.",
)
_TREND_STYLES = {"improved": "green", "worse": "red", "other": ""}


# Words that every format shares


def heading_of(found: Comparison) -> str:
    """Return the two files and what came of them."""
    old, new = found.before, found.after
    return f"{_named(old)} -> {_named(new)}"


def _named(report: Report) -> str:
    return f"{report.path or 'request'} ({VERDICT_WORDS[report.verdict]})"


def advice_of(found: Comparison) -> list[str]:
    """Return what is said of editions that only advise, about either request."""
    before = [f"Earlier request: {words}" for words in advice_on(found.before)]
    return [*before, *(f"New request: {words}" for words in advice_on(found.after))]


def title_of(row: RowComparison) -> str:
    """Return which row it is, before and after, and its verdicts."""
    old, new = row.before, row.after
    if row.is_form:
        words = [_verdict(side) if side else "nothing said of it" for side in (old, new)]
        return f"The form: {' -> '.join(words)}"
    if old and new:
        where = f"Row {new.row}" if old.row == new.row else f"Row {new.row} (row {old.row} before)"
        return f"{where}: {new.treatment}: {_verdict(old)} -> {_verdict(new)}"
    if new:
        return f"Row {new.row}: {new.treatment}: new, {_verdict(new)}"
    return f"Row {old.row} before: {old.treatment}: no longer asked for" if old else ""


def _verdict(row: RowReport) -> str:
    accepted = " if the rebuttal is accepted" if row.argued else ""
    return VERDICT_WORDS[row.verdict] + accepted


def editions_of(row: RowComparison) -> Iterator[str]:
    """Yield which edition judged, and a warning if it is not the same one as before."""
    old, new = (each.edition if each else None for each in (row.before, row.after))
    if not row.other_edition:
        if edition := new or old:
            yield judged_by(edition)
        return
    yield f"Before: {judged_by(old) if old else 'Judged by no edition'}"
    yield f"Now: {judged_by(new) if new else 'Judged by no edition'}"
    yield (
        "The dates of the requests lead to different editions: outcomes differ for that reason "
        "too, and only facts that both editions ask for are compared."
    )


def finding_of(row: RowComparison) -> str:
    """Return in one sentence what of the change may count; empty if nothing failed before.

    Nothing of the form is a fact of the case.
    """
    if row.is_form or row.before is None or row.after is None or row.before.verdict == "supported":
        return ""
    if not row.material:
        return (
            "Material by the measure of this tool: nothing. No fact of the chart is newly or "
            "otherwise documented that decides a criterion which failed before and passes now."
        )
    facts = "1 fact" if len(row.material) == 1 else f"{len(row.material)} facts"
    return (
        f"Material by the measure of this tool: {facts} of the chart, newly or otherwise "
        "documented, deciding what failed before and passes now."
    )


def lists_of(row: RowComparison) -> Iterator[tuple[str, list[str]]]:
    """Yield the lists of changed facts, those that are not empty: a title, and the items."""
    sides = ("chart", "request", "rebuttal", "time")
    by_side = {side: [c for c in row.facts if c.side == side] for side in sides}
    left = by_side["chart"]
    dropped = [change for change in left if change.dropped]
    others = [change for change in left if not (change.dropped or change.codes)]
    found = (
        ("Facts of the chart that decide what failed before and passes now:", row.material),
        ("No longer in the chart; to leave a fact out does not change it:", dropped),
        ("Changed in the request, and no change in the facts of the case:", by_side["request"]),
        ("Changed with the date of the request, over the same chart:", by_side["time"]),
        ("Changed in the rebuttal, which argues with the decision:", by_side["rebuttal"]),
        ("Other facts that changed:", others),
    )
    for title, changes in found:
        if changes:
            yield title, list(map(fact_of, changes))


def outcome_of(change: OutcomeChange) -> str:
    """Return a criterion and what it came to before and now."""
    criterion = change.criterion
    words = [
        "not judged" if outcome is None else OUTCOME_WORDS[outcome] + (", argued" if argued else "")
        for outcome, argued in (
            (change.before, change.argued_before),
            (change.after, change.argued_after),
        )
    ]
    marks = ["warning only"] if change.only_warns else []
    marks += ["unverified"] if criterion.confidence == "unverified" else []
    marked = f" ({', '.join(marks)})" if marks else ""
    return f"{criterion.code} {criterion.name}{marked}: {words[0]} -> {words[1]}"


def trend_of(change: OutcomeChange) -> str:
    """Return whether a criterion came out better or worse."""
    return {"improved": "better", "worse": "WORSE", "other": "other"}[change.trend]


def fact_of(change: FactChange) -> str:
    """Return a fact with its values before and now, and the criteria that it decides."""
    values = (_value(value, change) for value in (change.before, change.after))
    codes = f" [{', '.join(change.codes)}]" if change.codes else ""
    return f"{change.fact.label}: {' -> '.join(values)}{codes}"


def _value(value: Value | None, change: FactChange) -> str:
    return "not documented" if value is None else value_in_words(value, change.fact)


# Paragraphs


def lines(found: Comparison, context: Context) -> Iterator[Line]:
    """Yield the comparison."""
    if context.engine_hint:
        yield Line(f"Engine: {context.engine}. {context.engine_hint}", style="yellow")
        yield Line("")
    yield Line(heading_of(found), style="bold", whole=True)
    yield from (Line(words, 2, "bold yellow") for words in advice_of(found))
    yield from (Line(words, 2) for words in LAW)
    for row in found.rows:
        yield Line("")
        yield from _row(row)
    yield Line("")
    yield Line(foot_of(context), style="dim")


def _row(row: RowComparison) -> Iterator[Line]:
    yield Line(title_of(row), 2, "bold", 2)
    yield from (Line(words, 4, "dim", 2) for words in editions_of(row))
    if words := finding_of(row):
        yield Line(words, 4, "bold" if row.material else "yellow", 2)
    if row.outcomes:
        yield Line("")
        yield Line("Criteria:", 4, "bold")
    for change in row.outcomes:
        text = f"{trend_of(change):7} {outcome_of(change)}"
        yield Line(text, 6, _TREND_STYLES[change.trend], 8)
    for title, items in lists_of(row):
        yield Line("")
        yield Line(title, 4, "bold", 2)
        yield from (Line(f"- {item}", 6, hang=2) for item in items)
    if row.before and row.after and not (row.outcomes or row.facts):
        yield Line("Nothing changed that a criterion asks for.", 4)


def refused(problems: Iterable[tuple[str, Problem]]) -> Iterator[Line]:
    """Yield what is wrong with files that cannot be compared."""
    named = ""
    for path, problem in problems:
        if path != named:
            yield Line(f"{path}: cannot be compared", style="bold red", whole=True)
            named = path
        place = f"line {problem.line}, column {problem.column}: " if problem.line else ""
        yield Line(place + problem.message, 2, hang=2)
