"""Paths in the formats that services read: from the root of the repository, as text and as URI."""

from __future__ import annotations

import os
from pathlib import Path
from urllib.parse import unquote_to_bytes, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st
from render.reports import ODD_NAMES

from imr_check.render.paths import from_root, root, uri

FOLDER = "/work tree/repository"


@pytest.mark.parametrize("variable", ["GITHUB_WORKSPACE", "CI_PROJECT_DIR"])
def test_root_is_that_of_the_repository_in_ci(
    variable: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    inside = tmp_path / "templates"
    inside.mkdir()
    monkeypatch.chdir(inside)
    monkeypatch.setenv(variable, str(tmp_path))
    assert root() == str(tmp_path)
    assert from_root("a.json", root()) == "templates/a.json"


def test_root_is_the_current_folder_elsewhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert root() == str(tmp_path)
    monkeypatch.setenv("GITHUB_WORKSPACE", "/somewhere/else")
    assert root() == str(tmp_path)


@pytest.mark.parametrize(
    ("path", "shown"),
    [
        (f"{FOLDER}/a/b.json", "a/b.json"),
        (f"{FOLDER}/./a//../b.json", "b.json"),
        ("/elsewhere/b.json", "/elsewhere/b.json"),
        ("/work tree/repository 2/b.json", "/work tree/repository 2/b.json"),
    ],
)
def test_path_from_the_root(path: str, shown: str) -> None:
    assert from_root(path, FOLDER) == shown


def test_path_that_is_not_text_can_be_written_all_the_same() -> None:
    assert from_root(f"{FOLDER}/a\udcff.json", FOLDER) == "a?.json"


def test_report_without_a_path_has_one() -> None:
    assert from_root("", os.getcwd()) == "request"


def test_uri_outside_of_the_root_is_absolute() -> None:
    assert uri("/else where/ü.json", FOLDER) == ("file:///else%20where/%C3%BC.json", False)


NAMES = st.text(st.characters(codec="utf-8", exclude_characters="/\0"), min_size=1).filter(
    lambda name: name not in (".", "..")
)


@given(NAMES)
def test_uri_stands_for_the_file(name: str) -> None:
    _is_uri_of(name)


@pytest.mark.parametrize("name", ODD_NAMES)
def test_uri_of_an_odd_name(name: str) -> None:
    _is_uri_of(name)


def _is_uri_of(name: str) -> None:
    found, relative = uri(f"{FOLDER}/{name}", FOLDER)
    assert relative
    assert found.isascii()
    parts = urlsplit(found)
    assert (parts.scheme, parts.netloc, parts.query, parts.fragment) == ("", "", "", "")
    assert unquote_to_bytes(parts.path) == os.fsencode(name)
