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
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from ..errors import GuidelineError
from .model import Bound, Citation, Edition, Section
from .sections import read_section
from .terms import Terms
from .yaml_file import read_yaml

if TYPE_CHECKING:
    from .model import Confidence

GROUP = "imr_check.guidelines"


class Listing(NamedTuple):
    """Where the criteria for one treatment under one edition stand.

    With a ``path`` they govern acute or chronic pain only, with ``regions`` these regions only.
    """

    edition: str
    file: str
    path: Literal["acute", "chronic"] | None = None
    regions: frozenset[str] = frozenset()


class ChronicPain(NamedTuple):
    """From how many months on pain is chronic, and on whose authority."""

    months: int
    citation: Citation
    confidence: Confidence


class SearchSequence(NamedTuple):
    """From which day of a request on evidence is searched for in order, and who says so."""

    starts: date
    citation: Citation
    confidence: Confidence


class Pack:
    """A loaded guideline pack. Sections are read on first use and kept."""

    def __init__(self, folder: str) -> None:
        self.folder = folder
        self._sections: dict[tuple[str, str, bool, bool], Section] = {}
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
            kind: tuple(_listing(edition, entry) for edition, entry in listed.items())
            for kind, listed in raw["sections"].items()
        }
        self.form = tuple(_listing(edition, file) for edition, file in raw.get("form", {}).items())
        self.uses_if_coded: tuple[str, ...] = tuple(raw.get("uses_if_coded", ()))
        self.chronic_pain = _chronic_pain(raw.get("chronic_pain"), self.name)
        self.search_sequence = _search_sequence(raw.get("search_sequence"), self.name)
        self.terms = Terms(self.folder)

    def section(
        self, file: str, edition: str, *, with_cases: bool = False, coded: bool = True
    ) -> Section:
        """Return the section in ``file`` as it is in ``edition``, reading it the first time.

        To judge a request it is read without its worked cases. If the row is ``coded`` it has the
        criteria about codes as well; those are asked of every treatment, and not of the form.
        """
        also = self.shared_by(file) if coded else ()
        key = (file, edition, with_cases, bool(also))
        section = self._sections.get(key)
        if section is None:
            with self._lock:
                section = self._sections.get(key)
                if section is None:
                    section = read_section(
                        self.folder,
                        file,
                        edition,
                        self.editions,
                        with_cases=with_cases,
                        also=also,
                    )
                    self._sections[key] = section
        return section

    def shared_by(self, file: str) -> tuple[str, ...]:
        """Return the shared files that a coded row has beside those that its section names."""
        is_form = any(item.file == file for item in self.form)
        return () if is_form else self.uses_if_coded

    def sections(self) -> list[Section]:
        """Return every section of the pack in every edition that has it, with its cases."""
        return [self.section(file, edition, with_cases=True) for file, edition in self.files()]

    def files(self) -> list[tuple[str, str]]:
        """Return every section file with every edition that it is listed for, in index order."""
        listed = (item for items in (*self.listings.values(), self.form) for item in items)
        return list(dict.fromkeys((item.file, item.edition) for item in listed))


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


def _listing(edition: str, entry: Any) -> Listing:
    if isinstance(entry, str):
        return Listing(edition, entry)
    return Listing(edition, entry["file"], entry.get("path"), frozenset(entry.get("regions", ())))


def _chronic_pain(raw: Any, pack: str) -> ChronicPain | None:
    if raw is None:
        return None
    if type(raw.get("months")) is not int:
        raise GuidelineError(f"{pack}/pack.yaml: chronic_pain takes a whole number of months")
    cites = raw["cites"]
    citation = Citation(cites["document"], cites.get("section", ""), "")
    return ChronicPain(raw["months"], citation, raw["confidence"])


def _search_sequence(raw: Any, pack: str) -> SearchSequence | None:
    if raw is None:
        return None
    if not isinstance(raw.get("from"), date):
        raise GuidelineError(f"{pack}/pack.yaml: search_sequence takes the day it is in force from")
    cites = raw["cites"]
    citation = Citation(cites["document"], cites.get("section", ""), "")
    return SearchSequence(raw["from"], citation, raw["confidence"])


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
