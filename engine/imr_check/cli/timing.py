"""``imr-check clock``: until when utilization review has to decide, and until when IMR is open.

Exit status: 0 all clocks counted, 1 one of them needs holidays that are not in the table, 2 bad
usage or a file that cannot be read.
"""

from __future__ import annotations

import json
import re
import sys
from datetime import date, datetime
from typing import TYPE_CHECKING, Literal, NamedTuple

from .. import __version__
from ..errors import GuidelineError, Problem, RequestError
from ..guideline.pack import installed_packs
from ..law import Case, ZoneMissingError, has_law, in_zone, read_law, timing
from ..render import clock, clock_json
from ..render.output import show
from .checking import refuse
from .settings import UsageError
from .shares import CLEAN, FINDINGS, INVALID

if TYPE_CHECKING:
    from ..law import Kind, Law, Moment
    from ..request.parties import Submission

ClockFormat = Literal["text", "json"]

_MOMENT = re.compile(r"(\d{4}-\d\d-\d\d)(?:[ T](\d\d:\d\d(?::\d\d)?)(Z|[+-]\d\d:\d\d)?)?", re.ASCII)
_FIRST_YEAR, _LAST_YEAR = 1990, 2100
_LONGEST_NAME = 60
_TEMPLATE = Problem("this is a template: fill in its holes first")
_NOTHING = (
    "say when the request was received, for example --received '2026-03-05 16:50', or give "
    "--recommended, --decision, --served or a request file"
)


class Given(NamedTuple):
    """What the command line says, as text."""

    path: str | None = None
    kind: Kind | None = None
    formulary: bool = False
    received: str | None = None
    recommended: str | None = None
    decision: str | None = None
    served: str | None = None
    holidays: tuple[str, ...] = ()


def clocks(given: Given, form: ClockFormat = "text") -> int:
    """Print the clocks and return the exit status."""
    try:
        law = _law(given)
        case = _said(given, law)
        remarks: tuple[str, ...] = ()
        if given.path is not None:
            case, remarks = _with_file(case, given)
        _hold(case)
    except UsageError as error:
        return refuse(str(error))
    except RequestError as error:
        return _refused(given.path or "", error.problems, form)
    answer = clock.Answer(timing(law, case), _name(given.path or ""), remarks)
    if form == "json":
        _print(clock_json.to_dict(answer, __version__))
    else:
        show(clock.lines(answer, __version__))
    return CLEAN if answer.timing.complete else FINDINGS


def _refused(path: str, problems: tuple[Problem, ...], form: ClockFormat) -> int:
    if form == "json":
        _print(clock_json.refused(_name(path), problems, __version__))
    else:
        show(clock.refused(_name(path), problems))
    return INVALID


def _name(path: str) -> str:
    return "<stdin>" if path == "-" else path


def _print(data: object) -> None:
    sys.stdout.write(json.dumps(data, indent=1) + "\n")
    sys.stdout.flush()


def _law(given: Given) -> Law:
    extra = dict(_holiday(text) for text in given.holidays)
    for pack in installed_packs():
        if has_law(pack.folder):
            return read_law(pack.folder, extra)
    raise GuidelineError("no installed pack has clocks: reinstall imr-check")


# The command line


def _said(given: Given, law: Law) -> Case:
    zone = law.receipt.zone
    return Case(
        kind=given.kind or "prospective",
        formulary=given.formulary,
        received=_moment("--received", given.received, zone),
        recommended=_day("--recommended", given.recommended, zone),
        decision=_moment("--decision", given.decision, zone),
        served=_day("--served", given.served, zone),
    )


def _holiday(text: str) -> tuple[date, str]:
    day, _, name = text.partition("=")
    name = name.strip()
    if not name.isprintable() or len(name) > _LONGEST_NAME:
        raise UsageError(f"--holiday must have a name of at most {_LONGEST_NAME} characters")
    found = _moment("--holiday", day.strip(), "")
    if found is None or isinstance(found, datetime):
        raise UsageError("--holiday must be DATE or DATE=NAME, for example 2026-12-24")
    return found, name or "day off that you added"


def _day(option: str, text: str | None, zone: str) -> date | None:
    found = _moment(option, text, zone)
    return found.date() if isinstance(found, datetime) else found


def _moment(option: str, text: str | None, zone: str) -> Moment | None:
    """Return the day or the local time that an option names."""
    if text is None:
        return None
    parts = _MOMENT.fullmatch(text.strip())
    try:
        if parts is None:
            raise ValueError
        found = _read(parts, zone)
    except (ValueError, OverflowError):
        raise UsageError(
            f"{option} must be a date or a date and time, written like 2026-03-05, "
            "'2026-03-05 16:50' or 2026-03-05T16:50-08:00"
        ) from None
    except ZoneMissingError:
        raise UsageError(
            f"{option} names a time zone, and this machine has no time zone data: write Pacific "
            "time without a zone, or pip install tzdata"
        ) from None
    _hold_year(found, option)
    return found


def _hold_year(moment: Moment | None, name: str) -> None:
    """Refuse a year for which nothing can be counted; ``name`` is an option, or a field."""
    if moment is not None and not _FIRST_YEAR <= moment.year <= _LAST_YEAR:
        raise UsageError(f"{name} must be a year from {_FIRST_YEAR} to {_LAST_YEAR}")


def _read(parts: re.Match[str], zone: str) -> Moment:
    day, time, offset = parts.groups()
    if time is None:
        return date.fromisoformat(day)
    found = datetime.fromisoformat(f"{day}T{time}{offset or ''}")
    return in_zone(found, zone) if offset else found


# The request file


def _with_file(case: Case, given: Given) -> tuple[Case, tuple[str, ...]]:
    """Return the case with what the file says where no option does, and where it was read."""
    submission = _submission(given.path or "")
    for name in ("date", "received", "earlier_decision"):
        _hold_year(getattr(submission, name), f"submission.{name}")
    remarks = []
    if given.kind is None and submission.kind == "expedited":
        case = case._replace(kind="expedited")
        remarks.append("Expedited by submission.kind in the file.")
    if case.received is None:
        day, field = submission.received, "submission.received"
        if day is None:
            day, field = submission.date, "submission.date, the day it is sent"
        case = case._replace(received=day)
        if day:
            remarks.append(f"Day of receipt by {field}, in the file; --received says otherwise.")
    if submission.earlier_decision:
        case = case._replace(earlier_decision=submission.earlier_decision)
        remarks.append("Earlier decision by submission.earlier_decision in the file.")
    return case, tuple(remarks)


def _submission(path: str) -> Submission:
    from ..request.load import load

    draft = load(path)
    if draft.template is not None:
        raise RequestError((_TEMPLATE,))
    return draft.request.submission


def _hold(case: Case) -> None:
    """Refuse what cannot have happened in that order."""
    received = _day_of(case.received)
    decision = _day_of(case.decision)
    order = (
        ("--recommended", case.recommended, "the request was received", received),
        ("the request was received", received, "--decision", decision),
        ("--decision", decision, "--served", case.served),
    )
    if all(each is None for each in (*case[2:],)):
        raise UsageError(_NOTHING)
    for first, earlier, second, later in order:
        if earlier and later and later < earlier:
            raise UsageError(_order(first, second))


def _day_of(moment: Moment | None) -> date | None:
    return moment.date() if isinstance(moment, datetime) else moment


def _order(first: str, second: str) -> str:
    return f"the days are in the wrong order: {first} comes after {second}"
