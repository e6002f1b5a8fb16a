"""Memory does not grow with the number of files, and a comment keeps no more than it can hold."""

from __future__ import annotations

import tracemalloc

import pytest
from render.reports import CONTEXT, denied, supported

from imr_check.render.markdown import LIMIT
from imr_check.render.output import renderer

FILES = 5000


@pytest.mark.parametrize(
    ("form", "most"),
    [
        *((form, 5_000) for form in ("text", "concise", "json", "jsonl")),
        *((form, 5_000) for form in ("sarif", "junit", "github", "gitlab")),
        ("markdown", 6 * LIMIT),
    ],
)
def test_what_was_written_is_not_kept(form: str, most: int) -> None:
    writer = renderer(form, CONTEXT)
    pieces = [writer.piece(report) for report in (denied(), supported())]
    for piece in pieces:
        writer.add(piece)
        writer.first = False
    tracemalloc.start()
    try:
        for _ in range(FILES):
            for piece in pieces:
                writer.add(piece)
        assert tracemalloc.get_traced_memory()[0] < most
    finally:
        tracemalloc.stop()
