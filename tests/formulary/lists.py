"""Drug lists for the tests. What they say of made-up drugs is made up."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

from imr_check.formulary import (
    Answer,
    Circumstances,
    DrugList,
    Entry,
    decide,
    read_excerpt,
    read_rules,
)
from imr_check.guideline.pack import installed_packs

FOLDER = installed_packs()[0].folder
RULES = read_rules(FOLDER)
EXCERPT = read_excerpt(FOLDER)

HEADER = "Drug Ingredient,Reference Brand Name,Exempt / Non-Exempt*,Special Fill**,Peri-Op***"
ROWS = (
    "Madeupine,Fictol,Exempt,,",
    "Inventone/Madeupine,Imaginex,Non-Exempt,4 days,7 days",
    "Nonesuch,,Non-Exempt,,",
)
EFFECTIVE = "effective: 2025-08-06"
TEXT = "\n".join(("MTUS Drug List v.13", EFFECTIVE, HEADER, *ROWS)) + "\n"


def write(folder: Path, text: str | bytes = TEXT, name: str = "list.csv") -> Path:
    file = folder / name
    file.write_bytes(text.encode() if isinstance(text, str) else text)
    return file


def listed(*entries: Entry, version: str | None = "13", effective: date | None = None) -> DrugList:
    return DrugList("a list", entries, version, effective or date(2025, 8, 6))


def answer(name: str, on: date, known: DrugList = EXCERPT, **case: Any) -> Answer:
    return decide(name, Circumstances(on, **case), known, RULES)
