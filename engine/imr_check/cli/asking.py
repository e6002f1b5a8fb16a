"""``imr-check questions PATH…``: the work list of missing facts, by who can answer them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from .. import __version__
from ..errors import Problem
from ..render import questions as paragraphs
from ..render import questions_json, questions_markdown
from ..render.context import Context
from ..render.output import on_screen
from ..report import Report
from ..rules.engine import engine_name
from ..worklist import worklist
from .checking import Asked, files_for, job_for, refuse, settings_for
from .failures import explain
from .outputs import print_all
from .settings import UsageError
from .shares import CLEAN, FINDINGS, INVALID, Job, policy_for, reports_on

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from ..worklist import Worklist
    from .files import Found

QuestionsFormat = Literal["text", "markdown", "json"]


def questions(
    paths: Iterable[str],
    form: QuestionsFormat = "text",
    given: Mapping[str, Any] | None = None,
    *,
    config: str | None = None,
    isolated: bool = False,
) -> int:
    """Print the work lists of the files and return the exit status.

    0 if every row is supported, 1 if something is missing, 2 for a file that cannot be read or an
    output that cannot be written, 3 for an error of ours. ``given`` are the settings that the
    command line names; those of a configuration file that concern reading or the choice of criteria
    hold here as well.
    """
    asked = Asked(tuple(paths), dict(given or {}), config=config, isolated=isolated)
    try:
        settings = settings_for(asked).settings
        run = _Run(job_for(asked, settings._replace(baseline=None)), files_for(asked, settings))
        engine = engine_name()
        context = Context(__version__, engine.name, engine.hint)
        print_all(_pieces(run.worklists(), form, context))
    except UsageError as error:
        return refuse(str(error))
    return run.status


def _pieces(found: Iterable[Worklist], form: QuestionsFormat, context: Context) -> Iterator[str]:
    if form == "text":
        yield on_screen(paragraphs.lines(found, context))
        return
    render = questions_json.as_json if form == "json" else questions_markdown.markdown
    yield from render(found, context)


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
            found = worklist(report, policy_for(self._job, report.path).selects)
        except Exception as error:
            status, line = explain(error)
            self.status = max(self.status, status)
            return worklist(Report(report.path, (), (Problem(line),)))
        missing = CLEAN if found.done else FINDINGS
        self.status = max(self.status, INVALID if report.errors else missing)
        return found
