"""What supports the rows: the chart, entry by entry. What is left out is not documented."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from .base import (
    Count,
    Day,
    IcdCode,
    Line,
    PainScore,
    Paragraph,
    Percent,
    Positive,
    Record,
    Region,
    Side,
    Source,
    SpinalLevel,
    Word,
)
from .statements import StatementWord  # noqa: TC001 (pydantic reads it at run time)

Change = Literal["improved", "unchanged", "worse"]
Direction = Literal["reduced", "unchanged", "increased"]


class Diagnosis(Record):
    """A diagnosis in the assessment."""

    name: Line
    """Diagnosis as charted."""
    icd: IcdCode | None = None
    """ICD-9 or ICD-10 code."""
    region: Region | None = None
    """Region, where the name does not say it."""
    side: Side | None = None
    """Side."""
    status: Literal["confirmed", "suspected", "ruled_out"] = "confirmed"
    """How sure the chart is."""
    source: Source | None = None
    """Where it was read."""


class Symptom(Record):
    """A complaint, as the employee gives it."""

    name: Line
    """Complaint as charted."""
    region: Region | None = None
    """Region."""
    side: Side | None = None
    """Side."""
    onset: Day | None = None
    """Date the complaint began, or the first date at which it is charted."""
    pain_low: PainScore | None = None
    """Lowest pain score, 0 to 10."""
    pain_high: PainScore | None = None
    """Highest (or only) pain score, 0 to 10."""
    radiates_to: Annotated[list[Region], Field(max_length=23)] = []
    """Regions that the pain radiates to."""
    note: Paragraph | None = None
    """Anything else charted about it."""
    source: Source | None = None
    """Where it was read."""


ExamSign = Literal[
    # palpation
    "taut_band",
    "circumscribed_trigger_point",
    "trigger_point",
    "local_twitch_response",
    "referred_pain",
    "tenderness",
    "spasm",
    "swelling",
    # nerve function
    "sensory_deficit",
    "reflex_deficit",
    "motor_deficit",
    "atrophy",
    "straight_leg_raise",
    "spurling",
    "tinel",
    "phalen",
    # joints and gait
    "range_of_motion_limited",
    "facet_loading_pain",
    "abnormal_gait",
    "effusion",
    "joint_line_tenderness",
    "locking",
    "catching",
    "giving_way",
    "joint_laxity",
    "mcmurray",
    "apley",
    "unable_to_bear_weight",
    "flexion_below_90",
    "obrien",
    "hawkins",
    "finkelstein",
    "carpal_compression",
    # signs of complex regional pain, by category
    "hyperalgesia_or_allodynia",
    "temperature_asymmetry",
    "skin_color_change",
    "edema",
    "sweating_change",
    "trophic_change",
    "other",
]


class ExamFinding(Record):
    """One finding of an examination, present or absent. Leave ``present`` out if not stated."""

    finding: ExamSign
    """The sign looked for. 'trigger_point' is the bare word; a twitch or a band is its own sign."""
    present: bool | None = None
    """True if found, false if looked for and not found."""
    region: Region | None = None
    """Region."""
    side: Side | None = None
    """Side."""
    muscle: Line | None = None
    """Muscle by name."""
    levels: Annotated[list[SpinalLevel], Field(max_length=20)] = []
    """Spinal or dermatomal levels."""
    change: Change | None = None
    """Change since the last examination."""
    measure: Line | None = None
    """Measured value, for example '50 degrees'."""
    note: Paragraph | None = None
    """Anything else charted about it."""


class Examination(Record):
    """A physical examination on one date."""

    date: Day | None = None
    """Date of the examination."""
    author: Line | None = None
    """Who examined; a role is enough."""
    findings: Annotated[list[ExamFinding], Field(max_length=200)] = []
    """What was found."""
    source: Source | None = None
    """Where it was read."""


class ImagingFinding(Record):
    """One finding of an imaging report."""

    finding: Literal[
        "nerve_root_compression",
        "disc_herniation",
        "disc_bulge",
        "disc_degeneration",
        "spinal_stenosis",
        "foraminal_stenosis",
        "facet_arthropathy",
        "spondylosis",
        "fracture",
        "fusion",
        "laminectomy",
        "arthritis",
        "effusion",
        "meniscus_tear",
        "ligament_tear",
        "labral_tear",
        "rotator_cuff_tear",
        "tendinopathy",
        "osteonecrosis",
        "normal",
        "other",
    ]
    """The finding."""
    present: bool = True
    """False if the report says that it is not there."""
    levels: Annotated[list[SpinalLevel], Field(max_length=20)] = []
    """Spinal levels."""
    side: Side | None = None
    """Side."""
    grade: Literal["mild", "moderate", "severe"] | None = None
    """Grade, if given."""
    note: Paragraph | None = None
    """Anything else in the report about it."""


class Imaging(Record):
    """An imaging study and what its report says."""

    study: Literal["mri", "ct", "xray", "ultrasound", "myelogram", "bone_scan"]
    """The study."""
    date: Day | None = None
    """Date of the study."""
    region: Region
    """Region."""
    reading: Literal["official", "physician"] = "official"
    """Whose reading it is: the radiologist's report, or the treating physician's own."""
    report_enclosed: bool | None = None
    """Whether the report goes with the request."""
    findings: Annotated[list[ImagingFinding], Field(max_length=200)] = []
    """What the report says. Left out: the result is not known."""
    source: Source | None = None
    """Where it was read."""


class Electrodiagnostic(Record):
    """An electrodiagnostic study and its result."""

    study: Literal["emg", "ncs", "emg_ncs", "ssep"]
    """The study."""
    date: Day | None = None
    """Date of the study."""
    region: Region
    """Region or limb."""
    result: Literal["radiculopathy", "peripheral_neuropathy", "normal", "other"] | None = None
    """Result."""
    report_enclosed: bool | None = None
    """Whether the report goes with the request."""
    note: Paragraph | None = None
    """Anything else in the report."""
    source: Source | None = None
    """Where it was read."""


Status = Literal[
    "planned", "authorized", "ongoing", "completed", "stopped", "contraindicated", "not_tolerated"
]
Response = Literal["failed", "no_change", "partial", "improved", "worse"]


class Therapy(Record):
    """A therapy tried, planned, or ruled out. Visits of the treatment itself belong here too."""

    kind: Literal[
        "physical_therapy",
        "occupational_therapy",
        "home_exercise",
        "stretching",
        "chiropractic",
        "acupuncture",
        "massage",
        "tens",
        "electrical_stimulation",
        "therapeutic_ultrasound",
        "shockwave",
        "interferential",
        "h_wave",
        "heat_or_cold",
        "cognitive_behavioral_therapy",
        "psychotherapy",
        "bracing",
        "other",
    ]
    """The therapy."""
    name: Line | None = None
    """Name as charted, for 'other'."""
    region: Region | None = None
    """Region treated."""
    status: Status | None = None
    """Where it stands. Left out: tried at some time."""
    start: Day | None = None
    """First day."""
    end: Day | None = None
    """Last day."""
    visits: Count | None = None
    """Visits attended."""
    visits_authorized: Count | None = None
    """Visits authorized, attended ones included."""
    private: bool | None = None
    """True if the employee paid for it. Such visits count as well."""
    response: Response | None = None
    """What it did. Words about pain only are 'partial', with a note."""
    note: Paragraph | None = None
    """Anything else charted about it."""
    source: Source | None = None
    """Where it was read."""


class Medication(Record):
    """A drug taken, stopped, or ruled out."""

    name: Line
    """Brand or generic name."""
    strength: Line | None = None
    """Strength as written, in mg per unit."""
    quantity: Positive | None = None
    """Units per supply."""
    days_supply: Positive | None = None
    """Days that the supply lasts."""
    status: Literal["current", "stopped", "planned", "contraindicated", "not_tolerated"] | None = (
        None
    )
    """Where it stands. Left out: taken at some time."""
    start: Day | None = None
    """First day."""
    end: Day | None = None
    """Last day."""
    response: Response | None = None
    """What it did."""
    relief_percent: Percent | None = None
    """Relief of pain by the drug, in percent."""
    dose_change: Direction | None = None
    """Change of dose since it was started."""
    pain_without: PainScore | None = None
    """Pain score without the drug, 0 to 10."""
    pain_with: PainScore | None = None
    """Pain score with the drug, 0 to 10."""
    side_effects: Literal["none", "tolerable", "intolerable"] | None = None
    """Side effects, if the chart speaks of them at all."""
    note: Paragraph | None = None
    """Anything else charted about it."""
    source: Source | None = None
    """Where it was read."""


class Procedure(Record):
    """An earlier injection, operation or other procedure, with what it did."""

    kind: Word | None = None
    """Kind of treatment, in the same words as a row's ``kind``."""
    name: Line | None = None
    """Name as charted."""
    date: Day | None = None
    """Date done."""
    region: Region | None = None
    """Region."""
    side: Side | None = None
    """Side."""
    count: Positive | None = None
    """How many were done."""
    relief_percent: Percent | None = None
    """Relief of pain in percent."""
    relief_weeks: Annotated[int, Field(ge=0, le=1000)] | None = None
    """How many weeks that relief lasted."""
    medication_change: Direction | None = None
    """Change in medication while it lasted."""
    note: Paragraph | None = None
    """Anything else charted about it."""
    source: Source | None = None
    """Where it was read."""


class Operation(Record):
    """An operation, done or planned."""

    name: Line
    """Operation as charted."""
    date: Day | None = None
    """Date done or planned."""
    status: Literal["planned", "done"] = "done"
    """Whether it is still to come."""
    region: Region | None = None
    """Region."""
    side: Side | None = None
    """Side."""
    levels: Annotated[list[SpinalLevel], Field(max_length=20)] = []
    """Spinal levels."""
    extent: Literal["minor", "major"] | None = None
    """Whether it is a smaller operation, after which pain is short, or a larger one."""
    implant: bool | None = None
    """True if an implant, for example a mesh, is put in."""
    urologic: bool | None = None
    """True if it is an operation of the urinary tract."""
    note: Paragraph | None = None
    """Anything else charted about it."""
    source: Source | None = None
    """Where it was read."""


class Statement(Record):
    """One plain statement of the chart, with whether it holds. Left out: not documented."""

    about: StatementWord
    """What is stated: one of `imr-check facts`, there with `stated.` before it."""
    holds: bool
    """True if the chart says so, false if it says the contrary."""
    region: Region | None = None
    """Region, where it is about one."""
    note: Paragraph | None = None
    """What the chart says, in a few words."""
    source: Source | None = None
    """Where it was read."""


class Measure(Record):
    """A measured value before and after."""

    name: Line
    """What is measured, for example 'lifting limit'."""
    unit: Line | None = None
    """Unit, for example 'lb'."""
    before: Annotated[float, Field(ge=-1e6, le=1e6)]
    """Value before."""
    after: Annotated[float, Field(ge=-1e6, le=1e6)]
    """Value after."""


class FunctionalChange(Record):
    """Function before and after a treatment, as written in a visit report."""

    after: Word
    """The treatment it followed: a row's ``kind`` ('acupuncture', 'opioid', ...)."""
    from_date: Day | None = None
    """Date of the measure before."""
    to_date: Day | None = None
    """Date of the measure after."""
    daily_activities: Change | None = None
    """Activities of daily living: a clinically meaningful change, as charted."""
    work_restrictions: Direction | None = None
    """Work restrictions."""
    treatment_dependency: Direction | None = None
    """Reliance on further medical treatment."""
    physical_findings: Change | None = None
    """Range of motion, strength or tenderness: not function, but some reviewers look at it."""
    pain: Change | None = None
    """Pain. It is not function."""
    measures: Annotated[list[Measure], Field(max_length=50)] = []
    """The figures behind it."""
    note: Paragraph | None = None
    """Anything else charted about it."""
    source: Source | None = None
    """Where it was read."""


class WorkStatus(Record):
    """Work status on a date."""

    date: Day | None = None
    """Date of the report."""
    status: Literal["full_duty", "modified_duty", "off_work", "not_working"]
    """Work status."""
    restrictions: Paragraph | None = None
    """Restrictions as charted."""
    source: Source | None = None
    """Where it was read."""


class Monitoring(Record):
    """One step of monitoring a drug, above all an opioid."""

    kind: Literal[
        "urine_drug_screen",
        "cures_report",
        "behavior_review",
        "risk_screening",
        "treatment_agreement",
        "taper_plan",
        "treatment_goals",
    ]
    """The step."""
    date: Day | None = None
    """Date."""
    result: Literal["consistent", "inconsistent", "documented"] | None = None
    """Result: 'documented' for plans, goals and agreements."""
    risk: Literal["low", "moderate", "high"] | None = None
    """For a risk screening: the risk it found."""
    note: Paragraph | None = None
    """Anything else charted about it."""
    source: Source | None = None
    """Where it was read."""


class Chart(Record):
    """Everything charted that supports the rows."""

    diagnoses: Annotated[list[Diagnosis], Field(max_length=200)] = []
    """Diagnoses."""
    symptoms: Annotated[list[Symptom], Field(max_length=200)] = []
    """Complaints."""
    examinations: Annotated[list[Examination], Field(max_length=200)] = []
    """Examinations with their findings."""
    imaging: Annotated[list[Imaging], Field(max_length=200)] = []
    """Imaging studies."""
    electrodiagnostics: Annotated[list[Electrodiagnostic], Field(max_length=200)] = []
    """Electrodiagnostic studies."""
    therapies: Annotated[list[Therapy], Field(max_length=500)] = []
    """Therapies."""
    medications: Annotated[list[Medication], Field(max_length=500)] = []
    """Medications."""
    procedures: Annotated[list[Procedure], Field(max_length=200)] = []
    """Earlier procedures."""
    operations: Annotated[list[Operation], Field(max_length=100)] = []
    """Operations, done and planned."""
    functional_changes: Annotated[list[FunctionalChange], Field(max_length=200)] = []
    """Function before and after a treatment."""
    work_status: Annotated[list[WorkStatus], Field(max_length=200)] = []
    """Work status by date."""
    monitoring: Annotated[list[Monitoring], Field(max_length=200)] = []
    """Monitoring of drugs."""
    statements: Annotated[list[Statement], Field(max_length=300)] = []
    """Plain statements that criteria ask about and that fit nowhere else."""
