"""The page: what it says and in which order, what a parser makes of it, that nothing gets out."""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Iterator
from hashlib import sha256
from itertools import pairwise
from xml.etree.ElementTree import Element

import html5lib  # type: ignore[import-untyped]
import pytest
from hypothesis import given
from hypothesis import strategies as st
from inline_snapshot import snapshot
from render.reports import (
    CONTEXT,
    HINTED,
    IN_BASELINE,
    ODD_NAMES,
    advised,
    argued,
    denied,
    every,
    invalid,
    supported,
    suppressed,
    template,
    unselected,
    written,
)
from strategies import EXAMPLES

from imr_check import Evidence, Report, check, load
from imr_check.render.html import Html
from imr_check.render.markup import visible
from imr_check.report import Places, Suppression
from imr_check.tally import Tally

HEADINGS = ("h1", "h2", "h3", "h4")


def page(*reports: Report) -> str:
    return written("html", *reports)


def parsed(text: str) -> Element:
    """Return the page as a parser of the standard reads it; anything it would mend is an error."""
    tree = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False).parse(text)
    assert isinstance(tree, Element)
    return tree


def example(name: str) -> Report:
    return check(load(EXAMPLES / "determinations" / name))._replace(path=name)


def found(tree: Element, tag: str, kind: str = "") -> list[Element]:
    return [e for e in tree.iter(tag) if not kind or kind in e.get("class", "").split()]


def said(element: Element) -> str:
    return " ".join("".join(element.itertext()).split())


def texts(tree: Element, tag: str, kind: str = "") -> list[str]:
    return [said(element) for element in found(tree, tag, kind)]


def outline(element: Element, depth: int = 0) -> Iterator[str]:
    """Yield the elements of a page that hold text of their own, indented as they lie in another."""
    name = ".".join(filter(None, (str(element.tag), element.get("class"))))
    inline = {"span", "strong", "a", "label", "code", "input", "bdi"}
    if all(child.tag in inline for child in element):
        yield f"{'  ' * depth}{name}: {said(element)}"
        return
    yield f"{'  ' * depth}{name}"
    for child in element:
        yield from outline(child, depth + 1)


def test_body() -> None:
    (body,) = found(parsed(page(denied())), "body")
    assert "\n".join(outline(body)) == snapshot("""\
body
  a.skip: Skip to the findings
  header.top
    h1: Treatment request check
    p: Decision support, not legal or medical advice.
  nav
    h2: At a glance
    section.entry
      h3: denied.json
      ul
        li: ✕ Not supported Row 1: Acupuncture 1 for the office
        li: ∅ No criteria Row 2: Treatment not recognized 1 for the office
  main
    article.file
      header
        h2: denied.json
        p.blanks: Employee Checked by Date
      section.card not_supported
        header
          div.title
            h3: Row 1, line 5 Acupuncture
            p: ✕ Not supported
          p.lead: 1 point for the office stands in the way.
          p.by: Judged by Acupuncture Medical Treatment Guidelines (2007) (8 CCR 9792.24.1), which was in force for a service of 2015-01-13. Pages without a title are from it.
        section.block ask
          h4: For the office
          ul.todo
            li
              div.what
                label: Ask for six visits and plan a re-evaluation after them.
                p.found: Not met. Visits asked for: 8 visits, at most 6 allowed
              p.reference: ACU-02 trial-max-6 Acupuncture Medical Treatment Guidelines, 8 CCR 9792.24.1(c) (verified) line 5:41
        p.note: ACU-06 odg-dose. ODG, where it is argued, has a trial of 3 to 4 visits in two weeks, then 8 to 12 in all over 4 to 6 weeks, and does not recommend acupuncture for neck pain. Official Disability Guidelines, Pain and Neck and Upper Back chapters, acupuncture (letter)
        details
          summary: Met: 4
          ul
            li: ROW-01 one-treatment-named (unverified): Kind, codes, drug and words of the row name the same treatment. line 5:14
            li: GEN-01 row-complete: The row says how many visits it asks for. line 5:41
            li: ACU-01 indication: Pain medication was reduced or is not tolerated, or acupuncture goes with physical rehabilitation or surgery. progress report of 2015-01-13, page 2 (line 10:7)
            li: ACU-05 total-24: The visits done and asked for come to at most 24. line 5:41
        details
          summary: Does not apply: 8
          p: GEN-09 records-attached; GEN-12 no-contradiction; GEN-06 depends-on-primary; FI-01 less-dependency; FI-02 more-than-motion; ACU-03 extend-on-functional-improvement; ACU-04 frequency; ACU-07 shoulder-scope.
      section.card no_criteria
        header
          div.title
            h3: Row 2, line 6 Treatment not recognized
            p: ∅ No criteria
          p.lead: This row was not judged.
          p.note: No treatment with criteria is named. Fill in kind, or see `imr-check criteria --treatments` for what is covered.
        section.block ask
          h4: For the office
          ul.todo
            li
              div.what
                label: Have the row checked by hand against the guideline that governs.
                p.found: No criteria. Nothing that is encoded covers this row. It was not judged.
              p.reference: ROW-02 no-criteria
      footer
        p: Criteria used: acupuncture (mtus 2026.11, 62823241bf12).
  footer.bottom
    details
      summary: How to read this page
      dl
        dt: Not met
        dd: The request or the chart contradicts the criterion.
        dt: Not documented
        dd: Nothing contradicts it; the entry that would show it is missing.
        dt: No place for
        dd: The template has no entry and no hole that would show it.
        dt: (verified)
        dd: The criterion was read in a public source, such as the regulation.
        dt: (determination)
        dd: The reviewer of at least one determination said it.
        dt: (letter)
        dd: At least one decision letter said it.
        dt: (unverified)
        dd: Nobody has checked it against the text of the guideline.
        dt: line 10:76
        dd: Line 10 of the request file, column 76.
    p: imr-check 0.0.0, decided by durable-rules. Decision support, not legal or medical advice.\
""")


def test_order_of_what_has_to_be_done() -> None:
    tree = parsed(page(example("004_opioid_and_trigger_point_series.json")))
    assert texts(tree, "h4") == snapshot(
        [
            "For the physician",
            "Warnings, which do not decide the row",
            "Documentation alone does not cure this",
            "For the physician",
            "For the office",
            "Warnings, which do not decide the row",
        ]
    )
    assert texts(tree, "p", "lead") == snapshot(
        [
            "5 points for the physician stand in the way. 3 warnings.",
            "10 points stand in the way: 1 that documentation alone does not cure, 5 for the physician and 4 for the office. 1 warning.",
        ]
    )
    (stop,) = found(tree, "section", "stop")
    assert texts(stop, "li") == snapshot(
        [
            "Document myofascial pain apart from the excluded diagnosis, or choose another treatment.Not met. Fibromyalgia or ordinary back or neck pain is diagnosed, and no myofascial pain apart from it.TPI-11 not-excluded-use p. 122 (determination) Clinical case summary (lines 14:7, 18:7)"
        ]
    )


def test_a_question_of_a_row_is_asked_once() -> None:
    tree = parsed(page(example("004_opioid_and_trigger_point_series.json")))
    row = found(tree, "section", "card")[0]
    (item,) = [said(each) for each in found(row, "li") if "OPI-14" in said(each)]
    assert item == snapshot(
        "Chart pain and function with the drug against the time before. Where they are no better, offer a taper, or state what is special about this employee.Not documented. Hangs on the answers under OPI-01 and OPI-02.Decisive. An answer against the request is not cured by documentation alone.OPI-14 stop-if-no-gain p. 79 (in part unverified)"
    )
    assert said(row).count("What is the pain score with the drug") == 1


def test_a_rebuttal_is_offered_where_it_can_be_argued() -> None:
    tree = parsed(page(example("001_facet_and_trigger_point.json")))
    (stop, _) = found(tree, "section", "stop")
    assert texts(stop, "p", "weight") == snapshot(
        [
            "It can be argued with a rebuttal, which needs: statement that the MTUS presumption is challenged; complete citation of the evidence; copy of the cited section or study."
        ]
    )


def test_an_incomplete_rebuttal_says_what_it_lacks() -> None:
    tree = parsed(page(argued()))
    assert texts(tree, "p", "weight") == snapshot(
        [
            "The rebuttal argues against this. It still lacks: statement that the MTUS presumption is challenged; complete citation of the evidence; copy of the cited section or study.",
            "Decisive. An answer against the request is not cured by documentation alone.",
            "Decisive. An answer against the request is not cured by documentation alone.",
        ]
    )


def test_a_complete_rebuttal_leaves_nothing_to_tick() -> None:
    tree = parsed(page(example("001_facet_and_trigger_point_cured.json")))
    card = found(tree, "section", "card")[0]
    assert texts(card, "span", "chip") == snapshot(["◐ Supported if the rebuttal is accepted"])
    assert texts(card, "p", "lead") == snapshot(
        ["No other encoded criterion that blocks this row fails. 1 point left to the rebuttal."]
    )
    assert texts(card, "h4") == snapshot(["Left to the rebuttal"])
    assert not found(card, "input")


def test_supported() -> None:
    tree = parsed(page(supported()))
    assert texts(tree, "p", "lead") == snapshot(
        ["No encoded criterion that blocks this row fails."]
    )
    assert texts(tree, "summary") == snapshot(
        ["Met: 5", "Does not apply: 8", "How to read this page"]
    )
    assert not found(tree, "nav")


def test_supported_with_a_warning() -> None:
    report = supported()
    (row,) = report.treatments
    findings = tuple(
        f._replace(outcome="not_documented", severity="warning") if f.code == "ACU-05" else f
        for f in row.findings
    )
    tree = parsed(page(report._replace(treatments=(row._replace(findings=findings),))))
    assert texts(tree, "p", "lead") == [
        "No encoded criterion that blocks this row fails. 1 warning."
    ]
    assert texts(tree, "h4") == ["Warnings, which do not decide the row"]


def test_advice_stands_above_the_rows_and_on_each() -> None:
    tree = parsed(page(advised()))
    assert texts(tree, "p", "advice") == snapshot(
        [
            "ADVICE on row 1: Acupuncture Medical Treatment Guidelines (2007) was replaced for services from 2017-12-01 (unverified) by the ACOEM chapters adopted by reference. What replaced it is not encoded here. Findings show what reviewers looked for under it; check the guideline of today before you send."
        ]
    )
    assert texts(tree, "span", "advice") == snapshot(["Advice, replaced 2017-12-01 (unverified)"])


def test_a_file_that_cannot_be_checked() -> None:
    (article,) = found(parsed(page(invalid())), "article")
    assert "\n".join(outline(article)) == snapshot("""\
article.file
  header
    h2: invalid.json
    span.chip invalid: ! Cannot be checked
  div.card invalid
    p.lead: Nothing was checked. Mend these places of the file, then check it again.
    ul
      li: Line 1, column 1: injury is missing: add it
      li: Line 5, column 41: quantity has to be a whole number\
""")


@pytest.mark.parametrize("entry", [None, IN_BASELINE])
def test_suppressed(entry: Suppression | None) -> None:
    tree = parsed(page(suppressed(entry=entry) if entry else suppressed()))
    (block,) = [e for e in found(tree, "section", "block") if "Set aside" in said(e)]
    if entry:
        assert said(block) == snapshot(
            "Set asideNot met. Visits asked for: 8 visits, at most 6 allowedReason: known since MaySet aside in the baseline file.ACU-02 trial-max-6 Acupuncture Medical Treatment Guidelines, 8 CCR 9792.24.1(c) (verified) line 5:41"
        )
        return
    assert said(block) == snapshot(
        "Set asideNot met. Visits asked for: 8 visits, at most 6 allowedReason: agreed with the adjusterSet aside by J. Doe in the request until 2015-06-30.ACU-02 trial-max-6 Acupuncture Medical Treatment Guidelines, 8 CCR 9792.24.1(c) (verified) line 5:41"
    )
    assert texts(tree, "p", "lead") == snapshot(["1 set aside, which leaves the verdict as it is."])
    assert said(found(tree, "section", "card")[0]) == snapshot(
        "About the suppressionsRemove the entry, or correct its code or row.Suppression of TPI-02: This suppression sets nothing aside: no such finding fails here.SUP-01 unused-suppression line 15:5"
    )


def test_template() -> None:
    tree = parsed(page(template()))
    assert texts(tree, "span", "tag") == ["Template"]
    assert texts(tree, "p", "lead") == snapshot(["1 point left open by the template."])
    (block,) = found(tree, "section", "block")
    assert said(block) == snapshot(
        "Depends on what is filled inA first course has at most six visits.Hangs on {{ visits }}, ${COURSE}.ACU-02 trial-max-6 Acupuncture Medical Treatment Guidelines, 8 CCR 9792.24.1(c) (verified) line 5:41"
    )
    assert not found(tree, "p", "blanks")


def test_left_out_by_a_selection() -> None:
    tree = parsed(page(unselected()))
    assert texts(tree, "p", "lead") == snapshot(
        ["1 left out by the selection, which leaves the verdict as it is."]
    )
    assert texts(tree, "p", "note")[0] == snapshot(
        "Fails as well, and was left out by the selection of codes: ACU-02."
    )


def test_rules_that_fired() -> None:
    tree = parsed(page(denied(trace=True)))
    (summary, *_) = [e for e in texts(tree, "summary") if "fired" in e]
    assert summary == snapshot("Rules that fired: 27")


def test_summary_of_many() -> None:
    (nav,) = found(parsed(page(*every())), "nav")
    assert "\n".join(outline(nav)) == snapshot("""\
nav
  h2: At a glance
  p: 9 requests: 5 not supported, 2 supported, 1 cannot be checked, 1 depends on what is filled in.
  section.entry
    h3: denied.json
    ul
      li: ✕ Not supported Row 1: Acupuncture 1 for the office
      li: ∅ No criteria Row 2: Treatment not recognized 1 for the office
  section.entry
    h3: supported.json
    ul
      li: ✓ Supported Row 1: Acupuncture
  section.entry
    h3: advised.json
    ul
      li: ✓ Supported Row 1: Acupuncture advice, replaced 2017-12-01 (unverified)
  section.entry
    h3: denied_on_advice.json
    ul
      li: ✕ Not supported Row 1: Acupuncture advice, replaced 2017-12-01 (unverified); 1 for the office
      li: ∅ No criteria Row 2: Treatment not recognized 1 for the office
  section.entry
    h3: argued.json
    ul
      li: ✕ Not supported Row 1: Facet joint injection or medial branch block 1 that documentation alone does not cure; 2 for the physician; 1 for the office
  section.entry
    h3: invalid.json
    ul
      li: ! Cannot be checked
  section.entry
    h3: suppressed.json
    ul
      li: ✕ Not supported Row 1: Acupuncture
  section.entry
    h3: template.json
    ul
      li: ? Depends on what is filled in Row 1: Acupuncture 1 left open by the template
  section.entry
    h3: unselected.json
    ul
      li: ✕ Not supported Row 1: Acupuncture\
""")


def test_every_link_leads_somewhere() -> None:
    tree = parsed(page(*every()))
    names = [element.get("id") for element in tree.iter() if element.get("id")]
    assert len(names) == len(set(names))
    links = [link.get("href", "") for link in found(tree, "a")]
    assert len(links) > 2 * len(every()) - 1
    assert {link.removeprefix("#") for link in links} <= set(names)
    labels = {element.get("aria-labelledby") for element in tree.iter()} - {None}
    assert labels <= set(names)


@pytest.mark.parametrize("reports", [every(), [denied()], [invalid()], []])
def test_headings_and_landmarks(reports: list[Report]) -> None:
    tree = parsed(page(*reports))
    levels = [int(str(e.tag)[1]) for e in tree.iter() if e.tag in HEADINGS]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))
    assert [len(found(tree, tag)) for tag in ("main", "title")] == [1, 1]
    assert tree.get("lang") == "en"
    (skip,) = found(tree, "a", "skip")
    assert skip.get("href") == "#" + str(found(tree, "main")[0].get("id"))


def test_a_verdict_is_never_colour_alone() -> None:
    for chip in found(parsed(page(*every())), "span", "chip"):
        symbol, words = said(chip).split(" ", 1)
        assert len(symbol) == 1
        assert words


def test_head_and_foot() -> None:
    tree = parsed(written("html", denied(), context=HINTED))
    assert texts(tree, "title") == snapshot(["denied.json: treatment request check"])
    (foot,) = found(tree, "footer", "bottom")
    assert texts(foot, "p") == snapshot(
        [
            "imr-check 0.0.0, decided by reference evaluator. Decision support, not legal or medical advice.",
            "durable-rules is not installed.",
        ]
    )
    used = [said(e) for e in found(found(tree, "article")[0], "footer")]
    assert [re.sub(r"[0-9a-f]{12}", "DIGEST", each) for each in used] == snapshot(
        ["Criteria used: acupuncture (mtus 2026.11, DIGEST)."]
    )


def test_the_page_refers_to_nothing_outside() -> None:
    text = page(*every())
    tree = parsed(text)
    assert not {"script", "link", "img", "iframe", "object", "base"} & {e.tag for e in tree.iter()}
    assert not {"src", "style", "onclick", "action"} & {
        key for e in tree.iter() for key in e.attrib
    }
    assert "://" not in text
    style = "".join(texts(tree, "style"))
    assert not re.search(r"url\(|@import|</", style)


def test_the_policy_lets_in_this_style_and_nothing_else() -> None:
    tree = parsed(page(*every()))
    (policy,) = [e.get("content") for e in found(tree, "meta") if e.get("http-equiv")]
    style = found(tree, "style")[0].text or ""
    digest = b64encode(sha256(style.encode()).digest()).decode()
    assert policy == (
        f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    )


def test_the_same_reports_give_the_same_bytes() -> None:
    assert page(*every()) == page(*every())


def test_pieces_may_come_from_elsewhere() -> None:
    pieces = [Html(CONTEXT).piece(report) for report in every()]
    writer, tally = Html(CONTEXT), Tally()
    for report in every():
        tally.add(report)
    parts = [writer.begin(), *map(writer.add, pieces), writer.end(tally)]
    assert "".join(parts) == page(*every())


def test_a_request_of_a_program_has_no_lines() -> None:
    request = {
        "submission": {"date": "2015-01-13"},
        "injury": {"date": "2014-04-11", "body_parts": ["neck"]},
        "treatments": [{"kind": "acupuncture", "quantity": 8, "course": "first"}],
    }
    tree = parsed(page(check(request)))
    assert texts(tree, "h2") == ["request"]
    assert texts(tree, "h3") == ["Row 1 Acupuncture"]
    assert "/treatments/0/quantity" in said(tree)


# Names from outside


@pytest.mark.parametrize(
    "name", [*ODD_NAMES, "\u202egpj.json", "<script>alert(1)</script>", "x" * 400]
)
def test_odd_names(name: str) -> None:
    for reports in ([denied(name)], [denied(name), invalid(name)]):
        text = page(*reports)
        tree = parsed(text)
        assert visible(name).split("/")[-1].split() == texts(tree, "h2")[-1].split("/")[-1].split()
        assert text.isascii() or all(c == "\n" or c.isprintable() for c in text)
        text.encode()


class Anywhere(Places):
    """Says of everything that it stands in a record of this name."""

    def __init__(self, document: str) -> None:
        self.document = document

    def evidence(self, path: tuple[str | int, ...]) -> Evidence:  # noqa: ARG002
        return Evidence("/chart", 1, 1, self.document, None, None)


def full_of(word: str) -> list[Report]:
    """Return reports that say a word wherever something from outside can stand."""
    report = denied(word)
    entry = Suppression("ACU-02", word, word, None, "request")
    findings = tuple(
        finding._replace(message=word, places=Anywhere(word), paths=(("chart",),))
        for finding in report.treatments[0].findings
    )
    aside = [f._replace(suppression=entry if f.failing else None) for f in findings]
    open_ = [f._replace(outcome="depends", holes=(word,)) for f in findings]
    row = report.treatments[0]._replace(treatment=word, note=word)
    rows = tuple(row._replace(findings=tuple(each)) for each in (findings, aside, open_))
    problem = invalid().errors[0]._replace(message=word)
    return [report._replace(treatments=rows), invalid(word)._replace(errors=(problem,))]


def shape(tree: Element) -> list[tuple[object, ...]]:
    return [(e.tag, *sorted(e.keys())) for e in tree.iter()]


SHAPE = shape(parsed(page(*full_of("word"))))

HOSTILE = st.text(
    st.one_of(
        st.sampled_from(
            "<>&\"'`=!-]/;#xscriptyle\x00\x01\x02\x0b\x1b\x7f\x85\u202e\u2028\ufffe\ud800"
        ),
        st.characters(),
    ),
    min_size=1,
)


@given(HOSTILE)
def test_no_word_from_outside_becomes_markup(word: str) -> None:
    text = page(*full_of(word.replace("/", "|")))
    tree = parsed(text)
    assert shape(tree) == SHAPE
    assert said(tree).count(" ".join(visible(word.replace("/", "|")).split())) > 15
    text.encode()


# Contrast


def stylesheet() -> str:
    return found(parsed(page(denied())), "style")[0].text or ""


def palette(block: str) -> dict[str, str]:
    return dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6});", block))


def luminance(color: str) -> float:
    channels = [int(color[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (
        c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


TONES = ("good", "bad", "open", "none", "hole")
READ_ON = {
    "page": ("ink", "quiet", "link", "bad"),
    "paper": ("ink", "quiet", "link", *TONES),
    "bad-tint": ("ink", "quiet", "bad", "open"),
    "open-tint": ("ink", "open"),
    **dict.fromkeys(TONES, ("on-chip",)),
}


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_contrast(scheme: str) -> None:
    light, dark = re.findall(r":root \{([^}]*--page:[^}]*--ink:[^}]*)\}", stylesheet())
    colors = palette(light) | (palette(dark) if scheme == "dark" else {})
    for ground, inks in READ_ON.items():
        for ink in inks:
            assert contrast(colors[ink], colors[ground]) >= 4.5, (ink, ground)


def test_colours_are_those_of_the_palette() -> None:
    rules = re.sub(r":root \{[^}]*\}|@page.*?\n\}", "", stylesheet(), flags=re.DOTALL)
    assert not re.search(r"#[0-9a-f]{3,8}\b(?! \{)|rgb|hsl", rules)
    assert contrast("#4a5764", "#ffffff") >= 4.5  # the margins of a sheet


def test_of_a_report_without_files() -> None:
    tree = parsed(page())
    assert said(found(tree, "main")[0]) == ""
