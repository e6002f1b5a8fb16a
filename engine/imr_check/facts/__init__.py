"""Facts: what the rules may know about a row. A family is imported when a fact of it is needed."""

from __future__ import annotations

from .view import RowView
from .vocabulary import LARGEST, VOCABULARY, Fact, Observation

__all__ = ["LARGEST", "VOCABULARY", "Fact", "Observation", "RowView"]
