"""The worked cases in guideline files: run them, and measure what they leave untried.

For authors of a pack, ours or a third party's, and for CI; a check never needs it.

* :func:`run_cases` decides every case by both evaluators.
* :func:`coverage` says what no case shows yet: an outcome, a limit just met or just missed, a
  branch that never decided anything.
"""

from __future__ import annotations

from .book import Fault
from .coverage import Coverage, Missing, Subject, coverage
from .running import CaseResult, CaseRun, Decided, run_cases

__all__ = [
    "CaseResult",
    "CaseRun",
    "Coverage",
    "Decided",
    "Fault",
    "Missing",
    "Subject",
    "coverage",
    "run_cases",
]
