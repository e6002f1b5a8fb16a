"""The comment for a pull request, rendered by markdown-it-py: its structure, its limit, its escapes."""

from __future__ import annotations

from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st
from inline_snapshot import snapshot
from markdown_it import MarkdownIt
from render.reports import (
    CONTEXT,
    HINTED,
    ODD_NAMES,
    advised,
    argued,
    denied,
    denied_on_advice,
    every,
    invalid,
    supported,
    suppressed,
    template,
    unselected,
    written,
)

from imr_check import Report
from imr_check.render.context import Context
from imr_check.render.markdown import LIMIT, code, plain

GITHUB = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])


class Page(HTMLParser):
    """What a reader finds on the page: cells, folded parts, items, and whether tags are balanced."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.seen: dict[str, list[str]] = {}
        self.feed(GITHUB.render(text))
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: object) -> None:
        del attrs
        self.seen.setdefault(tag, []).append("")
        if tag != "br":
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        for tag in set(self.open):
            self.seen[tag][-1] += data


def page(*reports: Report, context: Context = CONTEXT) -> Page:
    return Page(written("markdown", *reports, context=context))


TAGS = {
    *("h3", "blockquote", "p", "em", "strong", "code", "b", "br", "ul", "li"),
    *("table", "thead", "tbody", "tr", "th", "td", "details", "summary"),
}


def test_snapshot() -> None:
    assert written("markdown", *every()) == snapshot("""\
### imr-check: 5 not supported, 2 supported, 1 cannot be checked, 1 depends on what is filled in

| File | Verdict | Errors | Warnings | Set aside |
|---|---|--:|--:|--:|
| `denied.json` | **not supported** | 2 | 0 | 0 |
| `denied_on_advice.json` | **not supported**; advice, replaced 2017-12-01 (unverified) | 2 | 0 | 0 |
| `argued.json` | **not supported** | 4 | 1 | 0 |
| `invalid.json` | **cannot be checked** | 2 | 0 | 0 |
| `suppressed.json` | **not supported** | 0 | 1 | 1 |
| `template.json` | **depends on what is filled in (template)** | 0 | 0 | 0 |
| `unselected.json` | **not supported** | 0 | 0 | 0 |
| `supported.json` | supported | 0 | 0 | 0 |
| `advised.json` | supported; advice, replaced 2017-12-01 (unverified) | 0 | 0 | 0 |

<details>
<summary><code>denied.json</code>, row 1: Acupuncture: <b>not supported</b></summary>

Judged by Acupuncture Medical Treatment Guidelines (2007)

**For the office**

- `ACU-02` trial-max-6<br>**Not met:** Visits asked for: 8 visits, at most 6 allowed.<br>At line 5, column 41.<br>Cure (office): Ask for six visits and plan a re-evaluation after them.<br>*Acupuncture Medical Treatment Guidelines, 8 CCR 9792.24.1(c)*

</details>

<details>
<summary><code>denied.json</code>, row 2: Treatment not recognized: <b>no criteria</b></summary>

No treatment with criteria is named. Fill in kind, or see \\`imr-check criteria --treatments\\` for what is covered.

**For the office**

- `ROW-02` no-criteria<br>**No criteria:** nothing that is encoded covers this row. It was not judged.<br>Cure (office): Have the row checked by hand against the guideline that governs.

</details>

<details>
<summary><code>denied_on_advice.json</code>, row 1: Acupuncture: <b>not supported</b></summary>

> ADVICE on row 1: Acupuncture Medical Treatment Guidelines (2007) was replaced for services from 2017-12-01 (unverified) by the ACOEM chapters adopted by reference. What replaced it is not encoded here. Findings show what reviewers looked for under it; check the guideline of today before you send.

Judged by Acupuncture Medical Treatment Guidelines (2007) (advice, replaced 2017-12-01 (unverified))

For a service on 2026-11-22 see the ACOEM chapters Chronic Pain (text of 2017-05-15). Their criteria are licensed and are not encoded here.

**For the office**

- `ACU-02` trial-max-6 (advice, replaced 2017-12-01 (unverified))<br>**Not met:** Visits asked for: 8 visits, at most 6 allowed.<br>At line 5, column 41.<br>Cure (office): Ask for six visits and plan a re-evaluation after them.<br>*Acupuncture Medical Treatment Guidelines, 8 CCR 9792.24.1(c)*

</details>

<details>
<summary><code>denied_on_advice.json</code>, row 2: Treatment not recognized: <b>no criteria</b></summary>

No treatment with criteria is named. Fill in kind, or see \\`imr-check criteria --treatments\\` for what is covered.

**For the office**

- `ROW-02` no-criteria<br>**No criteria:** nothing that is encoded covers this row. It was not judged.<br>Cure (office): Have the row checked by hand against the guideline that governs.

</details>

<details>
<summary><code>argued.json</code>, row 1: Facet joint injection or medial branch block: <b>not supported</b></summary>

Judged by ACOEM Practice Guidelines, 2nd edition (2004)

**Documentation alone does not cure this**

- `FAC-01` not-recommended (argued)<br>**Not met:** Facet joint injection for the neck or back is not recommended by this edition.<br>At line 5, column 88.<br>Cure (physician): Enclose a complete rebuttal, or choose another treatment. The rebuttal still lacks: statement that the MTUS presumption is challenged; complete citation of the evidence; copy of the cited section or study.<br>*ACOEM Practice Guidelines 2nd ed. (2004), chapter 12, p. 300, 309*

**For the physician**

- `FAC-02` non-radicular (unverified)<br>**Not documented:** sensory examination; reflexes; strength examination; straight leg raise or Spurling test.<br>Cure (physician): Chart the nerve examination as it is: sensation, reflexes, strength, straight leg raise or Spurling test. With a radiculopathy choose another treatment.<br>*Official Disability Guidelines (unverified)*
- `FAC-03` exclusions (unverified)<br>**Not documented:** imaging report of the region.<br>Cure (physician): Enclose the imaging report, or choose a level without stenosis, fusion or laminectomy.<br>*Official Disability Guidelines (unverified)*

**For the office**

- `FAC-05` one-modality<br>**Not documented:** imaging modalities named for guidance.<br>Cure (office): Name one imaging modality.<br>*CPT, separate code families for each modality*

**Warnings, which do not decide the row**

- `GEN-13` rebuttal-if-hard-fail<br>**Not documented:** statement that the MTUS presumption is challenged; complete citation of the evidence; copy of the cited section or study.<br>Cure (physician): State on the request that the presumption is challenged, cite the evidence in full, and enclose a copy. Where the law asks for it, show the search that led to the evidence.<br>*MTUS Medical Evidence Search Sequence, 8 CCR 9792.21.1(b)*

</details>

<details>
<summary><code>invalid.json</code>: <b>cannot be checked</b></summary>

- line 1, column 1: injury is missing: add it
- line 5, column 41: quantity has to be a whole number

</details>

<details>
<summary><code>suppressed.json</code>, row 1: Acupuncture: <b>not supported</b></summary>

Judged by Acupuncture Medical Treatment Guidelines (2007)

Set aside: `ACU-02` trial-max-6: agreed with the adjuster (J. Doe, until 2015-06-30)

</details>

<details>
<summary><code>suppressed.json</code>: what it says about suppressions</summary>

- `SUP-01` unused-suppression<br>Suppression of TPI-02: This suppression sets nothing aside: no such finding fails here.<br>Cure (office): Remove the entry, or correct its code or row.

</details>

<details>
<summary><code>template.json</code>, row 1: Acupuncture: <b>depends on what is filled in</b></summary>

Judged by Acupuncture Medical Treatment Guidelines (2007)

**Depends on what is filled in**

- `ACU-02` trial-max-6: `{{ visits }}`, `${COURSE}`

</details>

<details>
<summary><code>unselected.json</code>, row 1: Acupuncture: <b>not supported</b></summary>

Judged by Acupuncture Medical Treatment Guidelines (2007)

Fails, but was not selected: `ACU-02`

</details>

Set aside, and not counted: `ACU-02` 1.

*imr-check 0.0.0, decided by durable-rules. Decision support, not legal or medical advice.*
""")


def test_structure() -> None:
    found = page(*every(), context=HINTED)
    assert set(found.seen) == TAGS
    assert len(found.seen["tbody"]) == 1
    assert len(found.seen["tr"]) == 1 + len(every())
    assert len(found.seen["td"]) == 5 * len(every())
    assert found.seen["h3"] == snapshot(
        [
            "imr-check: 5 not supported, 2 supported, 1 cannot be checked, 1 depends on what is filled in"
        ]
    )
    assert found.seen["summary"] == snapshot(
        [
            "denied.json, row 1: Acupuncture: not supported",
            "denied.json, row 2: Treatment not recognized: no criteria",
            "denied_on_advice.json, row 1: Acupuncture: not supported",
            "denied_on_advice.json, row 2: Treatment not recognized: no criteria",
            "argued.json, row 1: Facet joint injection or medial branch block: not supported",
            "invalid.json: cannot be checked",
            "suppressed.json, row 1: Acupuncture: not supported",
            "suppressed.json: what it says about suppressions",
            "template.json, row 1: Acupuncture: depends on what is filled in",
            "unselected.json, row 1: Acupuncture: not supported",
        ]
    )
    assert found.seen["blockquote"][0].strip() == (
        "reference evaluator: durable-rules is not installed."
    )
    assert found.seen["em"][-1].endswith("Decision support, not legal or medical advice.")


def test_supported_file_is_a_line_of_the_table_only() -> None:
    found = page(supported())
    assert found.seen["td"] == ["supported.json", "supported", "0", "0", "0"]
    assert "details" not in found.seen


def test_nothing_checked() -> None:
    assert written("markdown") == snapshot("""\
### imr-check: no requests


*imr-check 0.0.0, decided by durable-rules. Decision support, not legal or medical advice.*
""")


def test_what_to_add_is_grouped_by_who_can_answer() -> None:
    (details,) = page(argued()).seen["details"]
    headings = ("Documentation alone does not cure this", "For the physician", "For the office")
    assert [details.index(heading) for heading in headings] == sorted(
        details.index(heading) for heading in headings
    )


def test_advice_rebuttal_and_doubt_are_told() -> None:
    assert page(advised()).seen["td"][1] == "supported; advice, replaced 2017-12-01 (unverified)"
    found = page(denied_on_advice())
    assert found.seen["blockquote"][0].strip().startswith("ADVICE on row 1: Acupuncture Medical")
    assert "(advice, replaced 2017-12-01 (unverified))" in found.seen["li"][0]
    items = page(argued()).seen["li"]
    assert items[0].startswith("FAC-01 not-recommended (argued)Not met: Facet joint injection")
    assert "The rebuttal still lacks: " in items[0]
    assert items[1].startswith("FAC-02 non-radicular (unverified)Not documented: sensory")


def test_suppressed_are_counted_and_not_selected_named() -> None:
    text = written("markdown", suppressed())
    assert "Set aside, and not counted: `ACU-02` 1." in text
    assert page(suppressed()).seen["td"][4] == "1"
    assert "agreed with the adjuster (J. Doe, until 2015-06-30)" in text
    assert "Fails, but was not selected: `ACU-02`" in written("markdown", unselected())


def test_holes_are_named() -> None:
    (details,) = page(template()).seen["details"]
    assert "ACU-02 trial-max-6: {{ visits }}, ${COURSE}" in details


def test_file_that_cannot_be_checked() -> None:
    found = page(invalid())
    assert found.seen["td"][:3] == ["invalid.json", "cannot be checked", "2"]
    assert [item.strip() for item in found.seen["li"]] == snapshot(
        [
            "line 1, column 1: injury is missing: add it",
            "line 5, column 41: quantity has to be a whole number",
        ]
    )


def test_long_comment_is_cut_and_says_so() -> None:
    report = denied()
    reports = [supported("ok.json")]
    reports += [report._replace(path=f"folder/{number}.json") for number in range(3000)]
    text = written("markdown", *reports)
    assert LIMIT * 0.9 < len(text) <= LIMIT
    found = Page(text)
    rows = len(found.seen["tr"]) - 1
    assert f"{3001 - rows} more files are left out here" in text
    assert f"{6000 - len(found.seen['details'])} more entries are left out here" in text
    assert found.seen["h3"] == ["imr-check: 3000 not supported, 1 supported"]
    assert found.seen["em"][-1].endswith("Decision support, not legal or medical advice.")


def test_failing_files_come_first() -> None:
    found = page(*(supported(f"{n}.json") for n in range(50)), denied())
    assert found.seen["td"][0] == "denied.json"


@pytest.mark.parametrize("name", ODD_NAMES)
def test_odd_names(name: str) -> None:
    found = page(denied(name), template(name), invalid(name), suppressed(name))
    assert set(found.seen) <= TAGS
    assert len(found.seen["td"]) == 20
    assert len(set(found.seen["td"][::5])) == 1
    if name.isprintable():
        assert found.seen["td"][0] == name
        assert found.seen["summary"][0] == f"{name}, row 1: Acupuncture: not supported"


WORDS = st.text(st.characters(codec="utf-8"), max_size=40) | st.text(
    "`*_~[]()<>|\\&#@!$:ab1.- ", max_size=20
)


@given(WORDS)
def test_words_say_the_same(words: str) -> None:
    found = Page(f"- x {plain(words)} y\n")
    assert set(found.seen) <= {"ul", "li", "code"}
    assert " ".join(found.seen["li"][0].split()) == " ".join(f"x {plain_text(words)} y".split())
    assert all(set(each) == {"@"} for each in found.seen.get("code", ()))


def plain_text(words: str) -> str:
    kept = (c if c.isprintable() else " " if c.isspace() else "\ufffd" for c in words)
    return "".join(kept)


@given(WORDS.filter(str.strip))
def test_name_is_shown_as_it_is(name: str) -> None:
    found = Page(f"| a | b |\n|---|---|\n| {code(name)} | y |\n")
    assert len(found.seen["td"]) == 2
    assert found.seen["code"] == [plain_text(name)]
