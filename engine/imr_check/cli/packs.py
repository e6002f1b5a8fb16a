"""``imr-check pack``: the installed packs, and what changed between two of their editions."""

from __future__ import annotations

import json
import os
import sys
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any, Literal

from .. import __version__
from ..edition_comparison import RequestUnder, Side, compare_editions, compare_request
from ..errors import Problem, RequestError
from ..explaining import in_force
from ..guideline.pack import Pack, installed_packs
from ..render import edition_comparison, edition_comparison_json
from ..render.context import Context
from ..render.lines import Line
from ..render.output import show
from ..report import Report
from ..request.holes import DEFAULT_HOLES
from ..request.load import read_draft
from ..rules.engine import engine_name
from ..source import read_sources
from .checking import Asked, files_for, job_for, refuse, settings_for
from .failures import explain
from .settings import UsageError
from .shares import CLEAN, FINDINGS, INVALID, desk_for

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from ..policy import Desk
    from ..source import Source, Unread
    from .files import Found
    from .shares import Job

PackFormat = Literal["text", "json"]


def packs_named(wanted: str | None) -> tuple[Pack, ...]:
    """Return the packs that are meant: all, one by name, or that in a folder.

    None, with a word on standard error, where there is none.
    """
    if wanted is None:
        return installed_packs()
    is_path = os.sep in wanted or "/" in wanted or wanted.startswith(".")
    # A folder does not need the installed packs, one of which may be broken.
    installed = () if is_path else installed_packs()
    named = tuple(each for each in installed if each.name == wanted)
    if named:
        return named
    if os.path.exists(os.path.join(wanted, "pack.yaml")):
        return (Pack(wanted),)
    if os.path.isdir(wanted):
        hint = "name the folder that has one"
        print(f"imr-check: there is no pack.yaml in that folder: {hint}", file=sys.stderr)
        return ()
    close = get_close_matches(wanted, [each.name for each in installed], 1, 0.6)
    hint = f"did you mean {close[0]}?" if close else "name an installed pack, or a folder"
    print(f"imr-check: there is no such pack: {hint}", file=sys.stderr)
    return ()


# imr-check pack list


def list_packs() -> int:
    """Print the installed packs with their editions."""
    show(line for pack in installed_packs() for line in _listed(pack))
    return CLEAN


def _listed(pack: Pack) -> Iterator[Line]:
    yield Line(f"{pack.name} {pack.version}: {pack.title}", style="bold", hang=2)
    for edition in pack.editions.values():
        sections = [pack.section(*key) for key in pack.files() if key[1] == edition.id]
        codes = {criterion.code for section in sections for criterion in section.criteria}
        kinds = [
            kind
            for kind, listed in pack.listings.items()
            if any(item.edition == edition.id for item in listed)
        ]
        judged = [f"{len(kinds)} treatment{'' if len(kinds) == 1 else 's'}"] if kinds else []
        judged += ["the form"] if any(item.edition == edition.id for item in pack.form) else []
        count = f"{len(codes)} criteri{'on' if len(codes) == 1 else 'a'}"
        yield Line(f"{edition.id}: {edition.title}", 2, hang=2)
        yield Line(f"in force {in_force(edition)}", 4, hang=2)
        yield Line(f"{count} for {' and '.join(judged)}" if judged else "no criteria", 4, hang=2)
    yield Line("")


# imr-check pack diff


def diff(
    before: str,
    after: str,
    paths: Iterable[str] = (),
    pack: str | None = None,
    form: PackFormat = "text",
    given: Mapping[str, Any] | None = None,
) -> int:
    """Print what changed between two editions, and return the exit status.

    0 if nothing did, 1 otherwise, 2 for an edition that there is none of or a file that cannot be
    read, 3 for an error of ours. Where files are given the status is about them: 1 if one of them
    comes out differently in what counts by the settings; ``given`` are those of the command line.
    """
    chosen = packs_named(pack)
    if not chosen:
        return INVALID
    try:
        old, new = (_side(name, chosen) for name in (before, after))
        asked = _asked(tuple(paths), given or {})
        settings = settings_for(asked, chosen).settings
        job = job_for(asked, settings)
        files = files_for(asked, settings)
    except UsageError as error:
        return refuse(str(error))
    found = compare_editions(old, new)
    run = _Run(job, files, old, new)
    requests = run.requests() if asked.paths else None
    engine = engine_name()
    context = Context(__version__, engine.name, engine.hint)
    if form == "text":
        show(edition_comparison.lines(found, requests, context))
    else:
        data = edition_comparison_json.to_dict(found, requests, context)
        print(json.dumps(data, indent=1), flush=True)
    return run.status if asked.paths else int(found.differs)


def _asked(paths: tuple[str, ...], given: Mapping[str, Any]) -> Asked:
    if not paths and any(value not in (None, ()) for value in given.values()):
        raise UsageError("--select, --ignore and --codes are about requests: name a file")
    return Asked(paths, dict(given))


def _side(name: str, packs: tuple[Pack, ...]) -> Side:
    """Return the edition with this name, which may have that of its pack before it: pack/name."""
    known = [Side(pack, edition) for pack in packs for edition in pack.editions.values()]
    meant = [each for each in known if name in (each.edition.id, _whole_name(each))]
    if len(meant) == 1:
        return meant[0]
    if meant:
        raise UsageError(f"several packs have {name}: write {' or '.join(map(_whole_name, meant))}")
    names = [each.edition.id for each in known] + list(map(_whole_name, known))
    close = get_close_matches(name, names, 1, 0.6)
    hint = f"did you mean {close[0]}?" if close else "see `imr-check pack list`"
    raise UsageError(f"there is no edition {name}: {hint}")


def _whole_name(side: Side) -> str:
    return f"{side.pack.name}/{side.edition.id}"


class _Run:
    """Goes through the files, and remembers the worst exit status."""

    def __init__(self, job: Job, files: Iterable[Found], before: Side, after: Side) -> None:
        self._job = job
        self._files = files
        self._sides = before, after
        self.status = CLEAN

    def requests(self) -> Iterator[RequestUnder]:
        """Yield what the editions change for every request, whatever goes wrong with one."""
        for found in self._files:
            if found.fault:
                yield self._failed(found.path, INVALID, (Problem(found.fault),))
                continue
            desks = desk_for(self._job, found), desk_for(self._job, found)
            for source in read_sources(found.path, self._job.stdin_name):
                yield self._request(source, desks)

    def _request(self, source: Source | Unread, desks: tuple[Desk, Desk]) -> RequestUnder:
        settings, name = self._job.settings, source.name
        try:
            compared = compare_request(
                read_draft(source, holes=settings.holes or DEFAULT_HOLES),
                *self._sides,
                as_of=settings.as_of,
                today=self._job.today,
                codes=settings.codes,
                in_force_only=settings.in_force_only,
                desks=desks,
            )
        except RequestError as error:
            return self._failed(name, INVALID, error.problems)
        except Exception as error:
            status, line = explain(error)
            return self._failed(name, status, (Problem(line),))
        self.status = max(self.status, FINDINGS if compared.differs else CLEAN)
        return compared

    def _failed(self, name: str, status: int, problems: tuple[Problem, ...]) -> RequestUnder:
        self.status = max(self.status, status)
        return RequestUnder(Report(name, (), problems))
