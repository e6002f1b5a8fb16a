"""Read one section file, and the shared files that it uses, into a :class:`~.model.Section`.

Unknown keys are refused, because a misspelt ``excluded_when`` would silently pass every request.
"""

from __future__ import annotations

import os.path
import re
from typing import Any, cast

from ..errors import GuidelineError
from .expressions import read_expression
from .model import (
    Citation,
    Confidence,
    Criterion,
    Expression,
    Limit,
    Section,
    Severity,
    SharedFinding,
    Who,
)
from .yaml_file import read_yaml

_SECTION_KEYS = {"section", "title", "edition", "cites", "uses", "limits", "findings", "criteria"}
_SHARED_KEYS = {"shared", "cites", "limits", "findings", "criteria"}
_LIMIT_KEYS = {"value", "unit", "confidence", "from", "note"}
_FINDING_KEYS = {"name", "statement", "logic", "cites", "confidence"}
_CRITERION_KEYS = {
    "code",
    "name",
    "statement",
    "applies_when",
    "applies_unless",
    "excluded_when",
    "requires",
    "severity",
    "rebuttable",
    "remedy",
    "answered_by",
    "cites",
    "derived_from",
    "confidence",
    "failure",
    "note",
    "cases",
}
_CODE = r"[A-Z][A-Z0-9]{0,9}-[0-9]{1,4}"
_SEVERITIES = ("fatal", "curable", "advisory", "context")
_CONFIDENCES = ("verified", "determination", "letter", "unverified")
_WHO = ("physician", "office", "employee", "therapist")


def read_section(folder: str, file: str) -> Section:
    """Return the section in ``file`` of the pack in ``folder``, with what it ``uses`` merged in."""
    raw, data = read_yaml(os.path.join(folder, file))
    _only(data, _SECTION_KEYS, file)
    parts = [(f"shared/{name}.yaml", name) for name in data.get("uses", [])]
    documents = [read_yaml(os.path.join(folder, path)) for path, _ in parts]
    for (path, _), (_, document) in zip(parts, documents, strict=True):
        _only(document, _SHARED_KEYS, path)
    files = [*(path for path, _ in parts), file]
    everything = [*(document for _, document in documents), data]
    limits: dict[str, Limit] = {}
    findings: list[SharedFinding] = []
    criteria: list[Criterion] = []
    for path, document in zip(files, everything, strict=True):
        limits |= _limits(document.get("limits", {}), path)
        cites = _citation(document.get("cites"), None, path)
        findings += (_finding(f, limits, cites, path) for f in document.get("findings", []))
        criteria += (_criterion(c, limits, cites, path) for c in document.get("criteria", []))
    section = Section(
        name=_text(data, "section", file),
        title=_text(data, "title", file),
        edition=_text(data, "edition", file),
        limits=limits,
        findings=tuple(findings),
        criteria=tuple(criteria),
        file=file,
        texts=(*(text for text, _ in documents), raw),
    )
    _check_names(section)
    return section


def _limits(raw: dict[str, Any], file: str) -> dict[str, Limit]:
    limits = {}
    for name, entry in raw.items():
        where = f"{file}: limit {name}"
        _only(entry, _LIMIT_KEYS, where)
        if type(entry.get("value")) is not int:
            raise GuidelineError(f"{where}: value must be a whole number")
        limits[name] = Limit(
            name=name,
            value=entry["value"],
            unit=_text(entry, "unit", where),
            confidence=cast("Confidence", _word(entry, "confidence", _CONFIDENCES, where)),
            derived_from=tuple(entry.get("from", ())),
            note=entry.get("note", ""),
        )
    return limits


def _finding(
    raw: dict[str, Any], limits: dict[str, Limit], cites: Citation, file: str
) -> SharedFinding:
    where = f"{file}: finding {raw.get('name', '?')}"
    _only(raw, _FINDING_KEYS, where)
    return SharedFinding(
        name=_text(raw, "name", where),
        statement=_text(raw, "statement", where),
        logic=read_expression(raw.get("logic"), limits, where),
        citation=_citation(raw.get("cites"), cites, where),
        confidence=cast("Confidence", _word(raw, "confidence", _CONFIDENCES, where)),
    )


def _criterion(
    raw: dict[str, Any], limits: dict[str, Limit], cites: Citation, file: str
) -> Criterion:
    where = f"{file}: {raw.get('code', 'a criterion without a code')}"
    _only(raw, _CRITERION_KEYS, where)

    def logic(key: str) -> Expression | None:
        return read_expression(raw[key], limits, f"{where} {key}") if key in raw else None

    if re.fullmatch(_CODE, str(raw.get("code"))) is None:
        raise GuidelineError(f"{where}: a code is capitals, a hyphen and digits, such as TPI-02")
    severity = cast("Severity", _word(raw, "severity", _SEVERITIES, where))
    requires = logic("requires")
    if (requires is None) != (severity == "context"):
        raise GuidelineError(f"{where}: requires is left out for context, and only there")
    return Criterion(
        code=_text(raw, "code", where),
        name=_text(raw, "name", where),
        statement=_text(raw, "statement", where),
        applies_when=logic("applies_when"),
        applies_unless=logic("applies_unless"),
        excluded_when=logic("excluded_when"),
        requires=requires,
        severity=severity,
        rebuttable=raw.get("rebuttable", False) is True,
        remedy=_text(raw, "remedy", where),
        answered_by=cast("Who", _word(raw, "answered_by", _WHO, where)),
        citation=_citation(raw.get("cites"), cites, where),
        derived_from=tuple(raw.get("derived_from", ())),
        confidence=cast("Confidence", _word(raw, "confidence", _CONFIDENCES, where)),
        failure=raw.get("failure", ""),
        note=raw.get("note", ""),
        cases=tuple(raw.get("cases", ())),
    )


def _citation(raw: Any, default: Citation | None, where: str) -> Citation:
    if raw is None and default is not None:
        return default
    if not isinstance(raw, dict):
        raise GuidelineError(f"{where}: cites takes document, section and pages")
    _only(raw, {"document", "section", "pages"}, where)
    inherited = default or Citation("", "", "")
    if "document" in raw:
        inherited = Citation("", "", "")
    return Citation(
        str(raw.get("document", inherited.document)),
        str(raw.get("section", inherited.section)),
        str(raw.get("pages", "" if "section" in raw else inherited.pages)),
    )


def _check_names(section: Section) -> None:
    names = [c.code for c in section.criteria] + [f.name for f in section.findings]
    doubled = {name for name in names if names.count(name) > 1}
    if doubled:
        raise GuidelineError(f"{section.file}: used twice: {', '.join(sorted(doubled))}")
    if not any(
        c.blocking and c.applies_when is None and c.applies_unless is None for c in section.criteria
    ):
        raise GuidelineError(f"{section.file}: at least one criterion must apply to every request")


def _only(raw: Any, allowed: set[str], where: str) -> None:
    if not isinstance(raw, dict):
        raise GuidelineError(f"{where}: expected keys and values")
    unknown = sorted(str(key) for key in set(raw) - allowed)
    if unknown:
        raise GuidelineError(f"{where}: unknown key {', '.join(unknown)}")


def _text(raw: dict[str, Any], key: str, where: str) -> str:
    value = raw.get(key)
    if not isinstance(value, str) or not value.strip():
        raise GuidelineError(f"{where}: {key} is missing or not text")
    return " ".join(value.split())


def _word(raw: dict[str, Any], key: str, allowed: tuple[str, ...], where: str) -> str:
    value = raw.get(key)
    if value not in allowed:
        raise GuidelineError(f"{where}: {key} must be one of {', '.join(allowed)}")
    return str(value)
