"""Check many files on several cores: each process takes a share, the order of the files stays.

A share comes back as rendered text and counts, never as reports: these hold charts, and would have
to be copied from process to process.
"""

from __future__ import annotations

import os
import sys
from functools import partial
from itertools import chain, groupby, islice
from typing import TYPE_CHECKING, NamedTuple

from ..checker import check_many
from ..errors import Problem
from ..policy import Desk, Policy
from ..render.output import renderer
from ..report import Report
from ..request.holes import DEFAULT_HOLES
from ..source import form_of
from ..tally import Tally
from .failures import Stopped, described
from .patterns import excluded

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable, Iterator
    from datetime import date

    from ..baseline import Baseline
    from ..formulary import DrugList
    from ..render.context import Context
    from ..render.renderer import Renderer
    from .files import Found
    from .settings import Settings

__all__ = ["CLEAN", "FINDINGS", "INVALID", "Job", "Share", "Stopped", "reports_on", "shares"]

CLEAN, FINDINGS, INVALID = 0, 1, 2

_SHARE = 50
"""Files that a process checks at a time."""

_WORTHWHILE = 200
"""Fewer files are checked sooner than other processes are up."""

_LARGE = 1 << 20
"""Bytes from which on a file of JSON lines is not held as a whole, but reported line by line."""


class Job(NamedTuple):
    """What to do with each file: everything that a process has to know."""

    settings: Settings
    formats: tuple[str, ...]
    contexts: tuple[Context, ...]
    today: date
    stdin_name: str = "<stdin>"
    trace: bool = False
    baseline: Baseline | None = None
    formulary: DrugList | None = None


class Share(NamedTuple):
    """What came of a share: for each report a piece in every format, counts, the worst status.

    ``complaints`` are lines on errors of ours, for standard error.
    """

    pieces: list[tuple[str, ...]]
    tally: Tally
    status: int
    files: int
    complaints: list[str]


def shares(job: Job, files: Iterable[Found]) -> Generator[Share, None, None]:
    """Yield what came of the files, share by share, in their order."""
    for alone, group in groupby(files, key=_is_stream):
        if alone:
            yield from _one_by_one(job, group)
        else:
            yield from _shared(job, group)


def _is_stream(found: Found) -> bool:
    """Whether a file is too long to be one share's, or only this process can read it."""
    if found.path == "-":
        return True
    if form_of(found.path) != "jsonl" or found.fault:
        return False
    try:
        return os.path.getsize(found.path) > _LARGE
    except (OSError, ValueError):
        return False


def _shared(job: Job, files: Iterator[Found]) -> Iterator[Share]:
    first = list(islice(files, _WORTHWHILE))
    count = job.settings.jobs or _cores()
    if count == 1 or (len(first) < _WORTHWHILE and not job.settings.jobs):
        yield from _one_by_one(job, chain(first, files))
        return
    from .processes import in_processes

    yield from in_processes(partial(check_share, job), _cut(chain(first, files)), count)


def _cut(files: Iterator[Found]) -> Iterator[list[Found]]:
    while share := list(islice(files, _SHARE)):
        yield share


def _cores() -> int:
    """Return how many cores this process may use."""
    if sys.platform == "linux":
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def check_share(job: Job, files: list[Found]) -> Share:
    """Check files one after the other, whatever goes wrong with one of them."""
    whole = Share([], Tally(), CLEAN, len(files), [])
    for part in _one_by_one(job, files):
        whole.pieces.extend(part.pieces)
        whole.tally.merge(part.tally)
        whole.complaints.extend(part.complaints)
        whole = whole._replace(status=max(whole.status, part.status))
    return whole


def _one_by_one(job: Job, files: Iterable[Found]) -> Iterator[Share]:
    """Yield a share for every report."""
    renderers = [renderer(*pair) for pair in zip(job.formats, job.contexts, strict=True)]
    for found in files:
        count = 1
        for checked in _guarded(job, found, _decided(job, found)):
            yield _share(job, checked, renderers, count)
            count = 0


class _Checked(NamedTuple):
    """A report, and what to say of an error of ours that it stands for."""

    report: Report
    status: int = CLEAN
    complaint: str = ""


def _share(job: Job, checked: _Checked, renderers: list[Renderer], files: int) -> Share:
    report, tally = checked.report, Tally()
    tally.add(report)
    return Share(
        pieces=[tuple(each.piece(report) for each in renderers)],
        tally=tally,
        status=max(checked.status, _status(job, report)),
        files=files,
        complaints=[checked.complaint] if checked.complaint else [],
    )


def _decided(job: Job, found: Found) -> Iterator[Report]:
    """Yield the reports on a file as the policy sees them.

    Which entries of the baseline set nothing aside is known at the end: the last report says it.
    """
    desk = desk_for(job, found)
    last: Report | None = None
    try:
        for report in _reports(job, found):
            if last is not None:
                yield last
            last = None
            last = desk.applied(report)
    except Exception:
        if last is not None:
            yield last
        raise
    if last is not None:
        yield desk.concluded(last)


def _name(job: Job, found: Found) -> str:
    return job.stdin_name if found.path == "-" else found.path


def desk_for(job: Job, found: Found) -> Desk:
    """Return what applies the policy to the reports on one file."""
    name = _name(job, found)
    return Desk(policy_for(job, name), name)


def policy_for(job: Job, path: str) -> Policy:
    """Return the policy for one file: the settings, with what is ignored in that file."""
    settings = job.settings
    ignored = settings.ignore
    for pattern, codes in settings.per_file_ignores:
        if excluded(path, (pattern,)):
            ignored += codes
    return Policy(
        today=job.today,
        select=settings.select,
        ignore=ignored,
        severity=settings.severity,
        unsuppressable=settings.unsuppressable,
        baseline=job.baseline,
    )


def reports_on(job: Job, found: Found) -> Iterator[tuple[int, Report]]:
    """Yield the reports on a file, each with the exit status of an error of ours, else 0."""
    for checked in _guarded(job, found, _reports(job, found)):
        if checked.complaint:
            print(checked.complaint, file=sys.stderr)
        yield checked.status, checked.report


def _guarded(job: Job, found: Found, reports: Iterator[Report]) -> Iterator[_Checked]:
    """Yield the reports on a file; an error of ours is one more, and does not touch other files."""
    try:
        for report in reports:
            yield _Checked(report)
    except Exception as error:
        status, line = described(error)
        failed = Report(_name(job, found), (), (Problem(line),))
        yield _Checked(failed, status, f"imr-check: {line}")


def _reports(job: Job, found: Found) -> Iterator[Report]:
    if found.fault:
        yield Report(found.path, (), (Problem(found.fault),))
        return
    settings = job.settings
    yield from check_many(
        [found.path],
        as_of=settings.as_of,
        today=job.today,
        in_force_only=settings.in_force_only,
        codes=settings.codes,
        formulary=job.formulary,
        trace=job.trace,
        holes=settings.holes or DEFAULT_HOLES,
        stdin_name=job.stdin_name,
    )


def _status(job: Job, report: Report) -> int:
    if report.errors:
        return INVALID
    found = not job.settings.exit_zero and report.reaches(job.settings.fail_on)
    return FINDINGS if found else CLEAN
