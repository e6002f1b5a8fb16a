"""Read one section file, and the shared files that it uses, into a :class:`~.model.Section`.

Unknown keys are refused, because a misspelt ``excluded_when`` would silently pass every request.
Only a section that is marked ``conditional`` may have none that applies to every request.
``cases`` of a section are further cases of shared criteria, by code, in the facts of that section.

A file may hold for several editions. Then any value in it may be given by edition
(``value: {chronic_pain_2009: 24, chronic_pain_2016: 26}``), and ``editions`` keeps a criterion, a
limit or a case to some of them.
"""

from __future__ import annotations

import os.path
import re
from typing import TYPE_CHECKING, Any, cast

from ..errors import GuidelineError
from .expressions import read_expression
from .model import (
    HARD_FAILURE,
    Citation,
    Combination,
    Confidence,
    Criterion,
    Expression,
    Limit,
    Negation,
    Reference,
    Section,
    Severity,
    SharedFinding,
    Silence,
    Who,
)
from .yaml_file import read_yaml

if TYPE_CHECKING:
    from collections.abc import Collection

_SECTION_KEYS = {
    *("section", "title", "edition", "editions", "cites", "uses", "limits", "findings"),
    "criteria",
    "conditional",
    "cases",
}
_SHARED_KEYS = {"shared", "cites", "limits", "findings", "criteria"}
_LIMIT_KEYS = {"value", "unit", "confidence", "from", "note", "editions"}
_FINDING_KEYS = {"name", "statement", "logic", "cites", "confidence", "editions", "excluded_when"}
_CRITERION_KEYS = {
    "code",
    "editions",
    "silence",
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
_SILENCES = ("fails", "warns")


def read_section(
    folder: str,
    file: str,
    edition: str,
    known: Collection[str],
    *,
    with_cases: bool = True,
    also: Collection[str] = (),
) -> Section:
    """Return the section in ``file`` of the pack in ``folder``, as it is in ``edition``.

    What it ``uses`` is merged in, and ``also`` other shared files that it does not name.
    ``known`` are the editions of the pack.
    """
    raw, data = read_yaml(os.path.join(folder, file), without_cases=not with_cases)
    _only(data, _SECTION_KEYS, file)
    if edition not in data.get("editions", [data.get("edition")]):
        raise GuidelineError(f"{file}: it does not say that it holds for edition {edition}")
    data = _as_in(data, edition, known)
    parts = [(f"shared/{name}.yaml", name) for name in (*data.get("uses", []), *also)]
    documents = [
        read_yaml(os.path.join(folder, path), without_cases=not with_cases) for path, _ in parts
    ]
    for (path, _), (_, document) in zip(parts, documents, strict=True):
        _only(document, _SHARED_KEYS, path)
    files = [*(path for path, _ in parts), file]
    everything = [*(_as_in(document, edition, known) for _, document in documents), data]
    limits: dict[str, Limit] = {}
    findings: list[SharedFinding] = []
    criteria: list[Criterion] = []
    for path, document in zip(files, everything, strict=True):
        limits |= _limits(document.get("limits", {}), path)
        cites = _citation(document.get("cites"), None, path)
        findings += (_finding(f, limits, cites, path) for f in document.get("findings", []))
        criteria += (_criterion(c, limits, cites, path) for c in document.get("criteria", []))
    criteria = _with_cases(criteria, data.get("cases", {}), file)
    if any(each.applies_when == Reference(HARD_FAILURE) for each in criteria):
        findings.append(_hard_failure(criteria, file))
    section = Section(
        name=_text(data, "section", file),
        title=_text(data, "title", file),
        edition=edition,
        limits=limits,
        findings=tuple(findings),
        criteria=tuple(criteria),
        file=file,
        texts=(*(text for text, _ in documents), raw),
    )
    _check_names(section, data.get("conditional", False) is True)
    return section


def _hard_failure(criteria: list[Criterion], file: str) -> SharedFinding:
    """Return the finding that one of the rebuttable criteria is not met."""
    failed = tuple(Negation(Reference(each.code)) for each in criteria if each.rebuttable)
    if not failed:
        raise GuidelineError(f"{file}: a criterion asks for {HARD_FAILURE}, and none is rebuttable")
    return SharedFinding(
        name=HARD_FAILURE,
        statement="A criterion fails that only a rebuttal can answer.",
        logic=Combination(1, failed),
        citation=Citation("", "", ""),
        confidence="verified",
    )


def _with_cases(
    criteria: list[Criterion], more: dict[str, list[Any]], file: str
) -> list[Criterion]:
    """Return the criteria with the cases that a section adds to shared ones, by code."""
    unknown = sorted(set(more) - {criterion.code for criterion in criteria})
    if unknown:
        raise GuidelineError(f"{file}: cases for {', '.join(unknown)}, which is not here")
    return [each._replace(cases=(*each.cases, *more.get(each.code, ()))) for each in criteria]


def _as_in(entry: Any, edition: str, known: Collection[str]) -> Any:
    """Return a part of a file as it is in one edition."""
    if isinstance(entry, list):
        kept = [each for each in entry if _is_in(each, edition)]
        return [_as_in(each, edition, known) for each in kept]
    if not isinstance(entry, dict):
        return entry
    if entry and all(key in known for key in entry):
        return _as_in(entry.get(edition), edition, known)
    own = {key: _as_in(value, edition, known) for key, value in entry.items() if key != "given"}
    if "given" in entry:
        own["given"] = entry["given"]
    return {
        key: value
        for key, value in own.items()
        if _is_in(entry[key], edition) and not (value is None and entry[key] is not None)
    }


def _is_in(entry: Any, edition: str) -> bool:
    """Whether a criterion, a limit, a finding or a case holds in an edition."""
    listed = entry.get("editions") if isinstance(entry, dict) else None
    return not isinstance(listed, list) or edition in listed


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
    excluded = raw.get("excluded_when")
    return SharedFinding(
        name=_text(raw, "name", where),
        statement=_text(raw, "statement", where),
        logic=read_expression(raw.get("logic"), limits, where),
        citation=_citation(raw.get("cites"), cites, where),
        confidence=cast("Confidence", _word(raw, "confidence", _CONFIDENCES, where)),
        excluded_when=read_expression(excluded, limits, where) if excluded else None,
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
        silence=cast("Silence", _word({"silence": "fails"} | raw, "silence", _SILENCES, where)),
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


def _check_names(section: Section, conditional: bool) -> None:
    names = [c.code for c in section.criteria] + [f.name for f in section.findings]
    doubled = {name for name in names if names.count(name) > 1}
    if doubled:
        raise GuidelineError(f"{section.file}: used twice: {', '.join(sorted(doubled))}")
    if not conditional and not any(
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
