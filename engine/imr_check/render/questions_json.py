"""The work list as JSON; its schema ships as ``schemas/questions.schema.json``."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from .context import NOTICE, advice_on

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from ..alternatives import Option, Options, Step
    from ..errors import Problem
    from ..guideline.model import Criterion, Who
    from ..report import EditionUsed, Finding
    from ..worklist import Question, Rebuttal, RowWork, Stop, Worklist
    from .context import Context

FORMAT = 1
"""Version of the shape of the output; a change that breaks a reader raises it."""


def as_json(found: Iterable[Worklist], context: Context) -> Iterator[str]:
    """Yield the object file by file, so that memory does not grow with their number."""
    head = {
        "version": FORMAT,
        "imr_check": context.version,
        "engine": context.engine,
        "notice": NOTICE,
    }
    yield json.dumps(head, indent=1)[:-2] + ',\n "files": ['
    separator = "\n"
    for each in found:
        yield separator + json.dumps(to_dict(each), indent=1)
        separator = ",\n"
    yield "]\n}\n"


def to_dict(found: Worklist) -> dict[str, Any]:
    """Return one work list as JSON data, an element of ``files``."""
    report = found.report
    return {
        "path": report.path,
        "verdict": report.verdict,
        "template": report.template,
        "done": found.done,
        "advice": advice_on(report),
        "questions": [_asked(who, each) for who, each in found.questions.items()],
        "rows": [_row(row) for row in found.rows],
        "errors": [problem_of(problem) for problem in report.errors],
    }


def problem_of(problem: Problem) -> dict[str, Any]:
    """Return what is wrong with a file."""
    return {
        "message": problem.message,
        "pointer": problem.pointer,
        "line": problem.line,
        "column": problem.column,
    }


def _asked(who: Who, questions: Iterable[Question]) -> dict[str, Any]:
    return {"answered_by": who, "facts": [_question(question) for question in questions]}


def _question(question: Question) -> dict[str, Any]:
    return {
        "fact": question.fact.name,
        "label": question.fact.label,
        "question": question.fact.question,
        "for": [
            {**purpose._asdict(), "codes": list(purpose.codes)} for purpose in question.purposes
        ],
    }


def _row(row: RowWork) -> dict[str, Any]:
    return {
        "row": row.row,
        "treatment": row.treatment,
        "verdict": row.verdict,
        "argued": row.argued,
        "edition": edition_of(row.edition) if row.edition else None,
        "note": row.note,
        "pointer": row.pointer,
        "line": row.line,
        "smallest": row.smallest,
        "exhaustive": row.exhaustive,
        "undecided": list(row.undecided),
        "not_selected": list(row.not_selected),
        "needed": [_step(step) for step in row.needed],
        "choices": [_options(options) for options in row.choices],
        "changes": [_step(step) for step in row.changes],
        "fatal": [_stop(stop) for stop in row.stops],
        "rebuttals": [_rebuttal(rebuttal) for rebuttal in row.rebuttals],
        "worth_adding": [_added(finding) for finding in row.worth_adding],
        "criteria": [_criterion(criterion) for criterion in row.criteria],
    }


def edition_of(edition: EditionUsed) -> dict[str, Any]:
    """Return the edition that judged a row."""
    replaced = edition.replaced_on
    return {
        "id": edition.id,
        "title": edition.title,
        "standing": edition.standing,
        "replaced_on": replaced.isoformat() if replaced else None,
    }


def _step(step: Step) -> dict[str, Any]:
    return {
        "fact": step.fact.name,
        "label": step.fact.label,
        "question": step.fact.question,
        "answered_by": step.fact.answered_by,
        "wanted": step.wanted,
        "now": step.before or None,
        "codes": list(step.codes),
        "changes_with": list(step.follows),
        "limit_unverified": step.unverified,
    }


def _options(options: Options) -> dict[str, Any]:
    return {"least": options.least, "options": [_option(option) for option in options.options]}


def _option(option: Option) -> dict[str, Any]:
    return {"steps": [_step(step) for step in option.steps], "argues": list(option.argues)}


def _stop(stop: Stop) -> dict[str, Any]:
    return {
        "codes": [criterion.code for criterion in stop.criteria],
        "chart": [
            {"fact": fact.name, "label": fact.label, "value": value} for fact, value in stop.says
        ],
        "remedies": [criterion.remedy for criterion in stop.criteria],
        "also": [_step(step) for step in stop.also],
        "choices": [_options(options) for options in stop.choices],
    }


def _rebuttal(rebuttal: Rebuttal) -> dict[str, Any]:
    return {
        "codes": list(rebuttal.codes),
        "lacks": [_step(step) for step in rebuttal.parts],
        "only_if_contradicted": rebuttal.possible,
    }


def _added(finding: Finding) -> dict[str, Any]:
    return {
        **_criterion(finding.criterion),
        "outcome": finding.outcome,
        "message": finding.message,
        "questions": list(finding.questions),
    }


def _criterion(criterion: Criterion) -> dict[str, Any]:
    return {
        "code": criterion.code,
        "name": criterion.name,
        "remedy": criterion.remedy,
        "answered_by": criterion.answered_by,
        "citation": str(criterion.citation),
        "confidence": criterion.confidence,
    }
