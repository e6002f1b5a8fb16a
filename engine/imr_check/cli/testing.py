"""``imr-check test``: the worked cases of a pack, and what they leave untried.

Exit status: 0 all as expected, 1 a case came out otherwise or the coverage is below the floor, 2
the pack or one of its cases cannot be read.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from .. import __version__
from ..casework import coverage, run_cases
from ..casework.wording import asked_in_words, outcome_in_words, value_in_words
from ..render.lines import Line
from ..render.output import show
from ..rules.engine import engine_name
from .packs import packs_named

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..casework import CaseResult, CaseRun, Coverage, Missing, Subject
    from ..guideline.pack import Pack

_PASSED, _FAILED, _UNREADABLE = 0, 1, 2


class _Tried(NamedTuple):
    """What came of one pack."""

    pack: Pack
    run: CaseRun
    coverage: Coverage
    floor: float | None

    @property
    def status(self) -> int:
        """The exit status that it makes."""
        if self.run.faults:
            return _UNREADABLE
        low = self.floor is not None and not self.coverage.reaches(self.floor)
        return _FAILED if self.run.failed or low else _PASSED


def test(
    pack: str | None,
    *,
    floor: float | None,
    verbose: bool,
    form: Literal["text", "json"],
) -> int:
    """Try the cases of a pack, by name or folder, or of all packs that are installed.

    ``floor`` is the percentage of coverage below which a pack fails, ``verbose`` shows the coverage
    of every criterion and not only of those that lack a case.
    """
    packs = packs_named(pack)
    if not packs:
        return _UNREADABLE
    tried = [_Tried(each, run_cases(each), coverage(each), floor) for each in packs]
    if form == "json":
        print(json.dumps(_as_json(tried, floor), ensure_ascii=False, indent=2))
    else:
        show(line for each in tried for line in _lines(each, verbose))
    return max(each.status for each in tried)


def _lines(tried: _Tried, verbose: bool) -> Iterator[Line]:
    yield Line(f"{tried.pack.name}: {tried.pack.title}", style="bold", hang=2)
    for fault in tried.run.faults:
        yield Line(f"x {fault}", 2, "red", 2)
    for failed in tried.run.failed:
        yield from _failure(failed)
    shown = [each for each in tried.coverage.subjects if verbose or each.missing]
    if shown:
        yield Line("")
        yield Line("What the cases show:", style="bold")
    file = ""
    for subject in shown:
        if subject.file != file:
            file = subject.file
            yield Line(file, 2, "dim", whole=True)
        yield from _subject(subject, verbose)
    yield Line("")
    yield Line(_summary(tried), style="bold green" if tried.status == _PASSED else "bold red")
    yield Line("")


def _failure(failed: CaseResult) -> Iterator[Line]:
    yield Line("")
    yield Line(f'x {failed.code} {failed.name}: case "{failed.case}"', 2, "red", 2)
    expected, found = outcome_in_words(failed.expected), outcome_in_words(failed.found)
    yield Line(f"expected {expected}, found {found}", 4, hang=2)
    for test, value in failed.decided_by:
        yield Line(f"{test.fact}: {value_in_words(value)} (asked: {asked_in_words(test)})", 6)
    if not failed.agree:
        other = outcome_in_words(failed.by_reference)
        yield Line(
            f"The two evaluators disagree: the reference evaluator found {other}. This is an error "
            "of ours: please report it.",
            4,
            hang=2,
        )
    section = "" if failed.section == failed.file else f", in {failed.section}"
    yield Line(f"{failed.file}{section}", 4, "dim", whole=True)


def _subject(subject: Subject, verbose: bool) -> Iterator[Line]:
    share = f"{subject.covered} of {subject.total}"
    style = "yellow" if subject.missing else ""
    yield Line(f"{share:>8}  {subject.code} {subject.name}", 4, style, 10)
    for missing in subject.missing:
        yield Line(f"lacks {missing.text}", 14, hang=2)
        if suggestion := _suggestion(subject, missing):
            yield Line(suggestion, 16, "dim", whole=True)
    if verbose:
        for text in subject.impossible:
            yield Line(f"cannot have {text}", 14, "dim", 2)


def _suggestion(subject: Subject, missing: Missing) -> str:
    """Return the line to add to the file, with its criterion where that is not plain."""
    if not missing.suggestion:
        return ""
    place = "" if missing.code == subject.code else f"  # for {missing.code}"
    return f"- {missing.suggestion}{place}"


def _summary(tried: _Tried) -> str:
    run, covered = tried.run, tried.coverage
    count = len(run.results)
    cases = f"{count} case{'' if count == 1 else 's'}"
    failed = f"{len(run.failed)} not as expected" if run.failed else "as expected"
    faults = f", {len(run.faults)} that cannot be tried" if run.faults else ""
    floor = "" if tried.floor is None else f", floor {tried.floor:g} %"
    share = f"{covered.covered} of {covered.total}, {covered.percent:g} %"
    return f"{cases}: {failed}{faults}. Coverage: {share}{floor}."


def _as_json(tried: list[_Tried], floor: float | None) -> dict[str, Any]:
    return {
        "version": __version__,
        "engine": engine_name().name,
        "floor": floor,
        "packs": [_pack_as_json(each) for each in tried],
    }


def _pack_as_json(tried: _Tried) -> dict[str, Any]:
    covered = tried.coverage
    return {
        "pack": tried.pack.name,
        "pack_version": tried.pack.version,
        "status": tried.status,
        "cases": len(tried.run.results),
        "faults": [fault._asdict() for fault in tried.run.faults],
        "failed": [_result_as_json(result) for result in tried.run.failed],
        "coverage": {
            "covered": covered.covered,
            "total": covered.total,
            "percent": covered.percent,
            "subjects": [_subject_as_json(subject) for subject in covered.subjects],
        },
    }


def _result_as_json(result: CaseResult) -> dict[str, Any]:
    decided = [
        {"fact": test.fact, "value": value, "asked": asked_in_words(test)}
        for test, value in result.decided_by
    ]
    return result._asdict() | {"decided_by": decided}


def _subject_as_json(subject: Subject) -> dict[str, Any]:
    missing = [each._asdict() for each in subject.missing]
    return subject._asdict() | {"total": subject.total, "missing": missing}
