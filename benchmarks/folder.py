"""Time a folder of request templates, against a JSON Schema linter over the same folder.

    python benchmarks/folder.py [FILES]          # 10,000 files unless given

Needs Linux, and check-jsonschema beside this Python for the comparison.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from random import Random
from statistics import median
from time import perf_counter
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable

TEMPLATES = Path(__file__).parents[1] / "examples" / "templates"
SCHEMA = Path(__file__).parents[1] / "engine" / "imr_check" / "schemas" / "request.schema.json"
MUSCLES = ("upper trapezius", "levator scapulae", "quadratus lumborum", "gluteus medius")
REGIONS = ("neck", "upper_back", "low_back", "shoulder")
MUST, AIM = 6.0, 3.0


class Taken(NamedTuple):
    """What one run took: seconds of wall clock, and the peak of its memory in MiB."""

    seconds: float
    peak: float


def originals() -> list[dict[str, Any]]:
    """Return the templates of examples/ that are one JSON object."""
    files = sorted(TEMPLATES.glob("*.json"))
    assert files, "the benchmark is made of the templates of examples/"
    return [json.loads(file.read_text(encoding="utf-8")) for file in files]


def write(folder: Path, count: int, *, distinct: bool = False) -> int:
    """Write so many templates, no two alike; return how many bytes they have.

    They differ in names, regions, muscles and wording, as one order set does in many hands. With
    ``distinct`` a third of the holes of each is filled in as well, each time in another way.
    """
    chance, made = Random(20090718), originals()
    size = 0
    for number in range(count):
        template = varied(chance, made[number % len(made)], number)
        if distinct:
            template = filled(chance, template)
        text = json.dumps(template, indent=2)
        size += (folder / f"template_{number:05}.json").write_text(text, encoding="utf-8")
    return size


def varied(chance: Random, template: dict[str, Any], number: int) -> dict[str, Any]:
    """Return a template as another clinic would keep it."""
    region, muscle = chance.choice(REGIONS), chance.choice(MUSCLES)

    def change(value: Any) -> Any:
        if value == "{{ region }}" and number % 2:
            return region
        return muscle if value == "{{ muscle }}" and number % 3 == 0 else value

    made: dict[str, Any] = changed(template, lambda _, value: change(value))
    made["treatments"][0]["rationale"] = f"Order set {number}, {region}"
    return made


def filled(chance: Random, template: dict[str, Any]) -> dict[str, Any]:
    """Return a template with a third of its holes filled in, most with dates and counts."""
    values: dict[str, Any] = {}

    def fill(field: str, value: Any) -> Any:
        if not isinstance(value, str) or not value.startswith(("{{", "***")):
            return value
        if value not in values:
            values[value] = _value(chance, field, value) if chance.random() < 1 / 3 else value
        return values.pop(value) if value == "***" else values[value]

    made: dict[str, Any] = changed(template, fill)
    return made


_DATES = ("onset", "start", "from_date")


def _value(chance: Random, field: str, hole: str) -> Any:
    if field in _DATES:
        return f"{chance.randint(2008, 2013)}-{chance.randint(1, 12):02}-{chance.randint(1, 28):02}"
    return {"quantity": chance.randint(1, 200), "present": True}.get(field, hole)


def changed(value: Any, change: Callable[[str, Any], Any], field: str = "") -> Any:
    """Return a copy of JSON data with every plain value changed, which is told its field."""
    if isinstance(value, dict):
        return {name: changed(each, change, name) for name, each in value.items()}
    if isinstance(value, list):
        return [changed(each, change, field) for each in value]
    return change(field, value)


def run(arguments: list[str], expected: tuple[int, ...]) -> Taken:
    """Run a command; its memory is that of its largest process."""
    start = perf_counter()
    with tempfile.TemporaryFile() as out:
        process = subprocess.Popen(arguments, stdout=out, stderr=subprocess.STDOUT)
        _, status, used = os.wait4(process.pid, 0)
        seconds = perf_counter() - start
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode not in expected:
            out.seek(0)
            raise SystemExit(f"{arguments[0]} ended with {process.returncode}: {out.read(2000)!r}")
    return Taken(seconds, used.ru_maxrss / 1024)


def beside(name: str) -> str | None:
    """Return the path of a command that is installed beside this Python."""
    return shutil.which(name, path=str(Path(sys.executable).parent))


class Timed(NamedTuple):
    """What a folder takes, ours and a schema linter if it is there, and how many bytes it has."""

    ours: Taken
    linter: Taken | None
    size: int


def timed(count: int, rounds: int, *, other: bool, distinct: bool = False) -> Timed:
    """Time a folder of so many templates: medians of our rounds.

    The linter runs once: it takes long, and a second more or less says nothing of it.
    """
    ours, theirs = beside("imr-check"), beside("check-jsonschema") if other else None
    assert ours is not None, "imr-check is not installed beside this Python: pip install -e ."
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        size = write(folder, count, distinct=distinct)
        files = sorted(map(str, folder.iterdir()))
        command = [ours, "check", "--isolated", "-f", "concise", made]
        taken = [run(command, (0, 1)) for _ in range(rounds)]
        linted = run([theirs, "--schemafile", str(SCHEMA), *files], (0, 1)) if theirs else None
    middle = Taken(median(t.seconds for t in taken), median(t.peak for t in taken))
    return Timed(middle, linted, size)


def main() -> int:
    """Measure, print and return 1 if the figure that must hold does not."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    few = timed(max(count // 10, 1), 1, other=False).ours
    found = timed(count, 3, other=True)
    worst = timed(count, 1, other=False, distinct=True).ours
    ours = found.ours
    print(f"{count:,} templates, {found.size / 2**20:.1f} MiB, {os.cpu_count()} cores")
    print(f"imr-check: {ours.seconds:.2f} s (must hold {MUST} s for 10,000, aim {AIM} s)")
    print(f"  peak memory {ours.peak:.0f} MiB, {few.peak:.0f} MiB over a tenth of the files")
    print(f"  {worst.seconds:.2f} s where a third of the holes is filled in, each time otherwise")
    if found.linter is None:
        print("check-jsonschema is not installed here")
    else:
        times = found.linter.seconds / ours.seconds
        print(f"check-jsonschema: {found.linter.seconds:.2f} s, {times:.1f} x ours")
    return int(ours.seconds > MUST * count / 10_000)


if __name__ == "__main__":
    sys.exit(main())
