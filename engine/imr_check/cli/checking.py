"""``imr-check PATH…``: check drafts and report."""

from __future__ import annotations

import os
import sys
from contextlib import closing
from datetime import date
from typing import TYPE_CHECKING, Any, NamedTuple

from .. import __version__
from ..baseline import read_baseline
from ..errors import RequestError
from ..render.context import Context
from ..render.output import in_color, width
from ..request.holes import DEFAULT_HOLES
from ..rules.engine import engine_name
from ..tally import Tally
from .files import find
from .outputs import Outputs, targets
from .progress import watched
from .settings import UsageError, codes_known, configured, shown
from .shares import CLEAN, FINDINGS, INVALID, Job, Stopped, shares

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from ..baseline import Baseline
    from ..formulary import DrugList, DrugListError
    from ..guideline.pack import Pack
    from .files import Found
    from .outputs import Target
    from .settings import Configured, Settings

__all__ = ["CLEAN", "COMMANDS", "FINDINGS", "INVALID", "Asked", "run"]

COMMANDS = (
    *("check", "explain", "criteria", "facts", "schema", "new"),
    *("baseline", "questions", "diff", "clock", "formulary", "editions", "pack", "test", "docs"),
)


class Asked(NamedTuple):
    """What the command line asks for. ``given`` are the settings that it names."""

    paths: tuple[str, ...]
    given: dict[str, Any]
    stdin_name: str = "<stdin>"
    trace: bool = False
    config: str | None = None
    isolated: bool = False
    show_settings: bool = False
    fix: bool = False
    diff: bool = False


def run(asked: Asked) -> int:
    """Check the files, write the reports and return the exit status."""
    try:
        found = settings_for(asked)
        if asked.show_settings:
            print(*shown(found), sep="\n")
            return CLEAN
        if not asked.paths:
            raise UsageError("name a file, a folder or a pattern, or - for standard input")
        _hint_at_command(asked.paths[0])
        if asked.fix or asked.diff:
            mended = _mend(asked, found.settings)
            return mended if asked.diff else max(mended, _check(asked, found.settings))
        return _check(asked, found.settings)
    except UsageError as error:
        return refuse(str(error))
    except Stopped as stopped:
        return refuse(str(stopped), stopped.status)


def _hint_at_command(path: str) -> None:
    """Say which command may be meant by the name of a file that is not there."""
    if "." in path or "/" in path or os.path.lexists(path):
        return
    from difflib import get_close_matches

    for close in get_close_matches(path, COMMANDS, 1, 0.75):
        print(f"imr-check: there is no file {path}: did you mean {close}?", file=sys.stderr)


def _mend(asked: Asked, settings: Settings) -> int:
    from .fixing import fix

    found = list(files_for(asked, settings))
    paths = [each.path for each in found if not each.fault]
    mended = fix(paths, asked.diff, asked.stdin_name, settings.holes or DEFAULT_HOLES)
    faults = [each for each in found if each.fault] if asked.diff else []  # else the check says it
    for each in faults:
        print(f"imr-check: {each.path}: {each.fault}", file=sys.stderr)
    return max(mended, INVALID if faults else CLEAN)


def files_for(asked: Asked, settings: Settings, *more: str) -> Iterator[Found]:
    """Yield the files to check: without reports, the baseline and ``more`` files of ours."""
    reports = (target.path for target in targets(settings.format, settings.output))
    ours = filter(None, (*reports, settings.baseline, *more))
    return find(asked.paths, settings.exclude, ours)


def refuse(message: str, status: int = INVALID) -> int:
    """Say what is wrong with what was asked for, or with us."""
    print(f"imr-check: {message}", file=sys.stderr)
    return status


def settings_for(asked: Asked, packs: Iterable[Pack] = ()) -> Configured:
    """Return the settings in force; UsageError where something in them is not known.

    They may name criteria of the installed packs, and of ``packs``.
    """
    found = configured(asked.given, os.environ, isolated=asked.isolated, file=asked.config)
    codes_known(found, packs)
    if found.settings.codes:
        from ..guideline.icd import MISSING, is_installed

        if not is_installed():
            raise UsageError(MISSING)
    return found


def _check(asked: Asked, settings: Settings) -> int:
    chosen = targets(settings.format, settings.output)
    _refuse_overwriting(chosen, asked, settings)
    job = job_for(asked, settings, chosen)
    tally, status, complaints = Tally(), CLEAN, set[str]()
    with (
        Outputs(chosen, job.contexts) as outputs,
        closing(shares(job, files_for(asked, settings))) as checked,
    ):
        for share in watched(checked, lambda: sum(1 for _ in files_for(asked, settings))):
            for pieces in share.pieces:
                outputs.add(pieces)
            for line in share.complaints:
                if line not in complaints:  # which many files may share
                    complaints.add(line)
                    print(line, file=sys.stderr)
            tally.merge(share.tally)
            status = max(status, share.status)
        outputs.finish(tally)
    if settings.statistics:
        _show_statistics(tally, chosen)
    return status


def _refuse_overwriting(chosen: tuple[Target, ...], asked: Asked, settings: Settings) -> None:
    """Raise UsageError if a report would replace a file that is read."""
    reports = [target.path for target in chosen if target.path]
    inputs = [*asked.paths, settings.baseline, settings.formulary] if reports else []
    read = {os.path.realpath(path) for path in inputs if path}
    for path in reports:
        if os.path.realpath(path) in read:
            raise UsageError(f"--output {path} would replace what is read: name another file")


def _show_statistics(tally: Tally, chosen: tuple[Target, ...]) -> None:
    """Show the counts where a person reads: not behind a report that is for a program."""
    from ..render.statistics import statistics

    on_screen = [target.format for target in chosen if target.path is None]
    is_read = all(form in ("text", "concise") for form in on_screen)
    print(statistics(tally), end="", file=sys.stdout if is_read else sys.stderr)


def job_for(asked: Asked, settings: Settings, chosen: tuple[Target, ...] = ()) -> Job:
    """Return what to do with each file."""
    engine = engine_name()
    plain = Context(__version__, engine.name, engine.hint)
    screen = plain._replace(width=width(), color=in_color())
    return Job(
        settings=settings,
        formats=tuple(target.format for target in chosen),
        contexts=tuple(plain if target.path else screen for target in chosen),
        # The office's own day; below the command line, no clock is read.
        today=date.today(),  # noqa: DTZ011
        stdin_name=asked.stdin_name,
        trace=asked.trace,
        baseline=read_baseline_file(settings.baseline) if settings.baseline else None,
        formulary=_read_drug_list(settings.formulary) if settings.formulary else None,
    )


def _read_drug_list(file: str) -> DrugList:
    """Read the published drug list; UsageError says where it is wrong, and what to do."""
    from ..dispensing import read_drug_list
    from ..formulary import DrugListError

    try:
        return read_drug_list(file)
    except DrugListError as error:
        next_step = _next_step(error, file)
        raise UsageError(f"the drug list (formulary): {error}{next_step}") from None


def _next_step(error: DrugListError, file: str) -> str:
    """Return what to do, where the message does not say so itself."""
    if not os.path.isfile(file):
        return "; check the path"
    if "save" in str(error).removeprefix(os.path.basename(file)) and not error.row:
        return ""
    again = "save the published list again as CSV (UTF-8)"
    return f"; correct it there, or {again}" if error.row else f"; {again}"


def read_baseline_file(file: str) -> Baseline:
    """Read a baseline; UsageError says where it is wrong."""
    try:
        return read_baseline(file)
    except RequestError as error:
        first = error.problems[0]
        place = f":{first.line}:{first.column}" if first.line else ""
        raise UsageError(f"{file}{place}: {first.message}") from None
