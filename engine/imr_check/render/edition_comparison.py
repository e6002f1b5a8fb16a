"""Two editions compared, for people: what each asks of a treatment, and what that does to requests.

``edition_comparison_json`` is for programs.
"""

from __future__ import annotations

from difflib import SequenceMatcher
from typing import TYPE_CHECKING

from ..edition_comparison import CITATION
from ..explaining import in_force
from ..report import place_of_row
from .comparison import outcome_of, trend_of
from .context import request_line, verdict_words
from .lines import Line
from .questions import foot_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from ..edition_comparison import (
        CriterionChange,
        EditionComparison,
        LimitChange,
        LogicChange,
        PartChange,
        RequestUnder,
        RowUnder,
        Side,
        Treatment,
        TreatmentChange,
    )
    from ..guideline.model import Criterion, Limit
    from ..guideline.pack import Listing
    from ..report import RowReport
    from .context import Context

DATES_DECIDE = (
    "The dates of a request decide which edition governs it. Here it is judged under each of the "
    "two, whatever its dates, to show what the editions change."
)
_LONG = ("statement", "message", "remedy", "note")
"""Parts that are sentences: the old one and the new one have a line each."""

_SILENCE = {"fails": "counts as a failure", "warns": "only warns"}
_TREND_STYLES = {"better": "green", "WORSE": "red"}


def lines(
    found: EditionComparison, requests: Iterable[RequestUnder] | None, context: Context
) -> Iterator[Line]:
    """Yield the comparison, and what it changes for each request, if any are given."""
    if context.engine_hint and requests is not None:
        yield Line(f"Engine: {context.engine}. {context.engine_hint}", style="yellow")
        yield Line("")
    yield from _editions(found)
    if requests is not None:
        yield Line(DATES_DECIDE, style="bold yellow")
        yield Line("")
        for each in requests:
            yield from _request(each, found)
            yield Line("")
    yield Line(foot_of(context), style="dim")


def name_of(side: Side, other: Side) -> str:
    """Return what an edition is called here, with its pack where the two are of different ones."""
    same = side.pack.name == other.pack.name
    return side.edition.id if same else f"{side.pack.name}/{side.edition.id}"


def scope_of(listing: Listing) -> str:
    """Return for which part of the requests an edition has its criteria."""
    pain = f"{listing.path} pain" if listing.path else "pain of any length"
    regions = ", ".join(sorted(listing.regions)).replace("_", " ")
    return f"{pain}, {regions or 'any region'}"


# The editions


def _editions(found: EditionComparison) -> Iterator[Line]:
    sides = (found.before, found.after)
    names = name_of(found.before, found.after), name_of(found.after, found.before)
    yield Line(" -> ".join(names), style="bold")
    for side, name in zip(sides, names, strict=True):
        edition = side.edition
        yield Line(f"{name}: {edition.title}, in force {in_force(edition)}", 2, hang=2)
    yield Line("")
    for name, only in zip(names, (found.only_before, found.only_after), strict=True):
        if only:
            yield Line(f"Only {name} judges: {'; '.join(map(_counted, only))}.", 2, hang=2)
            yield Line("")
    if not found.both:
        yield Line("There is no treatment that both judge.", 2)
        yield Line("")
    for change in found.both:
        if change.differs:
            yield from _treatments(change, names)
    same = [each for change in found.both if not change.differs for each in change.treatments]
    if same:
        yield Line(f"The same in both: {'; '.join(map(_counted, same))}.", 2, hang=2)
        yield Line("")


def _counted(treatment: Treatment) -> str:
    return f"{treatment.title} ({_number(treatment.criteria, 'criterion', 'criteria')})"


def _number(count: int, one: str, many: str) -> str:
    return f"{count} {one if count == 1 else many}"


def _treatments(change: TreatmentChange, names: tuple[str, str]) -> Iterator[Line]:
    moved = [each for each in change.changed if each.only_cited_elsewhere]
    changed = [each for each in change.changed if not each.only_cited_elsewhere]
    counts = (
        (len(change.added), "added"),
        (len(change.removed), "removed"),
        (len(changed), "changed"),
        (len(moved), "only cited elsewhere"),
        (change.unchanged, "unchanged"),
    )
    summary = ", ".join(f"{count} {word}" for count, word in counts if count)
    title = "; ".join(each.title for each in change.treatments)
    yield Line(f"{title}: {summary or 'no criteria'}", 2, "bold", 2)
    if change.other_scope:
        for name, listing in zip(names, (change.before, change.after), strict=True):
            yield Line(f"{name} is for: {scope_of(listing)}", 4, hang=2)
    yield from (Line(f"+ {_stated(each)}", 4, "green", 2) for each in change.added)
    yield from (Line(f"- {_stated(each)}", 4, "red", 2) for each in change.removed)
    for each in changed:
        yield from _criterion(each)
    yield from _cited_elsewhere(moved)
    yield Line("")


def _stated(criterion: Criterion) -> str:
    mark = " [unverified]" if criterion.confidence == "unverified" else ""
    return f"{criterion.code} {criterion.name} ({criterion.severity}){mark}: {criterion.statement}"


def _criterion(change: CriterionChange) -> Iterator[Line]:
    mark = " [unverified]" if change.after.confidence == "unverified" else ""
    yield Line(f"~ {change.after.code} {change.after.name}{mark}", 4, "yellow", 2)
    for part in change.parts:
        yield from _part(part)
    for limit in change.limits:
        yield Line(limit_of(limit), 8, hang=2)
    for logic in change.logic:
        yield from _logic(logic)


def _part(change: PartChange) -> Iterator[Line]:
    before, after = (_part_in_words(change.part, words) for words in (change.before, change.after))
    if change.part not in _LONG:
        yield Line(f"{change.part}: {before} -> {after}", 8, hang=2)
        return
    yield Line(f"{change.part}:", 8)
    yield Line(f"- {before}", 10, "red", 2)
    yield Line(f"+ {after}", 10, "green", 2)


def _part_in_words(part: str, words: str) -> str:
    return _SILENCE[words] if part == "silence" else words or "none"


def limit_of(change: LimitChange) -> str:
    """Return a limit before and after: *visits (limit): 24 visits (verified) -> ...*."""
    return f"limit {change.name}: {_limit(change.before)} -> {_limit(change.after)}"


def _limit(limit: Limit | None) -> str:
    return f"{limit.value} {limit.unit} ({limit.confidence})" if limit else "none"


def _logic(change: LogicChange) -> Iterator[Line]:
    """Yield the lines that differ, indented among themselves."""
    yield Line(f"{change.part}:", 8)
    matcher = SequenceMatcher(None, change.before, change.after, autojunk=False)
    marked: list[tuple[str, str]] = []
    for tag, start, end, new_start, new_end in matcher.get_opcodes():
        if tag != "equal":
            marked += (("-", line) for line in change.before[start:end])
            marked += (("+", line) for line in change.after[new_start:new_end])
    least = min(_depth(line) for _, line in marked)
    for mark, line in marked:
        style = "red" if mark == "-" else "green"
        yield Line(f"{mark} {line.lstrip(' ')}", 10 + _depth(line) - least, style, 2)


def _depth(line: str) -> int:
    return len(line) - len(line.lstrip(" "))


def _cited_elsewhere(moved: list[CriterionChange]) -> Iterator[Line]:
    """Yield the criteria that ask the same on another authority, by the authorities."""
    together: dict[tuple[str, str], list[str]] = {}
    for change in moved:
        (citation,) = (part for part in change.parts if part.part == CITATION)
        codes = together.setdefault((citation.before, citation.after), [])
        codes.append(change.after.code)
    for (before, after), codes in together.items():
        yield Line(f"Only cited elsewhere: {', '.join(codes)}", 4, hang=2)
        yield Line(f"{before or 'no source'} -> {after or 'no source'}", 8, "dim", 2)


# What they change for a request


def _request(found: RequestUnder, editions: EditionComparison) -> Iterator[Line]:
    report = found.report
    name = f"{report.path or 'request'}{request_line(report)}"
    if report.errors:
        yield Line(f"{name}: cannot be compared", style="bold red", whole=True)
        for problem in report.errors:
            place = f"line {problem.line}, column {problem.column}: " if problem.line else ""
            yield Line(place + problem.message, 2, hang=2)
        return
    said = "comes out differently" if found.differs else "comes out the same"
    yield Line(f"{name}: {said}", style="bold yellow" if found.differs else "bold", whole=True)
    for row in found.rows:
        yield from _row(row, editions)


def _row(row: RowUnder, editions: EditionComparison) -> Iterator[Line]:
    before, after = row.before, row.after
    verdicts = f"{_verdict(before)} -> {_verdict(after)}"
    yield Line(f"{row.row.label}: {verdicts}", 2, "bold", 2)
    yield Line(governs_of(row.governs), 4, "dim", 2)
    yield from (Line(words, 4, hang=2) for words in without_criteria(row, editions))
    for change in row.telling:
        trend = _trend(change.before, change.after, trend_of(change))
        yield Line(f"{trend:7} {outcome_of(change)}", 6, _TREND_STYLES.get(trend, ""), 8)
    if row.quiet:
        criteria = _number(row.quiet, "criterion stands", "criteria stand")
        yield Line(f"{criteria} in only one of them, without failing.", 6, "dim", 2)
    if row.left_out:
        criteria = _number(len(row.left_out), "criterion differs", "criteria differ")
        yield Line(f"{criteria}, not selected or set aside.", 6, "dim", 2)
    elif not row.differs and before and after and before.edition and after.edition:
        yield Line("It comes out the same under both.", 6)


def _verdict(row: RowReport | None) -> str:
    return verdict_words(row.verdict, argued=row.argued) if row else "no criteria"


def _trend(before: str | None, after: str | None, trend: str) -> str:
    if before is None:
        return "new"
    return "gone" if after is None else trend


def governs_of(row: RowReport | None) -> str:
    """Return which edition judges a row by its dates, and why that one."""
    if row is None or row.edition is None:
        return "By its dates: nothing that is encoded judges it."
    edition = row.edition
    advice = "" if edition.standing == "in force" else " It advises only."
    return f"By its dates {edition.id} judges: {edition.reason}{advice}"


def without_criteria(row: RowUnder, editions: EditionComparison) -> Iterator[str]:
    """Yield which of the editions has no criteria for a row."""
    sides = (editions.before, row.before), (editions.after, row.after)
    missing = [side for side, report in sides if report is None or report.edition is None]
    place = place_of_row(row.row.row)
    if len(missing) == len(sides):
        yield f"Neither edition has criteria for {place}."
        return
    for side in missing:
        other = editions.after if side is editions.before else editions.before
        yield f"{name_of(side, other)} has no criteria for {place}."
