"""``imr-check new`` and ``imr-check schema``: a place to start from."""

from __future__ import annotations

import json
import os
import sys
import tempfile
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING

from ..cures import in_request
from ..guideline.pack import installed_packs
from ..resources import schema_text
from ..rules.engine import ruleset_of

if TYPE_CHECKING:
    from ..facts import Fact
    from ..guideline.pack import Pack


def schema(name: str) -> int:
    """Print a shipped JSON Schema."""
    sys.stdout.write(schema_text(name))
    return 0


def new(kind: str, output: Path | None, template: bool = False) -> int:
    """Print the starting file for ``kind``, or write it to a file that does not exist yet.

    With ``template`` its values are holes.
    """
    pack = next((pack for pack in installed_packs() if kind in pack.listings), None)
    if pack is None:
        print(f"imr-check: {_no_start(kind)}", file=sys.stderr)
        return 2
    written = Path(pack.folder, "starters", f"{kind}.json")
    text = written.read_text(encoding="utf-8") if written.exists() else _made(pack, kind)
    if template:
        from .holed import with_holes

        text = with_holes(text)
    if output is None:
        sys.stdout.write(text)
        return 0
    return _write_new(output, text)


def _no_start(kind: str) -> str:
    if any(kind in pack.terms.treatments for pack in installed_packs()):
        return (
            f"nothing is encoded for {kind}, so it has no starting file and cannot be judged: "
            "have it checked by hand against the guideline that governs"
        )
    known = startable()
    close = get_close_matches(kind, known, 1, 0.6)
    hint = f"did you mean {close[0]}?" if close else f"use one of {', '.join(known)}"
    return f"there is no starting file for that treatment: {hint}"


def startable() -> list[str]:
    """Return the kinds of treatment that have criteria, and so a starting file."""
    return sorted({kind for pack in installed_packs() for kind in pack.listings})


_FILL_IN = (
    "Fill in what the chart really says and delete what it does not say: what is left out counts "
    "as not documented. Lines named $comment are for you; the check does not read them."
)


def _made(pack: Pack, kind: str) -> str:
    """Return a starting file that asks for what the criteria of the newest edition look at."""
    listing = pack.listings[kind][-1]
    # What is asked of codes is asked of what is filled in, so a starting file need not.
    section = pack.section(listing.file, listing.edition, coded=False)
    facts = sorted(ruleset_of(section).program.facts, key=lambda fact: fact.name)
    of_row = [fact for fact in facts if in_request(fact.name)]
    said = [fact for fact in facts if fact.name.startswith("stated.")]
    of_chart = [fact for fact in facts if fact not in of_row and fact not in said]
    remark = _questions("What the criteria ask of the chart", of_chart)
    if said:
        how = "Add statements, a list of {about, holds}, holds true or false as the chart says"
        remark += [f"{how}. Those asked for:", *map(_statement, said)]
    draft = {
        "$comment": f"Starting file: {_inside(section.title)}. {_FILL_IN}",
        "submission": {"kind": "new"},
        "employee": {"$comment": "Age (or birth_date) and sex are enough.", "sex": "unknown"},
        "injury": {"date": "YYYY-MM-DD"},
        "treatments": [
            {"$comment": _questions("What the criteria ask of the row", of_row), "kind": kind}
        ],
        "chart": {"$comment": remark},
    }
    return json.dumps(draft, indent=2, ensure_ascii=False) + "\n"


def _questions(title: str, facts: list[Fact]) -> list[str]:
    """Return a remark with a line for each question, for a person to go through."""
    asked = dict.fromkeys(fact.question for fact in facts)
    return [f"{title}:", *asked] if asked else [f"{title}: nothing."]


def _inside(title: str) -> str:
    """Return a title as it stands inside a sentence, where TENS stays TENS."""
    return title if title[:2].isupper() else title[:1].lower() + title[1:]


def _statement(fact: Fact) -> str:
    return f"{fact.name.removeprefix('stated.')}: {fact.question}"


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
