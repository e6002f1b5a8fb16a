"""A comment for a pull request: verdicts in a table, then for each row what has to be added.

GitHub refuses a comment of more than 65,536 characters. What does not fit is left out, with a word
on how much that is; and no more is kept than could fit, whatever the number of files.

Names and reasons come from outside. A name is shown as code, in which nothing is a mention, a link
or a sum; all other words are escaped.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, NamedTuple

from ..report import place_of_row
from ..tally import rests_on_rebuttal
from .context import (
    NEVER,
    NO_PLACE,
    NOTICE,
    OUTCOME_WORDS,
    advice_on,
    counted,
    request_line,
    verdict_words,
)
from .doubt import doubt_of
from .html_row import Work
from .markup import Markup, element, joined, visible
from .paths import from_root, root
from .renderer import Renderer
from .sentences import because, cure, marks, places, problem, sentence, source

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from ..report import Finding, Report, RowReport
    from ..tally import Tally
    from .context import Context

LIMIT = 65_536
"""Characters that GitHub takes."""

_SPARE = 500
"""Characters kept for the sentences that say what is left out."""

_SPECIAL = re.compile(r"[\\`*_{}\[\]<>|~$#&]")
_PLAIN_NAME = re.compile(r"[^`|\\\s](?:[^`|\\]*[^`|\\\s])?")
_HEAD = "| File | Verdict | Errors | Warnings | Set aside |\n|---|---|--:|--:|--:|\n"


class Piece(NamedTuple):
    """What is said about one file: its line of the table, and what is folded up under it."""

    good: bool
    line: str
    details: list[str]


class Markdown(Renderer):
    """One comment, written when the verdicts are counted."""

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._root = root()
        self._bad, self._good, self._details = _Kept(), _Kept(), _Kept()

    def piece(self, report: Report) -> str:
        """Return the parts of the comment on one file, as JSON."""
        path = from_root(report.path, self._root)
        good = report.verdict == "supported" and not any(f.open for f in report.findings)
        return json.dumps(Piece(good, _line(report, path), list(_folded(report, path))))

    def add(self, piece: str) -> str:
        """Keep a piece until the comment can be written."""
        part = Piece(*json.loads(piece))
        (self._good if part.good else self._bad).add(part.line)
        for each in part.details:
            self._details.add(each)
        return ""

    def end(self, tally: Tally) -> str:
        """Return the comment."""
        head, foot = "".join(self._top(tally)), "".join(self._bottom(tally))
        room = LIMIT - _SPARE - len(head) - len(foot)
        lines = self._bad.followed_by(self._good)
        fitting = lines.cut(max(room // 2, room - self._details.size))
        details = self._details.cut(room - sum(map(len, fitting)))
        return "".join(
            (
                head,
                _HEAD if lines.count else "",
                *fitting,
                _missing(lines.count - len(fitting), "file is", "files are"),
                *details,
                _missing(self._details.count - len(details), "entry is", "entries are"),
                foot,
            )
        )

    def _top(self, tally: Tally) -> Iterator[str]:
        yield f"### imr-check: {counted(tally) or 'no requests'}\n\n"
        if self.context.engine_hint:
            yield f"> {plain(f'{self.context.engine}: {self.context.engine_hint}')}\n\n"

    def _bottom(self, tally: Tally) -> Iterator[str]:
        if tally.suppressed:
            codes = (f"{code(name)} {count}" for name, count in sorted(tally.suppressed.items()))
            yield f"\nSet aside, and not counted: {', '.join(codes)}.\n"
        decided = f"imr-check {self.context.version}, decided by {self.context.engine}."
        yield f"\n*{plain(decided)} {NOTICE}*\n"


class _Kept:
    """Texts in their order, as many as could fit into a comment; ``count`` counts all of them."""

    def __init__(self) -> None:
        self.texts: list[str] = []
        self.count = 0
        self.size = 0

    def add(self, text: str) -> None:
        self.count += 1
        self.size += len(text)
        if self.size <= LIMIT:
            self.texts.append(text)

    def followed_by(self, other: _Kept) -> _Kept:
        """Return these texts and then those of ``other``."""
        both = _Kept()
        for text in (*self.texts, *other.texts):
            both.add(text)
        both.count = self.count + other.count
        return both

    def cut(self, room: int) -> list[str]:
        """Return the texts from the first on that fit into ``room`` characters."""
        fitting: list[str] = []
        for text in self.texts:
            room -= len(text)
            if room < 0:
                break
            fitting.append(text)
        return fitting


def _missing(count: int, one: str, several: str) -> str:
    if not count:
        return ""
    words = f"{count} more {one if count == 1 else several} left out here"
    return f"\n**{words}: the comment would be too long. Nothing was left unchecked.**\n"


# One file


def _line(report: Report, path: str) -> str:
    """Return the line of the table."""
    found = [finding for finding in report.findings if finding.open]
    counts = (
        sum(finding.severity == "error" for finding in found) + len(report.errors),
        sum(finding.severity == "warning" for finding in found),
        sum(finding.suppression is not None for finding in report.findings),
    )
    words = [_verdict(report)]
    words += dict.fromkeys(row.edition.mark for row in report.advice if row.edition)
    cells = (code(path) + request_line(report), "; ".join(words), *map(str, counts))
    return f"| {' | '.join(cells)} |\n"


def _verdict(report: Report) -> str:
    argued = rests_on_rebuttal(report)
    words = "cannot be checked"
    if not report.errors:
        words = verdict_words(report.verdict, template=report.template, argued=argued)
    words += " (template)" if report.template else ""
    return words if report.verdict == "supported" and not argued else f"**{words}**"


def _folded(report: Report, path: str) -> Iterator[str]:
    """Yield what is folded up: the problems of the file, or its rows with something to do."""
    name = joined(element("code", path), request_line(report))
    if report.errors:
        problems = (f"- {plain(problem(found))}\n" for found in report.errors)
        yield _fold(joined(name, ": ", element("b", "cannot be checked")), problems)
    advice = [f"> {plain(words)}\n\n" for words in advice_on(report)]
    for row in report.rows:
        if row.open or row.depends or row.suppressed or row.not_selected:
            words = verdict_words(row.verdict, template=report.template, argued=row.argued)
            verdict = element("b", words)
            title = joined(name, f", {place_of_row(row.row)}: {row.treatment}: ", verdict)
            advised = row.edition is not None and row.edition.standing == "advice"
            yield _fold(title, [*(advice if advised else ()), *_row(row, report.template)])
    if about := [finding for finding in report.file_findings if finding.open]:
        items = "".join(map(_item, about))
        yield _fold(joined(name, ": what it says about suppressions"), [items])


def _fold(title: Markup, lines: Iterable[str]) -> str:
    body = "".join(lines).strip("\n")
    return f"\n<details>\n{element('summary', title)}\n\n{body}\n\n</details>\n"


def _row(row: RowReport, template: bool) -> Iterator[str]:
    if row.edition:
        yield f"Judged by {plain(row.edition.title)}{_marked([row.edition.mark])}\n\n"
    if row.note:
        yield f"{plain(row.note)}\n\n"
    work = Work.of(row)
    if template and row.edition:
        yield from _block(NEVER, work.never)
    else:
        yield from _block("Documentation alone does not cure this", work.stops)
        for who, findings in work.asked.items():
            yield from _block(f"For the {who}", findings)
    yield from _block("Left to the rebuttal", work.argued)
    yield from _block("Warnings, which do not decide the row", work.warnings)
    if row.depends:
        yield "**Depends on what is filled in**\n\n"
        for finding in row.depends:
            holes = ", ".join(map(code, finding.holes))
            yield f"- {_name(finding)}{_marked(_doubt(finding))}: {holes}\n"
        yield "\n"
    for finding in row.suppressed:
        if finding.suppression:
            yield f"Set aside: {_name(finding)}: {plain(because(finding.suppression))}\n\n"
    if row.not_selected:
        codes = ", ".join(code(finding.code) for finding in row.not_selected)
        yield f"Fails, but was not selected: {codes}\n\n"


def _block(title: str, findings: Iterable[Finding]) -> Iterator[str]:
    items = "".join(map(_item, findings))
    if items:
        yield f"**{title}**\n\n{items}\n"


def _item(finding: Finding) -> str:
    """Return a finding as an item of a list: what fails, what to do, where it stands."""
    at = list(places(finding)) if finding.outcome in ("not_met", "suppression") else []
    lines = [
        f"{_name(finding)}{_marked(marks(finding))}",
        _why(finding),
        f"At {'; '.join(map(_place, at))}." if at else "",
        plain(sentence(cure(finding))),
        f"*{plain(source(finding))}*" if finding.citation else "",
    ]
    return f"- {'<br>'.join(filter(None, lines))}\n"


def _why(finding: Finding) -> str:
    """Return what a finding says, after its outcome, which some messages begin with."""
    outcome = OUTCOME_WORDS[finding.outcome].capitalize()
    words = sentence(visible(finding.message))
    if finding.outcome == "suppression":
        return plain(words)
    place, of, missing = words.partition(NO_PLACE)
    if of and not place:
        return f"**{of.rstrip()}** {plain(missing)}"
    return f"**{outcome}:** {plain(words.removeprefix(f'{outcome}: '))}"


def _place(words: str) -> str:
    """Return a place; the record in brackets has its name from outside."""
    place, bracket, record = words.partition(" (")
    return f"{plain(place)} ({code(record.removesuffix(')'))})" if bracket else plain(place)


def _name(finding: Finding) -> str:
    return f"{code(finding.code)} {plain(finding.name)}"


def _doubt(finding: Finding) -> list[str]:
    return [*filter(None, [doubt_of(finding)])]


def _marked(found: list[str]) -> str:
    shown = "; ".join(filter(None, found))
    return f" ({plain(shown)})" if shown else ""


# Words


def plain(text: str) -> str:
    """Return text that says the same in Markdown, on one line. Nobody is mentioned by it."""
    escaped = _SPECIAL.sub(lambda found: "\\" + found[0], " ".join(visible(text).split()))
    return re.sub("@+", r"`\g<0>`", escaped)


def code(name: str) -> str:
    """Return a name as code, also within a table."""
    name = visible(name)
    if _PLAIN_NAME.fullmatch(name):
        return f"`{name}`"
    escaped = _SPECIAL.sub(lambda found: f"&#{ord(found[0])};", name)
    return element("code", Markup(escaped))
