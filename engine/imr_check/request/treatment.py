"""The rows of the Form RFA: what is asked for."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from .base import (
    Count,
    IcdCode,
    Line,
    Paragraph,
    Positive,
    ProcedureCode,
    Record,
    Region,
    Side,
    SpinalLevel,
    Word,
)


class Site(Record):
    """One place of a treatment: a muscle, a joint, a side."""

    muscle: Line | None = None
    """Muscle by name, for example 'upper trapezius'."""
    region: Region | None = None
    """Body region of this site, if not that of the row."""
    side: Side | None = None
    """Side of this site."""
    injections: Positive | None = None
    """Injections into this site in one session."""


class Frequency(Record):
    """How often: ``times`` per ``per``, or a range from ``times`` to ``up_to``."""

    times: Positive
    """Times per period; the lower end of a range."""
    up_to: Positive | None = None
    """Upper end of a range."""
    per: Literal["day", "week", "month"]
    """The period."""


class Duration(Record):
    """How long: ``length`` units, or a range from ``length`` to ``up_to``."""

    length: Positive
    """Number of units; the lower end of a range."""
    up_to: Positive | None = None
    """Upper end of a range."""
    unit: Literal["days", "weeks", "months"]
    """The unit."""


class Drug(Record):
    """A drug that is asked for."""

    name: Line
    """Brand or generic name."""
    strength: Line | None = None
    """Strength as written, in mg per unit: '10/325 mg'."""
    quantity: Positive | None = None
    """Units dispensed, for example tablets."""
    days_supply: Positive | None = None
    """Days that the quantity lasts. Never guessed when left out."""
    units_per_day: Positive | None = None
    """Units taken in a day at most, as directed."""
    form: (
        Literal[
            "tablet",
            "capsule",
            "patch",
            "cream",
            "gel",
            "ointment",
            "lotion",
            "liquid",
            "suspension",
            "kit",
            "injection",
            "other",
        ]
        | None
    ) = None
    """Form in which it is dispensed."""
    release: Literal["immediate", "extended"] | None = None
    """Short-acting or extended release."""
    ingredients: Annotated[list[Line], Field(max_length=20)] = []
    """Ingredients of a compound, one entry each."""
    refills: Count | None = None
    """Refills asked for."""
    directions: Line | None = None
    """Directions as written."""


class SearchStep(Record):
    """A guideline that was searched before the evidence cited, and why it is not what is cited."""

    source: Literal["mtus", "acoem", "odg", "other_guidelines"]
    """What was searched, in its current edition."""
    result: Literal["silent", "does_not_apply", "weaker_evidence"] | None = None
    """What came of it: it does not speak of the treatment, does not apply, or rests on less."""
    reason: Line | None = None
    """Why it does not apply to this employee, or what its evidence lacks."""


class Citation(Record):
    """The evidence that a rebuttal rests on."""

    kind: Literal["mtus", "guideline", "study"]
    """The MTUS itself, another guideline, or a study."""
    organization: Line | None = None
    """For a guideline: who published it."""
    author: Line | None = None
    """For a study: first author."""
    title: Line | None = None
    """Title of the guideline chapter or study."""
    journal: Line | None = None
    """For a study: journal."""
    year: Annotated[int, Field(ge=1900, le=2200)] | None = None
    """Year of publication."""
    reviewed: Annotated[int, Field(ge=1900, le=2200)] | None = None
    """For a guideline: year of its last review, if that is later."""
    section: Line | None = None
    """Chapter, section or page."""


class Rebuttal(Record):
    """A challenge to the presumption that the MTUS is correct, for this row."""

    challenges_presumption: bool | None = None
    """True if the request states clearly that the MTUS presumption is challenged."""
    searched: Annotated[list[SearchStep], Field(max_length=10)] = []
    """The guidelines that were searched before the evidence cited, one entry each."""
    citation: Citation | None = None
    """The evidence cited instead."""
    copy_attached: bool | None = None
    """True if a copy of the cited section or study is enclosed."""
    statement: Paragraph | None = None
    """Why this employee is different."""


class Purpose(Record):
    """What a row is for, as the supporting report says."""

    suspected: Line | None = None
    """The lesion or cause suspected, or the aim of the treatment."""
    to_distinguish: Annotated[list[Line], Field(max_length=6)] = []
    """Conditions that a test is to tell apart, one entry each."""
    reason_now: Paragraph | None = None
    """Why this item, and why now."""
    plan_by_result: Paragraph | None = None
    """What is done next with each result or effect."""
    invasive_step: bool | None = None
    """True if surgery or an injection is considered should the result be positive."""


class Treatment(Record):
    """One row: a treatment asked for. Name it by ``treatment``, ``kind``, a code or a drug."""

    diagnosis: Line | None = None
    """Diagnosis on the row."""
    icd: Annotated[list[IcdCode], Field(max_length=20)] = []
    """ICD-9 or ICD-10 codes on the row."""
    treatment: Line | None = None
    """Treatment as written on the form."""
    kind: Word | None = None
    """Kind of treatment, one of `imr-check criteria --treatments`."""
    procedure_codes: Annotated[list[ProcedureCode], Field(max_length=20)] = []
    """CPT or HCPCS codes."""
    region: Region | None = None
    """Body region treated."""
    side: Side | None = None
    """Side treated."""
    sites: Annotated[list[Site], Field(max_length=40)] = []
    """Muscles or other sites, one entry each."""
    levels: Annotated[list[SpinalLevel], Field(max_length=20)] = []
    """Spinal levels, for example 'L3-4'."""
    quantity: Positive | None = None
    """How many: injections in the session, or visits."""
    authorized: Positive | None = None
    """Part of the quantity that the claims administrator has authorized already."""
    sessions: Positive | None = None
    """Sessions asked for. For treatments counted in visits the same as ``quantity``."""
    series: bool | None = None
    """True if a standing series is asked for."""
    course: Literal["first", "continuing"] | None = None
    """Whether this is a first course or more of the same."""
    frequency: Frequency | None = None
    """How often."""
    duration: Duration | None = None
    """For how long."""
    injectate: Annotated[list[Line], Field(max_length=10)] = []
    """Substances injected, by name."""
    guidance: Annotated[
        list[Literal["ultrasound", "fluoroscopy", "computed_tomography"]], Field(max_length=3)
    ] = []
    """Imaging guidance asked for. 'Fluoroscopy or ultrasound' is two entries."""
    guidance_reason: Paragraph | None = None
    """Why guidance is needed for this employee."""
    approach: Literal["transforaminal", "interlaminar", "caudal"] | None = None
    """Way of an epidural injection."""
    studies: Annotated[list[Literal["emg", "ncs", "ssep"]], Field(max_length=3)] = []
    """Electrodiagnostic studies asked for."""
    technique: Annotated[
        list[Literal["contrast", "arthrogram", "open", "metal_artifact_reduction", "high_field"]],
        Field(max_length=5),
    ] = []
    """What is special about an imaging study asked for."""
    technique_reason: Paragraph | None = None
    """Why the special technique is needed for this employee."""
    procedures: Annotated[list[Line], Field(max_length=20)] = []
    """Operations by name, one entry each."""
    specialty: Line | None = None
    """Specialty of the physician to be seen."""
    acquisition: Literal["rental", "purchase"] | None = None
    """How equipment is to be had. The period of a rental is its ``duration``."""
    phase: Literal["preoperative", "intraoperative", "postoperative"] | None = None
    """Where a row belongs to an operation: when."""
    goes_with: Annotated[int, Field(ge=1, le=100)] | None = None
    """Number of the row that this one depends on, counted from 1: the operation of a sling."""
    drug: Drug | None = None
    """The drug, for a drug row."""
    adjunct_to: Annotated[
        list[Literal["physical_rehabilitation", "surgery"]], Field(max_length=2)
    ] = []
    """What the treatment is an adjunct to, as the report says."""
    goals: Annotated[list[Line], Field(max_length=10)] = []
    """Measurable goals of the treatment, one entry each."""
    purpose: Purpose | None = None
    """What the row is for."""
    rationale: Paragraph | None = None
    """Why this treatment, in the physician's words."""
    extenuating_circumstances: Paragraph | None = None
    """What is special about this employee, if the usual rule is not to apply."""
    rebuttal: Rebuttal | None = None
    """A challenge to the MTUS presumption for this row."""
