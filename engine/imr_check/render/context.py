"""What every output says beside the findings: versions, engine, notice, advice."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from ..report import Report, RowReport
    from ..tally import Tally

NOTICE = "Decision support, not legal or medical advice."

VERDICT_WORDS = {
    "supported": "supported",
    "not_supported": "not supported",
    "incomplete": "incomplete",
    "no_criteria": "no criteria",
    "depends": "depends on what is filled in",
    None: "not checked",
}
OUTCOME_WORDS = {
    "met": "met",
    "not_met": "not met",
    "not_documented": "not documented",
    "not_applicable": "not applicable",
    "no_criteria": "no criteria",
    "depends": "depends on what is filled in",
    "suppression": "about a suppression",
}


class Context(NamedTuple):
    """What an output says beside its findings, and the screen it is for.

    ``engine_hint`` is empty while durable-rules decides. ``width`` is in columns and, like
    ``color``, only concerns the text for people.
    """

    version: str
    engine: str
    engine_hint: str
    width: int = 80
    color: bool = False


def not_judged(tally: Tally) -> str:
    """Return how many rows nothing judged, which no selection or suppression may hide."""
    rows = "1 row was" if tally.unjudged == 1 else f"{tally.unjudged} rows were"
    return f"{rows} not judged: nothing that is encoded covers them"


def advice_on(report: Report) -> list[str]:
    """Return one sentence for every edition that only advises on this request, with its rows."""
    rows_of: dict[str, list[RowReport]] = {}
    for row in report.advice:
        if row.edition:
            rows_of.setdefault(row.edition.reason, []).append(row)
    return [
        f"ADVICE on {_rows(rows)}: {reason} Findings show what reviewers looked for under it; "
        "check the guideline of today before you send."
        for reason, rows in rows_of.items()
    ]


def _rows(rows: list[RowReport]) -> str:
    numbers = ", ".join(str(row.row) for row in rows)
    return f"row {numbers}" if len(rows) == 1 else f"rows {numbers}"
