"""What is said about a finding on one line, in the formats that other programs show to people."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..own_criteria import NO_CRITERIA
from .doubt import doubt_of
from .markup import visible

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..errors import Problem
    from ..report import Evidence, Finding, RowReport, Suppression

ADVICE = "ADVICE"
"""Stands where a code would, for what is said of an edition that only advises."""
INVALID = "INVALID"
"""Stands where a code would, for a file that cannot be checked."""
HOLES = "HOLES"
"""Stands where a code would, for what a template leaves open."""
FORMULARY = "FORMULARY"
"""Stands where a code would, for what the drug formulary says of a row."""


def formulary_of(row: RowReport) -> str:
    """Return what the drug formulary says of a row; empty where it says nothing."""
    return visible(f"{row.subject}: {row.formulary.words}") if row.formulary else ""


def title(finding: Finding) -> str:
    """Return code and name."""
    return f"{finding.code} {finding.name}"


def message(finding: Finding, row: RowReport | None) -> str:
    """Return on which row a finding fails, why, and its marks. ``row`` is None for the file.

    Of a finding that hangs on holes, all of them are named.
    """
    start = f"{row.subject}: " if row else ""
    why = finding.message
    if finding.outcome == "depends":
        why = f"Depends on what is filled in: {', '.join(finding.holes)}"
    if shown := "; ".join(marks(finding)):
        why = f"{why.removesuffix('.')} ({shown})"
    return visible(start + why)


def marks(finding: Finding) -> list[str]:
    """Return what must not be overlooked beside a finding."""
    edition = finding.edition
    found = [edition.mark] if edition and edition.mark else []
    found += ["argued"] if finding.argued else []
    found += filter(None, [doubt_of(finding)])
    return found


def cure(finding: Finding) -> str:
    """Return what would cure a failure and who can do it, and what its rebuttal still lacks."""
    words = f"Cure ({finding.criterion.answered_by}): {finding.remedy}"
    if finding.rebuttal_lacks:
        words = f"{sentence(words)} The rebuttal still lacks: {'; '.join(finding.rebuttal_lacks)}"
    return visible(words)


def places(finding: Finding) -> Iterator[str]:
    """Yield where the entries stand that a finding rests on, and the records they come from."""
    for entry in finding.evidence:
        place = f"line {entry.line}, column {entry.column}" if entry.line else entry.pointer
        yield visible(f"{place} ({record(entry)})" if entry.document else place)


def record(entry: Evidence) -> str:
    """Return the record that an entry was read from; nothing where it names none."""
    page = f", page {entry.page}" if entry.page else ""
    dated = f" of {entry.date}" if entry.date else ""
    return visible(f"{entry.document}{dated}{page}") if entry.document else ""


def source(finding: Finding) -> str:
    """Return the citation, with the mark of a criterion that nobody has checked."""
    doubt = doubt_of(finding)
    mark = f" ({doubt})" if doubt else ""
    return visible(f"{finding.citation}{mark}") if finding.citation else ""


def holes(row: RowReport) -> str:
    """Return what of a row hangs on the holes of a template."""
    waiting = "; ".join(f"{title(f)} ({', '.join(f.holes)})" for f in row.depends)
    return visible(f"{row.subject}: depends on what is filled in: {waiting}")


def unjudged(row: RowReport) -> str:
    """Return that nothing judged a row, where no open finding says so; else nothing."""
    if row.verdict != "no_criteria" or row.open:
        return ""
    return visible(f"{row.subject}: not judged. {NO_CRITERIA.statement}")


def because(entry: Suppression) -> str:
    """Return why a finding is set aside, who said so and until when."""
    who = [entry.author] if entry.author else []
    until = [f"until {entry.until}"] if entry.until else []
    told = f" ({', '.join(who + until)})" if who or until else ""
    return visible(f"{entry.reason}{told}")


def problem(found: Problem) -> str:
    """Return what is wrong with a file, and where in it."""
    place = f"line {found.line}, column {found.column}: " if found.line else ""
    return visible(place + found.message)


def sentence(text: str) -> str:
    """Return text that ends as a sentence does."""
    return text if text.endswith((".", "!", "?")) else f"{text}."
