"""Chapters that are adopted by reference: which text governs, though nothing of it is encoded."""

from __future__ import annotations

import os.path
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple

from .model import Citation
from .yaml_file import read_yaml

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from .model import Confidence
    from .pack import Pack

LICENSED = "Their criteria are licensed and are not encoded here."
"""What is said wherever these chapters are named."""

_FILE = os.path.join("law", "acoem_chapters.yaml")


class Chapter(NamedTuple):
    """One chapter, as it governs on a day. ``text`` is the day, month or year of its text."""

    name: str
    text: str
    services_from: date
    regions: frozenset[str]
    kinds: frozenset[str]
    path: str

    def __str__(self) -> str:
        return f"{self.name} (text of {self.text})"


class Adopted(NamedTuple):
    """The chapters that govern services of one day; ``note`` says how complete the list is."""

    chapters: tuple[Chapter, ...]
    starts: date
    citation: Citation
    confidence: Confidence
    note: str


def adopted_on(pack: Pack, service: date) -> Adopted | None:
    """Return the chapters that govern services of a day; None before any was adopted."""
    raw = _read(os.path.join(pack.folder, _FILE))
    if raw is None or service < raw["from"]:
        return None
    chapters = [
        (entry, version)
        for entry in raw["chapters"]
        if (version := _on(entry["versions"], service)) is not None
    ]
    cites = raw["cites"]
    return Adopted(
        tuple(_chapter(entry, version) for entry, version in chapters),
        raw["from"],
        Citation(cites["document"], cites["section"], ""),
        raw["confidence"],
        " ".join(raw["note"].split()),
    )


def governing(adopted: Adopted, kind: str, regions: Iterable[str], path: str) -> list[Chapter]:
    """Return the chapters to look into for a row of this kind, these regions and this path."""
    here = frozenset(regions)
    return [
        chapter
        for chapter in adopted.chapters
        if chapter.regions & here or kind in chapter.kinds or (path and chapter.path == path)
    ]


@cache
def _read(path: str) -> dict[str, Any] | None:
    return read_yaml(path)[1] if os.path.exists(path) else None


def _on(versions: list[dict[str, Any]], service: date) -> dict[str, Any] | None:
    reached = [version for version in versions if version["services_from"] <= service]
    return max(reached, key=lambda version: version["services_from"], default=None)


def _chapter(entry: dict[str, Any], version: dict[str, Any]) -> Chapter:
    return Chapter(
        entry["name"],
        str(version["text"]),
        version["services_from"],
        frozenset(entry.get("regions", ())),
        frozenset(entry.get("kinds", ())),
        entry.get("path", ""),
    )
