"""The ways to dispense without review at first: at the first visit, and around an operation.

Both ends of every span count as within it. The day after an injury is the first day; the day of an
operation is day zero.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from .model import Fill

if TYPE_CHECKING:
    from .model import Circumstances, FillKind, FillOutcome, Rule

TITLES: dict[FillKind, str] = {
    "physician_dispensed": "dispensed by the physician",
    "special_fill": "special fill",
    "perioperative_fill": "perioperative fill",
}


def at_first_visit(kind: FillKind, rule: Rule, days: int, case: Circumstances) -> Fill:
    """Return what comes of a supply of so many days at the first visit after an injury."""
    within = rule.numbers["visit_within_days"]
    if case.injury is None:
        return _fill(kind, rule, days, "not_documented", "Give the date of injury.")
    passed = (case.on - case.injury).days
    if passed > within:
        why = f"It is day {passed} after the injury; the first visit has to be within {within}."
        return _fill(kind, rule, days, "not_met", why)
    return _supplied(kind, rule, days, case, f"Day {passed} after the injury, of {within}.")


def around_surgery(rule: Rule, days: int, case: Circumstances) -> Fill:
    """Return what comes of a supply of so many days before or after an operation."""
    kind: FillKind = "perioperative_fill"
    before, after = rule.numbers["days_before"], rule.numbers["days_after"]
    if case.surgery is None:
        return _fill(kind, rule, days, "not_documented", "Give the date of the operation.")
    passed = (case.on - case.surgery).days
    when = f"{abs(passed)} days {'after' if passed > 0 else 'before'} the operation"
    when = when if passed else "The day of the operation"
    if not -before <= passed <= after:
        why = f"{when}; it has to be at most {before} before or {after} after."
        return _fill(kind, rule, days, "not_met", why)
    return _supplied(kind, rule, days, case, f"{when}.")


def _supplied(kind: FillKind, rule: Rule, days: int, case: Circumstances, when: str) -> Fill:
    supply = case.days_supply
    if supply is None:
        return _fill(kind, rule, days, "not_documented", f"{when} Give the days' supply.")
    outcome: FillOutcome = "not_met" if supply > days else "met"
    return _fill(kind, rule, days, outcome, f"{when} {supply} days' supply, of at most {days}.")


def _fill(kind: FillKind, rule: Rule, days: int, outcome: FillOutcome, why: str) -> Fill:
    return Fill(kind, outcome, days, why, rule.citation, rule.confidence)
