"""What holds for several rows of a request is said once, with the rows that it concerns.

Only what merely warns is said apart from its row: what decides a verdict stands under the verdict.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ..report import Evidence, Finding

    Same = tuple[str, str, str, str]


class Shared(NamedTuple):
    """A warning that is the same for several rows."""

    findings: tuple[Finding, ...]
    rows: tuple[int, ...]

    @property
    def finding(self) -> Finding:
        """The finding of the first of the rows."""
        return self.findings[0]

    @property
    def evidence(self) -> tuple[tuple[int, Evidence], ...]:
        """The entries that the findings rest on, each with its row."""
        pairs = zip(self.rows, self.findings, strict=True)
        return tuple(dict.fromkeys((row, entry) for row, each in pairs for entry in each.evidence))


def shared_among(rows: Iterable[tuple[int, Iterable[Finding]]]) -> tuple[Shared, ...]:
    """Return the warnings that several of the numbered rows have, in the order of the rows."""
    found: dict[Same, list[tuple[int, Finding]]] = {}
    for row, findings in rows:
        for finding in findings:
            if _merely_warns(finding):
                found.setdefault(_same(finding), []).append((row, finding))
    return tuple(
        Shared(tuple(finding for _, finding in pairs), tuple(row for row, _ in pairs))
        for pairs in found.values()
        if len({row for row, _ in pairs}) > 1
    )


def own_among(findings: Iterable[Finding], shared: Iterable[Shared]) -> list[Finding]:
    """Return the findings of a row that are not said for several rows."""
    elsewhere = {_same(each.finding) for each in shared}
    return [
        finding
        for finding in findings
        if not (_merely_warns(finding) and _same(finding) in elsewhere)
    ]


def rows_in_words(rows: Iterable[int]) -> str:
    """Return *rows 1, 3*, and *rows 1, 3 and the form*; row 0 is the form."""
    numbers = sorted(set(rows))
    listed = [str(number) for number in numbers if number]
    if not listed:
        return "the form"
    words = f"row{'s' if len(listed) > 1 else ''} {', '.join(listed)}"
    return words + ("" if all(numbers) else " and the form")


def _merely_warns(finding: Finding) -> bool:
    return finding.open and finding.severity != "error" and not finding.argued


def _same(finding: Finding) -> Same:
    mark = finding.edition.mark if finding.edition else ""
    return finding.code, finding.outcome, finding.message, mark
