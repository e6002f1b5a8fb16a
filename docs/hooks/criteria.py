"""For mkdocs: the pages of the criteria, written anew from the guideline files at every build.

Of this file, mkdocs calls ``on_files``. The pages exist in memory only, so that none can be older
than the criterion that it is about.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mkdocs.structure.files import File, Files

from imr_check.guideline.pack import installed_packs
from imr_check.render.guideline_pages import navigation, pages
from imr_check.render.page_parts import INDEX

if TYPE_CHECKING:
    from mkdocs.config.defaults import MkDocsConfig


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add the pages to the site, and to the navigation where it names their index."""
    packs = installed_packs()
    for path, text in pages(packs).items():
        files.append(File.generated(config, path, content=text))
    config.nav = _filled(config.nav, navigation(packs))
    return files


def _filled(entries: Any, below: list[Any]) -> Any:
    """Return navigation with the entry for the index of the criteria replaced by ``below``."""
    if entries == INDEX:
        return below
    if isinstance(entries, list):
        return [_filled(entry, below) for entry in entries]
    if isinstance(entries, dict):
        return {title: _filled(entry, below) for title, entry in entries.items()}
    return entries
