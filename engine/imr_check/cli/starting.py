"""``imr-check new`` and ``imr-check schema``: a place to start from."""

from __future__ import annotations

import os
import sys
import tempfile
from difflib import get_close_matches
from pathlib import Path

from ..guideline.pack import installed_packs
from ..resources import schema_text


def schema(name: str) -> int:
    """Print a shipped JSON Schema."""
    sys.stdout.write(schema_text(name))
    return 0


def new(kind: str, output: Path | None) -> int:
    """Print the starting file for ``kind``, or write it to a file that does not exist yet."""
    starters = _starters()
    file = starters.get(kind)
    if file is None:
        close = get_close_matches(kind, starters, 1, 0.6)
        hint = f"did you mean {close[0]}?" if close else f"use one of {', '.join(starters)}"
        print(f"imr-check: there is no starting file for that treatment: {hint}", file=sys.stderr)
        return 2
    text = file.read_text(encoding="utf-8")
    if output is None:
        sys.stdout.write(text)
        return 0
    return _write_new(output, text)


def _starters() -> dict[str, Path]:
    found: dict[str, Path] = {}
    for pack in installed_packs():
        for file in sorted(Path(pack.folder, "starters").glob("*.json")):
            found.setdefault(file.stem, file)
    return found


def _write_new(output: Path, text: str) -> int:
    """Write whole or not at all, and never over a file that is there."""
    try:
        handle, temporary = tempfile.mkstemp(dir=output.parent, prefix=".imr-check-")
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
        try:
            os.link(temporary, output)
        finally:
            os.unlink(temporary)
    except FileExistsError:
        print(f"imr-check: {output} is there already: choose another name", file=sys.stderr)
        return 2
    except OSError as error:
        print(f"imr-check: {output} cannot be written: {error.strerror}", file=sys.stderr)
        return 2
    print(f"Wrote {output}. Fill it in, then run: imr-check {output}")
    return 0
