"""What no single field shows: dates that cannot be, and rows that say nothing.

Works on anything with the attributes of a :class:`~imr_check.request.model.Request`, because the
command checks requests that it read without pydantic as well.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from .model import Request
    from .treatment import Duration, Frequency, Treatment

Path = tuple[str | int, ...]


def contradictions(request: Request) -> list[tuple[Path, str]]:
    """Return (path, reason) for everything in the request that cannot be, in file order."""
    found = [*_of_dates(request), *_of_rows(request), *_of_chart(request)]
    return [*found, *_of_instructions(request)]


def _of_dates(request: Request) -> Iterator[tuple[Path, str]]:
    injury = request.injury.date
    submission = request.submission
    if _before(submission.date, injury):
        yield (
            ("submission", "date"),
            "the request is dated before the injury: correct one of the dates",
        )
    if _before(submission.planned_service_date, injury):
        yield (
            ("submission", "planned_service_date"),
            "the service is planned before the injury: correct one of the dates",
        )
    if _before(submission.date, submission.earlier_decision):
        yield (
            ("submission", "earlier_decision"),
            "the earlier decision is dated after this request: correct one of the dates",
        )
    if _before(injury, request.employee.birth_date):
        yield ("employee", "birth_date"), "the employee is born after the injury: correct the date"


def _of_rows(request: Request) -> Iterator[tuple[Path, str]]:
    for index, row in enumerate(request.treatments):
        path: Path = ("treatments", index)
        if not (row.treatment or row.kind or row.procedure_codes or row.drug):
            yield path, "the row names no treatment: fill in treatment, kind, a code or a drug"
        if row.goes_with is not None and _leads_astray(request, index):
            yield (
                (*path, "goes_with"),
                "this is no other row of the request, or the rows go with each other in a circle",
            )
        for name in ("frequency", "duration"):
            if _falls(row, name):
                yield (*path, name, "up_to"), "the range runs backwards: up_to is the larger number"


def _leads_astray(request: Request, index: int) -> bool:
    """Whether the rows that a row goes with lead out of the request, or back to a row."""
    passed = {index}
    while (number := request.treatments[index].goes_with) is not None:
        index = number - 1
        if index in passed or index >= len(request.treatments):
            return True
        passed.add(index)
    return False


def _falls(row: Treatment, name: str) -> bool:
    span: Frequency | Duration | None = getattr(row, name)
    if span is None or span.up_to is None:
        return False
    # None stands for a hole of a template, of which nothing is known.
    low: int | None = getattr(span, "times", None) or getattr(span, "length", None)
    return low is not None and span.up_to < low


def _of_chart(request: Request) -> Iterator[tuple[Path, str]]:
    chart, written = request.chart, request.submission.date
    for name, start, end in (
        ("therapies", "start", "end"),
        ("medications", "start", "end"),
        ("functional_changes", "from_date", "to_date"),
    ):
        for index, entry in enumerate(getattr(chart, name)):
            if _before(getattr(entry, end), getattr(entry, start)):
                yield (
                    ("chart", name, index, end),
                    "the last day is before the first: correct one of the dates",
                )
    for name, field in (
        ("symptoms", "onset"),
        ("examinations", "date"),
        ("imaging", "date"),
        ("electrodiagnostics", "date"),
        ("procedures", "date"),
        ("functional_changes", "to_date"),
        ("work_status", "date"),
        ("monitoring", "date"),
    ):
        for index, entry in enumerate(getattr(chart, name)):
            if _before(written, getattr(entry, field)):
                yield (
                    ("chart", name, index, field),
                    "the entry is dated after the request that it supports: correct the date",
                )


def _of_instructions(request: Request) -> Iterator[tuple[Path, str]]:
    for index, entry in enumerate(request.imr_check.suppress if request.imr_check else ()):
        if entry.reason.isspace():
            path = ("imr_check", "suppress", index, "reason")
            yield path, "the reason is blank: say why the finding is set aside"


def _before(earlier: date | None, later: date | None) -> bool:
    return earlier is not None and later is not None and earlier < later
