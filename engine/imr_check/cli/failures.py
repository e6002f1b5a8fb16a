"""Say what went wrong with us or with a guideline pack, without a traceback and without a chart."""

from __future__ import annotations

import sys
import traceback

from ..errors import GuidelineError, ImrCheckError

GUIDELINE, OURS = 2, 3


def explain(error: Exception) -> int:
    """Print one line on standard error and return the exit status.

    The text of an exception that is not ours may hold a value of the request: only its type and
    the places in the code are shown.
    """
    if isinstance(error, GuidelineError):
        print(f"imr-check: guideline pack: {error}", file=sys.stderr)
        return GUIDELINE
    what = str(error) if isinstance(error, ImrCheckError) else type(error).__name__
    frames = traceback.extract_tb(error.__traceback__)[-3:]
    places = " < ".join(f"{frame.name}:{frame.lineno}" for frame in reversed(frames))
    print(
        f"imr-check: an error of ours: {what} in {places}. "
        "Please report this line, without the request.",
        file=sys.stderr,
    )
    return OURS
