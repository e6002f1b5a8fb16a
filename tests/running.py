"""What a run of the command comes to, for the tests that run it."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple


class Run(NamedTuple):
    """What came of a run of the command."""

    status: int
    out: str
    err: str


Command = Callable[..., Run]
