"""What every output says beside the findings: versions, engine, notice, advice."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from ..source import form_of
from ..tally import INVALID
from .shared import rows_in_words

if TYPE_CHECKING:
    from ..report import EditionUsed, Finding, Report, RowReport
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
_TEMPLATE_WORDS = {
    "supported": "always supported",
    "not_supported": "can never be supported",
    "incomplete": "can never be supported",
}
NEVER = "Can never be met, whatever is filled in"
"""Heads what fails in a template."""
NO_PLACE = "No place for: "
"""Begins the message on what a template leaves no place for."""
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


def verdict_words(verdict: str | None, *, template: bool = False, argued: bool = False) -> str:
    """Return a verdict in words: of a template for whatever is filled in; ``argued`` if need be."""
    words = _TEMPLATE_WORDS.get(verdict or "") if template else None
    accepted = " if the rebuttal is accepted" if argued else ""
    return (words or VERDICT_WORDS[verdict]) + accepted


def verdict_look(verdict: str | None, *, template: bool = False, argued: bool = False) -> str:
    """Return how a verdict looks: as its words say, and *argued* never as *supported*."""
    if argued:
        return "argued"
    if template and verdict == "incomplete":
        return "not_supported"
    return verdict or INVALID


def counted(tally: Tally) -> str:
    """Return how many requests came to which verdict."""
    counts: dict[str, int] = {}
    for (verdict, template, argued), count in tally.standings.most_common():
        known = verdict != INVALID
        words = "cannot be checked"
        if known:
            words = verdict_words(verdict, template=template, argued=argued)
        counts[words] = counts.get(words, 0) + count
    return ", ".join(f"{count} {_plural(words, count)}" for words, count in counts.items())


def _plural(words: str, count: int) -> str:
    return words if count == 1 else words.replace("depends on", "depend on", 1)


def outcome_words(finding: Finding, *, template: bool = False) -> str:
    """Return an outcome in words. What a template has no place for cannot be documented later."""
    if template and finding.outcome == "not_documented":
        return "no place for it"
    return OUTCOME_WORDS[finding.outcome]


def request_line(report: Report) -> str:
    """Return the line of a request in a file of JSON lines, after its name; else nothing."""
    if form_of(report.path) != "jsonl":
        return ""
    places = [row.line for row in report.rows] or [found.line for found in report.errors]
    return f", line {places[0]}" if places and places[0] else ""


def not_judged(tally: Tally) -> str:
    """Return how many rows nothing judged, which no selection or suppression may hide."""
    one = tally.unjudged == 1
    rows, them = ("1 row was", "it") if one else (f"{tally.unjudged} rows were", "them")
    return f"{rows} not judged: nothing that is encoded covers {them}"


class Advice(NamedTuple):
    """What is said of an edition that only advises, and of which rows."""

    rows: str
    edition: EditionUsed

    @property
    def sentence(self) -> str:
        """All that has to be known."""
        return (
            f"ADVICE on {self.rows}: {self.edition.reason} Findings show what reviewers looked for "
            "under it; check the guideline of today before you send."
        )

    @property
    def reminder(self) -> str:
        """The same, where the sentence stands above already."""
        since = self.edition.mark.removeprefix("advice").removeprefix(", ")
        return f"ADVICE on {self.rows}: {since + ', ' if since else ''}as said above."


def advice_of(report: Report) -> list[Advice]:
    """Return every edition that only advises on this request, with its rows."""
    rows_of: dict[str, list[RowReport]] = {}
    for row in report.advice:
        if row.edition:
            rows_of.setdefault(row.edition.reason, []).append(row)
    return [
        Advice(rows_in_words(row.row for row in rows), rows[0].edition)
        for rows in rows_of.values()
        if rows[0].edition
    ]


def advice_on(report: Report) -> list[str]:
    """Return one sentence for every edition that only advises on this request, with its rows."""
    return [advice.sentence for advice in advice_of(report)]
