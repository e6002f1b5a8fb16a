"""``imr-check --watch PATH…``: check again whenever a file is saved, until interrupted.

The exit status is that of the last check; 130 if not even the first one came to its end.
"""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, NamedTuple

from .checking import refuse, run, settings_for
from .files import ENDINGS
from .outputs import targets
from .patterns import has_magic
from .settings import OWN_FILE, PYPROJECT, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from .checking import Asked

_MISSING = "--watch is not there yet: install the package watchfiles: pip install watchfiles"
_INTERRUPTED = 130
_QUIET_MS = 100
"""How long nothing more may happen before the files are checked: editors save in several steps."""


def watch(asked: Asked) -> int:
    """Check, and check again on every change until interrupted; return the last exit status."""
    status = None
    try:
        for has_changed in _changes(asked):
            if has_changed or status is None:
                if sys.stdout.isatty():
                    sys.stdout.write("\x1b[2J\x1b[H")
                status = run(asked)
                print("Watching for changes, Ctrl-C ends.", file=sys.stderr, flush=True)
    except UsageError as error:
        return refuse(str(error))
    except KeyboardInterrupt:
        pass
    return _INTERRUPTED if status is None else status


def _changes(asked: Asked) -> Iterator[bool]:
    """Yield whether something was saved: first False, once nothing goes unnoticed any more."""
    try:
        from watchfiles import watch as changes
    except ImportError:
        raise UsageError(_MISSING) from None
    watched = _watched(asked)
    noticed = changes(
        *watched.folders,
        watch_filter=lambda _, path: watched.matters(path),
        step=_QUIET_MS,
        rust_timeout=_QUIET_MS,
        yield_on_timeout=True,
        raise_interrupt=True,
        recursive=watched.recursive,
    )
    try:
        for found in noticed:
            yield bool(found)
    except OSError as error:
        raise UsageError(f"the folders cannot be watched: {error.strerror or error}") from None


class _Watched(NamedTuple):
    """The folders to watch, and which files in them matter.

    ``named`` are files that were named, ``own`` those that the check writes. If nothing but files
    was named, what lies beside and below them does not matter.
    """

    folders: tuple[str, ...]
    named: frozenset[str]
    own: frozenset[str]
    recursive: bool

    def matters(self, path: str) -> bool:
        """Whether a check may come out otherwise once the file at ``path`` has changed."""
        name = os.path.basename(path)
        if path in self.own:
            return False  # a report that is written among the requests, which would go on for ever
        if path in self.named or name in (OWN_FILE, PYPROJECT):
            return True
        if not self.recursive or name[:1] == ".":
            return False
        # What came with a new folder may have been there before anybody looked into it.
        return name.lower().endswith(ENDINGS) or os.path.isdir(path)


def _watched(asked: Asked) -> _Watched:
    if not asked.paths or "-" in asked.paths:
        raise UsageError("--watch looks at files and folders: name some of them")
    folders = [_folder(path) for path in asked.paths if _is_open(path)]
    files = [path for path in asked.paths if not _is_open(path)]
    # A link changes when another one takes its place, and when what it leads to is saved.
    named = {place for path in files for place in (_real(path), os.path.realpath(path))}
    missing = [path for path in (*folders, *map(os.path.dirname, named)) if not os.path.isdir(path)]
    if missing:
        raise UsageError(f"{missing[0]} is not there, so it cannot be watched")
    settings = settings_for(asked).settings
    own = {os.path.realpath(t.path) for t in targets(settings.format, settings.output) if t.path}
    return _Watched(
        folders=_once((*map(os.path.realpath, folders), *map(os.path.dirname, named))),
        named=frozenset(named),
        own=frozenset(own),
        recursive=bool(folders),
    )


def _is_open(path: str) -> bool:
    """Whether a name leaves open which files it stands for: a folder, or a pattern."""
    return os.path.isdir(path) or (has_magic(path) and not os.path.lexists(path))


def _folder(path: str) -> str:
    """Return the folder to watch for a path: of a pattern the part without wild cards."""
    while has_magic(path) and not os.path.isdir(path):
        path = os.path.dirname(path)
    return path or "."


def _real(path: str) -> str:
    """Return a path whose folder has no links in it; the file itself may be one."""
    folder, name = os.path.split(path)
    return os.path.join(os.path.realpath(folder or "."), name)


def _once(paths: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(set(paths)))
