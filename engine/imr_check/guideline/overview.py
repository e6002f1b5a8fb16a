"""What governs on a day: every edition of a pack with its standing, and what each judges."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple

from .chapters import Adopted, adopted_on
from .editions import Circumstances, passed, reached, rule_on, rule_on_form

if TYPE_CHECKING:
    from .editions import Dates, Ruling
    from .model import Edition
    from .pack import Pack

Standing = Literal["in force", "not yet", "over"]


class Governed(NamedTuple):
    """A kind of treatment and the ruling on it."""

    kind: str
    title: str
    ruling: Ruling


class Listed(NamedTuple):
    """An edition on the dates asked for, and the treatments that it judges then."""

    edition: Edition
    standing: Standing
    judges: tuple[Governed, ...]


class Overview(NamedTuple):
    """What governs on two dates: the editions, the form, and what is adopted by reference."""

    pack: Pack
    dates: Dates
    circumstances: Circumstances
    editions: tuple[Listed, ...]
    form: Ruling | None
    adopted: Adopted | None


def overview(pack: Pack, dates: Dates, circumstances: Circumstances) -> Overview:
    """Return what governs on the dates, under these circumstances where they matter."""
    governed = [
        Governed(kind, pack.terms.treatments[kind].title, ruling)
        for kind in pack.listings
        if (ruling := rule_on(pack, kind, dates, circumstances)) is not None
    ]
    editions = tuple(
        Listed(
            edition,
            _standing(edition, dates),
            tuple(each for each in governed if each.ruling.edition.id == edition.id),
        )
        for edition in pack.editions.values()
    )
    adopted = adopted_on(pack, dates.service)
    return Overview(pack, dates, circumstances, editions, rule_on_form(pack, dates), adopted)


def _standing(edition: Edition, dates: Dates) -> Standing:
    if passed(edition.ends, dates):
        return "over"
    return "in force" if reached(edition.starts, dates) else "not yet"
