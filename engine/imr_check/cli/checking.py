"""``imr-check FILE…``: check drafts and report."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, NamedTuple

from .. import __version__
from ..checker import check_many
from ..render.context import Context
from ..render.output import Format, write
from ..rules.engine import engine_name

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..report import Level, Report

COMMANDS = ("check", "explain", "criteria", "facts", "schema", "new")
CLEAN, FINDINGS, INVALID = 0, 1, 2


class Options(NamedTuple):
    """What a check was asked for."""

    paths: tuple[str, ...]
    format: Format = "text"
    as_of: date | None = None
    in_force_only: bool = False
    fail_on: Level = "error"
    trace: bool = False


def run(options: Options) -> int:
    """Check the files, write the report and return the exit status."""
    tally = _Tally(options.fail_on)
    reports = check_many(
        options.paths,
        as_of=options.as_of,
        today=date.today(),  # noqa: DTZ011 (the office's own day; the engine reads no clock)
        in_force_only=options.in_force_only,
        trace=options.trace,
    )
    engine = engine_name()
    context = Context(__version__, engine.name, engine.hint)
    write(tally.watch(reports), context, options.format)
    return tally.status


class _Tally:
    """Looks at reports on their way to the output and remembers the exit status."""

    def __init__(self, fail_on: Level) -> None:
        self._fail_on: Level = fail_on
        self.status = CLEAN

    def watch(self, reports: Iterator[Report]) -> Iterator[Report]:
        for report in reports:
            if report.errors:
                self.status = INVALID
            elif report.reaches(self._fail_on):
                self.status = max(self.status, FINDINGS)
            yield report
