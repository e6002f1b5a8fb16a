"""The report as one page for screen, phone and paper: nothing is fetched and no script runs.

The summary stands before the files, so the page is written when the last of them is there. A piece
has three parts, in which a control character stands for the number of the file.
"""

from __future__ import annotations

import os.path
from base64 import b64encode
from functools import cache
from hashlib import sha256
from html import unescape
from typing import TYPE_CHECKING

from .context import NOTICE, advice_on, counted, request_line
from .html_items import Items
from .html_row import Work, card, chip
from .markup import BREAK, NOTHING, Markup, element, joined
from .renderer import Renderer

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..errors import Problem
    from ..report import Finding, Report, RowReport
    from ..tally import Tally
    from .context import Context

_NUMBER = Markup("\x01")
"""Stands in a piece for the number of the file on the page."""
_PART = "\x02"
_LONGEST = 90
_LEGEND = (
    ("Not met", "The request or the chart contradicts the criterion."),
    ("Not documented", "Nothing contradicts it; the entry that would show it is missing."),
    ("No place for", "The template has no entry and no hole that would show it."),
    ("(verified)", "The criterion was read in a public source, such as the regulation."),
    ("(determination)", "The reviewer of at least one determination said it."),
    ("(letter)", "At least one decision letter said it."),
    ("(unverified)", "Nobody has checked it against the text of the guideline."),
    ("line 10:76", "Line 10 of the request file, column 76."),
)


class Html(Renderer):
    """One self-contained page."""

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._titles: list[str] = []
        self._entries: list[str] = []
        self._files: list[str] = []

    def piece(self, report: Report) -> str:
        """Return the title of a file, its entry in the summary, and its part of the page."""
        name = joined(report.path or "request", request_line(report))
        return _PART.join((name, _entry(report), _file(report)))

    def add(self, piece: str) -> str:
        """Keep a piece until the summary can be written."""
        number = str(len(self._files) + 1)
        title, entry, file = piece.replace(_NUMBER, number).split(_PART)
        self._titles.append(title)
        self._entries.append(entry)
        self._files.append(file)
        return ""

    def end(self, tally: Tally) -> str:
        """Return the page."""
        one = len(self._files) == 1
        title = Markup(self._titles[0]) if one else f"{len(self._files)} requests"
        head = element("head", BREAK, *_head(title, _style() + self._sheets()), BREAK)
        body = element("body", BREAK, *self._body(tally), BREAK)
        return f"<!DOCTYPE html>\n{element('html', head, body, lang='en')}\n"

    def _sheets(self) -> str:
        """Return the rules that print the name of a file at the head of each of its sheets."""
        names = [_quoted(unescape(title)) for title in self._titles]
        if len(names) == 1:
            return f"@page {{ @top-left {{ content: {names[0]} }} }}\n"
        rules = [
            f"@page f{n} {{ @top-left {{ content: {name} }} }} #f{n} {{ page: f{n} }}\n"
            for n, name in enumerate(names, 1)
        ]
        return "".join([*rules, f".bottom {{ page: f{len(names)} }}\n"])

    def _body(self, tally: Tally) -> Iterator[Markup]:
        yield element("a", "Skip to the findings", href="#findings", class_="skip")
        yield element(
            "header",
            element("h1", "Treatment request check"),
            element("p", NOTICE),
            class_="top",
        )
        yield self._summary(tally)
        files = Markup("\n".join(self._files))
        yield element("main", BREAK, files, BREAK, id="findings", tabindex="-1")
        yield element("footer", _legend(), *self._colophon(), class_="bottom")

    def _summary(self, tally: Tally) -> Markup:
        """Return links to the rows, unless a single one would only repeat what follows."""
        entries = "".join(self._entries)
        if len(self._files) == 1 and entries.count("<li") < 2:
            return NOTHING
        words = f"{len(self._files)} requests: {counted(tally)}."
        several = element("p", words) if len(self._files) > 1 else NOTHING
        return element(
            "nav",
            element("h2", "At a glance", id="summary"),
            several,
            Markup(entries),
            aria_labelledby="summary",
        )

    def _colophon(self) -> Iterator[Markup]:
        context = self.context
        yield element("p", f"imr-check {context.version}, decided by {context.engine}. {NOTICE}")
        if context.engine_hint:
            yield element("p", context.engine_hint)


# Around the files


@cache
def _style() -> str:
    path = os.path.join(os.path.dirname(__file__), "report.css")
    with open(path, encoding="utf-8") as file:
        return file.read()


def _quoted(name: str) -> str:
    """Return the end of a name as a string of CSS that holds nothing but letters and escapes."""
    short = name if len(name) <= _LONGEST else f"...{name[-_LONGEST:]}"
    escaped = (c if c.isascii() and c.isalnum() else f"\\{ord(c):x} " for c in short)
    return f'"{"".join(escaped)}"'


def _head(title: str, style: str) -> Iterator[Markup]:
    digest = b64encode(sha256(style.encode()).digest()).decode()
    policy = f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    yield element("meta", charset="utf-8")
    yield element("meta", http_equiv="Content-Security-Policy", content=policy)
    yield element("meta", name="viewport", content="width=device-width, initial-scale=1")
    # A phone would make a telephone number of a citation, which is a link to the outside.
    yield element("meta", name="format-detection", content="telephone=no")
    yield element("meta", name="referrer", content="no-referrer")
    yield element("title", title, ": treatment request check")
    yield element("style", Markup(style))


def _legend() -> Markup:
    words = (joined(element("dt", term), element("dd", meaning)) for term, meaning in _LEGEND)
    return element("details", element("summary", "How to read this page"), element("dl", *words))


# One file


def _anchor(row: int | None = None) -> Markup:
    """Return the identifier of a file or of one of its rows."""
    return Markup(f"f{_NUMBER}r{row}" if row else f"f{_NUMBER}")


def _entry(report: Report) -> Markup:
    """Return the lines of the summary on one file."""
    name = joined(report.path or "request", request_line(report))
    link = element("a", name, href=_to(_anchor()))
    if report.errors:
        lines = [element("li", chip(None))]
    else:
        lines = [_line(row, report.template) for row in report.rows]
    return element("section", element("h3", link), element("ul", *lines), class_="entry")


def _line(row: RowReport, template: bool) -> Markup:
    words = row.label
    link = element("a", words, href=_to(_anchor(row.row)))
    shares = [row.edition.mark] if row.edition and row.edition.mark else []
    shares += [f"{number} {whose}" for number, whose in Work.of(row).shares]
    shares += [f"{len(row.depends)} left open by the template"] if row.depends else []
    counts = element("span", "; ".join(shares), class_="counts")
    verdict = chip(row.verdict, template=template, argued=row.argued)
    return element("li", verdict, " ", element("span", link, " ", counts))


def _to(anchor: Markup) -> Markup:
    return Markup(f"#{anchor}")


def _file(report: Report) -> Markup:
    title = Markup(f"{_anchor()}title")
    folder, name = os.path.split(report.path or "request")
    path = joined(element("span", f"{folder}/", class_="folder") if folder else NOTHING, name)
    path = joined(path, request_line(report))
    tags = [element("span", "Template", class_="tag")] if report.template else []
    tags += [chip(None)] if report.errors else []
    return element(
        "article",
        element("header", element("h2", element("bdi", path), id=title), *tags, _blanks(report)),
        _problems(report.errors),
        *(element("p", sentence, class_="advice") for sentence in advice_on(report)),
        _about_file(report.file_findings),
        *(card(row, _anchor(row.row), template=report.template) for row in report.rows),
        _packs(report),
        class_="file",
        id=_anchor(),
        aria_labelledby=title,
    )


def _blanks(report: Report) -> Markup:
    """Return what is filled in by hand on paper: the page itself does not name the employee."""
    if report.template or report.errors:
        return NOTHING
    blanks = (element("span", words) for words in ("Employee", "Checked by", "Date"))
    return element("p", joined(*blanks, by=" "), class_="blanks")


def _problems(problems: tuple[Problem, ...]) -> Markup:
    if not problems:
        return NOTHING
    lead = "Nothing was checked. Mend these places of the file, then check it again."
    items = [element("li", _place(problem), problem.message) for problem in problems]
    return element(
        "div",
        element("p", lead, class_="lead"),
        element("ul", *items),
        class_="card invalid",
    )


def _place(problem: Problem) -> Markup:
    if not problem.line:
        return NOTHING
    return element("strong", f"Line {problem.line}, column {problem.column}: ")


def _about_file(findings: tuple[Finding, ...]) -> Markup:
    """Return what is wrong with the suppressions of a file."""
    if not findings:
        return NOTHING
    title = element("h3", "About the suppressions")
    return element("section", title, Items(None).checklist(findings), class_="card")


def _packs(report: Report) -> Markup:
    used = [row.edition for row in report.rows if row.edition]
    sections = dict.fromkeys(
        f"{edition.section.name} ({edition.pack} {edition.pack_version}, {edition.section.digest})"
        for edition in used
    )
    if not sections:
        return NOTHING
    return element("footer", element("p", f"Criteria used: {'; '.join(sections)}."))
