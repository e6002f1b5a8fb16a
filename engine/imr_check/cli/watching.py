"""``imr-check --watch PATH…``: check again whenever a file is saved."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from .checking import refuse, run, settings_for
from .files import ENDINGS
from .outputs import targets
from .settings import OWN_FILE, PYPROJECT, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .checking import Asked

_MISSING = "--watch needs the package watchfiles: pip install 'imr-check[watch]'"
_QUIET_MS = 200
"""How long nothing more may happen before the files are checked: editors save in several steps."""


def watch(asked: Asked) -> int:
    """Check, and check again on every change until interrupted; return the last exit status."""
    try:
        changes = _changes(asked)
    except UsageError as error:
        return refuse(str(error))
    status = _again(asked)
    try:
        for _ in changes:
            status = _again(asked)
    except KeyboardInterrupt:
        pass
    return status


def _again(asked: Asked) -> int:
    if sys.stdout.isatty():
        sys.stdout.write("\x1b[2J\x1b[H")
    status = run(asked)
    print("Watching for changes, Ctrl-C ends.", file=sys.stderr, flush=True)
    return status


def _changes(asked: Asked) -> Iterator[object]:
    try:
        from watchfiles import watch as changes
    except ImportError:
        raise UsageError(_MISSING) from None
    if not asked.paths or "-" in asked.paths:
        raise UsageError("--watch looks at files and folders: name some of them")
    folders = sorted({_folder(path) for path in asked.paths})
    missing = [folder for folder in folders if not os.path.isdir(folder)]
    if missing:
        raise UsageError(f"{missing[0]} is not there, so it cannot be watched")
    settings = settings_for(asked).settings
    # A report that is written among the requests must not set off the next check.
    own = {os.path.abspath(t.path) for t in targets(settings.format, settings.output) if t.path}
    return changes(
        *folders,
        watch_filter=lambda _, path: _matters(path) and os.path.abspath(path) not in own,
        debounce=_QUIET_MS,
        raise_interrupt=True,
    )


def _folder(path: str) -> str:
    """Return the folder to watch for a path: of a pattern the part without wild cards."""
    while any(mark in path for mark in "*?["):
        path = os.path.dirname(path)
    if os.path.isdir(path):
        return path
    return os.path.dirname(path) or "."


def _matters(path: str) -> bool:
    name = os.path.basename(path)
    return name in (OWN_FILE, PYPROJECT) or (name[:1] != "." and name.lower().endswith(ENDINGS))
