"""Determinations as requests: read them, judge their rows, and say how far the rules agree.

A file holds one determination letter in our own words: the request that its facts support, and for
every row what a check that follows the guideline reports. The reviewer's own reasons stand beside
it as *named*: reviewers stop at the first reason, and some of them err, so that they are compared
and never copied.

From the root of the project, ``python -m tests.determinations.agreement`` writes the page
``docs/agreement.md``; with ``--list`` it prints the rows that differ instead.
"""

from __future__ import annotations

import argparse
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, Literal, get_args

import yaml

from imr_check import Report, check, load

FOLDER = Path(__file__).parent / "requests"
PAGE = Path(__file__).parents[2] / "docs" / "agreement.md"

Decision = Literal["upheld", "overturned", "part"]

_CODE = re.compile(r"[A-Z]{2,3}-[0-9]{2}")
_ITEM = re.compile(r"S[0-9]-[0-9]|[0-9]{7}-[0-9]{2}")

GROUPS = {
    "GEN": "Every row",
    "TPI": "Trigger point injection",
    "USG": "Guidance of an injection",
    "FAC": "Facet joint injection",
    "ESI": "Epidural steroid injection",
    "PRP": "Platelet-rich plasma",
    "ACU": "Acupuncture",
    "PT": "Physical and occupational therapy",
    "CHI": "Chiropractic",
    "MOD": "Passive modalities and devices",
    "OPI": "Opioids",
    "MR": "Muscle relaxants",
    "NSD": "NSAIDs",
    "PPI": "Acid suppressants",
    "TOP": "Topical analgesics",
    "CMP": "Oral compound kits",
    "DRG": "Other drugs",
    "MRX": "Imaging in general",
    "MRL": "MRI of the lumbar spine",
    "MRC": "MRI of the neck",
    "MRT": "MRI of the thoracic spine",
    "MRK": "MRI of the knee",
    "MRS": "MRI of the shoulder",
    "MRH": "MRI of the hip",
    "MRF": "MRI of the foot",
    "MRB": "MRI of the brain",
    "XRL": "X-ray of the lumbar spine",
    "XRC": "X-ray of the neck and upper back",
    "XRH": "X-ray of the hip",
    "CT": "Computed tomography of the spine",
    "BSC": "Bone scan",
    "EDX": "Electrodiagnostics",
    "UDT": "Urine drug test",
    "DME": "Equipment and braces",
    "GYM": "Gym membership",
    "HH": "Home health care",
    "FCE": "Functional capacity evaluation",
    "PSY": "Psychological programs",
    "VIS": "Visits",
    "CON": "Consultations",
    "EEG": "Electroencephalogram",
    "ECG": "Electrocardiogram",
    "SUR": "Surgery",
    "PRE": "Tests before surgery",
}
"""The first part of a code, in the order of the page, and what its criteria are about."""


@dataclass(frozen=True)
class Difference:
    """Where the rules and the expectation part for a reason: codes, and the reason."""

    missing: frozenset[str]
    extra: frozenset[str]
    why: str


@dataclass(frozen=True)
class Row:
    """What is expected of one row. ``item`` is empty for a row that others only depend on."""

    item: str
    decision: Decision | None
    expected: frozenset[str]
    warned: frozenset[str]
    named: frozenset[str]
    noise: str
    differs: Difference | None


@dataclass(frozen=True, eq=False)
class Determination:
    """One letter: the request that its facts support, or the file with it, and its rows."""

    name: str
    path: Path
    request: dict[str, Any] = field(repr=False)
    request_file: Path | None
    rows: tuple[Row, ...]


@dataclass(frozen=True)
class Judged:
    """A worked row, and what the rules said of it.

    ``blocking`` are the codes of the criteria that fail and block, ``warned`` of those that fail
    and warn, and ``asked`` of all that apply.
    """

    determination: str
    row: Row
    kind: str
    verdict: str
    blocking: frozenset[str]
    warned: frozenset[str]
    asked: frozenset[str]
    messages: dict[str, str] = field(repr=False)

    @property
    def missing(self) -> frozenset[str]:
        """Expected codes that are not reported as failing, neither as an error nor as a warning."""
        return self.row.expected - self.blocking - self.warned

    @property
    def extra(self) -> frozenset[str]:
        """Codes that block, and that neither Expected nor the reviewer named."""
        return self.blocking - self.row.expected - self.row.named

    @property
    def exact(self) -> bool:
        """Whether every expected criterion fails, and none blocks that nobody named."""
        return not self.missing and not self.extra

    @property
    def only_warned(self) -> frozenset[str]:
        """Expected codes that warn where they were expected to block."""
        return self.row.expected & self.warned

    @property
    def settled(self) -> bool:
        """Whether it differs as its file says, or not at all if the file says nothing."""
        known = self.row.differs
        if known is None:
            return self.exact
        return (self.missing, self.extra) == (known.missing, known.extra)

    def reports(self, code: str) -> bool:
        """Whether the criterion fails, be it that it blocks or that it warns."""
        return code in self.blocking | self.warned


class _Loader(yaml.SafeLoader):
    """Reads a date as the text that it is in a request file."""


_Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:timestamp"]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


@cache
def paths() -> tuple[Path, ...]:
    """Return the files, sorted by name."""
    return tuple(sorted(FOLDER.glob("*.yaml")))


@cache
def read(path: Path) -> Determination:
    """Read one file. A ValueError says what is wrong with its form."""
    data = yaml.load(path.read_text(encoding="utf-8"), _Loader)  # noqa: S506 (a SafeLoader)
    source = {"request", "request_file"} & data.keys()
    if len(source) != 1 or data.keys() - source != {"determination", "rows"}:
        raise ValueError(f"{path.name}: determination, rows and one of request and request_file")
    if data["determination"] != path.stem:
        raise ValueError(f"{path.name}: the file and its determination have two names")
    beside = path.parent / data["request_file"] if "request_file" in data else None
    rows = tuple(_row(each, path.name) for each in data["rows"])
    return Determination(path.stem, path, data.get("request", {}), beside, rows)


def _row(data: dict[str, Any], file: str) -> Row:
    item = str(data.get("item") or "")
    known = {"item", "decision", "expected", "warned", "named", "noise", "differs"}
    if "item" not in data or data.keys() - known:
        raise ValueError(f"{file}: fields of a row are {', '.join(sorted(known))}")
    decision: Decision | None = data.get("decision")
    if bool(item) != (decision in get_args(Decision)):
        raise ValueError(f"{file}: a worked row has an item and a decision, another has neither")
    if item and not _ITEM.fullmatch(item):
        raise ValueError(f"{file}: {item} is no item")
    expected = _codes(data.get("expected"), file)
    return Row(
        item,
        decision,
        expected,
        _codes(data.get("warned"), file),
        _codes(data.get("named"), file),
        data.get("noise") or "",
        _difference(data.get("differs"), expected, file),
    )


def _difference(
    data: dict[str, Any] | None, expected: frozenset[str], file: str
) -> Difference | None:
    if data is None:
        return None
    if data.keys() - {"missing", "extra", "why"} or not data.get("why"):
        raise ValueError(f"{file}: a difference has missing or extra codes, and says why")
    missing, extra = _codes(data.get("missing"), file), _codes(data.get("extra"), file)
    if missing - expected or extra & expected or not missing | extra:
        raise ValueError(f"{file}: missing codes were expected, extra codes were not")
    return Difference(missing, extra, data["why"])


def _codes(codes: list[str] | None, file: str) -> frozenset[str]:
    found = frozenset(codes or ())
    if len(found) != len(codes or ()) or not all(map(_CODE.fullmatch, found)):
        raise ValueError(f"{file}: codes look like MRX-02 and stand once in a list")
    return found


def report_of(determination: Determination) -> Report:
    """Check the request of a determination."""
    if determination.request_file is not None:
        return check(load(determination.request_file))
    return check(determination.request)


@cache
def judge(determination: Determination) -> tuple[Judged, ...]:
    """Check the request of a determination and return its worked rows with what came of them."""
    report = report_of(determination)
    if len(report.treatments) != len(determination.rows):
        raise ValueError(f"{determination.path.name}: an entry for every treatment, in its order")
    judged = []
    for row, reported in zip(determination.rows, report.treatments, strict=True):
        if not row.item:
            continue
        failing = [
            each for each in reported.failing if each.outcome in ("not_met", "not_documented")
        ]
        judged.append(
            Judged(
                determination.name,
                row,
                reported.kind or "",
                reported.verdict,
                frozenset(each.code for each in failing if each.severity == "error"),
                frozenset(each.code for each in failing if each.severity == "warning"),
                frozenset(
                    each.code for each in reported.findings if each.outcome != "not_applicable"
                ),
                {each.code: each.message for each in failing},
            )
        )
    return tuple(judged)


def everything() -> tuple[Judged, ...]:
    """Return every worked row of every file, judged."""
    return tuple(each for path in paths() for each in judge(read(path)))


def group_of(code: str) -> str:
    """Return the group of a code: its letters."""
    return code.partition("-")[0]


def page(rows: Sequence[Judged]) -> str:
    """Return the text of the page."""
    return "\n".join([*_head(rows), *_overview(rows), *_groups(rows), *_apart(rows), *_noise(rows)])


def _head(rows: Sequence[Judged]) -> Iterator[str]:
    letters = len({row.determination for row in rows})
    exact = sum(row.exact for row in rows)
    softer = sum(row.exact and bool(row.only_warned) for row in rows)
    yield "# Agreement with determinations"
    yield ""
    yield f"The facts of {letters} determinations, in our own words, were written as requests with {len(rows)} worked rows"
    yield "and checked. Of every row it had been written down beforehand which criteria a check that follows the"
    yield f"guideline should report as failing. {exact} rows come out so: each of these criteria fails, and no other"
    yield f"one blocks. In {softer} of them a criterion only warns where it was expected to block. {len(rows) - exact} rows differ,"
    yield "each for the reason that is given below."
    yield ""
    yield "A reviewer often stops at the first reason, and sometimes departs from the guideline. So the reasons"
    yield "that reviewers *named* are counted beside, and nothing here predicts what a reviewer will decide."
    yield ""
    yield "The criteria were derived from the same determinations, and where a row differed its chart was read once"
    yield "more. So this shows that they were encoded as they were meant, and not how they do on other requests."
    yield ""
    yield "This page is written by `python -m tests.determinations.agreement`; a test compares the two."


def _overview(rows: Sequence[Judged]) -> Iterator[str]:
    yield from ("", "## Rows by decision", "")
    yield "| Decision | Rows | Exact | Differ | Nothing blocks |"
    yield "| --- | --- | --- | --- | --- |"
    for word, title in (
        ("upheld", "Upheld"),
        ("part", "Upheld for the part that utilization review had not authorized"),
        ("overturned", "Overturned"),
    ):
        of_it = [row for row in rows if row.row.decision == word]
        exact = sum(row.exact for row in of_it)
        free = sum(not row.blocking for row in of_it)
        yield _line(title, len(of_it), exact, len(of_it) - exact, free)


def _groups(rows: Sequence[Judged]) -> Iterator[str]:
    yield from ("", "## Codes by group", "")
    yield "*Expected*: the criterion should fail. *Blocks* and *warns*: what it does. *Both*: it was expected, and"
    yield "it blocks or warns. *Named*: the reviewer gave it as a reason. *Named and ours*: so did the reviewer, and"
    yield "it blocks or warns."
    for group in _groups_of(rows):
        of_it = [row for row in rows if _concerns(row, group)]
        decided = Counter(row.row.decision for row in of_it)
        exact = sum(not _in(group, row.missing | row.extra) for row in of_it)
        yield from ("", f"### {GROUPS.get(group, group)} ({group})", "")
        yield (
            f"Rows: {len(of_it)} ({decided['upheld']} upheld, {decided['part']} upheld in part, "
            f"{decided['overturned']} overturned). Exact in this group: {exact}; different: {len(of_it) - exact}."
        )
        yield ""
        yield "| Criterion | Expected | Blocks | Warns | Both | Named | Named and ours |"
        yield "| --- | --- | --- | --- | --- | --- | --- |"
        for code in _codes_of(of_it, group):
            yield _line(code, *_counts(of_it, code))


def _groups_of(rows: Iterable[Judged]) -> list[str]:
    found = {group_of(code) for row in rows for code in _mentioned(row)}
    order = {group: number for number, group in enumerate(GROUPS)}
    return sorted(found, key=lambda group: (order.get(group, len(order)), group))


def _mentioned(row: Judged) -> frozenset[str]:
    return row.row.expected | row.row.named | row.blocking


def _concerns(row: Judged, group: str) -> bool:
    return any(group_of(code) == group for code in _mentioned(row) | row.asked)


def _in(group: str, codes: frozenset[str]) -> frozenset[str]:
    return frozenset(code for code in codes if group_of(code) == group)


def _codes_of(rows: Iterable[Judged], group: str) -> list[str]:
    return sorted({code for row in rows for code in _in(group, _mentioned(row))})


def _counts(rows: Sequence[Judged], code: str) -> tuple[int, ...]:
    expected = [row for row in rows if code in row.row.expected]
    named = [row for row in rows if code in row.row.named]
    return (
        len(expected),
        sum(code in row.blocking for row in rows),
        sum(code in row.warned for row in rows),
        sum(row.reports(code) for row in expected),
        len(named),
        sum(row.reports(code) for row in named),
    )


def _apart(rows: Sequence[Judged]) -> Iterator[str]:
    yield from ("", "## Rows that differ", "")
    apart = [row for row in rows if not row.exact]
    if not apart:
        yield "None."
        return
    yield "*Missing*: expected, and does not fail. *Extra*: blocks, and was not expected."
    yield ""
    yield "| Row | Decision | Missing | Extra | Why |"
    yield "| --- | --- | --- | --- | --- |"
    for row in apart:
        why = row.row.differs.why if row.row.differs else ""
        yield _line(row.row.item, row.row.decision, _list(row.missing), _list(row.extra), why)


def _noise(rows: Sequence[Judged]) -> Iterator[str]:
    yield from ("", "## Rows on which the reviewer departs from the guideline", "")
    yield "| Row | Decision | How |"
    yield "| --- | --- | --- |"
    for row in rows:
        if row.row.noise:
            yield _line(row.row.item, row.row.decision, row.row.noise)
    yield ""


def _line(*cells: object) -> str:
    return "".join(f"| {cell} " if str(cell) else "| " for cell in cells) + "|"


def _list(codes: Iterable[str]) -> str:
    return ", ".join(sorted(codes))


def listing(rows: Iterable[Judged], *, reasons: bool, all_rows: bool) -> Iterator[str]:
    """Yield a line for every row that does not come out as settled, or that differs at all."""
    for row in rows:
        lost = row.row.warned - row.warned
        if row.settled and not lost and not (all_rows and not row.exact):
            continue
        yield (
            f"{row.determination} {row.row.item} {row.kind} {row.row.decision} {row.verdict}: "
            f"missing [{_list(row.missing)}] extra [{_list(row.extra)}] "
            f"only warned [{_list(row.only_warned)}] not warned [{_list(lost)}] named [{_list(row.row.named)}]"
        )
        if reasons:
            yield from (f"    {code}: {row.messages[code]}" for code in sorted(row.extra))


def main(arguments: Sequence[str] | None = None) -> None:
    """Write the page, or list the rows that differ."""
    parser = argparse.ArgumentParser(description="Compare the rules with the determinations.")
    parser.add_argument("--list", action="store_true", help="list the rows that are not settled")
    parser.add_argument("--all", action="store_true", help="list the settled differences too")
    parser.add_argument("--why", action="store_true", help="list what the extra codes say")
    given = parser.parse_args(arguments)
    rows = everything()
    if given.list or given.all or given.why:
        for line in listing(rows, reasons=given.why, all_rows=given.all):
            print(line)
        return
    PAGE.write_text(page(rows), encoding="utf-8")


if __name__ == "__main__":
    main()
