"""``imr-check questions PATH…``: the work list of missing facts, by who can answer them."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Literal

from .. import __version__
from ..errors import Problem
from ..render import questions as paragraphs
from ..render import questions_json, questions_markdown
from ..render.context import Context
from ..render.output import show
from ..report import Report
from ..rules.engine import engine_name
from ..worklist import worklist
from .checking import Asked, files_for, job_for, refuse, settings_for
from .failures import explain
from .settings import UsageError
from .shares import CLEAN, FINDINGS, INVALID, Job, reports_on

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import date

    from ..worklist import Worklist
    from .files import Found

QuestionsFormat = Literal["text", "markdown", "json"]


def questions(
    paths: Iterable[str],
    form: QuestionsFormat = "text",
    as_of: date | None = None,
    in_force_only: bool = False,
) -> int:
    """Print the work lists of the files and return the exit status.

    0 if every row is supported, 1 if something is missing, 2 for a file that cannot be read, 3 for
    an error of ours. Settings of a configuration file that concern reading hold here as well.
    """
    # A flag that is not given leaves what a configuration file says.
    asked = Asked(tuple(paths), {"as_of": as_of, "in_force_only": in_force_only or None})
    try:
        settings = settings_for(asked).settings
        files = files_for(asked, settings)
    except UsageError as error:
        return refuse(str(error))
    job = job_for(asked, settings._replace(baseline=None))
    run = _Run(job, files)
    engine = engine_name()
    _write(run.worklists(), form, Context(__version__, engine.name, engine.hint))
    return run.status


def _write(found: Iterable[Worklist], form: QuestionsFormat, context: Context) -> None:
    if form == "text":
        show(paragraphs.lines(found, context))
        return
    render = questions_json.as_json if form == "json" else questions_markdown.markdown
    for text in render(found, context):
        sys.stdout.write(text)
    sys.stdout.flush()


class _Run:
    """Goes through the files, and remembers the worst exit status."""

    def __init__(self, job: Job, files: Iterable[Found]) -> None:
        self._job = job
        self._files = files
        self.status = CLEAN

    def worklists(self) -> Iterator[Worklist]:
        """Yield a work list for every request, whatever goes wrong with one of them."""
        for each in self._files:
            for status, report in reports_on(self._job, each):
                self.status = max(self.status, status)
                yield self._worklist(report)

    def _worklist(self, report: Report) -> Worklist:
        try:
            found = worklist(report)
        except Exception as error:
            status, line = explain(error)
            self.status = max(self.status, status)
            return worklist(Report(report.path, (), (Problem(line),)))
        missing = CLEAN if found.done else FINDINGS
        self.status = max(self.status, INVALID if report.errors else missing)
        return found
