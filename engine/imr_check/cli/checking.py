"""``imr-check PATH…``: check drafts and report."""

from __future__ import annotations

import os
import sys
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
from .settings import UsageError, codes_known, configured, shown
from .shares import CLEAN, FINDINGS, INVALID, Job, shares

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..baseline import Baseline
    from .outputs import Target
    from .settings import Configured, Settings
    from .shares import Share

__all__ = ["CLEAN", "COMMANDS", "FINDINGS", "INVALID", "Asked", "run"]

COMMANDS = (
    *("check", "explain", "criteria", "facts", "schema", "new"),
    *("baseline", "questions", "diff", "test", "docs"),
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
        if asked.fix or asked.diff:
            mended = _mend(asked, found.settings)
            if asked.diff or mended:
                return mended
        return _check(asked, found.settings)
    except UsageError as error:
        return refuse(str(error))


def _mend(asked: Asked, settings: Settings) -> int:
    from .fixing import fix

    paths = [each.path for each in find(asked.paths, settings.exclude) if not each.fault]
    return fix(paths, asked.diff, asked.stdin_name, settings.holes or DEFAULT_HOLES)


def refuse(message: str) -> int:
    """Say what is wrong with what was asked for."""
    print(f"imr-check: {message}", file=sys.stderr)
    return INVALID


def settings_for(asked: Asked) -> Configured:
    """Return the settings in force; UsageError where something in them is not known."""
    found = configured(asked.given, os.environ, isolated=asked.isolated, file=asked.config)
    codes_known(found.settings)
    return found


def _check(asked: Asked, settings: Settings) -> int:
    chosen = targets(settings.format, settings.output)
    job = job_for(asked, settings, chosen)
    tally, status = Tally(), CLEAN
    with Outputs(chosen, job.contexts) as outputs:
        for share in _watched(shares(job, find(asked.paths, settings.exclude)), settings):
            for pieces in share.pieces:
                outputs.add(pieces)
            tally.merge(share.tally)
            status = max(status, share.status)
        outputs.finish(tally)
    return status


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
    )


def read_baseline_file(file: str) -> Baseline:
    """Read a baseline; UsageError says where it is wrong."""
    try:
        return read_baseline(file)
    except RequestError as error:
        first = error.problems[0]
        place = f":{first.line}:{first.column}" if first.line else ""
        raise UsageError(f"{file}{place}: {first.message}") from None


_LONG = 500
"""Files from which on a person at a terminal is shown how far it is."""


def _watched(found: Iterator[Share], settings: Settings) -> Iterator[Share]:
    """Yield the shares, with a word on the progress of a long run at a terminal."""
    del settings
    if not sys.stderr.isatty():
        yield from found
        return
    done = 0
    try:
        for share in found:
            yield share
            done += share.files
            if done >= _LONG:
                print(f"\r{done} files checked", end="", file=sys.stderr, flush=True)
    finally:
        if done >= _LONG:
            print("\r\x1b[K", end="", file=sys.stderr, flush=True)
