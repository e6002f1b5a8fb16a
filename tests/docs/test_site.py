"""The documentation as a site: it builds without a warning and loads nothing from another host."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote

import pytest

from imr_check.guideline.pack import installed_packs
from imr_check.own_criteria import OWN_CRITERIA
from imr_check.render.guideline_pages import pages

ROOT = Path(__file__).parents[2]

_LOADING = ("src", "href", "srcset", "poster", "data", "action", "content")
_HOST = re.compile(r"^\s*(?:[a-z][a-z0-9+.-]*:)?//", re.IGNORECASE)
_CODE = re.compile(r"<code.*?</code>", re.DOTALL)
_LOADED_BY_STYLE = re.compile(r"""(?:url\(|@import)\s*["']?\s*((?:[a-z]+:)?//[^"')\s]+)""", re.I)


class Page(HTMLParser):
    """The addresses on a page, and the places that may be linked to."""

    def __init__(self, file: Path) -> None:
        super().__init__()
        self.addresses: list[str] = []
        self.links: list[str] = []
        self.anchors: set[str] = set()
        self.text = file.read_text(encoding="utf-8")
        self.feed(self.text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self.anchors.add(given.get("id", ""))
        self.addresses += (given[name] for name in _LOADING if name in given)
        self.addresses += (given[name] for name in given if name.endswith(":href"))
        if tag == "a" and "href" in given:
            self.links.append(given["href"])


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """Build the site once; return its folder and what mkdocs said."""
    site = tmp_path_factory.mktemp("site")
    done = subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--strict", "--site-dir", str(site)],
        cwd=ROOT,
        env=os.environ | {"NO_MKDOCS_2_WARNING": "1", "PYTHONDONTWRITEBYTECODE": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stdout
    return site, done.stdout


@pytest.fixture(scope="module")
def site(built: tuple[Path, str]) -> dict[Path, Page]:
    """Return every page of the site."""
    return {file: Page(file) for file in sorted(built[0].rglob("*.html"))}


def test_nothing_is_warned_about(built: tuple[Path, str]) -> None:
    spoken = [line for line in built[1].splitlines() if line.strip()]
    assert all(line.startswith("INFO") for line in spoken), built[1]
    assert not any("not included in the" in line for line in spoken), built[1]


def test_every_page_is_built(built: tuple[Path, str]) -> None:
    folder, _ = built
    names = {file.relative_to(folder).as_posix() for file in folder.rglob("*.html")}
    codes = {c.code for p in installed_packs() for s in p.sections() for c in s.criteria}
    assert {f"criteria/{code}.html" for code in codes | OWN_CRITERIA.keys()} <= names
    written = [*pages(installed_packs()), *_by_hand()]
    assert {name.removesuffix(".md") + ".html" for name in written} <= names


def _by_hand() -> list[str]:
    docs = ROOT / "docs"
    return [file.relative_to(docs).as_posix() for file in docs.rglob("*.md")]


def test_nothing_of_the_build_itself_is_published(built: tuple[Path, str]) -> None:
    names = {file.name for file in built[0].rglob("*") if file.is_file()}
    assert not {name for name in names if name.endswith((".py", ".pyc"))}
    assert "main.html" not in names


def test_nothing_is_loaded_from_another_host(
    built: tuple[Path, str], site: dict[Path, Page]
) -> None:
    for file, page in site.items():
        loaded = [each for each in page.addresses if _HOST.match(each)]
        assert not loaded, f"{file.name}: {loaded}"
        assert not _LOADED_BY_STYLE.search(page.text), file.name
    for style in built[0].rglob("*.css"):
        assert not _LOADED_BY_STYLE.search(style.read_text(encoding="utf-8")), style.name


def test_the_browser_is_told_to_load_nothing_from_another_host(site: dict[Path, Page]) -> None:
    policy = """<meta http-equiv="Content-Security-Policy" content="default-src 'self' """
    assert all(policy in page.text for page in site.values())


def test_links_lead_somewhere(site: dict[Path, Page]) -> None:
    for file, page in site.items():
        if file.name == "404.html":
            continue  # it stands in for any address, so its links begin at the root
        for link in page.links:
            name, _, anchor = unquote(link).partition("#")
            target = (file.parent / name).resolve() if name else file
            target = target / "index.html" if target.is_dir() else target
            assert target.exists(), f"{file.name}: {link}"
            if anchor and target in site:
                assert anchor in site[target].anchors, f"{file.name}: {link}"


def test_markdown_came_out_as_it_was_meant(site: dict[Path, Page]) -> None:
    for file, page in site.items():
        article = _CODE.sub("", page.text.partition("<article")[2])  # where ** may stand for itself
        for mark in ("```", "!!!", "**", "|---", "\\|", "\\_"):
            assert mark not in article, f"{file.name}: {mark}"


def test_the_unverified_box_is_a_box(site: dict[Path, Page], built: tuple[Path, str]) -> None:
    page = site[built[0] / "criteria" / "TPI-09.html"]
    assert '<div class="admonition danger">\n<p class="admonition-title">Unverified' in page.text
