"""``imr-check baseline PATH…``: set aside what fails now, and let go of what no longer fails."""

from __future__ import annotations

import os
import sys
from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

from ..baseline import DEFAULT_NAME, Baseline, Failing, Words
from ..policy import applied
from ..render.markup import visible
from .checking import (
    CLEAN,
    INVALID,
    files_for,
    job_for,
    read_baseline_file,
    refuse,
    settings_for,
)
from .settings import UsageError
from .shares import policy_for, reports_on
from .whole_file import write_whole

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from ..baseline import Key, Updated
    from ..policy import Policy
    from ..report import Report
    from .checking import Asked
    from .files import Found
    from .settings import Settings


class Wanted(NamedTuple):
    """What the command was told beside its files."""

    output: str | None
    reason: str | None
    author: str
    prune: bool
    until: date | None = None


def write(asked: Asked, wanted: Wanted) -> int:
    """Check the files, write the baseline and return the exit status.

    0, or 2 for a file that could not be checked, or 3 for an error of ours.
    """
    try:
        settings = settings_for(asked).settings
        file = wanted.output or settings.baseline or DEFAULT_NAME
        return _Update(asked, settings, wanted, file).run()
    except UsageError as error:
        return refuse(str(error))


class _Update:
    """Brings one baseline up to date with the files that were named."""

    def __init__(self, asked: Asked, settings: Settings, wanted: Wanted, file: str) -> None:
        self.asked = asked
        self.settings = settings
        self.wanted = wanted
        self.file = file
        self.job = job_for(asked, settings._replace(baseline=None))
        if wanted.until is not None and wanted.until < self.job.today:
            raise UsageError("--until is a day that is over: name today or a later one")
        self.old = read_baseline_file(file) if os.path.lexists(file) else Baseline(file)
        self.status = CLEAN
        self.kept_open = 0
        self.unjudged = 0

    def run(self) -> int:
        made = self._pruned() if self.wanted.prune else self._updated()
        write_whole(self.file, made.baseline.text())
        print(f"{self.file}: {made.new} new, {made.removed} removed")
        if self.kept_open:
            print(f"Left open, because the settings let nobody suppress them: {self.kept_open}")
        if self.unjudged:
            print(f"Left open, because nothing judged these rows: {self.unjudged}")
        if self.settings.baseline is None and not self.wanted.prune:
            print(f"Use it with --baseline {self.file}, or name it in imr-check.toml")
        return self.status

    def _updated(self) -> Updated:
        wanted = self.wanted
        words = Words((wanted.reason or "").strip(), wanted.author.strip(), wanted.until)
        made = self.old.updated(self._failing(), words, self.job.today)
        if made.new and not words.reason:
            count = f"{made.new} findings are" if made.new > 1 else "1 finding is"
            raise UsageError(f"{count} new: say with --reason why, or mend what fails")
        return made

    def _pruned(self) -> Updated:
        checked = list(self._failing())
        made = self.old.updated(checked, None, self.job.today)
        rest = made.baseline.without_missing(file.path for file in checked)
        return rest._replace(removed=made.removed + rest.removed)

    def _failing(self) -> Iterator[Failing]:
        """Yield what fails in each file and is not set aside by the file itself."""
        for each in files_for(self.asked, self.settings, self.file):
            failing = self._failing_in(each)
            if each.fault:
                continue
            yield failing

    def _failing_in(self, found: Found) -> Failing:
        path = self.job.stdin_name if found.path == "-" else found.path
        policy = policy_for(self.job, path)
        failing = Failing(path, Counter(), Counter())
        for status, report in reports_on(self.job, found):
            self.status = max(self.status, status)
            if report.errors:
                self._complain(report)
                failing = failing._replace(read=False)
            self._count(applied(report, policy), policy, failing)
        return failing

    def _count(self, report: Report, policy: Policy, failing: Failing) -> None:
        for row in report.rows:
            if row.verdict == "no_criteria":  # to sweep them up unseen would look like a pass
                self.unjudged += len(row.open)
                continue
            keys: Counter[Key] = Counter((f.code, f.fingerprint) for f in row.open)
            allowed = Counter({key: n for key, n in keys.items() if policy.allows(key[0])})
            failing.open.update(allowed)
            failing.standing.update(allowed)
            failing.standing.update((f.code, f.fingerprint) for f in row.not_selected if f.open)
            self.kept_open += keys.total() - allowed.total()

    def _complain(self, report: Report) -> None:
        self.status = max(self.status, INVALID)
        first = report.errors[0]
        place = f"{visible(report.path)}:{first.line}:{first.column}"
        print(f"imr-check: {place}: {first.message}", file=sys.stderr)
