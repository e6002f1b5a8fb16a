"""What is kept of a template that was judged: what came of its shape, and nothing of the file."""

from __future__ import annotations

import gc
from datetime import date
from pathlib import Path
from weakref import ref

from imr_check import check, load

FILE = Path(__file__).parents[2] / "examples" / "templates" / "trigger_point_order_set.json"
TODAY = date(2015, 6, 1)


def test_the_file_is_let_go() -> None:
    draft = load(FILE)
    report = check(draft, today=TODAY)
    assert report.template
    request = ref(draft.request)
    del draft, report
    gc.collect()
    assert request() is None


def test_a_known_shape_names_the_same_entries_in_its_own_file() -> None:
    first, again = (check(load(FILE), today=TODAY) for _ in range(2))
    for one, other in zip(first.findings, again.findings, strict=True):
        assert one.evidence == other.evidence
