"""``imr-check FILE…``: check drafts and report."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, NamedTuple

from .. import __version__
from ..checker import check_many
from ..errors import Problem
from ..render.context import Context
from ..render.output import Format, write
from ..report import Report
from ..rules.engine import engine_name
from .failures import explain

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..report import Level

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
    engine = engine_name()
    context = Context(__version__, engine.name, engine.hint)
    run = _Run(options)
    write(run.reports(), context, options.format)
    return run.status


class _Run:
    """Checks file after file, and remembers the worst exit status."""

    def __init__(self, options: Options) -> None:
        self._options = options
        self.status = CLEAN

    def reports(self) -> Iterator[Report]:
        """Yield a report for every file, whatever goes wrong with one of them."""
        for path in self._options.paths:
            status, report = self._checked(path)
            self.status = max(self.status, status)
            yield report

    def _checked(self, path: str) -> tuple[int, Report]:
        options = self._options
        try:
            (report,) = check_many(
                [path],
                as_of=options.as_of,
                today=date.today(),  # noqa: DTZ011 (the office's own day; below, no clock is read)
                in_force_only=options.in_force_only,
                trace=options.trace,
            )
        except Exception as error:
            status, line = explain(error)
            return status, Report(path, (), (Problem(line),))
        if report.errors:
            return INVALID, report
        return FINDINGS if report.reaches(options.fail_on) else CLEAN, report
