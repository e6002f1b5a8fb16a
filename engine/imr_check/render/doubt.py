"""What of a finding nobody has checked against the guideline: the criterion, or a number in it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..explaining import doubts_of

if TYPE_CHECKING:
    from ..report import Finding


def doubt_of(finding: Finding) -> str:
    """Return *unverified*, *in part unverified*, or nothing."""
    if finding.criterion.confidence == "unverified":
        return "unverified"
    return "in part unverified" if doubts_in(finding) else ""


def doubts_in(finding: Finding) -> list[str]:
    """Return the names of the unverified limits and shared findings that decide the criterion."""
    if finding.edition is None:
        return []
    return [each.name for each in doubts_of(finding.edition.section, finding.criterion)]
