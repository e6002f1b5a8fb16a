"""The MTUS drug formulary: whether a drug needs review before it is dispensed, on a day.

It knows no request. The drug list is read from the file that the state publishes; the rules around
it, and a small excerpt of the list, stand in the ``formulary`` folder of a guideline pack.
"""

from __future__ import annotations

from .deciding import decide
from .faults import DrugListError
from .model import Answer, Circumstances, DrugList, Entry, Fill, Rules, Version
from .reading import read_list
from .rules import has_formulary, read_excerpt, read_rules

__all__ = [
    "Answer",
    "Circumstances",
    "DrugList",
    "DrugListError",
    "Entry",
    "Fill",
    "Rules",
    "Version",
    "decide",
    "has_formulary",
    "read_excerpt",
    "read_list",
    "read_rules",
]
