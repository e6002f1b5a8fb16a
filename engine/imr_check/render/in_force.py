"""What governs on a day, for people and as JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..explaining import in_force
from ..guideline.chapters import LICENSED
from .context import NOTICE
from .lines import Line

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from ..guideline.overview import Governed, Listed, Overview

FORMAT = 1
"""Version of the shape of the JSON; a change that breaks a reader raises it."""


def lines(found: Iterable[Overview]) -> Iterator[Line]:
    """Yield what governs, pack by pack."""
    for overview in found:
        yield from _lines(overview)
    yield Line(NOTICE)


def _lines(overview: Overview) -> Iterator[Line]:
    dates = overview.dates
    yield Line(overview.pack.title, style="bold")
    yield Line(f"Request of {dates.request}, service on {dates.service}.", 2, hang=2)
    yield Line("")
    current = [each for each in overview.editions if each.standing == "in force"]
    advising = [each for each in overview.editions if each.standing != "in force" and each.judges]
    yield from _listed("In force", current)
    yield from _listed("Not in force; judges as advice, for want of what replaced it", advising)
    if not any(each.judges for each in (*current, *advising)):
        yield Line("Nothing that is encoded governs, or could advise.", 2)
        yield Line("")
    yield from _adopted(overview)
    warnings = dict.fromkeys(
        each.ruling.warning
        for listed in overview.editions
        for each in listed.judges
        if each.ruling.warning
    )
    for warning in warnings:
        yield Line(f"! {warning}", 2, hang=2)
        yield Line("")


def _listed(title: str, editions: list[Listed]) -> Iterator[Line]:
    if not editions:
        return
    yield Line(f"{title}:", 2, style="bold")
    for listed in editions:
        edition = listed.edition
        end = f", replaced by {edition.replaced_by}" if edition.ends else ""
        yield Line(edition.title, 4, style="bold", hang=2)
        yield Line(f"{_capital(in_force(edition))}{end}", 6, hang=2)
        yield Line(str(edition.citation), 6, hang=2)
        if edition.note:
            yield Line(" ".join(edition.note.split()), 6, hang=2)
        if listed.judges:
            titles = ", ".join(_in_a_list(each) for each in listed.judges)
            yield Line(f"Judges: {titles}.", 6, hang=2)
    yield Line("")


def _in_a_list(governed: Governed) -> str:
    """Return the title in small letters, but for an abbreviation such as MRI at its start."""
    title = governed.title
    return title if title[:2].isupper() else title[0].lower() + title[1:]


def _capital(words: str) -> str:
    return words[0].upper() + words[1:]


def _adopted(overview: Overview) -> Iterator[Line]:
    adopted = overview.adopted
    if adopted is None:
        return
    yield Line(f"Adopted by reference, for services from {adopted.starts}:", 2, style="bold")
    for chapter in adopted.chapters:
        yield Line(f"ACOEM {chapter}, for services from {chapter.services_from}", 4, hang=2)
    yield Line(f"{LICENSED} {adopted.note}", 4, hang=2)
    yield Line(f"{adopted.citation}", 4, hang=2)
    yield Line("")


def to_dict(found: Iterable[Overview], version: str) -> dict[str, Any]:
    """Return what governs as JSON data."""
    return {
        "version": FORMAT,
        "imr_check": version,
        "notice": NOTICE,
        "packs": [_pack(overview) for overview in found],
    }


def _pack(overview: Overview) -> dict[str, Any]:
    adopted = overview.adopted
    return {
        "pack": overview.pack.name,
        "pack_version": overview.pack.version,
        "request": overview.dates.request.isoformat(),
        "service": overview.dates.service.isoformat(),
        "editions": [_edition(listed) for listed in overview.editions],
        "form": overview.form.edition.id if overview.form else None,
        "chapters": [
            {
                "name": chapter.name,
                "text": chapter.text,
                "services_from": chapter.services_from.isoformat(),
            }
            for chapter in (adopted.chapters if adopted else ())
        ],
        "chapters_note": f"{LICENSED} {adopted.note}" if adopted else "",
    }


def _edition(listed: Listed) -> dict[str, Any]:
    edition = listed.edition
    return {
        "id": edition.id,
        "title": edition.title,
        "citation": str(edition.citation),
        "standing": listed.standing,
        "in_force": in_force(edition),
        "replaced_by": edition.replaced_by,
        "confidence": edition.confidence,
        "note": " ".join(edition.note.split()),
        "judges": [
            {
                "kind": each.kind,
                "treatment": each.title,
                "standing": each.ruling.standing,
                "reason": each.ruling.reason,
                "warning": each.ruling.warning,
            }
            for each in listed.judges
        ],
    }
