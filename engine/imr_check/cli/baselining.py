"""``imr-check baseline PATH…``: set aside what fails now, and let go of what no longer fails."""

from __future__ import annotations

import os
import sys
import tempfile
from typing import TYPE_CHECKING, NamedTuple

from ..baseline import DEFAULT_NAME, Baseline
from ..policy import applied
from .checking import CLEAN, INVALID, job_for, read_baseline_file, refuse, settings_for
from .files import find
from .settings import UsageError
from .shares import policy_for, reports_on

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..report import Finding
    from .checking import Asked
    from .settings import Settings


class Wanted(NamedTuple):
    """What the command was told beside its files."""

    output: str | None
    reason: str | None
    author: str
    prune: bool


def write(asked: Asked, wanted: Wanted) -> int:
    """Check the files, write the baseline and return the exit status: 0, or 2 for bad input."""
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
        self.old = read_baseline_file(file) if os.path.exists(file) else Baseline(file)
        self.unread = 0

    def run(self) -> int:
        checked = list(self._failing())
        reason = (self.wanted.reason or "").strip()
        made, new, left = self.old.updated(checked, reason, self.wanted.author.strip())
        if self.wanted.prune:
            made, _, left = self.old.updated(self._known(checked), "", "")
            new = 0
        elif new and not reason:
            raise UsageError(f"{new} findings are new: say with --reason why they are set aside")
        _write(self.file, made.text())
        print(f"{self.file}: {new} new, {left} removed")
        return INVALID if self.unread else CLEAN

    def _failing(self) -> Iterator[tuple[str, list[Finding]]]:
        """Yield what fails in each file and is not set aside by the file itself."""
        job = job_for(self.asked, self.settings._replace(baseline=None))
        found: dict[str, list[Finding]] = {}
        for each in find(self.asked.paths, self.settings.exclude):
            for _, report in reports_on(job, each):
                if report.errors:
                    self.unread += 1
                    first = report.errors[0]
                    place = f"{report.path}:{first.line}:{first.column}"
                    print(f"imr-check: {place}: {first.message}", file=sys.stderr)
                    continue
                decided = applied(report, policy_for(job, report.path))
                rows = (finding for row in decided.treatments for finding in row.open)
                found.setdefault(report.path, []).extend(rows)
        yield from found.items()

    def _known(
        self, checked: list[tuple[str, list[Finding]]]
    ) -> Iterator[tuple[str, list[Finding]]]:
        """Yield of what fails only what the baseline has already."""
        for path, findings in checked:
            known = {(entry.code, entry.fingerprint) for entry in self.old.entries_of(path)}
            yield path, [f for f in findings if (f.code, f.fingerprint) in known]


def _write(file: str, text: str) -> None:
    """Write whole or not at all."""
    try:
        handle, temporary = tempfile.mkstemp(dir=os.path.dirname(file) or ".", prefix=".imr-check-")
        with os.fdopen(handle, "w", encoding="utf-8") as opened:
            opened.write(text)
        os.replace(temporary, file)
    except OSError as error:
        raise UsageError(f"{file} cannot be written: {error.strerror}") from None
