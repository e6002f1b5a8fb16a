"""Which version of the drug list was in force on a day, as far as the published days are known."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple

if TYPE_CHECKING:
    from datetime import date

    from .model import Version

Outcome = Literal["in_force", "doubtful", "replaced", "not_yet"]


class Standing(NamedTuple):
    """Whether a list holds on a day, and a sentence on what is not certain about it."""

    outcome: Outcome
    note: str = ""


def in_force(versions: tuple[Version, ...], day: date) -> Version | None:
    """Return the newest version whose day is known and has come."""
    begun = [each for each in versions if each.starts is not None and each.starts <= day]
    return begun[-1] if begun else None


def between(versions: tuple[Version, ...], day: date) -> tuple[Version, ...]:
    """Return the versions without a day that may have been in force instead."""
    newest = in_force(versions, day)
    at = versions.index(newest) + 1 if newest else 0
    found = []
    for each in versions[at:]:
        if each.starts is not None:
            break
        found.append(each)
    return tuple(found)


def standing(
    versions: tuple[Version, ...], number: str | None, effective: date, day: date
) -> Standing:
    """Return whether the version that began on ``effective`` holds on ``day``."""
    if day < effective:
        return Standing("not_yet", f"This list holds from {effective}.")
    newest = in_force(versions, day)
    if newest and newest.starts and newest.starts > effective and newest.name != number:
        return Standing(
            "replaced", f"Version {newest.name} of the list holds from {newest.starts}: load it."
        )
    known = next((each.starts for each in versions if each.name == number), None)
    if known and known != effective:
        return Standing(
            "doubtful",
            f"This list says that it holds from {effective}; version {number} is known here to "
            f"hold from {known}: look which is right.",
        )
    others = [each.name for each in between(versions, day) if _is_other(versions, each, number)]
    if others:
        names = " and ".join(others)
        return Standing(
            "doubtful",
            f"When version {names} began is not known here: look whether this list was replaced.",
        )
    if newest is versions[-1] or newest is None or effective > (newest.starts or effective):
        return Standing("in_force", "Look whether a later version of the list has been published.")
    return Standing("in_force")


def _is_other(versions: tuple[Version, ...], each: Version, number: str | None) -> bool:
    """Whether a version without a day comes after the one with this number."""
    names = [version.name for version in versions]
    return number not in names or names.index(each.name) > names.index(number)
