"""The page in Chromium, wide, phone-wide and printed; skipped where no Chromium is installed."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from render.reports import ODD_NAMES, denied, every, invalid, supported, template, written
from strategies import EXAMPLES

from imr_check import Report, check, load

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome")
LEAST_PICTURE = 20_000
"""Bytes: a blank picture of this size has a few thousand."""

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium is installed")

CONTRASTS = """() => {
  const channels = color => color.match(/[0-9.]+/g).map(Number);
  const luminance = color => {
    const [r, g, b] = channels(color).map(c => c / 255)
      .map(c => c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4);
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const ground = element => {
    for (let e = element; e; e = e.parentElement) {
      const color = getComputedStyle(e).backgroundColor;
      if (channels(color)[3] !== 0) return color;
    }
    return "rgb(255, 255, 255)";
  };
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const found = [];
  while (texts.nextNode()) {
    const text = texts.currentNode;
    if (!text.data.trim() || !text.parentElement.checkVisibility()) continue;
    const pair = [getComputedStyle(text.parentElement).color, ground(text.parentElement)];
    const [dark, light] = pair.map(luminance).sort((a, b) => a - b);
    found.push([(light + 0.05) / (dark + 0.05), text.data]);
  }
  return found;
}"""


def denied_example() -> Report:
    name = "004_opioid_and_trigger_point_series.json"
    return check(load(EXAMPLES / "determinations" / name))._replace(path=name)


PAGES: dict[str, list[Report]] = {
    "denied": [denied_example()],
    "supported": [supported()],
    "template": [template()],
    "many": [*every(), denied_example()],
    "odd_names": [*map(denied, ODD_NAMES), invalid("x" * 300)],
}


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    api = pytest.importorskip("playwright.sync_api")
    with api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


Open = Callable[..., "Page"]


@pytest.fixture
def opened(browser: Browser, tmp_path: Path) -> Iterator[Open]:
    """Open a page of PAGES; what it logs or asks the net for fails the test."""
    complaints: list[str] = []

    def show(name: str, width: int = 1280, **options: Any) -> Page:
        path = tmp_path / f"{name}.html"
        path.write_text(written("html", *PAGES[name]), encoding="utf-8")
        page = browser.new_page(viewport={"width": width, "height": 900}, **options)
        page.on("console", lambda message: complaints.append(message.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("request", lambda request: complaints.append(request.url))
        page.goto(path.as_uri())
        complaints.remove(path.as_uri())
        return page

    yield show
    assert complaints == []


@pytest.mark.parametrize("width", [1280, 768, 360])
@pytest.mark.parametrize("name", list(PAGES))
def test_on_the_screen(name: str, width: int, opened: Open) -> None:
    page = opened(name, width)
    page.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert len(page.screenshot()) > LEAST_PICTURE
    card = page.locator(".card").first
    assert card.evaluate("e => getComputedStyle(e).backgroundColor") == "rgb(255, 255, 255)"


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", list(PAGES))
def test_contrast_of_every_word(name: str, scheme: str, opened: Open) -> None:
    page = opened(name, color_scheme=scheme)
    page.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)")
    found = page.evaluate(CONTRASTS)
    assert len(found) > 30
    assert [(ratio, text) for ratio, text in found if ratio < 4.5] == []


def test_by_keyboard(opened: Open) -> None:
    """The first stop is the way past the summary; every stop after it can be seen."""
    page = opened("denied")
    page.keyboard.press("Tab")
    skip = page.locator(".skip")
    assert skip.evaluate("e => e === document.activeElement")
    box = skip.bounding_box()
    assert box is not None
    assert box["y"] >= 0
    assert skip.evaluate("e => getComputedStyle(e).outlineStyle") == "solid"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "findings"
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.type") == "checkbox"
    page.keyboard.press("Space")
    assert page.locator("input:checked").count() == 1


def printed(page: Page, path: Path) -> list[str]:
    """Return the words on each printed sheet."""
    page.pdf(path=path, format="Letter")
    text = subprocess.run(
        ["pdftotext", "-layout", path, "-"], capture_output=True, text=True, check=True
    )
    return text.stdout.split("\f")[:-1]


@pytest.mark.skipif(shutil.which("pdftotext") is None, reason="no pdftotext is installed")
def test_on_paper(opened: Open, tmp_path: Path) -> None:
    sheets = printed(opened("denied"), tmp_path / "denied.pdf")
    assert 2 <= len(sheets) <= 6
    for number, sheet in enumerate(sheets, 1):
        assert sheet.strip().startswith("004_opioid_and_trigger_point_series.json")
        assert f"Page {number} of {len(sheets)}" in sheet
        assert "Decision support, not legal or medical advice." in sheet
    whole = "".join(sheets)
    assert "TPI-03 duration: Symptoms" in whole  # folded on the screen
    assert "Employee" in sheets[0]
    assert "Skip to" not in whole


@pytest.mark.skipif(shutil.which("pdftotext") is None, reason="no pdftotext is installed")
def test_many_on_paper(opened: Open, tmp_path: Path) -> None:
    """Each file begins on a sheet of its own, with its name at the head of all of its sheets."""
    sheets = printed(opened("many"), tmp_path / "many.pdf")
    heads = [sheet.split("\n")[0].strip() for sheet in sheets]
    names = [report.path for report in PAGES["many"]]
    assert heads[0] not in names  # the summary
    assert list(dict.fromkeys(heads[1:])) == names
    assert "How to read this page" in sheets[-1]
