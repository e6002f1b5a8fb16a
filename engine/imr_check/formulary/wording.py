"""What an answer of the formulary says, in words that a row and the command share."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .fills import TITLES

if TYPE_CHECKING:
    from .model import Fill, FillOutcome, Status

STATUS_WORDS: dict[Status, str] = {
    "exempt": "exempt",
    "non_exempt": "non-exempt",
    "unlisted": "unlisted",
    "unknown": "not known",
    "compounded": "compounded",
}
_OUTCOMES: dict[FillOutcome, str] = {
    "met": "possible",
    "not_met": "not possible",
    "not_documented": "not known",
}


def fill_in_words(fill: Fill) -> str:
    """Return a way to go without review, what came of it and where it stands, with no full stop."""
    title = TITLES[fill.kind]
    return (
        f"{title[0].upper()}{title[1:]} without review, at most {fill.days} days: "
        f"{_OUTCOMES[fill.outcome]}. {fill.why} ({fill.citation})"
    )
