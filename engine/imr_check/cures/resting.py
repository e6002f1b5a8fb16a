"""Facts that are computed from several entries, and so change when an entry is added.

Of all documented facts these alone do not stand fast: that ordinary back pain is *all* that is
diagnosed ends with the diagnosis of myofascial pain, and care that has lasted two months comes to
more when another trial of care is listed. Each is written beside the facts that must be added for
it to change, with the values that do it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ..guideline.model import Value

RESTS_ON: Mapping[str, Mapping[str, tuple[Value, ...]]] = {
    "diagnosis.only_excluded_pain": {"diagnosis.myofascial_pain": (True,)},
    "care.months": {
        "care.exercise": ("failed",),
        "care.physical_therapy": ("failed",),
        "care.nsaid": ("failed",),
        "care.muscle_relaxant": ("failed",),
    },
}
