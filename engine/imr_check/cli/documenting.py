"""``imr-check docs``: the pages of the criteria as Markdown files, for a site made with mkdocs."""

from __future__ import annotations

import os
import sys
from difflib import get_close_matches
from typing import TYPE_CHECKING

from ..guideline.pack import installed_packs
from ..render.guideline_pages import pages

if TYPE_CHECKING:
    from pathlib import Path

    from ..guideline.pack import Pack


def docs(folder: Path, pack: str | None) -> int:
    """Write the pages of every installed pack, or of the one called ``pack``, below ``folder``.

    A page that is there already is replaced; nothing is deleted.
    """
    chosen = _chosen(pack)
    if not chosen:
        return 2
    written = pages(chosen)
    try:
        for path, text in written.items():
            _write(folder / path, text)
    except OSError as error:
        print(f"imr-check: {folder} cannot be written to: {error.strerror}", file=sys.stderr)
        return 2
    print(f"Wrote {len(written)} pages to {folder}. Begin with {folder / next(iter(written))}")
    return 0


def _chosen(name: str | None) -> list[Pack]:
    installed = {pack.name: pack for pack in installed_packs()}
    if name is None:
        return list(installed.values())
    if name in installed:
        return [installed[name]]
    close = get_close_matches(name, installed, 1, 0.5)
    hint = f"did you mean {close[0]}?" if close else f"installed: {', '.join(installed)}"
    print(f"imr-check: there is no such pack: {hint}", file=sys.stderr)
    return []


def _write(file: Path, text: str) -> None:
    """Write whole or not at all."""
    file.parent.mkdir(parents=True, exist_ok=True)
    temporary = file.with_name(f".{file.name}.{os.getpid()}")
    try:
        temporary.write_text(text, encoding="utf-8", newline="\n")
        os.replace(temporary, file)
    finally:
        temporary.unlink(missing_ok=True)
