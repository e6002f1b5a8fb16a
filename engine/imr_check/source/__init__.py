"""One request file: bytes, then text, then JSON, and where each value stands in the text.

A file that the standard decoder likes, and that passes a few cheap checks, is done. Any other goes
to a scanner of ours, which finds the place of each fault.
"""

from __future__ import annotations

from .limits import LARGEST_NUMBER, MAX_BYTES, MAX_DEPTH, MAX_PROBLEMS
from .parsing import parse
from .positions import Positions
from .reading import Source, read_source

__all__ = [
    "LARGEST_NUMBER",
    "MAX_BYTES",
    "MAX_DEPTH",
    "MAX_PROBLEMS",
    "Positions",
    "Source",
    "parse",
    "read_source",
]
