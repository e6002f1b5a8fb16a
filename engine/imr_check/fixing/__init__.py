"""Mend the form of values in request files, in place: dates, codes, words, units, quotation marks.

A clinical fact is asked for and never filled in: only the characters of a value that is wrong
change, and only to what :mod:`imr_check.request.fixes` knows to mean the same.
"""

from __future__ import annotations

from .diff import diff_of
from .edits import FixResult, Mended, edits_of, fixed
from .files import write_fixed

__all__ = ["FixResult", "Mended", "diff_of", "edits_of", "fixed", "write_fixed"]
