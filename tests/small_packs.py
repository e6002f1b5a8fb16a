"""Small packs on disk, for tests of what an author of a pack is told."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from imr_check.guideline.pack import Pack

INDEX = {
    "name": "small",
    "title": "A small pack",
    "version": "1",
    "editions": [
        {
            "id": "only",
            "title": "Only edition",
            "cites": {"document": "made up"},
            "confidence": "unverified",
        }
    ],
}


def criterion(code: str = "SML-01", **parts: Any) -> dict[str, Any]:
    """Return a criterion with these parts, filled up with what every criterion needs."""
    return {
        "code": code,
        "name": f"name-of-{code.lower()}",
        "statement": "Made up.",
        "severity": "curable",
        "remedy": "Made up.",
        "answered_by": "office",
        "confidence": "unverified",
        "cases": [],
    } | parts


def case(name: str, given: Mapping[str, Any], expect: str, **more: Any) -> dict[str, Any]:
    """Return a worked case."""
    return {"name": name, "given": dict(given), "expect": expect, **more}


LIMITS = {"most": {"value": 6, "unit": "visits", "confidence": "unverified"}}
ALWAYS = criterion(
    "ALL-01",
    requires={"fact": "row.codes_agree", "is": True},
    cases=[
        case("agree", {"row.codes_agree": True}, "met"),
        case("differ", {"row.codes_agree": False}, "not_met"),
        case("nothing to compare", {}, "not_documented"),
    ],
)
"""The criterion that applies to every row, which a section has to have; its cases are complete."""


def write_pack(
    folder: Path, *criteria: Mapping[str, Any], shared: Mapping[str, Any] | None = None, **more: Any
) -> Pack:
    """Write a pack of one section, and a second one if there is a shared file for both."""
    section = {
        "section": "acupuncture",
        "title": "Acupuncture",
        "edition": "only",
        "cites": {"document": "made up"},
        "limits": LIMITS,
        "criteria": [ALWAYS, *criteria],
    } | more
    files: dict[str, Any] = {"acupuncture.yaml": section}
    if shared is not None:
        section["uses"] = ["both"]
        files["shared/both.yaml"] = {"shared": "both", "cites": {"document": "made up"}} | dict(
            shared
        )
        files["opioid.yaml"] = section | {"section": "opioid", "criteria": [ALWAYS]}
    listed = {Path(file).stem: {"only": file} for file in files if "/" not in file}
    files["pack.yaml"] = INDEX | {"sections": listed}
    files |= {"terms/treatments.yaml": {}, "terms/diagnoses.yaml": {}}
    files["terms/drugs.yaml"] = {"classes": {}, "products": {}}
    for name, data in files.items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps(data), encoding="utf-8")  # JSON is YAML, and faster
    return Pack(str(folder))
