"""The ground every part of a request stands on: strict records and the closed sets of words.

Names follow the DWC Form RFA where it has one, then FHIR. Every set of words is closed: a word that
is not in it is refused with the nearest one suggested, because a misread chart is worse than a
refused file.
"""

from __future__ import annotations

import datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

Day = datetime.date
Line = Annotated[str, StringConstraints(min_length=1, max_length=300)]
Paragraph = Annotated[str, StringConstraints(min_length=1, max_length=4000)]
Word = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,59}$")]
IcdCode = Annotated[str, StringConstraints(pattern=r"^[A-Z0-9][A-Z0-9.]{1,8}$")]
ProcedureCode = Annotated[str, StringConstraints(pattern=r"^[A-Z0-9]{5}$")]
CriterionCode = Annotated[str, StringConstraints(pattern=r"^[A-Z][A-Z0-9]{0,9}-[0-9]{1,4}$")]
SpinalLevel = Annotated[str, StringConstraints(pattern=r"^[CTLS][0-9]{1,2}(-[CTLS]?[0-9]{1,2})?$")]
Count = Annotated[int, Field(ge=0, le=100_000)]
Positive = Annotated[int, Field(ge=1, le=100_000)]
Percent = Annotated[int, Field(ge=0, le=100)]
PainScore = Annotated[int, Field(ge=0, le=10)]

Side = Literal["left", "right", "both", "midline"]
Region = Literal[
    "head",
    "neck",
    "upper_back",
    "low_back",
    "buttock",
    "chest",
    "abdomen",
    "pelvis",
    "shoulder",
    "upper_arm",
    "elbow",
    "forearm",
    "wrist",
    "hand",
    "arm",
    "hip",
    "thigh",
    "knee",
    "lower_leg",
    "ankle",
    "foot",
    "leg",
    "other",
]


class Record(BaseModel):
    """A strict record: nothing is coerced, nothing unknown is kept, nothing changes afterwards."""

    model_config = ConfigDict(
        strict=True,
        extra="forbid",
        frozen=True,
        allow_inf_nan=False,
        use_attribute_docstrings=True,
        protected_namespaces=(),
        hide_input_in_errors=True,
    )

    def has(self, field: str) -> bool:
        """Whether a field is filled in. Of a template it is known before the value is."""
        return bool(getattr(self, field))

    def __repr_args__(self) -> list[tuple[str | None, Any]]:
        """Leave the values out: a representation may end up in a log."""
        return []


class Source(Record):
    """Where in the records an entry was read, so that a reviewer can find it again."""

    document: Line | None = None
    """Name of the report or note."""
    date: Day | None = None
    """Date of that report."""
    page: Positive | None = None
    """Page number in it."""
    author: Line | None = None
    """Who wrote it; a role is enough."""
