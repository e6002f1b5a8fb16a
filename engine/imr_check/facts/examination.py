"""What examinations found: trigger points muscle by muscle, and nerve function."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .anatomy import region_of_level
from .view import PALPATED, Point
from .vocabulary import Observation, Path, boolean

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from ..request.chart import ExamFinding
    from .view import RowView, Seen


def newest(findings: Iterable[Seen], *, doubt: bool) -> Observation | None:
    """Return whether a sign was found, by the newest of the findings that say so or deny it.

    Examinations without a date count as the oldest. Where the newest day says both, the answer is
    ``doubt``: the one that speaks against the request.
    """
    day: date | None = None
    found: list[Path] = []
    absent: list[Path] = []
    for seen in findings:
        if day is None or seen.day > day:
            day, found, absent = seen.day, [], []
        if seen.day == day:
            (found if seen.finding.present else absent).append(seen.path)
    if found and (doubt or not absent):
        return Observation(True, tuple(found))
    return Observation(False, tuple(absent)) if absent else None


def _stated(view: RowView, signs: Iterable[str]) -> list[Seen]:
    """Return the findings of these signs that say whether the sign is there."""
    return [
        seen
        for sign in signs
        for seen in (view.palpated if sign in PALPATED else view.findings).get(sign, ())
        if seen.finding.present is not None
    ]


_TRIGGER_POINT = ("circumscribed_trigger_point", "taut_band")
_TWITCH = ("local_twitch_response",)
_REFERRAL = ("referred_pain",)


def at_every_point(
    view: RowView, signs: tuple[str, ...], denying: tuple[str, ...] = ()
) -> Observation | None:
    """Return whether one of ``signs`` was found at every point to be injected.

    One point where it is charted as absent, or where one of ``denying`` is, makes it false; one
    point without a word makes it not documented.
    """
    stated = _stated(view, signs)
    stated += [seen for seen in _stated(view, denying) if not seen.finding.present]
    answers = [
        newest((seen for seen in stated if _is_at(view, point, seen)), doubt=False)
        for point in _points(view)
    ]
    against = [answer for answer in answers if answer is not None and not answer.value]
    if against:
        return Observation(False, tuple(path for answer in against for path in answer.evidence))
    charted = [answer for answer in answers if answer is not None]
    if not charted or len(charted) < len(answers):
        return None
    return Observation(True, tuple(path for answer in charted for path in answer.evidence))


def _points(view: RowView) -> list[Point]:
    """Return the points that the row names; without muscles, the charted point that shows most."""
    if view.points:
        return view.points
    charted: dict[Point, set[str]] = {}
    for sign in (*_TRIGGER_POINT, *_TWITCH, *_REFERRAL):
        for _, _, finding, muscle in view.palpated.get(sign, ()):
            if finding.present is not None and view.treats(finding.region):
                point = Point(muscle, finding.side, finding.region)
                shown = charted.setdefault(point, set())
                if finding.present:
                    shown.add("point" if sign in _TRIGGER_POINT else sign)
    return sorted(charted, key=lambda point: (-len(charted[point]), str(point)))[:1]


def _is_at(view: RowView, point: Point, seen: Seen) -> bool:
    finding = seen.finding
    if seen.muscle != point.muscle:
        # 'No trigger points' speaks of every muscle of the region.
        general = finding.finding == "trigger_point" and not seen.muscle
        return general and view.treats(finding.region)
    region = finding.region
    if region is not None and region != point.region and not view.treats(region):
        return False
    return point.side is None or finding.side in (point.side, "both")


@boolean(
    "trigger_point.circumscribed",
    label="circumscribed trigger point or taut band",
    question="Which muscle, on which side, shows a circumscribed trigger point or a taut band?",
    answered_by="physician",
)
def circumscribed(view: RowView) -> Observation | None:
    return at_every_point(view, _TRIGGER_POINT, denying=("trigger_point",))


@boolean(
    "trigger_point.twitch_response",
    label="local twitch response on palpation",
    question="Did palpation of each requested muscle show a local twitch response?",
    answered_by="physician",
)
def twitch_response(view: RowView) -> Observation | None:
    return at_every_point(view, _TWITCH)


@boolean(
    "trigger_point.referred_pain",
    label="referred pain on palpation",
    question="Where did palpation of each requested muscle refer the pain?",
    answered_by="physician",
)
def referred_pain(view: RowView) -> Observation | None:
    return at_every_point(view, _REFERRAL)


_JOINTS = frozenset({"shoulder", "elbow", "wrist", "hand", "hip", "knee", "ankle"})
"""A deficit at a joint, without a level, may come from the joint: it says nothing of a root."""


def _nerve(view: RowView, *signs: str) -> Observation | None:
    """Return whether a sign of a root was found on either side, by the newest word on each side."""
    stated = [seen for seen in _stated(view, signs) if _is_of_root(view, seen.finding)]
    if not stated:
        return None
    if all(seen.finding.side not in ("left", "right") for seen in stated):
        return newest(stated, doubt=True)
    by_side = [
        newest((seen for seen in stated if seen.finding.side != other), doubt=True)
        for other in ("left", "right")
    ]
    answers = [answer for answer in by_side if answer is not None]
    found = any(answer.value for answer in answers)
    paths = (path for answer in answers if answer.value is found for path in answer.evidence)
    return Observation(found, tuple(dict.fromkeys(paths)))


def _is_of_root(view: RowView, finding: ExamFinding) -> bool:
    if finding.levels:
        return any(view.concerns_nerves(region_of_level(level)) for level in finding.levels)
    if finding.present and finding.region in _JOINTS:
        return False
    return view.concerns_nerves(finding.region)


@boolean(
    "nerve.sensory_deficit",
    label="sensory loss on examination",
    missing="sensory examination",
    question="What did the sensory examination show?",
    answered_by="physician",
)
def sensory_deficit(view: RowView) -> Observation | None:
    return _nerve(view, "sensory_deficit")


@boolean(
    "nerve.reflex_deficit",
    label="reflex loss on examination",
    missing="reflexes",
    question="What did the reflexes show?",
    answered_by="physician",
)
def reflex_deficit(view: RowView) -> Observation | None:
    return _nerve(view, "reflex_deficit")


@boolean(
    "nerve.motor_deficit",
    label="weakness or atrophy on examination",
    missing="strength examination",
    question="What did the strength examination show?",
    answered_by="physician",
)
def motor_deficit(view: RowView) -> Observation | None:
    return _nerve(view, "motor_deficit", "atrophy")


@boolean(
    "nerve.tension_sign",
    label="positive straight leg raise or Spurling test",
    missing="straight leg raise or Spurling test",
    question="What did the straight leg raise or the Spurling test show?",
    answered_by="physician",
)
def tension_sign(view: RowView) -> Observation | None:
    return _nerve(view, "straight_leg_raise", "spurling")
