"""Check many files on several cores: each process takes a share, the order of the files stays.

A share comes back as rendered text and counts, never as reports: these hold charts, and would have
to be copied from process to process.
"""

from __future__ import annotations

import os
import sys
from collections import deque
from itertools import islice
from typing import TYPE_CHECKING, NamedTuple

from ..checker import check_many
from ..errors import Problem
from ..policy import Policy, applied
from ..render.output import renderer
from ..report import Report
from ..request.holes import DEFAULT_HOLES
from ..tally import Tally
from .failures import explain
from .files import excluded

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import date

    from ..baseline import Baseline
    from ..render.context import Context
    from .files import Found
    from .settings import Settings

CLEAN, FINDINGS, INVALID = 0, 1, 2

_SHARE = 50
"""Files that a process checks at a time."""

_WORTHWHILE = 200
"""Fewer files are checked sooner than other processes are up."""


class Job(NamedTuple):
    """What to do with each file: everything that a process has to know."""

    settings: Settings
    formats: tuple[str, ...]
    contexts: tuple[Context, ...]
    today: date
    stdin_name: str = "<stdin>"
    trace: bool = False
    baseline: Baseline | None = None


class Share(NamedTuple):
    """What came of a share: for each report a piece in every format, counts, the worst status."""

    pieces: list[tuple[str, ...]]
    tally: Tally
    status: int
    files: int


def shares(job: Job, files: Iterable[Found]) -> Iterator[Share]:
    """Yield what came of the files, share by share, in their order."""
    files = iter(files)
    first = list(islice(files, _WORTHWHILE))
    count = job.settings.jobs or os.cpu_count() or 1
    alone = len(first) < _WORTHWHILE and not job.settings.jobs
    if count == 1 or alone or any(found.path == "-" for found in first):
        for one in first:
            yield check_share(job, [one])
        for rest in files:
            yield check_share(job, [rest])
        return
    yield from _in_parallel(job, _chain(first, files), count)


def _chain(first: list[Found], rest: Iterator[Found]) -> Iterator[list[Found]]:
    for start in range(0, len(first), _SHARE):
        yield first[start : start + _SHARE]
    while share := list(islice(rest, _SHARE)):
        yield share


def _in_parallel(job: Job, listed: Iterator[list[Found]], count: int) -> Iterator[Share]:
    from concurrent.futures import Future, ProcessPoolExecutor
    from multiprocessing import get_context

    # Forking keeps what is loaded, and is safe while no thread has been started; not so elsewhere.
    method = "fork" if sys.platform == "linux" else "spawn"
    with ProcessPoolExecutor(count, mp_context=get_context(method)) as pool:
        waiting: deque[Future[Share]] = deque()
        for share in listed:
            waiting.append(pool.submit(check_share, job, share))
            # A bounded queue: memory does not grow with the number of files.
            if len(waiting) > 2 * count:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()


def check_share(job: Job, files: list[Found]) -> Share:
    """Check files one after the other, whatever goes wrong with one of them."""
    renderers = [renderer(*pair) for pair in zip(job.formats, job.contexts, strict=True)]
    tally, pieces, worst = Tally(), [], CLEAN
    for found in files:
        policy = policy_for(job, found.path)
        for status, report in reports_on(job, found):
            decided = applied(report, policy)
            tally.add(decided)
            pieces.append(tuple(each.piece(decided) for each in renderers))
            worst = max(worst, status, _status(job, decided))
    return Share(pieces, tally, worst, len(files))


def policy_for(job: Job, path: str) -> Policy:
    """Return the policy for one file: the settings, with what is ignored in that file."""
    settings = job.settings
    ignored = settings.ignore
    for pattern, codes in settings.per_file_ignores:
        if excluded(path, (pattern,)):
            ignored += codes
    return Policy(
        today=settings.as_of or job.today,
        select=settings.select,
        ignore=ignored,
        severity=settings.severity,
        unsuppressable=settings.unsuppressable,
        baseline=job.baseline,
    )


def reports_on(job: Job, found: Found) -> Iterator[tuple[int, Report]]:
    """Yield the reports on a file, each with the exit status of an error of ours, else 0."""
    if found.fault:
        yield CLEAN, Report(found.path, (), (Problem(found.fault),))
        return
    settings = job.settings
    try:
        for report in check_many(
            [found.path],
            as_of=settings.as_of,
            today=job.today,
            in_force_only=settings.in_force_only,
            trace=job.trace,
            holes=settings.holes or DEFAULT_HOLES,
            stdin_name=job.stdin_name,
        ):
            yield CLEAN, report
    except Exception as error:
        status, line = explain(error)
        yield status, Report(found.path, (), (Problem(line),))


def _status(job: Job, report: Report) -> int:
    if report.errors:
        return INVALID
    found = not job.settings.exit_zero and report.reaches(job.settings.fail_on)
    return FINDINGS if found else CLEAN
