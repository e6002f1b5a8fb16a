"""Eight threads on a poisoned heap: no crash, no mismatch, and memory that does not grow.

``MALLOC_PERTURB_`` fills freed and fresh memory with a pattern, so that the C core of durable-rules
trips at once over a pointer that it never set.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from imr_check.rules.engine import durable_available

THREADS = 8
EVALUATIONS = 5_000
MOST_GROWTH = 2 * 1024  # KiB
TESTS = Path(__file__).parents[1]

PROGRAM = """
import json, sys
from concurrent.futures import ThreadPoolExecutor
from random import Random

sys.path.insert(0, sys.argv[1])
threads, evaluations = int(sys.argv[2]), int(sys.argv[3])

from strategies import TODAY, random_facts, random_request, rulesets
from imr_check import check
from imr_check.rules import reference


def resident():
    # The peak would hide what was given back: this is what is held now.
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * 4


random = Random(7)
prepared = []
for ruleset in rulesets():
    assert ruleset.rules is not None
    for facts in [{}, *(random_facts(random, ruleset.program) for _ in range(60))]:
        prepared.append((ruleset, facts, reference.evaluate(ruleset.program, facts)))
requests = [random_request(random) for _ in range(20)]
verdicts = [check(request, today=TODAY).verdict for request in requests]


def work(number):
    ruleset, facts, expected = prepared[number % len(prepared)]
    wrong = ruleset.rules.evaluate(facts) != expected
    if number % 50 == 0:  # now and then the whole way
        place = number // 50 % len(requests)
        wrong |= check(requests[place], today=TODAY).verdict != verdicts[place]
    return wrong


with ThreadPoolExecutor(threads) as pool:
    # Warm-up: the core keeps the memory of its busiest moment for the next one.
    wrong = sum(pool.map(work, range(2 * evaluations), chunksize=50))
    before = resident()
    wrong += sum(pool.map(work, range(evaluations), chunksize=50))
    after = resident()
print(json.dumps({"wrong": wrong, "growth": after - before}))
"""


@pytest.mark.skipif(not durable_available(), reason="durable-rules cannot be imported here")
@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="memory is read from /proc")
def test_eight_threads_on_a_poisoned_heap() -> None:
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, str(TESTS), str(THREADS), str(EVALUATIONS)],
        env=os.environ | {"MALLOC_PERTURB_": "165"},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 0, f"died of {done.returncode}: {done.stderr[-2000:]}"
    result = json.loads(done.stdout)
    assert result["wrong"] == 0
    assert result["growth"] < MOST_GROWTH
