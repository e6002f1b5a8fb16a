"""``imr-check --fix`` and ``--diff``: mend the form of values, or show what would be mended."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from ..errors import RequestError
from ..fixing import diff_of, write_fixed
from ..request.holes import DEFAULT_HOLES

if TYPE_CHECKING:
    from collections.abc import Iterable

CLEAN, CHANGES, NOT_WRITTEN = 0, 1, 2

_STDIN = "standard input cannot be mended in place: use --diff, or give the name of a file"


def fix(
    paths: Iterable[str],
    diff: bool,
    stdin_name: str = "<stdin>",
    holes: tuple[str, ...] = DEFAULT_HOLES,
) -> int:
    """Mend the files, or with ``diff`` only print to standard output what would change.

    Return 0, or 2 if a file could not be written; with ``diff``, 1 if there is something to mend.
    Each mended place goes to standard error, by line and column and without its value. Files that
    cannot be read are left to the check.
    """
    statuses = [_show(path, stdin_name, holes) if diff else _mend(path, holes) for path in paths]
    return max(statuses, default=CLEAN)


def _show(path: str, stdin_name: str, holes: tuple[str, ...]) -> int:
    status = CLEAN
    for line in diff_of(path, stdin_name, holes):
        sys.stdout.write(line)
        status = CHANGES
    return status


def _mend(path: str, holes: tuple[str, ...]) -> int:
    if path == "-":
        print(f"imr-check: {_STDIN}", file=sys.stderr)
        return NOT_WRITTEN
    try:
        mended = write_fixed(path, holes)
    except RequestError as error:
        print(f"imr-check: {path}: {error.problems[0].message}", file=sys.stderr)
        return NOT_WRITTEN
    for place in mended:
        print(f"{path}:{place.line}:{place.column}: mended: {place.what}", file=sys.stderr)
    return CLEAN
