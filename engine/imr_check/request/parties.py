"""Who asks whom for whom: the upper half of the Form RFA."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from .base import Day, Line, Paragraph, Record, Region


class Enclosure(Record):
    """A document that goes with the request."""

    document: Line
    """Name of the document, for example 'PR-2 progress report'."""
    kind: (
        Literal[
            "first_report", "progress_report", "narrative_report", "study_report", "notes", "other"
        ]
        | None
    ) = None
    """What it is: a DLSR 5021, a PR-2, a narrative, a report of a study, notes of a therapist."""
    issued: Day | None = None
    """Day it was issued."""


class Form(Record):
    """The form itself, as it will be sent. Left out, the form is not checked."""

    type: Literal["dwc_form_rfa", "narrative", "other"]
    """The DWC Form RFA, or what is sent in its place."""
    accepted_by_administrator: bool | None = None
    """For anything but the form: whether the claims administrator accepts it."""
    employee_identified: bool | None = None
    """Whether the form names the employee, the claim and the employer."""
    physician_identified: bool | None = None
    """Whether the form names the requesting physician."""
    treatments_in_section: bool | None = None
    """Whether all treatments stand in the section of the form that is for them."""
    treatments_on_first_page: bool | None = None
    """For a narrative: whether all treatments stand on its first page."""
    signed: bool | None = None
    """Whether the treating physician signed it."""
    sent_by: Literal["mail", "fax", "encrypted_email", "email", "other"] | None = None
    """How it is sent."""
    enclosures: Annotated[list[Enclosure], Field(max_length=100)] = []
    """Documents that go with it."""


class Submission(Record):
    """What is being sent, and when."""

    kind: Literal["new", "resubmission", "expedited"] = "new"
    """The box ticked on the Form RFA. A resubmission needs a change in material facts."""
    date: Day | None = None
    """Date of the request. Left out while drafting: the day of the check is used."""
    planned_service_date: Day | None = None
    """Date the treatment is planned for, if known."""
    changed_facts: Paragraph | None = None
    """For a resubmission: what changed since the denial."""
    earlier_decision: Day | None = None
    """Date of an earlier decision that denied or modified the same treatment, if there is one."""
    imminent_threat: Paragraph | None = None
    """For an expedited request: the imminent and serious threat to health, as certified."""
    received: Day | None = None
    """Day the claims administrator received it, once known."""
    form: Form | None = None
    """The form itself."""


class Employee(Record):
    """The injured worker. Age or birth date and sex are enough; identifiers are optional."""

    age: Annotated[int, Field(ge=14, le=120)] | None = None
    """Age in years on the date of the request."""
    birth_date: Day | None = None
    """Date of birth."""
    sex: Literal["female", "male", "other", "unknown"] | None = None
    """Sex as charted."""
    name: Line | None = None
    """Name, if the file is to carry it. Never needed for the check."""
    claim_number: Line | None = None
    """Claim number, if the file is to carry it."""
    employer: Line | None = None
    """Employer."""


class Injury(Record):
    """The injury that the claim is about."""

    date: Day
    """Date of injury."""
    body_parts: Annotated[list[Region], Field(max_length=23)] = []
    """Injured body regions. A listed region counts as painful from the date of injury."""
    description: Paragraph | None = None
    """What happened, if charted."""


class RequestingPhysician(Record):
    """The physician who signs the request."""

    name: Line | None = None
    """Name."""
    practice: Line | None = None
    """Practice or group."""
    specialty: Line | None = None
    """Specialty."""
    npi: Line | None = None
    """National provider identifier."""
    address: Line | None = None
    """Postal address."""
    phone: Line | None = None
    """Telephone number."""
    fax: Line | None = None
    """Fax number."""
    email: Line | None = None
    """E-mail address."""


class ClaimsAdministrator(Record):
    """The claims administrator the request goes to."""

    company: Line | None = None
    """Company."""
    contact: Line | None = None
    """Contact person."""
    address: Line | None = None
    """Postal address."""
    phone: Line | None = None
    """Telephone number."""
    fax: Line | None = None
    """Fax number."""
    email: Line | None = None
    """E-mail address."""
