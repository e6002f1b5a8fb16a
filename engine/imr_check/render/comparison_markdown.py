"""Two requests compared, as Markdown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .comparison import (
    LAW,
    advice_of,
    editions_of,
    finding_of,
    lists_of,
    outcome_of,
    title_of,
    trend_of,
)
from .context import VERDICT_WORDS
from .markdown import code, plain
from .questions import foot_of
from .sentences import problem

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from ..comparing import Comparison, RowComparison
    from ..errors import Problem
    from ..report import Report
    from .context import Context


def markdown(found: Comparison, context: Context) -> Iterator[str]:
    """Yield the comparison in pieces, each of which ends with a line break."""
    yield f"## {_named(found.before)} -> {_named(found.after)}\n\n"
    if context.engine_hint:
        yield f"> {plain(f'{context.engine}: {context.engine_hint}')}\n\n"
    for words in (*advice_of(found), *LAW):
        yield f"> {plain(words)}\n\n"
    for row in found.rows:
        yield "".join(_row(row))
    yield f"*{plain(foot_of(context))}*\n"


def _named(report: Report) -> str:
    return f"{code(report.path or 'request')}: {VERDICT_WORDS[report.verdict]}"


def _row(row: RowComparison) -> Iterator[str]:
    yield f"### {plain(title_of(row))}\n\n"
    yield from (f"{plain(words)}\n\n" for words in editions_of(row))
    if words := finding_of(row):
        yield f"**{plain(words)}**\n\n"
    if row.outcomes:
        yield "**Criteria**\n\n"
        yield from (f"- {trend_of(each)}: {plain(outcome_of(each))}\n" for each in row.outcomes)
        yield "\n"
    for title, items in lists_of(row):
        yield f"**{plain(title)}**\n\n"
        yield from (f"- {plain(item)}\n" for item in items)
        yield "\n"
    if row.before and row.after and not (row.outcomes or row.facts):
        yield "Nothing changed that a criterion asks for.\n\n"


def refused(problems: Iterable[tuple[str, Problem]]) -> Iterator[str]:
    """Yield what is wrong with files that cannot be compared."""
    for path, found in problems:
        yield f"- {code(path)}: {plain(problem(found))}\n"
