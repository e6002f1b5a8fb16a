"""The request: who asks for what, and the chart that supports it."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from .base import Record
from .chart import Chart
from .consistency import contradictions
from .instructions import Instructions  # noqa: TC001 (pydantic reads it at run time)
from .parties import ClaimsAdministrator, Employee, Injury, RequestingPhysician, Submission
from .treatment import Treatment  # noqa: TC001 (pydantic reads it at run time)


class Request(Record):
    """A draft request for authorization (DWC Form RFA) with the chart facts behind it."""

    submission: Submission = Submission()
    """What is being sent, and when."""
    employee: Employee = Employee()
    """The injured worker."""
    injury: Injury
    """The injury."""
    requesting_physician: RequestingPhysician | None = None
    """The physician who signs."""
    claims_administrator: ClaimsAdministrator | None = None
    """The claims administrator."""
    treatments: Annotated[list[Treatment], Field(min_length=1, max_length=100)]
    """The rows of the form, in order."""
    chart: Chart = Chart()
    """What supports the rows."""
    imr_check: Instructions | None = None
    """What is said to the check itself, and to nobody else."""

    @model_validator(mode="after")
    def _is_consistent(self) -> Request:
        found = contradictions(self)
        if found:
            reasons = "; ".join(reason for _, reason in found)
            raise PydanticCustomError(
                "inconsistent", "{reasons}", {"reasons": reasons, "found": found}
            )
        return self
