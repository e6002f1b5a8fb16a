"""``imr-check formulary``: does a drug need review before it is dispensed.

Exit status: 0 none of the drugs does, 1 one of them does, 2 bad usage or a list that cannot be
read.
"""

from __future__ import annotations

import json
import sys
from datetime import date
from typing import Literal, NamedTuple

from .. import __version__
from ..formulary import (
    Circumstances,
    DrugList,
    DrugListError,
    Rules,
    decide,
    has_formulary,
    read_excerpt,
    read_list,
    read_rules,
)
from ..formulary.versions import in_force
from ..guideline.pack import installed_packs
from ..render import formulary, formulary_json
from ..render.output import show
from .checking import refuse
from .settings import UsageError
from .shares import CLEAN, FINDINGS
from .values import day

FormularyFormat = Literal["text", "json"]

MAX_DRUGS = 100
MAX_NAME = 200


class Given(NamedTuple):
    """What the command line says, dates as text."""

    drugs: tuple[str, ...]
    on: str | None = None
    injury: str | None = None
    surgery: str | None = None
    days_supply: int | None = None
    path: str | None = None
    version: str | None = None
    effective: str | None = None


def look_up(given: Given, form: FormularyFormat = "text") -> int:
    """Print whether the drugs need review and return the exit status."""
    try:
        looked = _looked_up(given)
    except (UsageError, DrugListError) as error:
        return refuse(str(error))
    if form == "json":
        data = formulary_json.to_dict(looked, __version__)
        sys.stdout.write(json.dumps(data, indent=1) + "\n")
    else:
        show(formulary.lines(looked, __version__))
    needed = any(answer.review == "needed" for answer in looked.answers)
    return FINDINGS if needed else CLEAN


def _looked_up(given: Given) -> formulary.Looked:
    drugs = _drugs(given.drugs)
    case = _case(given)
    rules, excerpt = _shipped()
    listed = excerpt if given.path is None else _list(given, given.path)
    answers = tuple(decide(name, case, listed, rules) for name in drugs)
    newest = in_force(rules.versions, case.on)
    return formulary.Looked(answers, case, listed, newest)


def _drugs(given: tuple[str, ...]) -> tuple[str, ...]:
    if len(given) > MAX_DRUGS:
        raise UsageError(f"ask for at most {MAX_DRUGS} drugs at a time")
    for name in given:
        if not any(map(str.isalpha, name)) or len(name) > MAX_NAME or not name.isprintable():
            raise UsageError(f"a drug is a name in letters, of at most {MAX_NAME} characters")
    return tuple(" ".join(name.split()) for name in given)


def _case(given: Given) -> Circumstances:
    on = _date("--on", given.on) or date.today()  # noqa: DTZ011 (the day where the office is)
    injury = _date("--injury", given.injury)
    if injury is not None and on < injury:
        raise UsageError(f"--on {on} is before --injury {injury}")
    return Circumstances(on, injury, _date("--surgery", given.surgery), given.days_supply)


def _date(option: str, text: str | None) -> date | None:
    try:
        return None if text is None else day(text)
    except ValueError as error:
        raise UsageError(f"{option} {error}") from None


def _shipped() -> tuple[Rules, DrugList]:
    folder = next((p.folder for p in installed_packs() if has_formulary(p.folder)), None)
    if folder is None:
        raise UsageError("no installed guideline pack brings the rules of the formulary")
    return read_rules(folder), read_excerpt(folder)


def _list(given: Given, path: str) -> DrugList:
    effective = _date("--list-effective", given.effective)
    return read_list(path, version=given.version, effective=effective)
