"""The work list as Markdown, to be pasted into a message or a task."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .context import VERDICT_WORDS, advice_on
from .markdown import code, plain
from .questions import (
    COMMON,
    FOR,
    asked_of,
    common_of,
    common_to,
    foot_of,
    judged_by,
    left_out_of,
    lists_of,
    notes_on,
    purposes_of,
    stop_of,
    stops_of,
    summary_of,
    title_of,
)
from .sentences import problem

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from ..worklist import RowWork, Worklist
    from .context import Context
    from .shared import Shared


def markdown(found: Iterable[Worklist], context: Context) -> Iterator[str]:
    """Yield the work lists of many files, each a piece of text that ends with a line break."""
    if context.engine_hint:
        yield f"> {plain(f'{context.engine}: {context.engine_hint}')}\n\n"
    for each in found:
        yield "".join(_file(each)) + "\n"
    yield f"*{plain(foot_of(context))}*\n"


def _file(found: Worklist) -> Iterator[str]:
    report = found.report
    name = code(report.path or "request")
    if report.errors:
        yield f"## {name}: cannot be checked\n\n"
        yield from (f"- {plain(problem(each))}\n" for each in report.errors)
        return
    yield f"## {name}: {VERDICT_WORDS[report.verdict]}\n\n"
    for words in (*advice_on(report), *notes_on(found)):
        yield f"> {plain(words)}\n\n"
    for who, questions in asked_of(found).items():
        yield f"### {FOR[who]}\n\n"
        for question in questions:
            purposes = "".join(f"<br>{plain(words)}" for words in purposes_of(question))
            yield f"- [ ] {plain(question.fact.question)}{purposes}\n"
        yield "\n"
    if words := left_out_of(found):
        yield f"{plain(words)}\n\n"
    common = common_to(found)
    for row in found.rows:
        yield from _row(row, common)
    if common:
        yield f"### {plain(COMMON.removesuffix(':'))}\n\n"
        yield from (f"- {plain(common_of(each))}\n" for each in common)
        yield "\n"


def _row(row: RowWork, common: Iterable[Shared]) -> Iterator[str]:
    yield f"### {plain(title_of(row))}\n\n"
    if row.edition:
        yield f"{plain(judged_by(row.edition))}\n\n"
    yield from (f"{plain(words)}\n\n" for words in (row.note, summary_of(row)) if words)
    for stop in row.stops:
        yield f"**{plain(stops_of(stop))}**\n\n"
        yield from (f"{plain(words)}\n\n" for words in stop_of(stop))
    for title, items in lists_of(row, common):
        yield f"**{plain(title)}**\n\n"
        yield from (f"- {plain(item)}\n" for item in items)
        yield "\n"
