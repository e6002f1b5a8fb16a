"""What examinations found: trigger points muscle by muscle, and nerve function."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .vocabulary import Observation, Path, boolean

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

    from ..request.chart import ExamFinding
    from ..request.treatment import Site
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


def at_every_site(view: RowView, signs: tuple[str, ...]) -> Observation | None:
    """Return whether one of ``signs`` was found at every muscle of the row.

    Without named muscles, one finding in the row's region speaks for the row. One muscle where the
    sign is charted as absent makes it false; one muscle without a word makes it not documented.
    """
    sites = [site for site in view.row.sites if site.muscle]
    if not sites:
        return latest(view, signs, lambda finding: view.treats(finding.region))
    answers = [latest(view, signs, _at(view, site)) for site in sites]
    against = [answer for answer in answers if answer is not None and not answer.value]
    if against:
        return Observation(False, tuple(path for answer in against for path in answer.evidence))
    charted = [answer for answer in answers if answer is not None]
    if len(charted) < len(answers):
        return None
    return Observation(True, tuple(path for answer in charted for path in answer.evidence))


def _at(view: RowView, site: Site) -> Callable[[ExamFinding], bool]:
    muscle = " ".join((site.muscle or "").casefold().split())
    side = site.side or view.row.side

    def belongs(finding: ExamFinding) -> bool:
        named = " ".join((finding.muscle or "").casefold().split())
        same_side = side is None or finding.side in (side, "both")
        return named == muscle and (same_side or (finding.side is None and side == "midline"))

    return belongs


@boolean(
    "trigger_point.circumscribed",
    label="circumscribed trigger point or taut band",
    question="Which muscle, on which side, shows a circumscribed trigger point or a taut band?",
    answered_by="physician",
)
def circumscribed(view: RowView) -> Observation | None:
    return at_every_site(view, ("circumscribed_trigger_point", "taut_band"))


@boolean(
    "trigger_point.twitch_response",
    label="local twitch response on palpation",
    question="Did palpation of each requested muscle show a local twitch response?",
    answered_by="physician",
)
def twitch_response(view: RowView) -> Observation | None:
    return at_every_site(view, ("local_twitch_response",))


@boolean(
    "trigger_point.referred_pain",
    label="referred pain on palpation",
    question="Where did palpation of each requested muscle refer the pain?",
    answered_by="physician",
)
def referred_pain(view: RowView) -> Observation | None:
    return at_every_site(view, ("referred_pain",))


def _nerve(view: RowView, *signs: str) -> Observation | None:
    return latest(view, signs, lambda finding: view.concerns_nerves(finding.region))


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
