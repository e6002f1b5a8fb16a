"""What a request says to the check itself: which findings are set aside, and why."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from .base import CriterionCode, Day, Line, Positive, Record


class Suppress(Record):
    """Sets the findings of one criterion aside. They stay visible and no longer count."""

    code: CriterionCode
    """Code of the criterion, for example TPI-15."""
    row: Positive | None = None
    """Number of the row, counted from 1; left out for every row."""
    reason: Line
    """Why the finding is set aside."""
    author: Line | None = None
    """Who decided that."""
    until: Day | None = None
    """Last day on which it holds."""


class Instructions(Record):
    """What a request says to the check."""

    suppress: Annotated[list[Suppress], Field(max_length=200)] = []
    """Findings that are set aside."""
