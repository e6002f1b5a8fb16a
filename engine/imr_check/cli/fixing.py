"""``imr-check --fix`` and ``--diff``: mend the form of values, or show what would be mended."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from ..errors import RequestError
from ..fixing import diff_of, write_fixed
from ..request.holes import DEFAULT_HOLES

if TYPE_CHECKING:
    from collections.abc import Iterable

CLEAN, CHANGES, REFUSED = 0, 1, 2

_STDIN = "standard input cannot be mended in place: use --diff, or give the name of a file"


def fix(
    paths: Iterable[str],
    diff: bool,
    stdin_name: str = "<stdin>",
    holes: tuple[str, ...] = DEFAULT_HOLES,
) -> int:
    """Mend the files, or with ``diff`` only print to standard output what would change.

    Return 0, or 2 if a file could not be written; with ``diff``, 1 if there is something to mend
    and 2 if nothing can be mended in a file and it cannot be checked. Each mended place goes to
    standard error, by line and column and without its value. What else is wrong with a file is
    left to the check.
    """
    statuses = [_show(path, stdin_name, holes) if diff else _mend(path, holes) for path in paths]
    return max(statuses, default=CLEAN)


def _show(path: str, stdin_name: str, holes: tuple[str, ...]) -> int:
    status = CLEAN
    try:
        for line in diff_of(path, stdin_name, holes):
            sys.stdout.write(line)
            status = CHANGES
    except RequestError as error:
        return _refuse(stdin_name if path == "-" else path, error)
    return status


def _mend(path: str, holes: tuple[str, ...]) -> int:
    if path == "-":
        print(f"imr-check: {_STDIN}", file=sys.stderr)
        return REFUSED
    try:
        mended = write_fixed(path, holes)
    except RequestError as error:
        return _refuse(path, error)
    for place in mended:
        print(f"{path}:{place.line}:{place.column}: mended: {place.what}", file=sys.stderr)
    return CLEAN


def _refuse(name: str, error: RequestError) -> int:
    first = error.problems[0]
    place = f":{first.line}:{first.column}" if first.line else ""
    print(f"imr-check: {name}{place}: {first.message}", file=sys.stderr)
    return REFUSED
