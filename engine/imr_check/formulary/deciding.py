"""Whether a drug needs review before it is dispensed: its status on the day, and the ways around.

What is not known is never taken for exempt: without a list for the day, review comes first.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from .fills import TITLES, around_surgery, at_first_visit
from .model import Answer
from .names import find, is_compounded, like
from .versions import standing

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import date

    from ..guideline.model import Confidence
    from .model import Circumstances, DrugList, Entry, Fill, Rule, Rules, Status
    from .names import Match

IN_ACCORD = "It is prescribed in accordance with the MTUS treatment guidelines."
GENERIC = (
    "A generic is dispensed, or the brand of a drug that has none, or the physician documents why "
    "the brand is needed."
)
FIRST_VISIT = "It is prescribed at the first visit after the injury, and there was no other."
UNCHECKED = (
    "The list that is in force says the same: look it up first, what is known here is unverified."
)
NO_BRAND = "A generic is dispensed: a brand needs review where there is a generic."

_SURE: tuple[Confidence, ...] = ("verified", "determination", "letter", "unverified")


class _Found(NamedTuple):
    """Entries that hold on the day, how sure that is, and what to say of it."""

    entries: tuple[Entry, ...]
    holds: bool
    confidence: Confidence
    notes: tuple[str, ...]


def decide(name: str, case: Circumstances, listed: DrugList, rules: Rules) -> Answer:
    """Return the answer on one drug."""
    if case.on < rules.first_day:
        return Answer(
            name,
            None,
            "not_applicable",
            f"No formulary applies to drugs dispensed before {rules.first_day}.",
            rules.applies.citation,
            rules.applies.confidence,
        )
    if is_compounded(name):
        return _needed(
            name, "compounded", "Compounded drugs are reviewed first, whatever is in them.", rules
        )
    answer = _by_list(name, case, listed, rules)
    if answer.review == "not_needed" and answer.confidence == "unverified":
        answer = answer._replace(conditions=(UNCHECKED, *answer.conditions))
    if case.injury and case.injury < rules.older_injury and answer.review == "needed":
        answer = answer._replace(notes=(*answer.notes, _older_injury(rules)))
    return answer


def _by_list(name: str, case: Circumstances, listed: DrugList, rules: Rules) -> Answer:
    match = find(listed.entries, name)
    if not match.entries:
        return _unmatched(name, case, listed, rules)
    found = _holding(match.entries, case, listed, rules)
    if not found.holds:
        was = " and ".join(sorted({_word(each) for each in match.entries}))
        why = f"No list for {case.on} is loaded. {_named(listed, match.entries)} has it as {was}."
        return _needed(name, "unknown", why, rules, found)
    statuses = {each.status for each in found.entries}
    if len(statuses) > 1:
        forms = dict.fromkeys(filter(None, (each.form for each in found.entries)))
        names = f": {'; '.join(forms)}" if forms else ""
        why = f"{_the(listed)} has it as exempt and as non-exempt. Name the form as well{names}."
        return _needed(name, "unknown", why, rules, found)
    if statuses == {"exempt"}:
        return _exempt(name, case, rules, match, found, listed)
    return _non_exempt(name, case, rules, found, listed)


def _unmatched(name: str, case: Circumstances, listed: DrugList, rules: Rules) -> Answer:
    close = like(listed.entries, name)
    notes = [f"Near it on the list: {'; '.join(close)}."] if close else []
    if listed.is_excerpt or listed.effective is None:
        why = f"It is not in {listed.title}: load the list with --list."
        return _needed(name, "unknown", why, rules, notes=notes)
    held = standing(rules.versions, listed.version, listed.effective, case.on)
    notes += filter(None, [held.note])
    if held.outcome in ("not_yet", "replaced"):
        why = f"No list for {case.on} is loaded. It is not on {listed.title}."
        return _needed(name, "unknown", why, rules, notes=notes)
    answer = _needed(name, "unlisted", "It is not on the list.", rules, notes=notes)
    sure: Confidence = "verified" if held.outcome == "in_force" else "unverified"
    return answer._replace(
        confidence=_least(sure, answer.confidence), source=_source(listed, match=())
    )


def _holding(
    entries: tuple[Entry, ...], case: Circumstances, listed: DrugList, rules: Rules
) -> _Found:
    """Return those of the entries that hold on the day."""
    holding: list[Entry] = []
    marks: list[Confidence] = []
    notes: dict[str, None] = {}
    for entry in entries:
        version = entry.version or listed.version
        effective = listed.effective or _start_of(rules, entry.version)
        if effective is None:  # an entry of an excerpt that is general knowledge
            holding.append(entry)
            marks.append("unverified")
            continue
        held = standing(rules.versions, version, effective, case.on)
        notes |= dict.fromkeys(filter(None, [held.note]))
        if held.outcome in ("in_force", "doubtful"):
            holding.append(entry)
            sure: Confidence = "verified" if held.outcome == "in_force" else "unverified"
            marks.append(_least(sure, entry.confidence))
    return _Found(tuple(holding), bool(holding), _least(*marks, "verified"), tuple(notes))


def _start_of(rules: Rules, version: str | None) -> date | None:
    return next((each.starts for each in rules.versions if each.name == version), None)


def _exempt(
    name: str,
    case: Circumstances,
    rules: Rules,
    match: Match,
    found: _Found,
    listed: DrugList,
) -> Answer:
    rule = rules.statuses["exempt"]
    own = rules.physician_dispensed
    by_physician = at_first_visit("physician_dispensed", own, own.numbers["supply_days"], case)
    notes = list(found.notes)
    if match.is_brand:
        brand = f"This name is a brand: see the last condition ({rules.brand_name.citation})."
        notes.insert(0, brand)
    if by_physician.outcome != "met":
        notes.append("From the physician's own stock, it needs review but for one first supply.")
    return Answer(
        name,
        "exempt",
        "not_needed",
        f"{_the(listed)} has it as exempt.",
        rule.citation,
        _least(rule.confidence, found.confidence),
        source=_source(None, found.entries),
        conditions=(IN_ACCORD, NO_BRAND),
        fills=(by_physician,),
        notes=tuple(notes),
        entries=found.entries,
    )


def _non_exempt(
    name: str, case: Circumstances, rules: Rules, found: _Found, listed: DrugList
) -> Answer:
    fills = tuple(_fills(case, rules, found.entries))
    met = next((fill for fill in fills if fill.outcome == "met"), None)
    rule = rules.statuses["non_exempt"]
    why = f"{_the(listed)} has it as non-exempt."
    if not fills:
        why += f" {_the(listed)} names no special or perioperative fill for it."
    if met is None:
        return _needed(name, "non_exempt", why, rules, found)._replace(fills=fills)
    conditions = [IN_ACCORD, GENERIC]
    if met.kind == "special_fill":
        conditions.insert(0, FIRST_VISIT)
    return Answer(
        name,
        "non_exempt",
        "not_needed",
        f"{why} This supply can be a {TITLES[met.kind]}.",
        met.citation,
        _least(rule.confidence, met.confidence, found.confidence),
        source=_source(None, found.entries),
        conditions=tuple(conditions),
        fills=fills,
        notes=found.notes,
        entries=found.entries,
    )


def _fills(case: Circumstances, rules: Rules, entries: tuple[Entry, ...]) -> Iterator[Fill]:
    """Yield the fills that every entry allows, for the fewest days of any of them."""
    special = [each.special_fill_days for each in entries]
    around = [each.perioperative_days for each in entries]
    if days := _fewest(special):
        yield at_first_visit("special_fill", rules.special_fill, days, case)
    if days := _fewest(around):
        yield around_surgery(rules.perioperative_fill, days, case)


def _fewest(days: list[int | None]) -> int | None:
    return None if None in days else min(filter(None, days))


def _needed(
    name: str,
    status: Status,
    why: str,
    rules: Rules,
    found: _Found | None = None,
    notes: Iterable[str] = (),
) -> Answer:
    """Return an answer that review comes first. The unknown is treated like the unlisted."""
    rule: Rule = rules.statuses["unlisted" if status == "unknown" else status]
    sure: Confidence = "unverified" if status == "unknown" else rule.confidence
    return Answer(
        name,
        status,
        "needed",
        why,
        rule.citation,
        _least(sure, found.confidence if found else "verified"),
        source=_source(None, found.entries) if found else "",
        notes=tuple(notes) or (found.notes if found else ()),
        entries=found.entries if found else (),
    )


def _older_injury(rules: Rules) -> str:
    return (
        f"The injury is older than {rules.older_injury}: where the drug is already being taken, "
        "the report needs a plan to wean, taper or change it, or the grounds for going on "
        f"({rules.transition.citation})."
    )


def _the(listed: DrugList) -> str:
    return "The excerpt" if listed.is_excerpt else "The list"


def _word(entry: Entry) -> str:
    return "exempt" if entry.status == "exempt" else "non-exempt"


def _named(listed: DrugList, entries: tuple[Entry, ...]) -> str:
    versions = dict.fromkeys(each.version for each in entries if each.version)
    return f"Version {' and '.join(versions)}" if versions else f"The list ({listed.title})"


def _source(listed: DrugList | None, match: tuple[Entry, ...]) -> str:
    if listed is not None:
        return listed.title
    return "; ".join(dict.fromkeys(each.source for each in match if each.source))


def _least(*marks: Confidence) -> Confidence:
    """Return the mark of the least sure of these."""
    return max(marks, key=_SURE.index)
