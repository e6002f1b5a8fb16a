"""Inputs for property tests: coded fact maps, and whole requests as JSON data.

Everything is made by functions that take a ``random.Random``. The same function serves a seeded
generator, for bulk, and Hypothesis, whose own Random shrinks what it made.
"""

from __future__ import annotations

import copy
import json
from datetime import date, timedelta
from functools import cache
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import yaml
from hypothesis import strategies as st

from imr_check.casework.obligations import cone
from imr_check.casework.possibilities import Goal, find
from imr_check.facts import LARGEST
from imr_check.guideline.pack import installed_packs
from imr_check.resources import read_schema
from imr_check.rules.engine import ruleset_of
from imr_check.rules.program import MET

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from random import Random

    from imr_check.facts import Fact
    from imr_check.guideline.model import Section, Value
    from imr_check.guideline.pack import Pack
    from imr_check.rules.engine import Ruleset
    from imr_check.rules.program import Program

Json = dict[str, Any]
Facts = dict[str, "Value"]

SENTINEL = "Zyxwv98765"
"""A word that no output may ever show."""

EXAMPLES = Path(__file__).parents[1] / "examples"

TODAY = date(2015, 6, 15)
"""The day of the check, where a request does not say when it was written."""


def chance(random: Random, likely: float) -> bool:
    """Return true as often as said. Hypothesis shrinks the number, and so the answer, to false."""
    return random.random() >= 1 - likely


# Sections and fact maps


def pack() -> Pack:
    """Return the pack under test."""
    return installed_packs()[0]


@cache
def sections() -> list[Section]:
    """Return every section of the pack, of several editions the newest."""
    return list({section.file: section for section in pack().sections()}.values())


def share(total: int, program: Program | None = None) -> int:
    """Return how many of ``total`` tries a single section gets, so that a test stays as long.

    A large program gets more of them than a small one, in which there is less to meet.
    """
    if program is None:
        return max(20, total // len(sections()))
    everything = sum(len(ruleset.program.nodes) for ruleset in rulesets())
    return max(20, total * len(program.nodes) // everything)


@cache
def rulesets() -> list[Ruleset]:
    """Return the ruleset of every section of the pack."""
    return [ruleset_of(section) for section in sections()]


@cache
def _numbers_near_limits(program: Program) -> dict[str, tuple[int, ...]]:
    """Return for every number of a program the values that its limits tell apart, and far ones."""
    values: dict[str, set[int]] = {}
    for node in program.nodes:
        for _, clause in node.clauses():
            for leg in clause.legs:
                if leg.test and type(leg.test.value) is int:
                    limit = leg.test.value
                    values.setdefault(leg.test.fact, {0, 1}).update((limit - 1, limit, limit + 1))
    far = (LARGEST, LARGEST + 1, 10**30, -1)
    return {fact: (*sorted(near), *far) for fact, near in values.items()}


def domain(program: Program, fact: Fact) -> tuple[Value, ...]:
    """Return values of a fact: all of them, or for a number those around the limits."""
    if fact.kind == "boolean":
        return (True, False)
    if fact.kind == "symbol":
        return fact.words
    return _numbers_near_limits(program).get(fact.name, (0, 1, LARGEST))


def random_facts(random: Random, program: Program) -> Facts:
    """Return a fact map: each fact absent, or with a value of its domain."""
    density = random.choice((0.2, 0.5, 0.8, 0.95, 1.0))
    return {
        fact.name: random.choice(domain(program, fact))
        for fact in program.facts
        if chance(random, density)
    }


@cache
def meeting(program: Program, code: str) -> Facts | None:
    """Return facts that meet a criterion, None where its logic can never be met.

    Chance alone hardly ever meets a long conjunction.
    """
    part = cone(program, code)
    answer = find(Goal(code, part, wanted=MET), part.facts)
    assert answer.given is not None or not answer.possible, f"the search for {code} gave up"
    return answer.given


def fact_maps(program: Program) -> st.SearchStrategy[Facts]:
    """Draw fact maps of a program."""
    domains = {fact.name: st.sampled_from(domain(program, fact)) for fact in program.facts}
    return st.fixed_dictionaries({}, optional=domains)


# The words of charts

ENCODED = ("trigger_point_injection", "acupuncture", "facet_joint_injection", "opioid")
REGIONS = ("low_back", "neck", "upper_back", "buttock", "shoulder")
MUSCLES = ("upper trapezius", "Upper  Trapezius", "quadratus lumborum", "gluteus medius")
LEVELS = ("L3-4", "L4-L5", "L5-S1", "C5-6", "C2", "T12", "L4")
STRENGTHS = ("10/325 mg", "5 mg", "50mg", "0.5 mg", "30 mg/300 mg", "one tablet", "75 mcg/h")
_ODD_CHARACTERS = "aZ 0-/.,;'\"\\~{}[]$:\n\t\0\x7f\u00e9\u00df\u0130\u2028\ufeff\U0001f600\u0663"


class Words(NamedTuple):
    """Names and codes out of the vocabulary of the pack."""

    diagnoses: tuple[str, ...]
    icd: tuple[str, ...]
    treatments: tuple[str, ...]
    kinds: tuple[str, ...]
    codes: tuple[str, ...]
    drugs: tuple[str, ...]


@cache
def words() -> Words:
    """Return the names and codes of the pack."""

    def terms(name: str) -> Json:
        file = resources.files("mtus").joinpath("terms", f"{name}.yaml")
        data: Json = yaml.safe_load(file.read_text(encoding="utf-8"))
        return data

    diagnoses, treatments, drugs = terms("diagnoses"), terms("treatments"), terms("drugs")
    return Words(
        diagnoses=tuple(name for raw in diagnoses.values() for name in raw["names"]),
        icd=tuple(code.replace("-", "6") for c in diagnoses for code in pack().terms.codes_of(c)),
        treatments=tuple(name for raw in treatments.values() for name in raw.get("names", ())),
        kinds=tuple(treatments),
        codes=tuple(str(c) for r in treatments.values() for c in r.get("procedure_codes", ())),
        drugs=(*drugs["products"], *(d for group in drugs["classes"].values() for d in group)),
    )


# Requests

# How often a field that may be left out is filled in. Free text decides nothing: it stays rare.
_LIKELY = {
    "submission": 1.0,
    "goes_with": 0.0,  # the number of another row: filled in when all rows are made
    "Submission.date": 0.9,
    "chart": 0.97,
    "body_parts": 0.7,
    "kind": 0.6,
    "treatment": 0.4,
    "procedure_codes": 0.3,
    "drug": 0.4,
    "finding": 1.0,
    "present": 0.9,
    "diagnoses": 0.8,
    "examinations": 0.9,
    "findings": 0.95,
    "therapies": 0.8,
    "medications": 0.9,
    "procedures": 0.7,
    "functional_changes": 0.7,
    "monitoring": 0.6,
    "status": 0.7,
    "response": 0.6,
    "start": 0.6,
    "relief_percent": 0.8,
    "relief_weeks": 0.8,
    "daily_activities": 0.7,
    "work_restrictions": 0.6,
    "treatment_dependency": 0.6,
    "result": 0.9,
    "strength": 0.7,
    "quantity": 0.7,
    "days_supply": 0.7,
    "note": 0.1,
    "source": 0.15,
    "name": 0.2,
    "region": 0.7,
    "rebuttal": 0.25,
    "challenges_presumption": 0.8,
    "citation": 0.9,
    "copy_attached": 0.8,
    "title": 0.8,
    "section": 0.8,
    "year": 0.8,
}
_LIKELY_OTHERWISE = 0.35
_COUNTS = (1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 12, 18, 23, 24, 25, 30, 49, 50, 51, 69, 70, 90, 120)


def random_request(random: Random) -> Json:
    """Return a valid request, biased towards what the encoded criteria look at."""
    if chance(random, 0.5):
        return _Maker(random).request_like(random.choice(_cured_examples()))
    return _Maker(random).request()


def example_files() -> list[Path]:
    """Return the request files of examples/ that are no templates."""
    return sorted((EXAMPLES / "determinations").glob("*.json"))


def template_files() -> list[Path]:
    """Return the templates of examples/."""
    return sorted((EXAMPLES / "templates").iterdir())


@cache
def _cured_examples() -> list[Json]:
    files = [path for path in example_files() if path.stem.endswith("_cured")]
    assert files, "the generator leans on the cured examples"
    return [json.loads(path.read_text(encoding="utf-8")) for path in files]


def _kind_of(example: Json) -> str:
    terms = pack().terms
    row = example["treatments"][0]
    return row.get("kind") or terms.kind_of_words(row.get("treatment", "")) or ENCODED[0]


def requests() -> st.SearchStrategy[Json]:
    """Draw valid requests."""
    return st.randoms(use_true_random=False).map(random_request)


class _Maker:
    """Makes one request after its JSON Schema. The dates of a request belong together."""

    def __init__(self, random: Random) -> None:
        self.random = random
        self.kind = random.choice(ENCODED)
        self.injury = date(2005, 1, 31) + timedelta(days=random.randrange(3600))
        self.written = self.injury + timedelta(days=random.randrange(1200))

    def request(self) -> Json:
        made = self._record("Request", read_schema("request"))
        for index, row in enumerate(made["treatments"]):
            _name(self.random, row, self.kind)
            if index and self.chance(0.1):
                row["goes_with"] = self.random.randrange(index) + 1
        return made

    def request_like(self, example: Json) -> Json:
        """Return a request around an example, which meets more criteria than chance ever would."""
        self.kind = _kind_of(example)
        self.injury = date.fromisoformat(example["injury"]["date"])
        self.written = date.fromisoformat(example["submission"]["date"])
        other, made = self.request(), copy.deepcopy(example)
        chart, more = made["chart"], other.get("chart", {})
        for name in {**chart, **more}:
            kept = [entry for entry in chart.get(name, []) if self.chance(0.93)]
            added = [entry for entry in more.get(name, []) if self.chance(0.15)]
            chart[name] = kept + added
        for row in made["treatments"]:
            changes = other["treatments"][0].items()
            row |= {name: value for name, value in changes if self.chance(0.08)}
            _name(self.random, row, self.kind)
        return made

    def _record(self, name: str, schema: Json) -> Json:
        made: Json = {}
        required = schema.get("required", ())
        for field, part in schema["properties"].items():
            if field.startswith("$"):  # remarks, and the name of the schema
                continue
            likely = _LIKELY.get(f"{name}.{field}", _LIKELY.get(field, _LIKELY_OTHERWISE))
            if field in required or self.chance(likely):
                made[field] = self._field(f"{name}.{field}", field, part)
        for low, high in (("start", "end"), ("from_date", "to_date"), ("times", "up_to")):
            _in_order(made, low, high)
        _in_order(made, "length", "up_to")
        return made

    def _field(self, key: str, field: str, schema: Json) -> Any:
        maker = _BY_FIELD.get(key) or _BY_FIELD.get(field)
        if maker is None or schema.get("type") == "array":
            return self._value(schema, maker)
        return maker(self)

    def _value(self, schema: Json, item: Callable[[_Maker], Any] | None = None) -> Any:
        if "anyOf" in schema:
            if self.chance(0.03):
                return None
            schema = next(part for part in schema["anyOf"] if part != {"type": "null"})
        if "$ref" in schema:
            name = schema["$ref"].rpartition("/")[2]
            return self._record(name, read_schema("request")["$defs"][name])
        if "enum" in schema:
            return self._word(schema["enum"])
        if schema["type"] == "array":
            return self._list(schema, item)
        return self._scalar(schema)

    def _word(self, allowed: Sequence[str]) -> str:
        if "low_back" in allowed and self.chance(0.85):
            return self.random.choice(REGIONS)
        return self.random.choice(allowed)

    def _list(self, schema: Json, item: Callable[[_Maker], Any] | None) -> list[Any]:
        most = min(schema.get("maxItems", 4), 4)
        length = self.random.choice((schema.get("minItems", 0), 1, 1, 2, 2, 3, 4))
        return [
            item(self) if item else self._value(schema["items"]) for _ in range(min(length, most))
        ]

    def _scalar(self, schema: Json) -> Any:
        kind = schema["type"]
        if kind == "boolean":
            return self.chance(0.6)
        if kind == "integer":
            return self._whole(schema["minimum"], schema["maximum"])
        if kind == "number":
            return self.random.choice((0, 1, -1, 0.5, 10, 1e6, -1e6, 12.25))
        if schema.get("format") == "date":
            return self.day()
        if "pattern" in schema:
            return _BY_PATTERN[schema["pattern"]](self)
        return self.text(schema["maxLength"])

    def _whole(self, least: int, most: int) -> int:
        near = [count for count in (0, *_COUNTS) if least <= count <= most]
        return self.random.choice((*near, least, most))

    def chance(self, likely: float) -> bool:
        return chance(self.random, likely)

    def text(self, longest: int = 300) -> str:
        length = longest if self.chance(0.01) else 1 + self.random.randrange(12)
        return "".join(self.random.choice(_ODD_CHARACTERS) for _ in range(length))

    def day(self) -> str:
        """Return a day of the chart: often whole months before the request, or a day beside."""
        if self.chance(0.6):
            back = timedelta(days=30.4375 * self.random.randrange(9) + self.random.randrange(3))
        else:
            back = timedelta(days=self.random.randrange(900))
        return (self.written - back).isoformat()

    def a_word_of(self, pool: Sequence[str]) -> str:
        return self.text() if self.chance(0.05) else self.random.choice(pool)

    def of_kind(self) -> str:
        return self.kind if self.chance(0.7) else self.random.choice(ENCODED)

    def row_kind(self) -> str:
        return self.of_kind() if self.chance(0.93) else self.random.choice(words().kinds)

    def procedure_code(self) -> str:
        own = sorted(pack().terms.treatments[self.kind].procedure_codes)
        return self.random.choice(own if own and self.chance(0.8) else words().codes)

    def diagnosis(self) -> str:
        name = self.a_word_of(words().diagnoses)
        shape = self.random.choice(("{}", "{}", "{}", "Chronic {}, left", "Pain without {}"))
        return shape.format(name.title() if self.chance(0.3) else name)[:300]

    def treatment(self) -> str:
        own = pack().terms.treatments[self.kind].names
        return self.a_word_of(own if self.chance(0.8) else words().treatments)

    def injectate(self) -> str:
        return self.a_word_of(("Lidocaine 1%", "Marcaine", "Kenalog", "bupivacaine", "saline"))


_BY_FIELD: dict[str, Callable[[_Maker], Any]] = {
    "Injury.date": lambda m: m.injury.isoformat(),
    "Submission.date": lambda m: m.written.isoformat(),
    "planned_service_date": lambda m: (
        m.written + timedelta(days=m.random.randrange(120))
    ).isoformat(),
    "birth_date": lambda m: (
        m.injury - timedelta(days=7000 + m.random.randrange(9000))
    ).isoformat(),
    "Diagnosis.name": _Maker.diagnosis,
    "Drug.name": lambda m: m.a_word_of(words().drugs),
    "Medication.name": lambda m: m.a_word_of(words().drugs),
    "strength": lambda m: m.a_word_of(STRENGTHS),
    "muscle": lambda m: m.a_word_of(MUSCLES),
    "injectate": _Maker.injectate,
    "Treatment.treatment": _Maker.treatment,
    "Treatment.kind": _Maker.row_kind,
    "Procedure.kind": _Maker.of_kind,
    "Procedure.name": lambda m: m.a_word_of(words().treatments),
    "FunctionalChange.after": _Maker.of_kind,
    "procedure_codes": _Maker.procedure_code,
    "Suppress.reason": lambda m: f"x{m.text()}"[:300],
    "icd": lambda m: m.random.choice(words().icd),
}
_BY_PATTERN: dict[str, Callable[[_Maker], str]] = {
    r"^[CTLS][0-9]{1,2}(-[CTLS]?[0-9]{1,2})?$": lambda m: m.random.choice(LEVELS),
    r"^[A-Z0-9][A-Z0-9.]{1,8}$": lambda m: m.random.choice(words().icd),
    r"^[A-Z0-9]{5}$": lambda m: m.random.choice(words().codes),
    r"^[A-Z][A-Z0-9]{0,9}-[0-9]{1,4}$": lambda m: m.random.choice(("TPI-02", "ROW-01", "X-9")),
    r"^[a-z][a-z0-9_]{0,59}$": lambda m: m.random.choice(words().kinds),
}


def _in_order(record: Json, low: str, high: str) -> None:
    first, second = record.get(low), record.get(high)
    if first is not None and second is not None and second < first:
        record[low], record[high] = second, first


def _name(random: Random, row: Json, kind: str) -> None:
    """Let the row say what it asks for, as every row must, and mostly with one voice."""
    if kind != "opioid" and chance(random, 0.9):
        row.pop("drug", None)
    if not any(row.get(name) for name in ("treatment", "kind", "procedure_codes", "drug")):
        row["kind"] = kind
    if kind == row.get("kind") == "opioid" and row.get("drug") is None:
        row["drug"] = {"name": "Norco", "strength": "10/325 mg", "quantity": 120}


# Requests turned into others


def random_mutant(random: Random, request: Json) -> Json:
    """Return a copy of a request with one to three values spoilt, or changed for good ones."""
    made = copy.deepcopy(request)
    for _ in range(random.choice((1, 1, 1, 2, 3))):
        container, key = random.choice(list(_places(made)))
        spoil = random.choice((_retyped, _beside, _renamed))
        spoil(random, container, key)
    return made


def mutants() -> st.SearchStrategy[Json]:
    """Draw requests that are mostly invalid."""
    return st.randoms(use_true_random=False).map(lambda r: random_mutant(r, random_request(r)))


def _places(value: Any) -> Iterator[tuple[Any, Any]]:
    """Yield (container, key or index) of every value inside ``value``."""
    pairs = value.items() if isinstance(value, dict) else enumerate(value)
    for key, child in list(pairs):
        yield value, key
        if isinstance(child, dict | list):
            yield from _places(child)


_OTHERS: tuple[Any, ...] = (
    None, True, False, 0, -1, 1, 5.0, 0.5, 1e300, 2**53, SENTINEL, "", " ", [], {}, [None], [{}],
    "x" * 301, "x" * 4001, {"name": SENTINEL}, [SENTINEL], "5", "true", "null", "2015-01-13",
    "low_back", "L3-4\n", "20552\n", "M79.18\n", "acupuncture\n", "2015-02-30", "20150101",
    "2015-01-13\n", "2015-1-13", "2015-01-13T00:00:00", "2015-W03-2", "0000-01-01", "0001-01-01",
    "9999-12-31", "\u0662\u0660\u0661\u0665-01-13", "2015-01-1\u0663",
)  # fmt: skip


def _retyped(random: Random, container: Any, key: Any) -> None:
    container[key] = copy.deepcopy(random.choice(_OTHERS))


def _beside(random: Random, container: Any, key: Any) -> None:
    """Put a value in the place of one that is nearly the same."""
    value = container[key]
    if isinstance(value, bool):
        container[key] = random.choice((int(value), float(value), str(value).lower()))
    elif isinstance(value, int):
        container[key] = random.choice((float(value), bool(value), -value - 1, value + 10**6))
    elif isinstance(value, str):
        near = (value + "\n", " " + value, value.upper(), value.title(), value + SENTINEL, [value])
        container[key] = random.choice(near)
    elif isinstance(value, list):
        container[key] = random.choice(
            ((value * 600)[:600], [value], {"0": value}, [*value, SENTINEL])
        )
    else:
        container[key] = [value]


def _renamed(random: Random, container: Any, key: Any) -> None:
    """Rename, drop or double a field; put an entry of another kind into a list."""
    if isinstance(container, dict):
        names = ("id", "sid", "$s", f"{key}s", str(key)[:-1] or "x", "", "the name", "note", "0")
        container[random.choice(names)] = SENTINEL
        if chance(random, 0.5):
            container.pop(key, None)
    else:
        container.insert(0, random.choice((None, SENTINEL, {"name": SENTINEL}, 0)))


_ROW_LISTS = ("icd", "procedure_codes", "sites", "levels", "injectate", "guidance", "adjunct_to")


def random_reorder(random: Random, request: Json, lists: Sequence[str] = _ROW_LISTS) -> Json:
    """Return a copy with the lists of the chart, and these lists of every row, in another order."""
    made = copy.deepcopy(request)
    _shuffle_lists(random, made.get("chart", {}))
    for row in made["treatments"]:
        for name in lists:
            if row.get(name):
                random.shuffle(row[name])
    return made


def _shuffle_lists(random: Random, value: Any) -> None:
    if isinstance(value, list):
        random.shuffle(value)
    for child in value.values() if isinstance(value, dict) else value:
        if isinstance(child, dict | list):
            _shuffle_lists(random, child)


def with_remarks(value: Any, remark: object) -> Any:
    """Return a copy in which every object carries a remark."""
    if isinstance(value, list):
        return [with_remarks(item, remark) for item in value]
    if not isinstance(value, dict):
        return value
    copied = {name: with_remarks(item, remark) for name, item in value.items()}
    return {"$comment": remark, **copied}


def with_sentinels(value: Any, *, skip: Sequence[str] = ()) -> Any:
    """Return a copy in which every free text holds the sentinel, but for the fields ``skip``."""
    return _planted("Request", read_schema("request"), value, skip)


def _planted(field: str, schema: Json, value: Any, skip: Sequence[str]) -> Any:
    if "anyOf" in schema:
        schema = next(part for part in schema["anyOf"] if part != {"type": "null"})
    if "$ref" in schema:
        schema = read_schema("request")["$defs"][schema["$ref"].rpartition("/")[2]]
    if isinstance(value, list):
        return [_planted(field, schema["items"], item, skip) for item in value]
    if isinstance(value, dict):
        parts = schema["properties"]
        return {name: _planted(name, parts[name], item, skip) for name, item in value.items()}
    free = isinstance(value, str) and "maxLength" in schema and field not in skip
    if not free:
        return value
    return f"{value} {SENTINEL}"[-schema["maxLength"] :]
