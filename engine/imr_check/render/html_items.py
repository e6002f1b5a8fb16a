"""Findings as items of check lists on the HTML page: what to do, what was found, and where."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..report import Evidence
from .context import NO_PLACE, OUTCOME_WORDS
from .doubt import doubt_of
from .markup import NOTHING, Markup, element, joined
from .sentences import record

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from ..report import EditionUsed, Finding, Suppression

GROUPS = {
    "physician": "For the physician",
    "therapist": "For the therapist",
    "office": "For the office",
    "employee": "For the employee",
}
_MOST = 4
"""How many places of one record are shown, and one more rather than the words for it."""


def listed(words: Sequence[str]) -> str:
    """Return words as a list in a sentence."""
    return " and ".join(filter(None, (", ".join(words[:-1]), words[-1])))


class Items:
    """Writes findings as items of check lists, and asks each question of a row once.

    Nothing is asked about a template: what it has no place for, nobody can fill in.
    """

    def __init__(self, edition: EditionUsed | None, *, template: bool = False) -> None:
        self._edition = edition
        self._template = template
        self._asked: dict[str, str] = {}

    def block(
        self, title: str, findings: Iterable[Finding], kind: str, *, who: bool = False
    ) -> Markup:
        """Return findings under their heading."""
        items = self.checklist(findings, who=who)
        return element("section", element("h4", title), items, class_=f"block {kind}")

    def checklist(self, findings: Iterable[Finding], *, who: bool = False) -> Markup:
        """Return a check list; ``who`` names in each item who can answer it."""
        return element("ul", *(self._item(each, who) for each in findings), class_="todo")

    def _item(self, finding: Finding, who: bool) -> Markup:
        if finding.outcome == "depends":
            parts = _hanging(finding)
        elif finding.suppression:
            parts = _set_aside(finding, finding.suppression)
        else:
            weight = () if self._template else _weight(finding)
            parts = (_remedy(finding), *self._found(finding), *weight)
        return element("li", element("div", *parts, class_="what"), self._reference(finding, who))

    def _found(self, finding: Finding) -> Iterator[Markup]:
        if self._template or not finding.questions:
            yield _said(finding)
            return
        outcome = _outcome(finding)
        new = [question for question in finding.questions if question not in self._asked]
        elsewhere = dict.fromkeys(self._asked[q] for q in finding.questions if q in self._asked)
        self._asked |= dict.fromkeys(new, finding.code)
        if elsewhere:
            also = f"Hangs {'also ' if new else ''}on the answers under {listed(list(elsewhere))}."
            new.append(also)
        if len(new) == 1:
            yield element("p", outcome, " ", *new, class_="found")
            return
        yield element("p", outcome, class_="found")
        yield element("ul", *(element("li", question) for question in new), class_="questions")

    def _reference(self, finding: Finding, who: bool) -> Markup:
        lines = [joined(element("strong", finding.code), " ", finding.name)]
        if who:
            lines.append(joined(GROUPS[finding.criterion.answered_by]))
        if source := self.source(finding):
            lines.append(source)
        lines += [joined(place) for place in places(_evidence(finding))]
        spans = (element("span", line) for line in lines)
        return element("p", joined(*spans, by=" "), class_="reference")

    def source(self, finding: Finding) -> Markup:
        """Return where the criterion stands, and how sure we are of it."""
        citation = self._citation(finding)
        return joined(citation, " ", _confidence(finding)) if citation else NOTHING

    def _citation(self, finding: Finding) -> str:
        """Return the citation, without the title where it is the one at the head of the card."""
        citation = finding.criterion.citation
        if self._edition is None or not citation.pages:
            return finding.citation
        judging = self._edition.edition.citation
        if (citation.document, citation.section) == (judging.document, judging.section):
            return f"p. {citation.pages}"
        return finding.citation


def _evidence(finding: Finding) -> tuple[Evidence, ...]:
    """Return what a finding rests on: one about a suppression on the entry that it is about."""
    if finding.outcome == "suppression" and finding.line:
        return (Evidence(finding.pointer, finding.line, finding.column, "", None, None),)
    return finding.evidence


def _outcome(finding: Finding) -> Markup:
    words = OUTCOME_WORDS[finding.outcome].capitalize()
    return element("strong", f"{words}.", class_=finding.outcome)


def _said(finding: Finding) -> Markup:
    """Return outcome and message; a message that begins with the outcome does not repeat it."""
    if finding.outcome == "suppression":
        return element("p", finding.message, class_="found")
    if finding.message.startswith(NO_PLACE):
        head = element("strong", NO_PLACE.rstrip(), class_=finding.outcome)
        missing = finding.message.removeprefix(NO_PLACE)
        return element("p", head, f" {missing}.", class_="found")
    repeated = f"{OUTCOME_WORDS[finding.outcome]}: "
    message = finding.message
    if message.casefold().startswith(repeated):
        message = message[len(repeated) :]
    message = message[:1].upper() + message[1:]
    return element("p", _outcome(finding), " ", message, class_="found")


def _hanging(finding: Finding) -> tuple[Markup, ...]:
    """Return what a template leaves open."""
    holes = joined(*(element("code", hole) for hole in finding.holes), by=", ")
    statement = element("p", finding.criterion.statement, class_="found")
    return statement, element("p", "Hangs on ", Markup(holes), ".", class_="found")


def _set_aside(finding: Finding, entry: Suppression) -> tuple[Markup, ...]:
    """Return what somebody does not want counted, and why."""
    who = f" by {entry.author}" if entry.author else ""
    until = f" until {entry.until}" if entry.until else ""
    where = "the baseline file" if entry.origin == "baseline" else "the request"
    origin = f"Set aside{who} in {where}{until}."
    reason = element("p", element("strong", "Reason: "), entry.reason, class_="found")
    return _said(finding), reason, element("p", origin, class_="found")


def _remedy(finding: Finding) -> Markup:
    """Return what would cure a failure, to be ticked; a complete rebuttal leaves nothing to do."""
    if finding.argued and not finding.rebuttal_lacks:
        return NOTHING
    return element("label", element("input", type="checkbox"), element("span", finding.remedy))


def _weight(finding: Finding) -> Iterator[Markup]:
    """Yield what an answer or a rebuttal would change."""
    criterion = finding.criterion
    if criterion.severity == "fatal" and finding.outcome == "not_documented":
        yield element(
            "p", element("strong", "Decisive."),
            " An answer against the request is not cured by documentation alone.", class_="weight",
        )  # fmt: skip
    if finding.argued:
        lacks = finding.rebuttal_lacks
        words = (
            f"The rebuttal argues against this. It still lacks: {'; '.join(lacks)}."
            if lacks
            else "The rebuttal argues against this and is complete. Whether it is accepted is for "
            "the reviewer."
        )
        yield element("p", words, class_="weight")
    elif criterion.rebuttable and finding.outcome == "not_met":
        from ..facts.rebuttal import packet  # few pages need it

        words = f"It can be argued with a rebuttal, which needs: {'; '.join(packet())}."
        yield element("p", words, class_="weight")


def _confidence(finding: Finding) -> Markup:
    return doubt(finding) or joined(f"({finding.criterion.confidence})")


def doubt(finding: Finding) -> Markup | None:
    """Return the mark of what nobody has checked, if anything is."""
    words = doubt_of(finding)
    return element("strong", f"({words})", class_="unverified") if words else None


def places(evidence: Iterable[Evidence]) -> list[str]:
    """Return the records that a finding rests on, each once, with its lines in the file."""
    lines: dict[str, list[str]] = {}
    for entry in evidence:
        place = f"{entry.line}:{entry.column}" if entry.line else entry.pointer
        lines.setdefault(record(entry), []).append(place)
    return [_place(document, found) for document, found in lines.items()]


def _place(document: str, found: list[str]) -> str:
    shown = found[:_MOST] if len(found) > _MOST + 1 else found
    more = f" and {len(found) - len(shown)} more" if len(shown) < len(found) else ""
    kind = "" if "/" in found[0] else "line " if len(found) == 1 else "lines "
    words = f"{kind}{', '.join(shown)}{more}"
    return f"{document} ({words})" if document else words
