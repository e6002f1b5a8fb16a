"""A guideline pack: a folder of criteria, found through the entry point ``imr_check.guidelines``.

Only what a request needs is read: the index and the vocabulary, then the section of each row.
"""

from __future__ import annotations

import os
import sys
from datetime import date
from functools import cache
from importlib import import_module
from threading import Lock
from typing import Any, NamedTuple

from ..errors import GuidelineError
from .model import Bound, Citation, Edition, Section
from .sections import read_section
from .terms import Terms
from .yaml_file import read_yaml

GROUP = "imr_check.guidelines"


class Listing(NamedTuple):
    """Where the criteria for one treatment under one edition stand."""

    edition: str
    file: str


class Pack:
    """A loaded guideline pack. Sections are read on first use and kept."""

    def __init__(self, folder: str) -> None:
        self.folder = folder
        self._sections: dict[str, Section] = {}
        self._lock = Lock()
        try:
            self._read_index()
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            raise GuidelineError(
                f"{folder}: pack.yaml or a file in terms is not as it should be: "
                f"{type(error).__name__} {error}"
            ) from None

    def _read_index(self) -> None:
        _, raw = read_yaml(os.path.join(self.folder, "pack.yaml"))
        self.name: str = raw["name"]
        self.version: str = str(raw["version"])
        self.title: str = raw["title"]
        self.editions = {entry["id"]: _edition(entry, self.name) for entry in raw["editions"]}
        self.listings: dict[str, tuple[Listing, ...]] = {
            kind: tuple(Listing(edition, file) for edition, file in listed.items())
            for kind, listed in raw["sections"].items()
        }
        self.terms = Terms(self.folder)

    def section(self, file: str) -> Section:
        """Return the section in ``file``, reading it the first time."""
        section = self._sections.get(file)
        if section is None:
            with self._lock:
                section = self._sections.get(file)
                if section is None:
                    section = self._sections[file] = read_section(self.folder, file)
        return section

    def sections(self) -> list[Section]:
        """Return every section of the pack, in the order of its index."""
        files = dict.fromkeys(item.file for listed in self.listings.values() for item in listed)
        return [self.section(file) for file in files]


@cache
def installed_packs() -> tuple[Pack, ...]:
    """Return the installed packs, ours first, then the others by name."""
    roots = dict(sorted(_entry_points().items(), key=lambda item: (item[0] != "mtus", item[0])))
    if not roots:
        raise GuidelineError(
            "no guideline pack is installed: reinstall imr-check (pip install imr-check)"
        )
    return tuple(Pack(_folder(name, module)) for name, module in roots.items())


def _folder(name: str, module: str) -> str:
    try:
        package = import_module(module)
    except ImportError:
        raise GuidelineError(f"guideline pack {name}: cannot import {module}") from None
    return str(next(iter(package.__path__)))


def _entry_points() -> dict[str, str]:
    """Return {pack name: package} from the metadata of installed distributions.

    Reads the same ``entry_points.txt`` files as ``importlib.metadata``, whose import alone costs
    more than a whole check; a test holds the two to each other.
    """
    found: dict[str, str] = {}
    for folder in sys.path:
        for file in _metadata_in(folder or "."):
            for name, module in _read_entry_points(file):
                found.setdefault(name, module)
    return found


def _metadata_in(folder: str) -> list[str]:
    try:
        names = sorted(name for name in os.listdir(folder) if name.endswith(".dist-info"))
    except OSError:
        return []  # sys.path may name archives and folders that are not there
    files = (os.path.join(folder, name, "entry_points.txt") for name in names)
    return [file for file in files if os.path.exists(file)]


def _read_entry_points(file: str) -> list[tuple[str, str]]:
    with open(file, encoding="utf-8") as opened:
        text = opened.read()
    if GROUP not in text:
        return []
    pairs, inside = [], False
    for line in map(str.strip, text.splitlines()):
        if line.startswith("["):
            inside = line == f"[{GROUP}]"
        elif inside and "=" in line:
            name, _, module = line.partition("=")
            pairs.append((name.strip(), module.strip()))
    return pairs


def _edition(raw: dict[str, Any], pack: str) -> Edition:
    where = f"{pack}/pack.yaml: edition {raw.get('id', '?')}"
    cites = raw["cites"]
    return Edition(
        id=raw["id"],
        title=raw["title"],
        citation=Citation(cites["document"], cites.get("section", ""), ""),
        starts=_bound(raw.get("from"), where),
        ends=_bound(raw.get("until"), where),
        replaced_by=raw.get("replaced_by", ""),
        confidence=raw["confidence"],
        note=raw.get("note", ""),
    )


def _bound(raw: Any, where: str) -> Bound | None:
    if raw is None:
        return None
    if isinstance(raw, dict):
        confidence = raw.get("confidence", "verified")
        keyed = [(key, day) for key, day in raw.items() if key in ("request", "service")]
        rest = raw.keys() - {"request", "service", "confidence"}
        if len(keyed) == 1 and not rest and isinstance(keyed[0][1], date):
            return Bound(keyed[0][1], keyed[0][0], confidence)
    raise GuidelineError(f"{where}: a bound is one of request or service, with a date")
