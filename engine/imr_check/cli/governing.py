"""``imr-check editions``: what governs on a day, and why.

Exit status: 0, or 2 for bad usage.
"""

from __future__ import annotations

import json
from datetime import date, datetime

from .. import __version__
from ..guideline.editions import Circumstances, Dates
from ..guideline.overview import overview
from ..guideline.pack import installed_packs
from ..render import in_force
from ..render.output import show


def editions(
    on: date | None, service: date | None, months: int | None, regions: tuple[str, ...], form: str
) -> int:
    """Print which editions govern a request of a day, today's if none is named, and a service."""
    request = on or datetime.now().astimezone().date()
    dates = Dates(request, service or request)
    circumstances = Circumstances(months, frozenset(regions))
    found = [overview(pack, dates, circumstances) for pack in installed_packs()]
    if form == "json":
        print(json.dumps(in_force.to_dict(found, __version__), indent=2, ensure_ascii=False))
    else:
        show(in_force.lines(found))
    return 0
