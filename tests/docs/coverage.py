"""What the pack covers, as the tables of the README: ``python -m tests.docs.coverage`` prints them.

A topic is a folder of the pack. How sure its criteria are is counted, each criterion once; those
about codes, which every treatment has and which only warn, are left out.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from imr_check.explaining import in_force
from imr_check.guideline.pack import installed_packs

if TYPE_CHECKING:
    from collections.abc import Iterator

    from imr_check.guideline.model import Confidence
    from imr_check.guideline.pack import Pack

_TOPICS = {
    "injections": "Injections",
    "therapy": "Therapy, acupuncture, chiropractic, modalities",
    "drugs": "Drugs",
    "imaging": "Imaging",
    "tests": "Tests",
    "equipment": "Equipment, care at home",
    "programs": "Programs, visits, psychology",
    "surgery": "Surgery and what goes with it",
}
_MARKS: dict[Confidence, str] = {
    "verified": "verified",
    "determination": "from determinations",
    "letter": "from letters",
    "unverified": "unverified",
}
_SHORT = {
    "chronic_pain_2009": "CP 2009",
    "chronic_pain_2016": "CP 2016",
    "opioids_2016": "Opioids 2016",
    "acupuncture_2007": "Acupuncture 2007",
    "acoem_2004": "ACOEM 2004",
    "odg": "ODG",
    "rfa_2014": "Form 2014",
    "rfa_2026": "Form 2026",
}


def tables() -> str:
    """Return both tables as Markdown."""
    pack = installed_packs()[0]
    return "\n".join([*_topics(pack), "", *_editions(pack)]) + "\n"


def _topics(pack: Pack) -> Iterator[str]:
    yield "| treatments (`kind`) | editions | how sure the criteria are |"
    yield "|---|---|---|"
    for folder, title in _TOPICS.items():
        yield _row(pack, f"**{title}**", folder)
    yield _row(pack, "**The form** (`submission.form`)", "form")


def _row(pack: Pack, title: str, folder: str) -> str:
    listings = {
        kind: [item for item in listed if item.file.startswith(f"{folder}/")]
        for kind, listed in pack.listings.items()
    }
    listings = {kind: listed for kind, listed in listings.items() if listed}
    items = [item for listed in listings.values() for item in listed]
    items = items or [item for item in pack.form if item.file.startswith(f"{folder}/")]
    criteria = {
        criterion.code: criterion.confidence
        for item in items
        for criterion in pack.section(item.file, item.edition, coded=False).criteria
    }
    counted = Counter(criteria.values())
    sure = ", ".join(f"{counted[mark]} {words}" for mark, words in _MARKS.items() if counted[mark])
    used = [short for edition, short in _SHORT.items() if edition in {i.edition for i in items}]
    kinds = ", ".join(f"`{kind}`" for kind in listings)
    return f"| {title}{': ' if kinds else ''}{kinds} | {', '.join(used)} | {sure} |"


def _editions(pack: Pack) -> Iterator[str]:
    yield "| edition | in force |"
    yield "|---|---|"
    for edition_id, short in _SHORT.items():
        edition = pack.editions[edition_id]
        yield f"| {short}: {edition.title} | {in_force(edition)} |"


if __name__ == "__main__":
    print(tables(), end="")
