"""Words that a fact looks for in free text are declared at the fact, or templates miss them.

Each fact that reads a free text is given the words that stand in its own module, one by one. Every
value that it comes to has to be among those that it comes to under what templates are tried with.
"""

from __future__ import annotations

import ast
import re
import sys
from datetime import date
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from imr_check.facts import VOCABULARY, Fact, RowView
from imr_check.guideline.pack import Pack, installed_packs
from imr_check.request.load import draft_of
from imr_check.template.domains import Domains, spans_of, words_of, written_in
from imr_check.template.exploring import Read, refuse

if TYPE_CHECKING:
    from collections.abc import Iterator

DAY = date(2015, 3, 2)
KINDS = (
    *("epidural_steroid_injection", "passive_modality", "opioid", "topical_analgesic", "mri"),
    *("shoulder_arthroscopy", "physical_therapy", "spinal_cord_stimulator", "muscle_relaxant"),
)
FIELDS = ("treatment", "procedures", "operation", "drug")
_WORD = re.compile("[a-z][a-z /-]{2,30}")


def pack() -> Pack:
    return installed_packs()[0]


def request(kind: str, field: str, text: str) -> dict[str, Any]:
    """Return a request that says little but this text in this field."""
    row: dict[str, Any] = {"kind": kind, "region": "shoulder"}
    chart: dict[str, Any] = {
        "diagnoses": [{"name": "Shoulder pain", "region": "shoulder"}],
        "imaging": [
            {
                "study": "mri",
                "region": "shoulder",
                "reading": "official",
                "findings": [{"finding": "rotator_cuff_tear", "present": True}],
            }
        ],
    }
    if field == "operation":
        chart["operations"] = [
            {"name": text, "region": "shoulder", "date": "2014-07-01", "status": "done"}
        ]
        row["phase"] = "postoperative"
    elif field == "drug":
        row["drug"] = {"name": text, "quantity": 30, "units_per_day": 2, "strength": "10/325 mg"}
    elif field == "procedures":
        row["procedures"] = [text]
    else:
        row["treatment"] = text
    return {"injury": {"date": "2014-06-01"}, "treatments": [row], "chart": chart}


@cache
def view(kind: str, field: str, text: str) -> RowView:
    return RowView(draft_of(request(kind, field, text)).request, 0, kind, DAY, pack())


def value(fact: Fact, kind: str, field: str, text: str) -> object:
    seen = fact.derive(view(kind, field, text))
    return None if seen is None or type(seen.value) is int else seen.value


@cache
def constants(module: str) -> tuple[str, ...]:
    """Return the words that stand in a module, beside its declarations and comments."""
    tree = ast.parse(Path(str(sys.modules[module].__file__)).read_text(encoding="utf-8"))
    found = (node.value for node in ast.walk(tree) if isinstance(node, ast.Constant))
    return tuple(sorted({str(each) for each in found if _WORD.fullmatch(str(each))}))


def tried(fact: Fact, kind: str, field: str) -> set[str]:
    """Return the texts that a template is tried with in this field, for this fact alone."""
    draft = draft_of(request(kind, field, "{{ text }}"))
    assert draft.template is not None
    (hole,) = draft.template.holes
    written = draft.template.choices.reading(lambda _: None, lambda: written_in(draft.request))
    domains = Domains(
        [hole], written, pack().terms, (kind,), 0, DAY,
        frozenset(), spans_of([fact]), words_of([fact]),
    )  # fmt: skip
    return set(domains.of(hole.key))


def readers() -> Iterator[Any]:
    """Yield each fact that reads one of the fields, with kind and field."""
    for kind in KINDS:
        for field in FIELDS:
            draft = draft_of(request(kind, field, "{{ text }}"))
            assert draft.template is not None
            for fact in VOCABULARY.values():
                opened = RowView(draft.request, 0, kind, DAY, pack())
                try:
                    draft.template.choices.reading(refuse, partial(fact.derive, opened))
                except Read:
                    yield pytest.param(fact, kind, field, id=f"{fact.name}-{kind}-{field}")


@pytest.mark.parametrize("field", FIELDS)
def test_what_a_fact_looks_for_is_tried_in_templates(field: str) -> None:
    missed = []
    for each in readers():
        fact, kind, of = each.values
        if of != field:
            continue
        words = constants(fact.derive.__module__) if hasattr(fact.derive, "__module__") else ()
        known = {value(fact, kind, field, text) for text in tried(fact, kind, field)}
        missed += [
            (fact.name, kind, text) for text in words if value(fact, kind, field, text) not in known
        ]
    assert not missed
