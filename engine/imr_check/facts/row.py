"""What the row itself says: sites, counts, frequency, injectate, guidance, drug."""

from __future__ import annotations

from math import ceil
from typing import TYPE_CHECKING

from .anatomy import REGIONS, joint_count, region_of_level
from .statements import stated
from .vocabulary import Observation, Standing, boolean, number, symbol

if TYPE_CHECKING:
    from ..request.treatment import Treatment
    from .view import RowView

_INJECTABLE = frozenset({"local_anesthetic", "corticosteroid"})
_DAYS = {"day": 1.0, "week": 7.0, "month": 365 / 12}
_DAYS_OF_FOUR_WEEKS = {**_DAYS, "month": 28.0}
"""For visits per week: four a month are one a week."""


@boolean(
    "row.codes_agree",
    label="kind, codes and words of the row name the same treatment",
    question="Which treatment is asked for? Kind, codes, drug and words name different ones.",
    answered_by="office",
)
def codes_agree(view: RowView) -> Observation:
    naming = view.naming
    if _names_another_drug(view):
        return Observation(False, (view.at("treatment"), view.at("drug")))
    places = tuple(view.at(*_path(field)) for field in naming.by_field)
    return Observation(naming.agrees, places or (view.at(),))


def _names_another_drug(view: RowView) -> bool:
    """Whether the words of the row name a drug with none of the ingredients of the row's drug."""
    row = view.row
    if row.drug is None or not row.treatment:
        return False
    by_words, by_drug = view.drug(row.treatment), view.drug(row.drug.name)
    if by_words is None or by_drug is None:
        return False
    return not set(by_words.ingredients) & set(by_drug.ingredients)


def _path(field: str) -> tuple[str | int, ...]:
    name, _, index = field.partition("/")
    return (name, int(index)) if index else (name,)


@symbol(
    "row.region",
    label="body region of the row",
    question="Which body region is to be treated?",
    answered_by="office",
    words=REGIONS,
    standing=Standing("given", seldom=True),
)
def region(view: RowView) -> Observation | None:
    row = view.row
    # Levels are the most precise. Sorted, so that the order of levels or sites decides nothing.
    named = [(region_of_level(at), view.at("levels", i)) for i, at in enumerate(row.levels)]
    if not named and row.region:
        return Observation(row.region, (view.at("region"),))
    named = named or [
        (site.region, view.at("sites", index, "region"))
        for index, site in enumerate(row.sites)
        if site.region
    ]
    if not named:
        return None
    word, place = min(named)
    return Observation(word, (place,))


@boolean(
    "row.sites_named",
    label="every muscle with its side and its number of injections",
    question="Which muscles, on which side, with how many injections each?",
    answered_by="office",
)
def sites_named(view: RowView) -> Observation | None:
    sites, row = view.row.sites, view.row
    if not sites and row.quantity == 1 and row.has("region") and row.has("side"):
        # A single injection: region and side say where.
        return Observation(True, (view.at("quantity"),))
    named = all(site.has("muscle") and (site.has("side") or row.has("side")) for site in sites)
    counted = len(sites) == 1 or all(site.has("injections") for site in sites)
    if not sites or not named or not counted:
        return None
    return Observation(True, (view.at("sites"),))


@number(
    "row.injections_per_session",
    label="injections per session",
    question="How many injections are asked for in one session?",
    answered_by="office",
    unit="injections",
)
def injections_per_session(view: RowView) -> Observation | None:
    own = _injections(view.row)
    if not own:
        return None
    # Rows that ask for the same treatment are given in the same session.
    rows = view.request.treatments
    others = {index: _injections(rows[index]) for index in view.others_of((view.kind,))}
    asked = [view.at(), *(("treatments", index) for index, count in others.items() if count)]
    if len(asked) == 1:
        field = "quantity" if view.row.quantity == own else "sites"
        asked = [view.at(field)]
    return Observation(own + sum(others.values()), tuple(asked))


def _injections(row: Treatment) -> int:
    """Return the injections that a row asks for, by the larger of its two counts; 0 if none."""
    by_site = [site.injections or 0 for site in row.sites]
    return max(row.quantity or 0, sum(by_site) if all(by_site) else 0)


@boolean(
    "row.single_session",
    label="one session asked for",
    question="Is one session asked for, and not a series?",
    answered_by="office",
    standing=Standing(tells=("series",)),
)
def single_session(view: RowView) -> Observation | None:
    row = view.row
    if row.series:
        return Observation(False, (view.at("series"),))
    if row.treatment and "series" in row.treatment.casefold().split():
        return Observation(False, (view.at("treatment"),))
    if _planned(view, highest=True) > 1:
        return Observation(False, (view.at("frequency"), view.at("duration")))
    if row.sessions is not None:
        return Observation(row.sessions == 1, (view.at("sessions"),))
    return None if row.series is None else Observation(True, (view.at("series"),))


@symbol(
    "row.injectate",
    label="substance injected",
    missing="substances injected, each by a name that is known here",
    question="Which substances are injected?",
    answered_by="physician",
    words=("anesthetic_only", "anesthetic_and_steroid", "other_substance"),
)
def injectate(view: RowView) -> Observation | None:
    named = [
        (term, view.at("injectate", index))
        for index, name in enumerate(view.row.injectate)
        for term in view.terms.injected(name)
    ]
    other = [path for term, path in named if term and not term.classes <= _INJECTABLE]
    if other:
        return Observation("other_substance", tuple(dict.fromkeys(other)))
    if not named or any(term is None for term, _ in named):
        return None  # a substance that is in no table cannot be judged
    classes = frozenset().union(*(term.classes for term, _ in named if term))
    if "local_anesthetic" not in classes:
        return Observation("other_substance", (view.at("injectate"),))
    word = "anesthetic_and_steroid" if "corticosteroid" in classes else "anesthetic_only"
    return Observation(word, (view.at("injectate"),))


@boolean(
    "row.injectate_named",
    label="injectate named",
    question="Is the injectate named?",
    answered_by="physician",
)
def injectate_named(view: RowView) -> Observation | None:
    return _if_given(view, "injectate")


@number(
    "row.guidance_modalities",
    label="imaging modalities named for guidance",
    question="Which one imaging modality guides the needle?",
    answered_by="office",
    unit="modalities",
)
def guidance_modalities(view: RowView) -> Observation | None:
    row = view.row
    named: dict[str, tuple[str | int, ...]] = {}
    for index, code in enumerate(row.procedure_codes):
        if modality := view.terms.guidance(code):
            named[modality] = view.at("procedure_codes", index)
    named |= dict.fromkeys(row.guidance, view.at("guidance"))
    return Observation(len(named), tuple(dict.fromkeys(named.values()))) if named else None


@boolean(
    "row.guidance_reason",
    label="reason for image guidance",
    question="Why does this employee need image guidance?",
    answered_by="physician",
)
def guidance_reason(view: RowView) -> Observation | None:
    return _if_given(view, "guidance_reason")


@number(
    "row.joint_levels",
    label="joint levels per session",
    question="Which joint levels are to be treated?",
    answered_by="office",
    unit="levels",
)
def joint_levels(view: RowView) -> Observation | None:
    levels = set(view.row.levels)
    count = sum(map(joint_count, levels))
    return Observation(count, (view.at("levels"),)) if levels else None


@boolean(
    "row.side_named",
    label="side to be treated",
    question="Which side is to be treated: left, right or both?",
    answered_by="office",
)
def side_named(view: RowView) -> Observation | None:
    return _if_given(view, "side")


@number(
    "row.visits",
    label="visits asked for",
    question="How many visits are asked for?",
    answered_by="office",
    unit="visits",
)
def visits(view: RowView) -> Observation | None:
    row = view.row
    stated = max(row.quantity or 0, row.sessions or 0)
    # A range fits a stated number if its lower end does; alone it counts at its upper end.
    planned = _planned(view, highest=not stated)
    counts = {"quantity": row.quantity or 0, "sessions": row.sessions or 0, "frequency": planned}
    largest = max(counts.values())
    if not largest:
        return None
    return Observation(largest, tuple(view.at(name) for name in counts if counts[name] == largest))


@number(
    "row.visits_left",
    label="visits asked for beyond those that are authorized",
    question="How many visits are left of the row beside those that are authorized?",
    answered_by="office",
    unit="visits",
    standing=Standing(asked="row.visits"),
)
def visits_left(view: RowView) -> Observation | None:
    """Only for a row that is authorized in part: of another one nothing is left over."""
    asked, part = visits(view), view.row.authorized
    if asked is None or part is None:
        return None
    left = max(int(asked.value) - part, 0)
    return Observation(left, (*asked.evidence, view.at("authorized")))


def _planned(view: RowView, *, highest: bool) -> int:
    """Return the number of sessions that frequency and duration come to; 0 if not both stated."""
    per_day = _rate(view, 1, _DAYS, highest=highest)
    return round(per_day * _length(view, highest=highest))


@number(
    "row.most_visits_per_week",
    label="visits per week, at most",
    question="How many visits a week are planned at most?",
    answered_by="office",
    unit="visits",
)
def most_visits_per_week(view: RowView) -> Observation | None:
    if view.row.frequency is None:
        return None
    return Observation(ceil(_per_week(view, highest=True)), (view.at("frequency"),))


@number(
    "row.fewest_visits_per_week",
    label="visits per week, at least",
    question="How many visits a week are planned at least?",
    answered_by="office",
    unit="visits",
)
def fewest_visits_per_week(view: RowView) -> Observation | None:
    if view.row.frequency is None:
        return None
    return Observation(int(_per_week(view, highest=False)), (view.at("frequency"),))


_SLACK = 1e-9
"""Keeps a whole number of weeks from being rounded up by the last digit of a division."""


def _per_week(view: RowView, *, highest: bool) -> float:
    return _rate(view, 7, _DAYS_OF_FOUR_WEEKS, highest=highest)


def _rate(view: RowView, period: int, days: dict[str, float], *, highest: bool) -> float:
    """Return how often in ``period`` days, at the upper or the lower end of the frequency."""
    frequency = view.row.frequency
    if frequency is None:
        return 0.0
    times = (frequency.up_to or frequency.times) if highest else frequency.times
    return times * period / days[frequency.per]


def _length(view: RowView, *, highest: bool = True) -> float:
    """Return the length of the course in days, at its longest or its shortest."""
    duration = view.row.duration
    if duration is None:
        return 0.0
    length = (duration.up_to or duration.length) if highest else duration.length
    return length * _DAYS[duration.unit.removesuffix("s")]


@number(
    "row.duration_weeks",
    label="length of the course or rental",
    question="For how many weeks is the course planned?",
    answered_by="office",
    unit="weeks",
)
def duration_weeks(view: RowView) -> Observation | None:
    if view.row.duration is None:
        return None
    return Observation(ceil(_length(view) / 7 - _SLACK), (view.at("duration"),))


@number(
    "row.duration_days",
    label="length of the course or rental",
    question="For how many days is the course planned?",
    answered_by="office",
    unit="days",
)
def duration_days(view: RowView) -> Observation | None:
    if view.row.duration is None:
        return None
    return Observation(ceil(_length(view) - _SLACK), (view.at("duration"),))


@boolean(
    "row.adjunct_to_rehabilitation",
    label="use beside physical rehabilitation or surgery",
    question="Is it an adjunct to a named rehabilitation program or an operation?",
    answered_by="physician",
)
def adjunct_to_rehabilitation(view: RowView) -> Observation | None:
    return _if_given(view, "adjunct_to")


@boolean(
    "row.drug_strength",
    label="strength of the drug",
    question="Which strength is asked for?",
    answered_by="office",
)
def drug_strength(view: RowView) -> Observation | None:
    return _if_filled_in(view, "drug", "strength")


@boolean(
    "row.drug_quantity",
    label="number of units of the drug",
    question="How many units of the drug are asked for?",
    answered_by="office",
)
def drug_quantity(view: RowView) -> Observation | None:
    in_drug = _if_filled_in(view, "drug", "quantity")
    return in_drug or _if_given(view, "quantity")


@number(
    "row.refills",
    label="refills asked for",
    question="How many refills are asked for?",
    answered_by="office",
    unit="refills",
)
def refills(view: RowView) -> Observation | None:
    drug = view.row.drug
    if drug is None or drug.refills is None:
        return None
    return Observation(drug.refills, (view.at("drug", "refills"),))


@number(
    "row.units",
    label="number asked for",
    question="How many are asked for?",
    answered_by="office",
    unit="units",
)
def units(view: RowView) -> Observation | None:
    quantity = view.row.quantity
    return None if quantity is None else Observation(quantity, (view.at("quantity"),))


@symbol(
    "row.acquisition",
    label="rental or purchase",
    question="Is it to be rented or bought?",
    answered_by="office",
    words=("rental", "purchase"),
)
def acquisition(view: RowView) -> Observation | None:
    how = view.row.acquisition
    return None if how is None else Observation(how, (view.at("acquisition"),))


@boolean(
    "row.part_authorized",
    label="part of the row that is authorized already",
    question="Which part of the row has the claims administrator authorized already?",
    answered_by="office",
    standing=Standing("past"),
)
def part_authorized(view: RowView) -> Observation | None:
    return _if_given(view, "authorized")


@boolean(
    "row.procedures_named",
    label="operations by name",
    question="Which operations are planned, by name?",
    answered_by="office",
)
def procedures_named(view: RowView) -> Observation | None:
    return _if_given(view, "procedures")


@boolean(
    "row.specialty_named",
    label="specialty of the physician",
    question="Which specialty is to be seen?",
    answered_by="office",
)
def specialty_named(view: RowView) -> Observation | None:
    return _if_given(view, "specialty")


@boolean(
    "row.goals_stated",
    label="measurable goals of the treatment",
    question="What are two or three measurable goals, with dates?",
    answered_by="physician",
)
def goals_stated(view: RowView) -> Observation | None:
    return _if_given(view, "goals") or stated(view, "goals_given")


@boolean(
    "row.purpose_stated",
    label="purpose of the item",
    missing="aim, reason and plan of the item",
    question="What is suspected or aimed at, why this item, and what changes with the result?",
    answered_by="physician",
)
def purpose_stated(view: RowView) -> Observation | None:
    purpose = view.row.purpose
    if purpose is not None:
        aim = purpose.has("suspected") or purpose.has("to_distinguish")
        if aim and (purpose.has("plan_by_result") or purpose.has("reason_now")):
            return Observation(True, (view.at("purpose"),))
    return stated(view, "purpose_given")


@boolean(
    "row.suspected",
    label="suspected lesion by name",
    question="Which lesion is suspected?",
    answered_by="physician",
)
def suspected(view: RowView) -> Observation | None:
    return _if_filled_in(view, "purpose", "suspected")


@boolean(
    "row.differential",
    label="question which condition it is",
    missing="question that the test is to answer, as: to distinguish X from Y",
    question="Which conditions is the test to tell apart?",
    answered_by="physician",
)
def differential(view: RowView) -> Observation | None:
    return _if_filled_in(view, "purpose", "to_distinguish")


@boolean(
    "row.plan_by_result",
    label="plan for each result",
    question="What is done next with each result?",
    answered_by="physician",
)
def plan_by_result(view: RowView) -> Observation | None:
    return _if_filled_in(view, "purpose", "plan_by_result")


@boolean(
    "row.invasive_step",
    label="surgery or injection considered after a positive result",
    question="Would surgery or an injection follow a positive result?",
    answered_by="physician",
)
def invasive_step(view: RowView) -> Observation | None:
    purpose = view.row.purpose
    if purpose is None or purpose.invasive_step is None:
        return None
    return Observation(purpose.invasive_step, (view.at("purpose", "invasive_step"),))


def _if_filled_in(view: RowView, record: str, field: str) -> Observation | None:
    entry = getattr(view.row, record)
    filled_in = entry is not None and entry.has(field)
    return Observation(True, (view.at(record, field),)) if filled_in else None


@boolean(
    "row.extenuating_circumstances",
    label="extenuating circumstances",
    question="What is special about this employee, so that the usual rule should not apply?",
    answered_by="physician",
    standing=Standing(seldom=True),
)
def extenuating_circumstances(view: RowView) -> Observation | None:
    return _if_given(view, "extenuating_circumstances")


def _if_given(view: RowView, field: str) -> Observation | None:
    return Observation(True, (view.at(field),)) if view.row.has(field) else None
