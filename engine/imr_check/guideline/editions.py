"""Which edition judges a row: by the date of the request and the date of the service."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Literal, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable

    from .model import Bound, Edition
    from .pack import Listing, Pack


class Dates(NamedTuple):
    """The two dates that editions are keyed to. Without a service date the request date serves."""

    request: date
    service: date


class Circumstances(NamedTuple):
    """What beside the dates picks an edition: how long it has hurt, and where.

    ``months`` is None where the chart has no onset; ``regions`` is empty where the row names none.
    """

    months: int | None = None
    regions: frozenset[str] = frozenset()


NOTHING_KNOWN = Circumstances()


class Ruling(NamedTuple):
    """The edition that judges a row, and why that one.

    ``in_force`` is False where nothing encoded governs on the dates: the edition then advises only,
    ``replaced_on`` says since when it has been replaced (None if it was not yet in force).
    ``warning`` is not empty where the two dates fall on different sides of its last day.
    """

    edition: Edition
    file: str
    in_force: bool
    reason: str
    replaced_on: date | None
    warning: str = ""

    @property
    def standing(self) -> Literal["in force", "advice"]:
        """The word that every output shows beside the edition."""
        return "in force" if self.in_force else "advice"


def rule_on(
    pack: Pack,
    kind: str,
    dates: Dates,
    circumstances: Circumstances = NOTHING_KNOWN,
    edition: str | None = None,
) -> Ruling | None:
    """Return the ruling for a kind of treatment, or None if the pack has no criteria for it.

    With an ``edition`` the others are left out, so that it judges whatever the dates are.
    """
    return _ruling(pack, _only(pack.listings.get(kind, ()), edition), dates, circumstances)


def rule_on_form(pack: Pack, dates: Dates, edition: str | None = None) -> Ruling | None:
    """Return the ruling for the request as a whole, or None if the pack has no criteria for it."""
    return _ruling(pack, _only(pack.form, edition), dates, NOTHING_KNOWN)


def _only(listings: Iterable[Listing], edition: str | None) -> Iterable[Listing]:
    return [item for item in listings if edition in (None, item.edition)]


def _ruling(
    pack: Pack, listings: Iterable[Listing], dates: Dates, circumstances: Circumstances
) -> Ruling | None:
    listed = [
        (pack.editions[item.edition], item)
        for item in listings
        if _is_for(item, pack, circumstances)
    ]
    if not listed:
        return None
    for edition, item in listed:
        if reached(edition.starts, dates) and not passed(edition.ends, dates):
            reason = _governs(edition, dates) + _path_taken(item, pack, circumstances)
            warning = _straddling(edition, dates)
            return Ruling(edition, item.file, True, reason, None, warning)
    ended = [each for each in listed if passed(each[0].ends, dates)]
    edition, item = max(ended, key=_last_day) if ended else min(listed, key=_first_day)
    if not ended:
        return Ruling(edition, item.file, False, _not_yet(edition), None)
    replaced = _last_day((edition, item)) + timedelta(days=1)
    return Ruling(edition, item.file, False, _superseded(edition, replaced), replaced)


def _is_for(item: Listing, pack: Pack, circumstances: Circumstances) -> bool:
    """Whether a listing is for these regions and this length of pain.

    Where the chart has no onset, pain counts as chronic: the guideline for it is the stricter one.
    """
    if item.regions and not circumstances.regions & item.regions:
        return False
    return item.path is None or item.path == path_of(pack, circumstances.months)


def path_of(pack: Pack, months: int | None) -> Literal["acute", "chronic"]:
    """Return which guidelines pain of so many months belongs under; unknown counts as chronic."""
    chronic = pack.chronic_pain
    return "acute" if chronic and months is not None and months < chronic.months else "chronic"


def _path_taken(item: Listing, pack: Pack, circumstances: Circumstances) -> str:
    chronic = pack.chronic_pain
    if item.path is None or chronic is None:
        return ""
    if circumstances.months is None:
        return " The chart has no onset, so the pain was taken for chronic."
    return (
        f" Pain of {circumstances.months} months is {item.path}: "
        f"from {chronic.months} months on it is chronic ({chronic.citation})."
    )


def reached(bound: Bound | None, dates: Dates) -> bool:
    """Whether the dates are on or after a first day."""
    return bound is None or getattr(dates, bound.keyed_to) >= bound.day


def passed(bound: Bound | None, dates: Dates) -> bool:
    """Whether the dates are after a last day."""
    return bound is not None and getattr(dates, bound.keyed_to) > bound.day


def _last_day(item: tuple[Edition, Listing]) -> date:
    return item[0].ends.day if item[0].ends else date.max


def _first_day(item: tuple[Edition, Listing]) -> date:
    return item[0].starts.day if item[0].starts else date.min


def _governs(edition: Edition, dates: Dates) -> str:
    bound = edition.ends or edition.starts
    keyed_to = bound.keyed_to if bound else "request"
    return f"{edition.title} was in force for a {keyed_to} of {getattr(dates, keyed_to)}."


def _straddling(edition: Edition, dates: Dates) -> str:
    if edition.ends is None or dates.request == dates.service:
        return ""
    last = edition.ends.day
    if (dates.request <= last) == (dates.service <= last):
        return ""
    return (
        f"The request ({dates.request}) and the service ({dates.service}) fall on different sides "
        f"of {last}, the last day of this edition, which goes by the date of the "
        f"{edition.ends.keyed_to}. Check which text governs."
    )


def _superseded(edition: Edition, replaced: date) -> str:
    keyed_to = edition.ends.keyed_to if edition.ends else "request"
    doubt = edition.ends.doubt if edition.ends else ""
    successor = f" by {edition.replaced_by}" if edition.replaced_by else ""
    return (
        f"{edition.title} was replaced for {keyed_to}s from {replaced}{doubt}{successor}. "
        "What replaced it is not encoded here."
    )


def _not_yet(edition: Edition) -> str:
    day = edition.starts.day if edition.starts else ""
    return f"{edition.title} was not yet in force: it begins on {day}. Nothing earlier is encoded."
