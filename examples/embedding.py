"""How a plugin of an electronic health record may call imr-check.

The plugin makes a request out of its own records, as a dict in the form of a request file, and asks
while the physician is still writing. Run it: ``python examples/embedding.py``.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date
from typing import TYPE_CHECKING, Any, NamedTuple

from imr_check import RequestError, check

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

THREADS = 8

DRAFT: dict[str, Any] = {
    "submission": {"date": "2015-01-13"},
    "employee": {"age": 53, "sex": "female"},
    "injury": {"date": "2014-04-11", "body_parts": ["neck"]},
    "treatments": [
        {
            "kind": "trigger_point_injection",
            "region": "neck",
            "sites": [{"muscle": "upper trapezius", "side": "right", "injections": 2}],
        }
    ],
    "chart": {
        "diagnoses": [{"name": "Myofascial pain syndrome", "region": "neck"}],
        "therapies": [{"kind": "physical_therapy", "region": "neck", "response": "improved"}],
    },
}
"""Made up. A plugin fills such a dict from its records and leaves out what they do not say."""


class Answer(NamedTuple):
    """What the plugin shows for one row."""

    treatment: str
    verdict: str
    advice: str
    contradicted: tuple[str, ...]
    questions: tuple[str, ...]


def ask(request: Mapping[str, Any], today: date) -> list[Answer]:
    """Return one answer for each row; RequestError says what is wrong with the request itself."""
    report = check(request, today=today)
    return [
        Answer(
            treatment=row.treatment,
            verdict=row.verdict,
            advice=row.edition.mark if row.edition else "",
            contradicted=tuple(
                f"{finding.code} {finding.message}"
                for finding in row.failing
                if finding.outcome == "not_met"
            ),
            questions=tuple(
                dict.fromkeys(question for finding in row.failing for question in finding.questions)
            ),
        )
        for row in report.treatments
    ]


def ask_all(
    requests: Sequence[Mapping[str, Any]], today: date, threads: int = THREADS
) -> list[list[Answer]]:
    """Ask about many requests at once; the answers come in the order of the requests."""
    with ThreadPoolExecutor(threads) as pool:
        return list(pool.map(lambda request: ask(request, today), requests))


def main() -> None:
    """Ask about the same draft from eight threads and show the first answer."""
    today = date.today()  # noqa: DTZ011 (the day at the office; imr-check itself reads no clock)
    try:
        answers = ask_all([DRAFT] * THREADS, today)
    except RequestError as error:
        for problem in error.problems:
            print(f"{problem.pointer or 'request'}: {problem.message}")
        return
    for answer in answers[0]:
        print(f"{answer.treatment}: {answer.verdict.replace('_', ' ')}")
        if answer.advice:
            print(f"  ({answer.advice})")
        for reason in answer.contradicted:
            print(f"  contradicted: {reason}")
        for question in answer.questions:
            print(f"  missing: {question}")


if __name__ == "__main__":
    main()
