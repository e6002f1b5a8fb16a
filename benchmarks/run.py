"""Measure the figures that imr-check holds itself to, on this machine, and print them as a table.

    python benchmarks/run.py [--quick]

Exits with 1 if a figure that must hold does not. See benchmarks/README.md.
"""

from __future__ import annotations

import argparse
import os
import platform
import sys
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Literal, NamedTuple

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks import folder, measures
from benchmarks.measures import ROTATION, Rates

from imr_check import __version__
from imr_check.rules.engine import engine_name

if TYPE_CHECKING:
    from collections.abc import Iterator


class Effort(NamedTuple):
    """How long to measure."""

    rounds: int
    seconds: float
    cycles: int
    warm_up: int
    growth: int
    first: int
    command: int
    templates: int


FULL = Effort(7, 0.4, 150, 20_000, 100_000, 7, 30, 10_000)
QUICK = Effort(7, 0.1, 30, 20_000, 10_000, 3, 15, 2_000)


class Figure(NamedTuple):
    """A measured figure and its bounds. ``better`` says on which side of a bound it holds."""

    name: str
    better: Literal["more", "less", "strictly less"]
    must: float
    aim: float
    measured: float
    form: str
    note: str

    @property
    def ok(self) -> str:
        """Whether the bounds hold: *yes, aim met*, *yes* or *NO*."""
        if not self._within(self.must):
            return "NO"
        return "yes, aim met" if self._within(self.aim) or self.measured == self.aim else "yes"

    def _within(self, bound: float) -> bool:
        if self.better == "more":
            return self.measured >= bound
        return self.measured < bound or (self.better == "less" and self.measured == bound)

    def cells(self) -> tuple[str, ...]:
        """Return the row of the table."""
        sign = {"more": "≥", "less": "≤", "strictly less": "<"}[self.better]
        must, aim, measured = (self.form.format(x) for x in (self.must, self.aim, self.measured))
        return self.name, f"{sign} {must}", f"{sign if self.aim else '≤'} {aim}", measured, self.ok


def figures(effort: Effort) -> Iterator[Figure]:
    """Yield the figures as they are measured."""
    yield from _throughput(effort)
    taken = measures.latency(effort.rounds, effort.cycles)
    yield Figure(
        "p99 of one check()",
        "less",
        2,
        0.8,
        taken.p99,
        "{:.2f} ms",
        f"p50 {taken.p50:.2f} ms{_again(taken.repeated)}",
    )
    grown = measures.growth(effort.warm_up, effort.growth)
    name = f"growth over {effort.growth:,} checks"
    note = f"resident, fresh process; {grown.objects} objects kept after a collection"
    yield Figure(name, "strictly less", 256, 0, grown.kibibytes, "{:.0f} KiB", note)
    yield _command(effort)
    yield _first(effort)
    yield _folder(effort)


def _throughput(effort: Effort) -> Iterator[Figure]:
    checks = measures.rates(measures.checks(), effort.rounds, effort.seconds)
    weakest = min(checks.medians, key=checks.medians.__getitem__)
    bounds, form = (2_500, 5_000), "{:,.0f}/s"
    measured = checks.medians
    yield Figure("check(), rotation", "more", *bounds, measured[ROTATION], form, _spread(checks))
    kinds = "; ".join(f"{k} {rate:,.0f}/s" for k, rate in measured.items() if k != ROTATION)
    yield Figure("check(), weakest kind", "more", *bounds, measured[weakest], form, kinds)
    rules = measures.rates(measures.rules(), effort.rounds, effort.seconds)
    kinds = "; ".join(f"{k} {rate:,.0f}/s" for k, rate in rules.medians.items() if k != ROTATION)
    note = f"{_spread(rules)}; {kinds}"
    yield Figure("rules alone, rotation", "more", 3_000, 6_000, rules.medians[ROTATION], form, note)


def _spread(found: Rates) -> str:
    least, most = found.spread[ROTATION]
    return f"rounds from {least:,.0f} to {most:,.0f}/s{_again(found.repeated)}"


def _again(repeated: int) -> str:
    return f"; {repeated} rounds repeated because another process had the core" if repeated else ""


def _command(effort: Effort) -> Figure:
    taken = measures.command(effort.command)
    note = f"{taken.ours:.0f} ms against {taken.imports:.0f} ms, {effort.command} runs each"
    ratio = taken.ours / taken.imports
    return Figure(
        "imr-check FILE / import pydantic, typer", "less", 1.6, 1.2, ratio, "{:.2f} x", note
    )


def _first(effort: Effort) -> Figure:
    found = measures.firsts(effort.first)
    note = "; ".join(
        f"{kind} {each.whole:.1f} (read {each.read:.1f}, build {each.build:.1f})"
        for kind, each in found.items()
    )
    whole = median(each.whole for each in found.values())
    return Figure("first check of a section", "strictly less", 20, 5, whole, "{:.1f} ms", note)


def _folder(effort: Effort) -> Figure:
    count = effort.templates
    found = folder.timed(count, 3, other=False)
    few = folder.timed(count // 10, 1, other=False)
    share = count / 10_000
    note = f"peak {found.ours.peak:.0f} MiB, {few.ours.peak:.0f} MiB over a tenth of the files"
    bounds = (folder.MUST * share, folder.AIM * share)
    return Figure(
        f"{count:,} templates in a folder", "less", *bounds, found.ours.seconds, "{:.2f} s", note
    )


def main() -> int:
    """Measure, print and return the exit status."""
    reader = argparse.ArgumentParser(description="Measure the figures of imr-check.")
    reader.add_argument("--quick", action="store_true", help="measure shorter: a first look only")
    effort = QUICK if reader.parse_args().quick else FULL
    print(f"imr-check {__version__} on {engine_name().name}, {machine()}")
    print(f"load before: {load()}\n")
    found = list(figures(effort))
    print_table([("figure", "must hold", "aim", "measured", "ok?"), *(f.cells() for f in found)])
    print(*(f"{figure.name}: {figure.note}" for figure in found), sep="\n")
    print(f"load after: {load()} (ours is about 1)")
    return int(any(figure.ok == "NO" for figure in found))


def machine() -> str:
    """Return the Python and the processor that measured."""
    information = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    model = next((line.partition(": ")[2] for line in information if "model name" in line), "?")
    python = f"{platform.python_implementation()} {platform.python_version()}"
    return f"{python}, {os.cpu_count()} cores of {model}, {platform.system()}"


def load() -> str:
    """Return the load of the machine over 1, 5 and 15 minutes."""
    return " ".join(f"{load:.2f}" for load in os.getloadavg())


def print_table(table: list[tuple[str, ...]]) -> None:
    """Print the rows as a Markdown table, the first as its head."""
    widths = [max(map(len, column)) for column in zip(*table, strict=True)]
    table.insert(1, tuple("-" * width for width in widths))
    for row in table:
        cells = (cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        print(f"| {' | '.join(cells)} |")
    print()


if __name__ == "__main__":
    sys.exit(main())
