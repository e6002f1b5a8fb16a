"""What is measured: the rows of the five determinations and their cured twins, one to a request."""

from __future__ import annotations

import json
from functools import cache
from itertools import cycle, islice
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, NamedTuple, cast

from imr_check.checker import check
from imr_check.guideline.pack import installed_packs
from imr_check.request.load import request_of
from imr_check.rules.engine import ruleset_of

if TYPE_CHECKING:
    from imr_check.guideline.model import Section, Value
    from imr_check.request.model import Request
    from imr_check.rules.engine import Ruleset
    from imr_check.rules.program import Program

FILES = sorted((Path(__file__).parents[1] / "examples" / "determinations").glob("*.json"))


class Row(NamedTuple):
    """A request with one row, and the kind of treatment that it asks for."""

    kind: str
    request: Request


@cache
def rows() -> tuple[Row, ...]:
    """Return the rotation, in the order of the files. Nothing is checked and no section is read."""
    split = []
    for file in FILES:
        draft = json.loads(file.read_text(encoding="utf-8"))
        for treatment in draft["treatments"]:
            request = request_of({**draft, "treatments": [treatment]})
            split.append(Row(_kind(request), request))
    return tuple(split)


def kinds() -> dict[str, tuple[Row, ...]]:
    """Return the rows of each kind."""
    names = sorted({row.kind for row in rows()})
    return {name: tuple(row for row in rows() if row.kind == name) for name in names}


def section_of(kind: str, *, coded: bool = True) -> Section:
    """Return the criteria that judge ``kind``, those about codes with them if ``coded``."""
    pack = installed_packs()[0]
    listing = pack.listings[kind][0]
    return pack.section(listing.file, listing.edition, coded=coded)


def ruleset(kind: str, *, coded: bool = True) -> Ruleset:
    """Return the ruleset that judges ``kind``, building it the first time."""
    return ruleset_of(section_of(kind, coded=coded))


def is_coded(row: Row) -> bool:
    """Whether the row is asked about codes."""
    edition = check(row.request).treatments[0].edition
    return edition is not None and edition.section is section_of(row.kind)


def facts_of(row: Row) -> dict[str, Value]:
    """Return the documented facts of a row."""
    return cast("dict[str, Value]", check(row.request).treatments[0].facts)


def fact_maps(kind: str, size: int) -> list[dict[str, Value]]:
    """Return facts as the rows of ``kind`` have them, one in four redrawn: the same every time."""
    chance = Random(20090718)
    bases = [facts_of(row) for row in kinds()[kind]]
    return [_redrawn(base, ruleset(kind).program, chance) for base in islice(cycle(bases), size)]


def _redrawn(base: dict[str, Value], program: Program, chance: Random) -> dict[str, Value]:
    facts = {}
    for fact in program.facts:
        value = base.get(fact.name)
        if chance.random() < 0.25:
            drawn = {"boolean": (True, False), "number": (1, 2, 3, 6, 50), "symbol": fact.words}
            value = chance.choice((None, *drawn[fact.kind]))
        if value is not None:
            facts[fact.name] = value
    return facts


def _kind(request: Request) -> str:
    kind = installed_packs()[0].terms.naming(request.treatments[0]).kind
    assert kind is not None, "every row of the determinations names a treatment with criteria"
    return kind
