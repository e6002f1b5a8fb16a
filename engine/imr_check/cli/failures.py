"""Say what went wrong with us or with a guideline pack, without a traceback and without a chart."""

from __future__ import annotations

import sys
import traceback

from ..errors import GuidelineError, ImrCheckError

GUIDELINE, OURS = 2, 3


class Stopped(Exception):  # noqa: N818 (it may also be an error of a guideline pack)
    """The work cannot go on: what to say, and the exit status."""

    def __init__(self, status: int, line: str) -> None:
        self.status = status
        super().__init__(line)


def explain(error: Exception) -> tuple[int, str]:
    """Print one line on standard error; return the exit status and the line.

    The text of an exception that is not ours may hold a value of the request: only its type and
    the places in the code are named.
    """
    status, line = described(error)
    print(f"imr-check: {line}", file=sys.stderr)
    return status, line


def described(error: Exception) -> tuple[int, str]:
    """Return the exit status and the line."""
    if isinstance(error, GuidelineError):
        return GUIDELINE, f"guideline pack: {error}"
    what = str(error) if isinstance(error, ImrCheckError) else type(error).__name__
    frames = traceback.extract_tb(error.__traceback__)[-3:]
    places = " < ".join(f"{frame.name}:{frame.lineno}" for frame in reversed(frames))
    return OURS, f"an error of ours: {what} in {places}. Please report this, without the request"
