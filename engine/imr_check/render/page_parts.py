"""Parts of the documentation pages: Markdown as mkdocs reads it, addresses and links.

Every page stands one folder deep, so that a link is the same whichever page it stands on. What a
pack says is escaped: a star or a bracket in a note stays a star or a bracket.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from ..explaining import CONFIDENCE_WORDS, in_force

if TYPE_CHECKING:
    from ..guideline.model import Confidence, Edition, Limit, Section
    from ..guideline.pack import Pack

_SPECIAL = re.compile(r"[\\`*_{}\[\]|]")
_STARTS_A_BLOCK = re.compile(r"^(?:[-+#=:~]|!!!|\?\?\?|\d+(?=[.)](?:\s|$)))")
_PLAIN_NAME = re.compile(r"[\w.:/-]+")
_NOT_IN_A_NAME = re.compile(r"[^A-Za-z0-9_-]+")

Row = Sequence[str]


def escaped(text: object) -> str:
    """Return words of a pack so that Markdown shows them as they are, on one line."""
    line = " ".join(str(text).split())
    line = _SPECIAL.sub(lambda found: "\\" + found[0], line)
    line = line.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    start = _STARTS_A_BLOCK.match(line)
    if start is None:
        return line
    if start[0].isdigit():
        return f"{start[0]}\\{line[start.end() :]}"
    return f"&#{ord(line[0])};{line[1:]}"


def head(title: str) -> Iterator[str]:
    """Yield the title that a browser and the search show, where the navigation is shorter."""
    yield from ("---", f"title: {json.dumps(title)}", "---", "")


def code(name: str) -> str:
    """Return a name as code, where it is one."""
    return f"`{name}`" if _PLAIN_NAME.fullmatch(name) else escaped(name)


def codes(names: Iterable[str]) -> str:
    """Return names as code, one after the other."""
    return ", ".join(map(code, names))


def limit_line(limit: Limit) -> str:
    """Return a limit as an entry of a list: on a phone, a note in a table is out of sight."""
    source = f" ({codes(limit.derived_from)})" if limit.derived_from else ""
    note = f" {escaped(limit.note)}" if limit.note else ""
    value = f"**{limit.value} {escaped(limit.unit)}**"
    return f"- {value} {code(limit.name)}: {sure(limit.confidence)}{source}.{note}"


def table(head: Row, rows: Iterable[Row]) -> Iterator[str]:
    """Yield the lines of a table and an empty one; nothing where there are no rows."""
    lines = [f"| {' | '.join(row)} |" for row in rows]
    if lines:
        yield f"| {' | '.join(head)} |"
        yield f"|{'---|' * len(head)}"
        yield from lines
        yield ""


def box(kind: str, title: str, lines: Iterable[str]) -> Iterator[str]:
    """Yield a box that nobody overlooks: ``danger``, ``warning`` or ``note``."""
    yield f'!!! {kind} "{title}"'
    yield ""
    yield from (f"    {line}" if line else "" for line in lines)
    yield ""


def mark(confidence: Confidence) -> str:
    """Return a confidence mark in one word, for a table; the doubtful one stands out."""
    return "**unverified**" if confidence == "unverified" else confidence


def sure(confidence: Confidence) -> str:
    """Return a confidence mark in words, for running text; the doubtful one stands out."""
    words = CONFIDENCE_WORDS[confidence]
    return f"**{words}**" if confidence == "unverified" else words


def days(edition: Edition) -> str:
    """Return when an edition is in force, and which of the days nobody has checked."""
    return escaped(in_force(edition)).replace("(unverified)", "(**unverified**)")


def link(words: str, address: str) -> str:
    """Return a link from any page to another; ``words`` are Markdown already."""
    return f"[{words}](../{address})"


def criterion_address(criterion_code: str) -> str:
    """Return where the page of a criterion stands."""
    return f"criteria/{_name(criterion_code)}.md"


def section_address(pack: Pack, section: Section) -> str:
    """Return where the page of a section stands."""
    return f"sections/{_name(pack.name, f'{section.edition}/{section.name}')}.md"


def edition_address(pack: Pack, edition: Edition) -> str:
    """Return where the page of an edition stands."""
    return f"editions/{_name(pack.name, edition.id)}.md"


INDEX = "criteria/index.md"
"""Where the page with all codes stands."""


def _name(*parts: str) -> str:
    """Return a file name made of ``parts``: no separator, no dot that leads out of the folder."""
    return "-".join(_NOT_IN_A_NAME.sub("-", part).strip("-") for part in parts)
