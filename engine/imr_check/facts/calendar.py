"""Counting in calendar months."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date


def months_between(first: date, last: date) -> int:
    """Return the whole calendar months from ``first`` to ``last``; 0 if ``last`` is earlier."""
    months = (last.year - first.year) * 12 + last.month - first.month
    return max(months - (last.day < first.day), 0)
