"""What examinations found: trigger points muscle by muscle, and nerve function."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from .anatomy import region_of_level
from .vocabulary import Observation, Path, boolean

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

    from ..request.chart import ExamFinding
    from .view import RowView


def latest(
    view: RowView, signs: tuple[str, ...], belongs: Callable[[ExamFinding], bool]
) -> Observation | None:
    """Return whether one of ``signs`` was found, by the newest examination that speaks of it.

    Examinations without a date count as the oldest. Where the newest day says both, found wins.
    """
    newest: date | None = None
    found: list[Path] = []
    absent: list[Path] = []
    for sign in signs:
        for day, path, finding in view.findings.get(sign, ()):
            if finding.present is None or not belongs(finding):
                continue
            if newest is None or day > newest:
                newest, found, absent = day, [], []
            if day == newest:
                (found if finding.present else absent).append(path)
    if found:
        return Observation(True, tuple(found))
    return Observation(False, tuple(absent)) if absent else None


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
    answers = [_at_point(view, point, signs, denying) for point in _points(view)]
    against = [answer for answer in answers if answer is not None and not answer.value]
    if against:
        return Observation(False, tuple(path for answer in against for path in answer.evidence))
    charted = [answer for answer in answers if answer is not None]
    if not charted or len(charted) < len(answers):
        return None
    return Observation(True, tuple(path for answer in charted for path in answer.evidence))


def _at_point(
    view: RowView, point: _Point, signs: tuple[str, ...], denying: tuple[str, ...]
) -> Observation | None:
    def denies(finding: ExamFinding) -> bool:
        return finding.finding in signs or finding.present is False

    def belongs(finding: ExamFinding) -> bool:
        return _is_at(view, point, finding) and denies(finding)

    return latest(view, signs + denying, belongs)


class _Point(NamedTuple):
    """A place to be injected: muscle in lower case (None: any), side (None: any), region."""

    muscle: str | None
    side: str | None
    region: str | None


def _points(view: RowView) -> list[_Point]:
    """Return the points that the row names; without muscles, the charted point that shows most."""
    row = view.row
    points = []
    for site in row.sites:
        side = site.side or row.side
        sides = ("left", "right") if side == "both" else (side,)
        if site.muscle:
            points += [_Point(_plain(site.muscle), each, site.region) for each in sides]
    if points:
        return points
    charted: dict[_Point, set[str]] = {}
    for sign in (*_TRIGGER_POINT, *_TWITCH, *_REFERRAL):
        for _, _, finding in view.findings.get(sign, ()):
            if finding.present is not None and view.treats(finding.region):
                point = _Point(_plain(finding.muscle), finding.side, finding.region)
                shown = charted.setdefault(point, set())
                if finding.present:
                    shown.add("point" if sign in _TRIGGER_POINT else sign)
    best = sorted(charted, key=lambda point: (-len(charted[point]), str(point)))
    return best[:1]


def _is_at(view: RowView, point: _Point, finding: ExamFinding) -> bool:
    region = finding.region
    if region is not None and region != point.region and not view.treats(region):
        return False
    if finding.finding == "trigger_point" and finding.muscle is None:
        return view.treats(region)  # 'no trigger points' speaks of every muscle of the region
    same_side = point.side is None or finding.side in (point.side, "both")
    return _plain(finding.muscle) == (point.muscle or "") and same_side


def _plain(muscle: str | None) -> str:
    return " ".join((muscle or "").casefold().split())


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
    sides = [latest(view, signs, _of_root(view, side)) for side in ("left", "right")]
    answers = [answer for answer in sides if answer is not None]
    if not answers:
        return None
    found = any(answer.value for answer in answers)
    paths = (path for answer in answers if answer.value is found for path in answer.evidence)
    return Observation(found, tuple(dict.fromkeys(paths)))


def _of_root(view: RowView, side: str) -> Callable[[ExamFinding], bool]:
    def belongs(finding: ExamFinding) -> bool:
        if finding.side not in (side, "both", "midline", None):
            return False
        if finding.levels:
            return any(view.concerns_nerves(region_of_level(level)) for level in finding.levels)
        if finding.present and finding.region in _JOINTS:
            return False
        return view.concerns_nerves(finding.region)

    return belongs


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
