"""The trigger point criteria on other rules engines: the same facts in, the same outcomes out.

    python benchmarks/peers.py

Needs the packages of requirements-peers.txt beside imr-check: see benchmarks/README.md.
"""

from __future__ import annotations

import os
import sys
from importlib import metadata
from itertools import cycle, islice
from operator import ne
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.conditions import word
from benchmarks.engines import CODES, KIND, PEERS
from benchmarks.measures import Cycle, rates
from benchmarks.run import load, machine, print_table
from benchmarks.workload import fact_maps, ruleset

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from imr_check.guideline.model import Value
    from imr_check.rules.program import Program

T = TypeVar("T")
OURS = "imr-check"


def ours(_: Program) -> Callable[[Mapping[str, Value]], list[str]]:
    """imr-check's own rules on durable-rules, which say what led to each outcome as well."""
    rules = ruleset(KIND)

    def evaluate(facts: Mapping[str, Value]) -> list[str]:
        results = rules.evaluate(facts)
        return [results[code].outcome for code in CODES]

    return evaluate


def compared(program: Program) -> tuple[dict[str, Cycle], dict[str, str]]:
    """Return what to time, each found to agree with ours; and what cannot be, with the reason."""
    maps = fact_maps(KIND, 200)
    expected = [ours(program)(facts) for facts in maps]
    tasks, refused = {OURS: _some(ours(program), maps)}, {}
    for name, build in PEERS.items():
        try:
            evaluate = build(program)
        except ImportError as error:
            refused[name] = f"not installed ({error})"
            continue
        names = [(fact.name, word(fact.name)) for fact in program.facts]
        given = [{plain: facts.get(name) for name, plain in names} for facts in maps]
        found = [[str(outcome) for outcome in evaluate(facts)] for facts in given]
        if found == expected:
            tasks[f"{name} {metadata.version(name)}"] = _some(evaluate, given)
        else:
            wrong = sum(map(ne, found, expected))
            refused[name] = f"not timed: its outcomes differ on {wrong} of {len(maps)} fact maps"
    return tasks, refused


def _some(evaluate: Callable[[T], list[str]], given: list[T]) -> Cycle:
    """Return a task that judges the next ten of the fact maps."""
    endless = cycle(given)

    def work() -> int:
        for facts in islice(endless, 10):
            evaluate(facts)
        return 10

    return work


def main() -> int:
    """Compare, print and return 1 if an engine is ahead of ours or disagrees with it."""
    print(f"{machine()}; load before: {load()}")
    print(f"{KIND}: {len(CODES)} outcomes of 200 fact maps\n")
    tasks, refused = compared(ruleset(KIND).program)
    found = rates(tasks, rounds=7, seconds=0.4)
    own = found.medians[OURS]
    table: list[tuple[str, ...]] = [
        ("engine", "evaluations/s", "rounds from, to", "ours / theirs", "ahead? (aim: 3.0)")
    ]
    for name, rate in sorted(found.medians.items(), key=lambda item: -item[1]):
        spread = "{:,.0f}, {:,.0f}".format(*found.spread[name])
        ahead = "NO" if own < rate else "yes, aim met" if own >= 3 * rate else "yes"
        ratio = f"{own / rate:.2f}"
        table.append((name, f"{rate:,.0f}", spread, ratio, "" if name == OURS else ahead))
    print_table(table)
    for name, reason in refused.items():
        print(f"{name}: {reason}")
    print(f"{found.repeated} rounds repeated because another process had the core")
    print(f"load after: {load()} (ours is about 1)")
    disagree = any(reason.startswith("not timed") for reason in refused.values())
    return int(disagree or max(found.medians.values()) > own)


if __name__ == "__main__":
    status = main()
    sys.stdout.flush()
    os._exit(status)  # without tearing CLIPS down: see engines.py
