"""Request files: bytes, then text, then a value, and where each part of it stands in the file.

A file is JSON, YAML that says the same, or JSON lines with one request on each. JSON that the
standard decoder likes, and that passes a few cheap checks, is done. Any other goes to a scanner of
ours, which finds the place of each fault.
"""

from __future__ import annotations

from .limits import LARGEST_NUMBER, MAX_BYTES, MAX_DEPTH, MAX_PROBLEMS
from .parsing import parse
from .positions import Positions
from .reading import ENDINGS, Form, Source, Unread, form_of, read_source, read_sources

__all__ = [
    "ENDINGS",
    "LARGEST_NUMBER",
    "MAX_BYTES",
    "MAX_DEPTH",
    "MAX_PROBLEMS",
    "Form",
    "Positions",
    "Source",
    "Unread",
    "form_of",
    "parse",
    "read_source",
    "read_sources",
]
