"""Tables of morphine milligram equivalents (MME), each with the day from which it was out.

Read when a dose is first asked for: most requests name no opioid.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any, NamedTuple

from ..errors import GuidelineError
from .yaml_file import read_yaml

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from .model import Confidence

Ways = tuple[tuple[bool, bool], ...]
"""For each table, whether it has factors in mg for some opioids, and whether it has for patches."""

_MUCH = 1000.0
"""Milligrams a day beyond the last step."""

_CONFIDENCES = ("verified", "determination", "letter", "unverified")


class Step(NamedTuple):
    """A factor for doses up to so many mg a day; None is without end."""

    up_to: float | None
    factor: float


class MmeTable(NamedTuple):
    """One table: mg of morphine per mg of a drug, and per microgram an hour of a patch.

    The factor of a step counts for the whole dose of the day, not only for what lies in the step.
    """

    id: str
    title: str
    starts: date
    confidence: Confidence
    source: str
    note: str
    factors: dict[str, tuple[Step, ...]]
    patches: dict[str, float]

    def of_milligrams(self, ingredient: str, a_day: float) -> float | None:
        """Return the MME of so many mg a day in all; None if the table has no factor."""
        for step in self.factors.get(ingredient, ()):
            if step.up_to is None or a_day <= step.up_to:
                return a_day * step.factor
        return None

    def of_patch(self, ingredient: str, micrograms_an_hour: float) -> float | None:
        """Return the MME a day of a patch; None if the table has no factor."""
        factor = self.patches.get(ingredient)
        return None if factor is None else micrograms_an_hour * factor


class MmeTables(NamedTuple):
    """The tables of a pack, the oldest first."""

    tables: tuple[MmeTable, ...]

    def on(self, day: date) -> MmeTable:
        """Return the newest table that was out on the day, or the oldest if none was."""
        out = [table for table in self.tables if table.starts <= day]
        return out[-1] if out else self.tables[0]

    def ways(self, ingredients: Sequence[str]) -> Ways:
        """Return how these opioids together can be reckoned with."""
        return tuple(
            (
                all(each in table.factors for each in ingredients),
                all(each in table.patches for each in ingredients),
            )
            for table in self.tables
        )

    def ends(self, drugs: Mapping[str, Sequence[str]]) -> Iterator[str]:
        """Yield the weakest and the strongest of these drugs by every table; {name: opioids}."""
        for table in self.tables:

            def strength(name: str, table: MmeTable = table) -> float:
                return sum(table.of_milligrams(each, _MUCH) or 0.0 for each in drugs[name])

            yield min(drugs, key=strength)
            yield max(drugs, key=strength)


def read_mme(path: str) -> MmeTables:
    """Return the tables in a file; GuidelineError if it is not as it should be."""
    _, raw = read_yaml(path)
    try:
        tables = sorted(
            (_table(key, each) for key, each in raw["tables"].items()), key=lambda t: t.starts
        )
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise GuidelineError(f"{path}: {type(error).__name__} {error}") from None
    if not tables or len({table.starts for table in tables}) < len(tables):
        raise GuidelineError(f"{path}: each table begins on a day of its own, under `from`")
    return MmeTables(tuple(tables))


def _table(key: str, raw: dict[str, Any]) -> MmeTable:
    if not isinstance(raw["from"], date) or raw["confidence"] not in _CONFIDENCES:
        raise ValueError(f"{key} takes a day under `from`, and a mark under `confidence`")
    return MmeTable(
        id=key,
        title=raw["title"],
        starts=raw["from"],
        confidence=raw["confidence"],
        source=raw.get("source", ""),
        note=raw.get("note", ""),
        factors={name: _steps(name, each) for name, each in raw["factors"].items()},
        patches={name: _number(name, each) for name, each in raw.get("patches", {}).items()},
    )


def _steps(name: str, raw: Any) -> tuple[Step, ...]:
    if not isinstance(raw, list):
        return (Step(None, _number(name, raw)),)
    steps = [Step(each.get("up_to"), _number(name, each["factor"])) for each in raw]
    bounds = [_number(name, step.up_to) for step in steps[:-1]]
    if not steps or steps[-1].up_to is not None or bounds != sorted(set(bounds)):
        raise ValueError(f"{name}: steps rise, and only the last one has no up_to")
    return tuple(steps)


def _number(name: str, value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value < 1000:
        raise ValueError(f"{name}: a number above 0 and below 1000 is expected")
    return float(value)
