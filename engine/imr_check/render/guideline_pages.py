"""The documentation of guideline packs: a page for each criterion, section and edition.

The pages are Markdown as mkdocs-material reads it and link to nothing but each other, so that a
pack of somebody else gets the same pages in a site of its own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..errors import GuidelineError
from ..explaining import standings
from ..own_criteria import OWN_CRITERIA
from .criterion_page import criterion_page, own_page
from .overview_pages import edition_page, index_page, section_page
from .page_parts import INDEX, criterion_address, edition_address, section_address

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from ..guideline.pack import Pack


def pages(packs: Sequence[Pack]) -> dict[str, str]:
    """Return the pages of ``packs`` as Markdown, by their paths relative to the documentation."""
    written: dict[str, str] = {}
    taken: set[str] = set()
    for path, lines in _pages(packs):
        # Compared as a file system does that does not tell capital letters.
        if path.casefold() in taken:
            raise GuidelineError(f"two pages would be called {path}: rename a code or a file")
        taken.add(path.casefold())
        written[path] = "\n".join(lines).rstrip() + "\n"
    return written


def _pages(packs: Sequence[Pack]) -> Iterator[tuple[str, Iterable[str]]]:
    found = standings(packs)
    yield INDEX, index_page(packs, found)
    for code, listed in found.items():
        yield criterion_address(code), criterion_page(listed)
    for code, criterion in OWN_CRITERIA.items():
        yield criterion_address(code), own_page(criterion)
    for pack in packs:
        for section in pack.sections():
            yield section_address(pack, section), section_page(pack, section)
        for edition in pack.editions.values():
            yield edition_address(pack, edition), edition_page(pack, edition)


def navigation(packs: Sequence[Pack]) -> list[Any]:
    """Return the navigation over the pages as mkdocs takes it; every page stands in it once."""
    found = standings(packs)
    shared = [criterion_address(code) for code, listed in found.items() if len(listed) > 1]
    editions = [
        {edition.title: _under(pack, edition.id, shared)}
        for pack in packs
        for edition in pack.editions.values()
    ]
    own = [{"Checks of the file": [criterion_address(code) for code in OWN_CRITERIA]}]
    several = [{"In several treatments": shared}] if shared else []
    return [INDEX, *editions, *several, *own]


def _under(pack: Pack, edition: str, shared: list[str]) -> list[Any]:
    """Return the entries of an edition: its own page, then its sections with their criteria."""
    entries: list[Any] = [{"Overview": edition_address(pack, pack.editions[edition])}]
    for section in pack.sections():
        if section.edition == edition:
            codes = [criterion_address(criterion.code) for criterion in section.criteria]
            only_here = [address for address in codes if address not in shared]
            entries.append(
                {section.title: [{"Overview": section_address(pack, section)}, *only_here]}
            )
    return entries
