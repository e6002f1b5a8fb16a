"""Check requests: the library's front door."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from itertools import chain
from typing import TYPE_CHECKING, Any

from .errors import GuidelineError, Problem, RequestError
from .guideline.editions import Dates
from .guideline.pack import installed_packs
from .judging import FormRow, Row, Under
from .report import Places, Report, Suppression
from .request.holes import DEFAULT_HOLES
from .request.load import Draft, draft_of, read_draft
from .source import read_sources

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from os import PathLike

    from .formulary import DrugList
    from .guideline.pack import Pack
    from .request.model import Request


FORMULARY_STARTS = date(2018, 1, 1)
"""The day of ``formulary/rules.yaml``, here so that nothing of the formulary is imported before it.
A test holds the two to each other."""


def check(
    request: Request | Draft | Mapping[str, Any],
    *,
    as_of: date | None = None,
    today: date | None = None,
    in_force_only: bool = False,
    trace: bool = False,
    codes: bool = False,
    formulary: DrugList | None = None,
) -> Report:
    """Return the report on a request.

    ``as_of`` overrides the dates of the request; ``today`` serves where it names none. With
    ``in_force_only`` a row that no encoded edition governs is *no criteria* instead of being
    judged by a superseded edition as advice. ``trace`` adds the rules that fired to every row.
    With ``codes`` the ICD codes of a request are also looked up in the full table of ICD-10-CM,
    which is an extra and takes more than a second to load; those of a template are not.
    ``formulary`` is the published drug list, for the note on rows of a drug from 2018 on; read it
    with :func:`imr_check.read_drug_list`. Templates have no such note.
    Raises :class:`RequestError` for an invalid request.
    """
    draft = _draft_of(request)
    dates = _dates(draft.request, as_of, today)
    packs = _with_codes(installed_packs(), codes and draft.template is None)
    places = Places(draft.request, draft.source)
    _refuse_unknown_kinds(draft.request, packs, places)
    if draft.template is None:
        rows = tuple(
            Row(draft.request, index, dates, packs, places).report(in_force_only, trace)
            for index in range(len(draft.request.treatments))
        )
        if dates.service >= FORMULARY_STARTS and any(t.drug for t in draft.request.treatments):
            from .dispensing import with_formulary

            rows = with_formulary(rows, draft.request, dates, packs, formulary)
        form = FormRow(draft.request, dates, packs, places).form_report()
    else:
        from .template.judging import judged

        rows, form = judged(
            draft.request, draft.template, dates, packs, places, in_force_only, trace
        )
    return Report(
        draft.name,
        rows,
        template=draft.template is not None,
        suppressions=_suppressions(draft.request, places),
        form=form,
    )


def check_under(
    request: Request | Draft | Mapping[str, Any],
    pack: Pack,
    edition: str,
    *,
    as_of: date | None = None,
    today: date | None = None,
    codes: bool = False,
) -> Report:
    """Return what one edition of a pack says of a request, whatever the dates of the request are.

    It is for comparing editions: which one governs is for the dates, and :func:`check` goes by
    them. Facts that hang on a date keep the dates of the request. A row that the edition has
    nothing on has no criteria, and the request as a whole is judged only if the edition speaks of
    it. Raises :class:`RequestError` for an invalid request or a template.
    """
    if edition not in pack.editions:
        raise GuidelineError(f"{pack.name}: there is no edition {edition}")
    draft = _draft_of(request)
    places = Places(draft.request, draft.source)
    if draft.template is not None:
        reason = "this is a template: fill in its holes before it is compared"
        raise RequestError((Problem(reason, *places.of(())),))
    dates = _dates(draft.request, as_of, today)
    packs = _with_codes(tuple(dict.fromkeys((pack, *installed_packs()))), codes)
    _refuse_unknown_kinds(draft.request, packs, places)
    under = Under(packs[0], edition)
    rows = (
        Row(draft.request, index, dates, packs, places, under=under)
        for index in range(len(draft.request.treatments))
    )
    return Report(
        draft.name,
        tuple(row.report(in_force_only=False, trace=False) for row in rows),
        suppressions=_suppressions(draft.request, places),
        form=FormRow(draft.request, dates, packs, places, under).form_report(),
    )


def _with_codes(packs: tuple[Pack, ...], wanted: bool) -> tuple[Pack, ...]:
    """Return the packs, with the full table of ICD-10-CM behind their codes if it is wanted."""
    if not wanted:
        return packs
    from .guideline.icd import with_full_table

    return with_full_table(packs)


def _suppressions(request: Request, places: Places) -> tuple[Suppression, ...]:
    if request.imr_check is None:
        return ()
    return tuple(
        Suppression(
            entry.code,
            entry.reason,
            entry.author or "",
            entry.until,
            "request",
            entry.row,
            "",
            *places.of(("imr_check", "suppress", index)),
        )
        for index, entry in enumerate(request.imr_check.suppress)
    )


def check_many(
    paths: Iterable[str | PathLike[str]],
    *,
    as_of: date | None = None,
    today: date | None = None,
    in_force_only: bool = False,
    trace: bool = False,
    codes: bool = False,
    formulary: DrugList | None = None,
    holes: tuple[str, ...] = DEFAULT_HOLES,
    stdin_name: str = "<stdin>",
) -> Iterator[Report]:
    """Yield a report for every request, in order of files; a JSON Lines file has one on each line.

    A file or line that cannot be read reports its errors. ``holes`` are regular expressions for
    strings that are to be filled in later; ``stdin_name`` is what standard input is called.
    """
    for source in chain.from_iterable(read_sources(str(path), stdin_name) for path in paths):
        try:
            draft = read_draft(source, holes=holes)
            yield check(
                draft,
                as_of=as_of,
                today=today,
                in_force_only=in_force_only,
                trace=trace,
                codes=codes,
                formulary=formulary,
            )
        except RequestError as error:
            yield Report(source.name, (), error.problems)


def _draft_of(request: Request | Draft | Mapping[str, Any]) -> Draft:
    if isinstance(request, Draft):
        return request
    if isinstance(request, Mapping):
        return draft_of(request)
    if not hasattr(request, "treatments"):
        raise RequestError((Problem("a request is a Draft, a Request or a dict: load it first"),))
    return Draft("", request)


def _dates(request: Request, as_of: date | None, today: date | None) -> Dates:
    if as_of is not None:
        return Dates(as_of, as_of)
    written = request.submission.date or today
    if written is None:
        raise RequestError(
            (Problem("the request has no date: fill in submission.date", "/submission"),)
        )
    return Dates(written, request.submission.planned_service_date or written)


def _refuse_unknown_kinds(request: Request, packs: tuple[Pack, ...], places: Places) -> None:
    """Refuse a kind of treatment that no pack knows: misspelt, it would silently match nothing."""
    named = [
        *((row.kind, ("treatments", i, "kind")) for i, row in enumerate(request.treatments)),
        *(
            (entry.kind, ("chart", "procedures", i, "kind"))
            for i, entry in enumerate(request.chart.procedures)
        ),
        *(
            (entry.after, ("chart", "functional_changes", i, "after"))
            for i, entry in enumerate(request.chart.functional_changes)
        ),
    ]
    unknown = [
        (kind, path)
        for kind, path in named
        if kind and not any(kind in pack.terms.treatments for pack in packs)
    ]
    if unknown:
        known = sorted({kind for pack in packs for kind in pack.terms.treatments})
        raise RequestError(tuple(_unknown_kind(kind, known, places.of(p)) for kind, p in unknown))


def _unknown_kind(kind: str, known: list[str], place: tuple[str, int, int]) -> Problem:
    from difflib import get_close_matches

    close = get_close_matches(kind, known, 1, 0.6)
    hint = f"did you mean {close[0]}?" if close else "see `imr-check criteria --treatments`"
    return Problem(f"this names no known treatment: {hint}", *place)
