"""Criteria of ours, which no guideline has: what is said where nothing else can be said."""

from __future__ import annotations

from .guideline.model import Citation, Criterion, Severity, Who


def _own(
    code: str, name: str, statement: str, remedy: str, who: Who, severity: Severity = "context"
) -> Criterion:
    return Criterion(
        code=code,
        name=name,
        statement=statement,
        applies_when=None,
        applies_unless=None,
        excluded_when=None,
        requires=None,
        severity=severity,
        rebuttable=False,
        remedy=remedy,
        answered_by=who,
        citation=Citation("", "", ""),
        derived_from=(),
        confidence="verified",
        failure="",
        note="",
        cases=(),
    )


NO_CRITERIA = _own(
    "ROW-02",
    "no-criteria",
    "No criteria: nothing that is encoded covers this row. It was not judged.",
    "Have the row checked by hand against the guideline that governs.",
    "office",
)
"""The criterion of a row that nothing encoded covers: it fails without having been judged."""

UNUSED_SUPPRESSION = _own(
    "SUP-01",
    "unused-suppression",
    "This suppression sets nothing aside: no such finding fails here.",
    "Remove the entry, or correct its code or row.",
    "office",
)
EXPIRED_SUPPRESSION = _own(
    "SUP-02",
    "expired-suppression",
    "This suppression has expired: it sets nothing aside any more.",
    "Mend the finding, or have the entry renewed with a new date.",
    "office",
)
NOT_SUPPRESSABLE = _own(
    "SUP-03",
    "not-suppressable",
    "The configuration does not allow this criterion to be suppressed: the entry is void.",
    "Mend the finding and remove the entry.",
    "office",
)

OWN_CRITERIA = {
    criterion.code: criterion
    for criterion in (NO_CRITERIA, UNUSED_SUPPRESSION, EXPIRED_SUPPRESSION, NOT_SUPPRESSABLE)
}
