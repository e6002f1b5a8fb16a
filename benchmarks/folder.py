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
from typing import Any, NamedTuple

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


def write(folder: Path, count: int) -> int:
    """Write so many templates, no two alike; return how many bytes they have."""
    chance, made = Random(20090718), originals()
    size = 0
    for number in range(count):
        text = json.dumps(varied(chance, made[number % len(made)], number), indent=2)
        size += (folder / f"template_{number:05}.json").write_text(text, encoding="utf-8")
    return size


def varied(chance: Random, template: dict[str, Any], number: int) -> dict[str, Any]:
    """Return a template as another clinic would keep it: other names, regions and wording."""
    region, muscle = chance.choice(REGIONS), chance.choice(MUSCLES)

    def change(value: Any) -> Any:
        if isinstance(value, dict):
            return {name: change(each) for name, each in value.items()}
        if isinstance(value, list):
            return [change(each) for each in value]
        if value == "{{ region }}" and number % 2:
            return region
        return muscle if value == "{{ muscle }}" and number % 3 == 0 else value

    made: dict[str, Any] = change(template)
    made["treatments"][0]["rationale"] = f"Order set {number}, {region}"
    return made


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


def timed(count: int, rounds: int, *, other: bool) -> tuple[Taken, Taken | None, int]:
    """Return what a folder of so many templates takes: ours, the schema linter, and its bytes.

    The linter runs once: it takes long, and a second more or less says nothing of it.
    """
    ours, theirs = beside("imr-check"), beside("check-jsonschema") if other else None
    assert ours is not None, "imr-check is not installed beside this Python: pip install -e ."
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        size = write(folder, count)
        files = sorted(map(str, folder.iterdir()))
        command = [ours, "check", "--isolated", "-f", "concise", made]
        taken = [run(command, (0, 1)) for _ in range(rounds)]
        linted = run([theirs, "--schemafile", str(SCHEMA), *files], (0, 1)) if theirs else None
    middle = Taken(median(t.seconds for t in taken), median(t.peak for t in taken))
    return middle, linted, size


def main() -> int:
    """Measure, print and return 1 if the figure that must hold does not."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    few, _, _ = timed(max(count // 10, 1), 1, other=False)
    many, other, size = timed(count, 3, other=True)
    print(f"{count:,} templates, {size / 2**20:.1f} MiB, {os.cpu_count()} cores")
    print(f"imr-check: {many.seconds:.2f} s (must hold {MUST} s for 10,000, aim {AIM} s)")
    print(f"  peak memory {many.peak:.0f} MiB, {few.peak:.0f} MiB over a tenth of the files")
    if other is None:
        print("check-jsonschema is not installed here")
    else:
        print(f"check-jsonschema: {other.seconds:.2f} s, {other.seconds / many.seconds:.1f} x ours")
    return int(many.seconds > MUST * count / 10_000)


if __name__ == "__main__":
    sys.exit(main())
