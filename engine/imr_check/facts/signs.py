"""Signs of joints, limbs and skin: for each, whether it was found in the part of the row.

The newest examination that speaks of a sign counts, and where one day says both, the answer is the
one that speaks against the request: for these signs, which call for a study or a treatment, that it
was not found. A sign without a region counts for every part. A row for a whole limb is about all of
it, and the signs of a whole limb are signs of each of its parts.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from .anatomy import is_of_part
from .examination import motor_deficit, newest, reflex_deficit, sensory_deficit, tension_sign
from .vocabulary import Observation, boolean, number

if TYPE_CHECKING:
    from collections.abc import Callable

    from ..request.chart import ExamFinding
    from .view import RowView, Seen

# sign: (label, question)
_SIGNS = {
    "effusion": ("joint effusion on examination", "Is there an effusion of the joint?"),
    "locking": ("locking of the joint", "Does the joint lock?"),
    "catching": ("catching of the joint", "Does the joint catch?"),
    "giving_way": ("giving way of the joint", "Does the joint give way?"),
    "joint_laxity": ("laxity of the joint", "Is the joint lax on examination?"),
    "mcmurray": ("positive McMurray test", "What did the McMurray test show?"),
    "apley": ("positive Apley test", "What did the Apley test show?"),
    "unable_to_bear_weight": ("inability to bear weight", "Can the leg bear weight?"),
    "flexion_below_90": ("flexion of less than 90 degrees", "How far does the knee bend?"),
    "obrien": ("positive O'Brien test", "What did the O'Brien test show?"),
    "hawkins": ("positive Hawkins test", "What did the Hawkins test show?"),
    "finkelstein": ("positive Finkelstein test", "What did the Finkelstein test show?"),
    "tinel": ("positive Tinel sign", "What did the Tinel sign show, and where?"),
    "phalen": ("positive Phalen test", "What did the Phalen test show?"),
    "carpal_compression": ("positive carpal compression", "What did carpal compression show?"),
    "motor_deficit": ("weakness of the part", "How strong is the part, by grade?"),
    "spasm": ("muscle spasm on examination", "Is there spasm on examination?"),
}


def found_here(view: RowView, sign: str) -> Observation | None:
    """Return whether a sign was found in the part that the row is about."""
    return newest(_here(view, sign), doubt=False)


def _here(view: RowView, sign: str) -> list[Seen]:
    return [
        seen
        for seen in view.findings.get(sign, ())
        if seen.finding.present is not None and _is_here(view, seen.finding.region)
    ]


def _is_here(view: RowView, region: str | None) -> bool:
    return view.is_near_or_general(region) or any(is_of_part(region, of) for of in view.regions)


for _sign, (_label, _question) in _SIGNS.items():
    boolean(
        f"exam.{_sign}",
        label=_label,
        missing=_label.removeprefix("positive "),
        question=_question,
        answered_by="physician",
    )(partial(found_here, sign=_sign))


# How soon after the injury


def _days_until(view: RowView, sign: str) -> Observation | None:
    """Return the days from the injury to the first dated examination that found a sign."""
    examinations = view.chart.examinations
    dated = [
        (day, seen.path)
        for seen in _here(view, sign)
        if seen.finding.present and (day := examinations[int(seen.path[2])].date)
    ]
    if not dated:
        return None
    first, path = min(dated, key=lambda item: (item[0], str(item[1])))
    return Observation(max((first - view.request.injury.date).days, 0), (path,))


for _sign, _label, _question in (
    (
        "effusion",
        "time from the injury to the first finding of an effusion",
        "On which day was an effusion first found?",
    ),
    (
        "unable_to_bear_weight",
        "time from the injury to the first finding that the leg cannot bear weight",
        "On which day could the leg not bear weight?",
    ),
):
    number(
        f"exam.{_sign}_days",
        label=_label,
        question=_question,
        answered_by="physician",
        unit="days",
    )(partial(_days_until, sign=_sign))


# Carpal tunnel


@boolean(
    "exam.tinel_at_wrist",
    label="positive Tinel sign at the wrist",
    missing="Tinel sign at the wrist",
    question="What did the Tinel sign at the wrist show?",
    answered_by="physician",
)
def tinel_at_wrist(view: RowView) -> Observation | None:
    at_wrist = (None, "wrist", "hand", "arm")
    seen = [each for each in _here(view, "tinel") if each.finding.region in at_wrist]
    return newest(seen, doubt=False)


# Nerve deficits by name: which dermatome, which muscle

_TOO_WIDE = frozenset({None, "arm", "leg", "neck", "upper_back", "low_back", "buttock", "other"})
"""A loss of sensation there, without a level, names no dermatome."""


def _named(
    view: RowView, charted: Observation | None, is_named: Callable[[ExamFinding], bool]
) -> Observation | None:
    """Return a deficit as charted, but not one that is charted without saying where."""
    if charted is None or not charted.value:
        return charted
    findings = {seen.path: seen.finding for found in view.findings.values() for seen in found}
    named = tuple(path for path in charted.evidence if is_named(findings[path]))
    return Observation(True, named) if named else None


@boolean(
    "exam.dermatome_loss",
    label="loss of sensation in a named dermatome",
    missing="sensory examination by dermatome",
    question="In which dermatome is sensation reduced, on which side?",
    answered_by="physician",
)
def dermatome_loss(view: RowView) -> Observation | None:
    return _named(
        view,
        sensory_deficit(view),
        lambda finding: bool(finding.levels) or finding.region not in _TOO_WIDE,
    )


@boolean(
    "exam.myotome_weakness",
    label="weakness of a named muscle or level, or atrophy",
    missing="strength by muscle or level",
    question="Which muscle or level is weak, by grade?",
    answered_by="physician",
)
def myotome_weakness(view: RowView) -> Observation | None:
    return _named(
        view,
        motor_deficit(view),
        lambda finding: bool(finding.levels or finding.muscle or finding.finding == "atrophy"),
    )


@boolean(
    "exam.limb_deficit",
    label="loss of sensation or weakness anywhere in the limb",
    missing="sensation and strength of the limb",
    question="Where in the limb is sensation or strength reduced?",
    answered_by="physician",
)
def limb_deficit(view: RowView) -> Observation | None:
    """Also at a joint and without a level: beside a positive tension sign that counts."""
    stated = [
        seen
        for sign in ("sensory_deficit", "motor_deficit", "atrophy")
        for seen in view.findings.get(sign, ())
        if seen.finding.present is not None and view.concerns_nerves(seen.finding.region)
    ]
    return newest(stated, doubt=True)


@boolean(
    "exam.neurologic",
    label="neurologic examination",
    question="What did sensation, strength, reflexes and tension signs show?",
    answered_by="physician",
)
def neurologic(view: RowView) -> Observation | None:
    tested = (sensory_deficit, motor_deficit, reflex_deficit, tension_sign)
    places = [path for test in tested if (seen := test(view)) for path in seen.evidence]
    return Observation(True, tuple(places)) if places else None


# Complex regional pain

_CATEGORIES = {
    "sensory": ("hyperalgesia_or_allodynia",),
    "vasomotor": ("temperature_asymmetry", "skin_color_change"),
    "sweating and edema": ("edema", "sweating_change"),
    "motor and trophic": ("trophic_change",),
}


@number(
    "exam.crps_categories",
    label="categories of signs of complex regional pain",
    question="Which signs of complex regional pain are there: sensory, skin, edema, trophic?",
    answered_by="physician",
    unit="categories",
)
def crps_categories(view: RowView) -> Observation | None:
    found = {
        category: [seen for sign in signs if (seen := found_here(view, sign))]
        for category, signs in _CATEGORIES.items()
    }
    places = [path for seen in found.values() for each in seen for path in each.evidence]
    present = [category for category, seen in found.items() if any(each.value for each in seen)]
    return Observation(len(present), tuple(places)) if places else None
