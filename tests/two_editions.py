"""A small pack with two editions, for tests of what changes from one to the other."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import yaml
from small_packs import ALWAYS, INDEX, LIMITS, criterion, write_pack

from imr_check.guideline.pack import Pack

OLD, NEW = "old", "new"
_EDITION: dict[str, Any] = {"cites": {"document": "made up"}, "confidence": "verified"}
EDITIONS = [
    {**_EDITION, "id": OLD, "title": "Old edition", "until": {"request": date(2015, 12, 31)}},
    {**_EDITION, "id": NEW, "title": "New edition", "from": {"request": date(2016, 1, 1)}},
]

MOST = {
    **LIMITS["most"],
    "value": {OLD: 6, NEW: 8},
    "confidence": {OLD: "unverified", NEW: "verified"},
}
VISITS = criterion(
    "SML-01",
    requires={"fact": "row.visits", "at_most": "most"},
    severity={OLD: "curable", NEW: "fatal"},
)
CITED = criterion(
    "SML-02",
    requires={"fact": "row.goals_stated", "is": True},
    severity="advisory",
    cites={OLD: {"document": "old text"}, NEW: {"document": "new text", "pages": "7"}},
)
DROPPED = criterion("SML-03", requires={"fact": "row.visits", "documented": True}, editions=[OLD])
ADDED = criterion(
    "SML-04", requires={"fact": "row.duration_weeks", "at_most": "most"}, editions=[NEW]
)
SILENT = criterion(
    "SML-05",
    requires={"fact": "row.visits", "documented": True},
    silence={OLD: "fails", NEW: "warns"},
)
CRITERIA = (VISITS, CITED, DROPPED, ADDED, SILENT)


def write_two_editions(folder: Path) -> Pack:
    """Write a pack whose editions share acupuncture; each judges one more treatment alone."""
    write_pack(folder, *CRITERIA, editions=[OLD, NEW], limits={"most": MOST})
    text = (folder / "acupuncture.yaml").read_text(encoding="utf-8")
    for kind, edition in (("opioid", OLD), ("chiropractic", NEW)):
        section = {**json.loads(text), "section": kind, "title": kind.title()}
        section |= {"editions": [edition], "criteria": [ALWAYS]}
        (folder / f"{kind}.yaml").write_text(json.dumps(section), encoding="utf-8")
    terms = {"acupuncture": {"title": "Acupuncture"}, "passive_modality": {"title": "Massage"}}
    (folder / "terms" / "treatments.yaml").write_text(json.dumps(terms), encoding="utf-8")
    sections: dict[str, Any] = {
        "acupuncture": {OLD: "acupuncture.yaml", NEW: "acupuncture.yaml"},
        "passive_modality": {OLD: "acupuncture.yaml", NEW: "acupuncture.yaml"},
        "opioid": {OLD: "opioid.yaml"},
        "chiropractic": {NEW: "chiropractic.yaml"},
    }
    index = INDEX | {"editions": EDITIONS, "sections": sections}
    (folder / "pack.yaml").write_text(yaml.safe_dump(index), encoding="utf-8")
    return Pack(str(folder))
