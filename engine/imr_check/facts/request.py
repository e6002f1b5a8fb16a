"""The request as a whole: the form, the people on it, and what goes with it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .calendar import months_between
from .vocabulary import Observation, Standing, boolean, number, symbol

if TYPE_CHECKING:
    from ..request.parties import Enclosure, Form
    from .view import RowView
    from .vocabulary import Path

_SUBMISSION: Path = ("submission",)
_FORM: Path = ("submission", "form")
_REPORTS = frozenset({"first_report", "progress_report", "narrative_report"})


def _form(view: RowView) -> Form | None:
    return view.request.submission.form


def _of_form(view: RowView, field: str) -> Observation | None:
    form = _form(view)
    value = None if form is None else getattr(form, field)
    return None if value is None else Observation(value, ((*_FORM, field),))


@symbol(
    "request.form_type",
    label="form of the request",
    question="Is it the DWC Form RFA, or what is sent in its place?",
    answered_by="office",
    words=("dwc_form_rfa", "narrative", "other"),
)
def form_type(view: RowView) -> Observation | None:
    return _of_form(view, "type")


@boolean(
    "request.form_accepted",
    label="acceptance of another form by the claims administrator",
    question="Does the claims administrator accept another form than the DWC Form RFA?",
    answered_by="office",
)
def form_accepted(view: RowView) -> Observation | None:
    return _of_form(view, "accepted_by_administrator")


@boolean(
    "request.employee_identified",
    label="employee, claim and employer on the form",
    question="Does the form name the employee, the claim and the employer?",
    answered_by="office",
)
def employee_identified(view: RowView) -> Observation | None:
    employee = view.request.employee
    if employee.has("name") and employee.has("claim_number"):
        return Observation(True, (("employee",),))
    return _of_form(view, "employee_identified")


@boolean(
    "request.physician_identified",
    label="requesting physician on the form",
    question="Does the form name the requesting physician?",
    answered_by="office",
)
def physician_identified(view: RowView) -> Observation | None:
    physician = view.request.requesting_physician
    if physician is not None and physician.has("name"):
        return Observation(True, (("requesting_physician", "name"),))
    return _of_form(view, "physician_identified")


@boolean(
    "request.rows_filled_in",
    label="diagnosis, ICD code and treatment on every row",
    question="Which diagnosis, ICD code and treatment does each row have?",
    answered_by="office",
)
def rows_filled_in(view: RowView) -> Observation | None:
    lacking: tuple[Path, ...] = tuple(
        ("treatments", index)
        for index, row in enumerate(view.request.treatments)
        if not (row.has("diagnosis") and row.has("icd") and row.has("treatment"))
    )
    return None if lacking else Observation(True, (("treatments",),))


@boolean(
    "request.treatments_in_section",
    label="all treatments in the section of the form that is for them",
    question="Do all treatments stand in the section of the form that is for them?",
    answered_by="office",
)
def treatments_in_section(view: RowView) -> Observation | None:
    return _of_form(view, "treatments_in_section")


@boolean(
    "request.treatments_on_first_page",
    label="all treatments on the first page",
    question="Do all treatments stand on the first page?",
    answered_by="office",
)
def treatments_on_first_page(view: RowView) -> Observation | None:
    return _of_form(view, "treatments_on_first_page")


@boolean(
    "request.signed",
    label="signature of the treating physician",
    question="Has the treating physician signed?",
    answered_by="physician",
)
def signed(view: RowView) -> Observation | None:
    return _of_form(view, "signed")


@symbol(
    "request.sent_by",
    label="way of sending",
    question="Is it sent by mail, by fax or by encrypted e-mail?",
    answered_by="office",
    words=("mail", "fax", "encrypted_email", "email", "other"),
)
def sent_by(view: RowView) -> Observation | None:
    return _of_form(view, "sent_by")


def _reports(view: RowView) -> list[tuple[Path, Enclosure]]:
    form = _form(view)
    return [
        ((*_FORM, "enclosures", index), entry)
        for index, entry in enumerate(form.enclosures if form else ())
        if entry.kind in _REPORTS
    ]


@boolean(
    "request.report_attached",
    label="report that supports the request (DLSR 5021, PR-2 or narrative), attached",
    question="Which report goes with the request: a DLSR 5021, a PR-2 or a narrative?",
    answered_by="office",
)
def report_attached(view: RowView) -> Observation | None:
    reports = tuple(path for path, _ in _reports(view))
    return Observation(True, reports) if reports else None


@number(
    "request.newest_report_days",
    label="age of the newest report attached",
    question="On what day was the newest attached report issued?",
    answered_by="office",
    unit="days",
)
def newest_report_days(view: RowView) -> Observation | None:
    dated = [(entry.issued, path) for path, entry in _reports(view) if entry.issued]
    if not dated:
        return None
    newest, path = max(dated, key=lambda item: (item[0], str(item[1])))
    return Observation(max((view.as_of - newest).days, 0), ((*path, "issued"),))


# What the law asks of a request that is not the first


@symbol(
    "request.kind",
    label="box ticked on the form",
    question="Is it a new request, a resubmission, or an expedited one?",
    answered_by="office",
    words=("new", "resubmission", "expedited"),
    standing=Standing("given"),
)
def kind(view: RowView) -> Observation:
    return Observation(view.request.submission.kind, ((*_SUBMISSION, "kind"),))


@boolean(
    "request.changed_facts",
    label="change in material facts since the decision",
    question="Which material facts have changed since the earlier decision?",
    answered_by="physician",
)
def changed_facts(view: RowView) -> Observation | None:
    return _given(view, "changed_facts")


@boolean(
    "request.imminent_threat",
    label="certified imminent and serious threat to health",
    question="Which imminent and serious threat to health is certified, and what shows it?",
    answered_by="physician",
)
def imminent_threat(view: RowView) -> Observation | None:
    return _given(view, "imminent_threat")


def _given(view: RowView, field: str) -> Observation | None:
    given = view.request.submission.has(field)
    return Observation(True, ((*_SUBMISSION, field),)) if given else None


@number(
    "request.months_since_decision",
    label="time since the decision that denied or modified the same treatment",
    question="When was the same treatment denied or modified?",
    answered_by="office",
    unit="months",
    standing=Standing("given"),
)
def months_since_decision(view: RowView) -> Observation | None:
    decided = view.request.submission.earlier_decision
    if decided is None:
        return None
    return Observation(months_between(decided, view.as_of), ((*_SUBMISSION, "earlier_decision"),))
