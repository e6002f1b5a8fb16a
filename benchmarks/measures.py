"""The measurements. Each returns numbers only; run.py holds them to their bounds."""

from __future__ import annotations

import gc
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from statistics import median
from time import perf_counter, perf_counter_ns, process_time
from typing import TYPE_CHECKING, NamedTuple, TypeVar

from benchmarks.workload import FILES, Row, facts_of, is_coded, kinds, rows, ruleset, section_of

from imr_check.checker import check
from imr_check.rules.engine import durable_available
from imr_check.rules.program import NOT_DOCUMENTED, NOT_MET

if TYPE_CHECKING:
    from imr_check.guideline.model import Value
    from imr_check.report import Report
    from imr_check.rules.program import Leaf

T = TypeVar("T")
Cycle = Callable[[], int]
"""Does its work once over and returns how many times it did it."""

ROTATION = "rotation"
_FAILING = (NOT_MET, NOT_DOCUMENTED)
_UNDISTURBED = 0.97
_TRIES = 5


class Rates(NamedTuple):
    """Rates per second: the median of the rounds of each task, and how far the rounds spread.

    ``repeated`` counts the rounds that were done again because another process had the core.
    """

    medians: dict[str, float]
    spread: dict[str, tuple[float, float]]
    repeated: int


def rates(tasks: Mapping[str, Cycle], rounds: int, seconds: float) -> Rates:
    """Time every task once a round, so that a drift of the machine hits all of them alike."""
    for cycle in tasks.values():
        cycle()
    found: dict[str, list[float]] = {name: [] for name in tasks}
    repeated = 0
    for _ in range(rounds):
        for name, cycle in tasks.items():
            rate, tries = _undisturbed(partial(_rate, cycle, seconds))
            found[name].append(rate)
            repeated += tries - 1
    return Rates(
        {name: median(each) for name, each in found.items()},
        {name: (min(each), max(each)) for name, each in found.items()},
        repeated,
    )


def _rate(cycle: Cycle, seconds: float) -> float:
    done, start = 0, perf_counter()
    while (taken := perf_counter() - start) < seconds:
        done += cycle()
    return done / taken


def _undisturbed(measure: Callable[[], T]) -> tuple[T, int]:
    """Measure until we have the core nearly to ourselves, and say how many tries it took.

    Where that never happens, the try counts that had most of the core.
    """
    tries: list[tuple[float, T]] = []
    while len(tries) < _TRIES and all(share < _UNDISTURBED for share, _ in tries):
        busy, start = process_time(), perf_counter()
        found = measure()
        tries.append(((process_time() - busy) / (perf_counter() - start), found))
    return max(tries, key=lambda each: each[0])[1], len(tries)


def checks() -> dict[str, Cycle]:
    """Return the tasks of ``check()``: the rotation, and the rows of each kind."""
    return {ROTATION: _checking(rows()), **{kind: _checking(own) for kind, own in kinds().items()}}


def rules() -> dict[str, Cycle]:
    """Return the same tasks for the rules alone."""
    return {ROTATION: _judging(rows()), **{kind: _judging(own) for kind, own in kinds().items()}}


def _checking(some: Sequence[Row]) -> Cycle:
    requests = [row.request for row in some]

    def cycle() -> int:
        for request in requests:
            explain(check(request))
        return len(requests)

    return cycle


def explain(report: Report) -> int:
    """Read message and evidence of every failing finding, so that nothing can be put off."""
    return sum(
        len(finding.message) + sum(len(entry.pointer) for entry in finding.evidence)
        for row in report.treatments
        for finding in row.failing
    )


def _judging(some: Sequence[Row]) -> Cycle:
    judges = {row.kind: _judge(row.kind) for row in some}
    given = [(judges[row.kind], facts_of(row)) for row in some]

    def cycle() -> int:
        for judge, facts in given:
            judge(facts)
        return len(given)

    return cycle


def _judge(kind: str) -> Callable[[Mapping[str, Value]], list[list[Leaf]]]:
    """Return a function from facts to the outcomes and the matched facts of what fails."""
    own = ruleset(kind)
    codes = [criterion.code for criterion in section_of(kind).criteria]

    def judge(facts: Mapping[str, Value]) -> list[list[Leaf]]:
        results = own.evaluate(facts)
        return [
            own.program.leaves(code, results) for code in codes if results[code].outcome in _FAILING
        ]

    return judge


class Latency(NamedTuple):
    """Milliseconds of one ``check()``: medians over the rounds of that round's percentiles."""

    p50: float
    p99: float
    repeated: int


def latency(rounds: int, cycles: int) -> Latency:
    """Time one check after the other over the rotation."""
    halves, worst, repeated = [], [], 0
    for _ in range(rounds):
        taken, tries = _undisturbed(lambda: sorted(_each(cycles)))
        halves.append(taken[len(taken) // 2])
        worst.append(taken[len(taken) * 99 // 100])
        repeated += tries - 1
    return Latency(median(halves) / 1e6, median(worst) / 1e6, repeated)


def _each(cycles: int) -> list[int]:
    taken = []
    for _ in range(cycles):
        for row in rows():
            start = perf_counter_ns()
            explain(check(row.request))
            taken.append(perf_counter_ns() - start)
    return taken


class Growth(NamedTuple):
    """KiB that a process grew by, and Python objects that it kept even after a collection.

    The difference is CPython's own: it keeps freed tuples and the like for later, up to a bound.
    """

    kibibytes: float
    objects: int


def growth(warm_up: int, measured: int) -> Growth:
    """Return what a fresh process grows by over ``measured`` checks after a warm-up."""
    return _in_fresh_process(_grow, warm_up, measured)


def _grow(warm_up: int, measured: int) -> Growth:
    cycle = _checking(rows())
    cycle()
    gc.collect()
    kept = sys.getallocatedblocks()
    _repeat(cycle, warm_up)
    before = _resident()
    _repeat(cycle, measured)
    grown = _resident() - before
    gc.collect()
    return Growth(grown, sys.getallocatedblocks() - kept)


def _repeat(cycle: Cycle, times: int) -> None:
    done = 0
    while done < times:
        done += cycle()


def _resident() -> float:
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1024


class First(NamedTuple):
    """Milliseconds of the first check of a section: reading it, building its rules, checking."""

    read: float
    build: float
    check: float

    @property
    def whole(self) -> float:
        """What the first request of a section waits for."""
        return self.read + self.build + self.check


def firsts(times: int) -> dict[str, First]:
    """Return for every kind the median of ``times`` fresh processes."""
    names = list(kinds())
    coded = {kind: is_coded(own[0]) for kind, own in kinds().items()}
    found: dict[str, list[First]] = {kind: [] for kind in names}
    for _ in range(times):
        for kind in names:
            found[kind].append(_in_fresh_process(_first, kind, coded[kind]))
    return {
        kind: First(*(median(part) for part in zip(*each, strict=True)))
        for kind, each in found.items()
    }


def _first(kind: str, coded: bool) -> First:
    if durable_available():
        import imr_check.rules.durable  # noqa: F401  (imported here, so that it is not counted)
    request = kinds()[kind][0].request
    read = _milliseconds(lambda: section_of(kind, coded=coded))
    build = _milliseconds(lambda: ruleset(kind, coded=coded))
    return First(read, build, _milliseconds(lambda: explain(check(request))))


def _milliseconds(work: Callable[[], object]) -> float:
    start = perf_counter()
    work()
    return (perf_counter() - start) * 1e3


def _in_fresh_process(work: Callable[..., T], *given: object) -> T:
    with get_context("spawn").Pool(1) as pool:
        return pool.apply(work, given)


class Command(NamedTuple):
    """Median wall milliseconds of ``imr-check FILE`` and of importing pydantic and typer."""

    ours: float
    imports: float


def command(times: int) -> Command:
    """Run the two in turn, over the files of the determinations, after a warm-up."""
    script = shutil.which("imr-check", path=str(Path(sys.executable).parent))
    assert script is not None, "imr-check is not installed beside this Python: pip install -e ."
    imports = (sys.executable, "-c", "import pydantic, typer")
    ours, theirs = [], []
    for run in range(-3, times):
        file = str(FILES[run % len(FILES)])
        taken = _wall((script, file), (0, 1)), _wall(imports, (0,))
        if run >= 0:  # before that, bytecode is written and files come into memory
            ours.append(taken[0])
            theirs.append(taken[1])
    return Command(median(ours), median(theirs))


def _wall(arguments: Sequence[str], expected: Sequence[int]) -> float:
    surroundings = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    start = perf_counter()
    done = subprocess.run(arguments, stdout=subprocess.PIPE, env=surroundings, check=False)
    taken = perf_counter() - start
    assert done.returncode in expected, f"{arguments[0]} ended with {done.returncode}"
    return taken * 1e3
