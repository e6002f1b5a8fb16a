"""How much a request file may hold. Beyond it a file is refused, never cut."""

from __future__ import annotations

MAX_BYTES = 5 * 1024 * 1024
MAX_DEPTH = 40  # objects and arrays inside each other, the outermost one included
MAX_PROBLEMS = 20  # of one file in one report

LARGEST_NUMBER = 2**53  # beyond it, other programs read a different whole number
