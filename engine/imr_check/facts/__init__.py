"""Facts: what the rules may know about a row. Importing the families fills the vocabulary."""

from __future__ import annotations

from . import diagnosis, earlier, examination, history, medication, rebuttal, row, studies
from .view import RowView
from .vocabulary import LARGEST, VOCABULARY, Fact, Observation

__all__ = [
    "LARGEST",
    "VOCABULARY",
    "Fact",
    "Observation",
    "RowView",
    "diagnosis",
    "earlier",
    "examination",
    "history",
    "medication",
    "rebuttal",
    "row",
    "studies",
]
