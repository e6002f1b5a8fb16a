"""Read the cases of a pack, and list what is wrong with them instead of stopping at the first.

A criterion of a shared file is an entry of every section that uses it, because its facts and limits
are those of the section; ``file`` says where it stands.
"""

from __future__ import annotations

import os.path
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any, NamedTuple, get_args

from ..errors import GuidelineError
from ..facts import LARGEST, VOCABULARY
from ..guideline.yaml_file import read_yaml
from ..rules.engine import ruleset_of
from ..rules.program import Outcome

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..facts import Fact
    from ..guideline.model import Criterion, Section, Value
    from ..guideline.pack import Pack
    from ..rules.engine import Ruleset

_OUTCOMES: tuple[str, ...] = get_args(Outcome)
_KEYS = {"name", "given", "expect", "limit", "editions"}


class Case(NamedTuple):
    """One worked case. ``limit`` names the limit on whose edge it stands, if it says so."""

    name: str
    given: dict[str, Value]
    expect: Outcome
    limit: str | None


class Fault(NamedTuple):
    """Something in a file of the pack that keeps a case, or a whole section, from being tried."""

    file: str
    code: str
    case: str
    problem: str

    def __str__(self) -> str:
        case = f'case "{self.case}"' if self.case else ""
        return ": ".join(filter(None, (self.file, self.code, case, self.problem)))


class Entry(NamedTuple):
    """A criterion in one section, with those of its cases that can be read."""

    file: str
    section: Section
    ruleset: Ruleset
    criterion: Criterion
    cases: tuple[Case, ...]


class Casebook(NamedTuple):
    """All cases of a pack. ``findings`` says in which file each shared finding stands."""

    entries: tuple[Entry, ...]
    findings: dict[tuple[str, str], str]
    """By file of the section and name of the finding."""

    faults: tuple[Fault, ...]

    def unique(self) -> list[Entry]:
        """Return each criterion once, in the first section that has it."""
        return list({(e.file, e.criterion.code): e for e in reversed(self.entries)}.values())[::-1]


def read_casebook(pack: Pack) -> Casebook:
    """Return the cases of every section of a pack, and what is wrong with them."""
    entries: list[Entry] = []
    findings: dict[tuple[str, str], str] = {}
    faults: list[Fault] = []
    for file, edition in pack.files():
        try:
            section = pack.section(file, edition, with_cases=True)
            ruleset = ruleset_of(section)
            origins = _origins(pack, section)
        except GuidelineError as error:
            faults.append(Fault(file, "", "", str(error).removeprefix(f"{file}: ")))
            continue
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            problem = f"it is not as a section should be: {type(error).__name__} {error}"
            faults.append(Fault(file, "", "", problem))
            continue
        findings |= {(file, each.name): origins.get(each.name, file) for each in section.findings}
        for criterion in section.criteria:
            reader = _Reader(origins.get(criterion.code, file), section, ruleset, criterion)
            entries.append(Entry(reader.file, section, ruleset, criterion, tuple(reader.cases())))
            faults += reader.faults
    # A fault of a shared file shows in every section that uses it.
    return Casebook(tuple(entries), findings, tuple(dict.fromkeys(faults)))


def _origins(pack: Pack, section: Section) -> dict[str, str]:
    """Return the shared file of each criterion and finding that stands in one."""
    _, data = read_yaml(os.path.join(pack.folder, section.file))
    uses = data.get("uses", ())
    if isinstance(uses, dict):  # by edition
        uses = uses.get(section.edition) or ()
    origins: dict[str, str] = {}
    for name in (*uses, *pack.shared_by(section.file)):
        file = f"shared/{name}.yaml"
        _, shared = read_yaml(os.path.join(pack.folder, file))
        origins |= {each["name"]: file for each in shared.get("findings", ())}
        origins |= {each["code"]: file for each in shared.get("criteria", ())}
    return origins


class _Reader:
    """Reads the cases of one criterion and keeps what is wrong with them."""

    def __init__(self, file: str, section: Section, ruleset: Ruleset, criterion: Criterion) -> None:
        self.file = file
        self.section = section
        self.criterion = criterion
        self.known = {fact.name for fact in ruleset.program.facts}
        self.faults: list[Fault] = []

    def cases(self) -> Iterator[Case]:
        """Yield the cases that can be tried."""
        names: set[str] = set()
        for number, raw in enumerate(self.criterion.cases, 1):
            name = raw.get("name") if isinstance(raw, dict) else None
            label = name if isinstance(name, str) and name else f"number {number}"
            problems = list(self._problems(raw))
            if label in names:
                problems.append("another case of this criterion has the same name")
            names.add(label)
            self.faults += (Fault(self.file, self.criterion.code, label, p) for p in problems)
            if not problems:
                yield Case(label, dict(raw["given"]), raw["expect"], raw.get("limit"))

    def _problems(self, raw: Any) -> Iterator[str]:
        if not isinstance(raw, dict):
            yield "a case is written {name: ..., given: {...}, expect: ...}"
            return
        unknown = sorted(str(key) for key in set(raw) - _KEYS)
        if unknown:
            yield f"unknown key {', '.join(unknown)}"
        if not isinstance(raw.get("name"), str) or not raw["name"]:
            yield "name is missing or not text"
        if raw.get("expect") not in _OUTCOMES:
            yield f"expect must be one of {', '.join(_OUTCOMES)}"
        if "limit" in raw and str(raw["limit"]) not in self.section.limits:
            yield f"there is no limit called {raw['limit']}"
        if not isinstance(raw.get("given"), dict):
            yield "given is missing: write {} where nothing is documented"
            return
        for fact, value in raw["given"].items():
            yield from self._wrong(fact, value)

    def _wrong(self, name: Any, value: Any) -> Iterator[str]:
        fact = VOCABULARY.get(name) if isinstance(name, str) else None
        if fact is None:
            close = get_close_matches(str(name), VOCABULARY, 1, 0.6)
            hint = f": did you mean {close[0]}?" if close else ": see `imr-check facts`"
            yield f"there is no fact {name}{hint}"
        elif name not in self.known:
            yield f"nothing in {self.section.file} asks for {name}"
        elif not _fits(fact, value):
            yield f"{name} is {_domain(fact)}, not {_spelt(value)}"


def _fits(fact: Fact, value: Any) -> bool:
    if fact.kind == "boolean":
        return isinstance(value, bool)
    if fact.kind == "number":
        return type(value) is int and abs(value) <= LARGEST
    return value in fact.words


def _domain(fact: Fact) -> str:
    if fact.kind == "boolean":
        return "true or false"
    return "a whole number" if fact.kind == "number" else f"one of {', '.join(fact.words)}"


def _spelt(value: Any) -> str:
    if value is None:
        return "empty (leave out what is not documented)"
    return str(value).lower() if isinstance(value, bool) else str(value)
