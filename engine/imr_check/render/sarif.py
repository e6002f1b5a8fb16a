"""SARIF 2.1.0, which code scanning and editors read: one result for each finding.

The results come first and are written file by file; what is said about their rules follows, when it
is known which criteria there were. So no result names the index of its rule, only its id.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from ..explaining import CONFIDENCE_WORDS
from ..own_criteria import NO_CRITERIA, NOT_SUPPRESSABLE, OWN_CRITERIA
from ..tally import INVALID as UNREADABLE
from .context import NOTICE, advice_on
from .markup import visible
from .page_parts import escaped
from .paths import root, uri
from .renderer import Renderer
from .sentences import (
    ADVICE,
    FORMULARY,
    INVALID,
    because,
    cure,
    formulary_of,
    message,
    record,
    sentence,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..guideline.model import Criterion
    from ..report import Finding, Report, RowReport, Suppression
    from ..tally import Tally
    from .context import Context

    Data = dict[str, Any]

SCHEMA = (
    "https://raw.githubusercontent.com/oasis-tcs/sarif-spec/master/Schemata/sarif-schema-2.1.0.json"
)
"""Identifier of the schema, which services ask for. Nothing is fetched from there."""

_BASE = "%SRCROOT%"
_LEVELS = {"error": "error", "warning": "warning", "info": "note"}
_USUAL = {"fatal": "error", "curable": "error", "advisory": "warning", "context": "note"}
_PRIORITY = {"error": "error", "warning": "warning", "note": "recommendation"}
_ORIGINS = {"request": "inSource", "baseline": "external"}


class Sarif(Renderer):
    """One run. Findings that are set aside are in it as suppressed, open holes as *open*."""

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._root = root()
        self._begun = False

    def begin(self) -> str:
        """Return the head, up to the opening bracket of ``results``."""
        head = json.dumps({"$schema": SCHEMA, "version": "2.1.0"})
        return f'{head[:-1]},\n"runs": [{{"results": ['

    def piece(self, report: Report) -> str:
        """Return the results of one file, separated by commas; often there are none."""
        return ",\n".join(map(json.dumps, _File(report, self._root).results()))

    def add(self, piece: str) -> str:
        """Return the results with what separates them from those before."""
        if not piece:
            return ""
        separator = ",\n" if self._begun else "\n"
        self._begun = True
        return separator + piece

    def end(self, tally: Tally) -> str:
        """Return the rest of the run: the tool, its rules, how it went."""
        rest = {
            "columnKind": "unicodeCodePoints",
            "originalUriBaseIds": {_BASE: {"description": _text(_BASE_WORDS)}},
            "invocations": [self._invocation(tally)],
            "tool": {"driver": self._driver(tally)},
        }
        return f"\n],\n{json.dumps(rest, indent=1)[1:-1].strip()}\n}}]}}\n"

    def _invocation(self, tally: Tally) -> Data:
        hint = self.context.engine_hint
        told = [{"level": "note", "message": _text(f"{self.context.engine}: {hint}")}]
        return {
            "executionSuccessful": not tally.verdicts[UNREADABLE],
            "toolExecutionNotifications": told if hint else [],
        }

    def _driver(self, tally: Tally) -> Data:
        rules = [_rule(criterion) for _, criterion in sorted(tally.criteria.items())]
        return {
            "name": "imr-check",
            "version": self.context.version,
            "semanticVersion": self.context.version,
            "fullDescription": _text(f"{_PURPOSE} {NOTICE}"),
            "rules": [*rules, *_OWN_RULES],
            "properties": {"engine": self.context.engine},
        }


_BASE_WORDS = "The root of the repository in CI, else the folder that imr-check was started in."
_PURPOSE = (
    "Checks draft requests for treatment against the criteria that decide independent medical "
    "review in California workers' compensation."
)


# Results


class _File:
    """Makes the results of one file."""

    def __init__(self, report: Report, folder: str) -> None:
        self._report = report
        address, relative = uri(report.path, folder)
        self._artifact = {"uri": address} | ({"uriBaseId": _BASE} if relative else {})

    def results(self) -> Iterator[Data]:
        for problem in self._report.errors:
            place = self._location(problem.pointer, problem.line, problem.column)
            yield _result(INVALID, "error", sentence(visible(problem.message)), place)
        for words in advice_on(self._report):
            first = self._report.advice[0]
            place = self._location(first.pointer, first.line, first.column)
            yield _result(ADVICE, "note", words, place)
        for row in self._report.rows:
            if words := formulary_of(row):
                place = self._location(row.pointer, row.line, row.column)
                yield _result(FORMULARY, "note", words, place)
            for finding in row.findings:
                if finding.failing or finding.outcome == "depends":
                    yield self._result(finding, row)
        for finding in self._report.file_findings:
            yield self._result(finding, None)

    def _result(self, finding: Finding, row: RowReport | None) -> Data:
        place = self._location(finding.pointer, finding.line, finding.column)
        words = sentence(message(finding, row))
        if finding.outcome == "depends":
            result = _result(finding.code, "none", words, place) | {"kind": "open"}
        else:
            level = _LEVELS[finding.severity]
            result = _result(finding.code, level, f"{words} {sentence(cure(finding))}", place)
        if related := self._related(finding):
            result["relatedLocations"] = related
        return result | {
            "partialFingerprints": {"imrCheck/v1": finding.fingerprint},
            "suppressions": self._suppressions(finding.suppression),
            "properties": _properties(finding, row),
        }

    def _related(self, finding: Finding) -> list[Data]:
        """Return the entries that a finding rests on, but not the one it stands at."""
        entries = [entry for entry in finding.evidence if entry.pointer != finding.pointer]
        return [
            {"id": number, "message": _text(record(entry) or "Rests on this entry.")}
            | self._location(entry.pointer, entry.line, entry.column)
            for number, entry in enumerate(entries)
        ]

    def _suppressions(self, entry: Suppression | None) -> list[Data]:
        if entry is None:
            return []
        suppression: Data = {
            "kind": _ORIGINS[entry.origin],
            "status": "accepted",
            "justification": because(entry),
        }
        if entry.origin == "request":
            suppression["location"] = self._location(entry.pointer, entry.line, entry.column)
        return [suppression]

    def _location(self, pointer: str, line: int, column: int) -> Data:
        physical: Data = {"artifactLocation": self._artifact}
        if line:
            physical["region"] = {"startLine": line, "startColumn": max(column, 1)}
        location: Data = {"physicalLocation": physical}
        if pointer:
            location["logicalLocations"] = [{"fullyQualifiedName": visible(pointer)}]
        return location


def _result(code: str, level: str, words: str, location: Data) -> Data:
    return {
        "ruleId": code,
        "level": level,
        "message": _text(words),
        "locations": [location],
        "suppressions": [],
    }


def _properties(finding: Finding, row: RowReport | None) -> Data:
    """Return what SARIF has no place for."""
    facts: Data = {"outcome": finding.outcome}
    if row is not None:
        facts |= {"row": row.row, "treatment": row.treatment}
    if finding.edition is not None:
        facts |= {"edition": finding.edition.title, "standing": finding.edition.standing}
    if finding.holes:
        facts["holes"] = list(finding.holes)
    if finding.questions:
        facts["questions"] = list(finding.questions)
    return facts


def _text(words: str) -> Data:
    """Return a message. In SARIF a single brace begins a placeholder."""
    return {"text": _braced(words)}


def _braced(words: str) -> str:
    return words.replace("{", "{{").replace("}", "}}")


# Rules


def _rule(criterion: Criterion) -> Data:
    level = _usual_level(criterion)
    return {
        "id": criterion.code,
        "name": criterion.name,
        "shortDescription": _text(criterion.statement),
        "fullDescription": _text(criterion.statement),
        "help": _help(criterion),
        "defaultConfiguration": {"level": level},
        "properties": {"problem.severity": _PRIORITY[level]} | _kind(criterion),
    }


def _kind(criterion: Criterion) -> Data:
    """Return what can be filtered by. What is no guideline's has no confidence."""
    who = f"{criterion.answered_by} answers"
    if criterion.code in OWN_CRITERIA:
        return {"tags": [who]}
    return {
        "tags": [who, f"confidence: {criterion.confidence}"],
        "cure": criterion.severity,
        "confidence": criterion.confidence,
        "citation": str(criterion.citation),
        "derivedFrom": list(criterion.derived_from),
    }


def _usual_level(criterion: Criterion) -> str:
    if criterion.code not in OWN_CRITERIA:
        return _USUAL[criterion.severity]
    return "error" if criterion.code in (NO_CRITERIA.code, NOT_SUPPRESSABLE.code) else "warning"


def _help(criterion: Criterion) -> Data:
    cited = criterion.code not in OWN_CRITERIA
    parts = {
        "Cure": f"{criterion.remedy} ({criterion.answered_by})",
        "Stands in": str(criterion.citation),
        "How sure": CONFIDENCE_WORDS[criterion.confidence] if cited else "",
        "Determinations": ", ".join(criterion.derived_from),
        "Note": criterion.note,
    }
    told = {name: words for name, words in parts.items() if words}
    plain = [criterion.statement, *(f"{name}: {words}" for name, words in told.items()), NOTICE]
    marked = [
        f"**{criterion.code} {criterion.name}**",
        escaped(criterion.statement),
        *(f"**{name}:** {escaped(words)}" for name, words in told.items()),
        f"*{NOTICE}*",
    ]
    return _text("\n".join(plain)) | {"markdown": _braced("\n\n".join(marked))}


def _own_rule(code: str, name: str, level: str, words: str) -> Data:
    return {
        "id": code,
        "name": name,
        "shortDescription": _text(words),
        "fullDescription": _text(words),
        "help": _text(words) | {"markdown": words},
        "defaultConfiguration": {"level": level},
        "properties": {"problem.severity": _PRIORITY[level]},
    }


_OWN_RULES = (
    _own_rule(
        ADVICE,
        "advice-only",
        "note",
        "The edition that judged is no longer in force. Findings show what reviewers looked for "
        "under it; check the guideline of today before you send.",
    ),
    _own_rule(
        FORMULARY,
        "drug-formulary",
        "note",
        "What the drug formulary says of a drug from 2018 on: whether it needs review before it is "
        "dispensed. It does not decide whether the row is supported.",
    ),
    _own_rule(
        INVALID,
        "cannot-be-checked",
        "error",
        "The file is not a request that can be read. Nothing in it was judged.",
    ),
)
