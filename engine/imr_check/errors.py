"""What can go wrong, in one tree. No message carries chart content.

ImrCheckError
├── RequestError      a request that cannot be read or is invalid: ``problems`` says where and why
├── GuidelineError    a guideline pack that cannot be loaded: the author of the pack mends it
└── EngineError       an error of ours: the rules engine did not answer for every criterion
"""

from __future__ import annotations

from typing import NamedTuple


class Fix(NamedTuple):
    """The same value written as a request wants it. It changes form, never meaning.

    ``what`` says in words what is changed, without the value.
    """

    value: str | int | float
    what: str

    def __repr__(self) -> str:
        """Leave the value out: a representation may end up in a log."""
        return f"Fix(what={self.what!r})"


class Problem(NamedTuple):
    """One thing wrong with one place of a file.

    ``line`` and ``column`` count from 1 in characters; both are 0 where the input is not a file.
    ``message`` names what is wrong and the next step, and never repeats a value of the request.
    ``fix`` is there if only the form of the value is wrong.
    """

    message: str
    pointer: str = ""
    line: int = 0
    column: int = 0
    fix: Fix | None = None


class ImrCheckError(Exception):
    """Base of every error that this package raises on purpose."""


class RequestError(ImrCheckError):
    """The request cannot be read, or it is not a valid request."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        self.problems = problems
        super().__init__("; ".join(problem.message for problem in problems[:3]))


class GuidelineError(ImrCheckError):
    """A guideline pack is missing, or one of its files is wrong."""


class EngineError(ImrCheckError):
    """The rules engine gave no outcome. A bug: please report it, without chart content."""
