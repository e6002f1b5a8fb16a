"""Facts that are computed from several entries, and so change when an entry is added.

Of all documented facts these alone do not stand fast: that ordinary back pain is *all* that is
diagnosed ends with the diagnosis of myofascial pain, care that has lasted two months comes to more
when another trial of care is listed, and a course is answered as soon as a response to it is. Each
is written beside the facts that must be added for it to change, with the values that do it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ..guideline.model import Value

_ANY_RESPONSE: Mapping[str, tuple[Value, ...]] = {
    "course.result": ("improved", "partial", "unchanged", "worse"),
    "function.daily_activities": ("improved", "unchanged", "worse"),
    "function.work_restrictions": ("reduced", "unchanged", "increased"),
    "function.treatment_dependency": ("reduced", "unchanged", "increased"),
    "function.physical_findings": ("improved", "unchanged", "worse"),
    "function.pain": ("improved", "unchanged", "worse"),
}

RESTS_ON: Mapping[str, Mapping[str, tuple[Value, ...]]] = {
    "diagnosis.only_excluded_pain": {"diagnosis.myofascial_pain": (True,)},
    "care.months": {
        "care.exercise": ("failed",),
        "care.physical_therapy": ("failed",),
        "care.nsaid": ("failed",),
        "care.muscle_relaxant": ("failed",),
    },
    "course.stage": _ANY_RESPONSE,
    "function.best_shown": {
        "function.daily_activities": ("improved",),
        "function.work_restrictions": ("reduced",),
        "function.physical_findings": ("improved",),
    },
}

_FAST: Mapping[str, tuple[Value, ...]] = {"course.stage": ("first", "answered")}
"""Values that nothing changes all the same: a first course has no visits to report on."""


def may_change(fact: str, value: Value) -> bool:
    """Whether this documented value is another one when what the fact rests on is added."""
    return fact in RESTS_ON and value not in _FAST.get(fact, ())
