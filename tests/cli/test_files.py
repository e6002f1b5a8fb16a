"""Which files a check is about: named, in folders, by pattern, from standard input."""

from __future__ import annotations

import inspect
import io
import json
import os
import re
import sys
from pathlib import Path

import pytest
from drafts import DENIED, SUPPORTED, write, write_lines
from hypothesis import given
from hypothesis import strategies as st
from running import Command

from imr_check.cli.files import Found, find
from imr_check.cli.patterns import escaped, excluded


@pytest.fixture(autouse=True)
def tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder as teams have them, which is the working folder."""
    monkeypatch.chdir(tmp_path)
    for name in (
        *("b.json", "a.yaml", "README.md", "imr-check-baseline.json", ".hidden.json"),
        *("neck/B.JSON", "neck/c.jsonl", "neck/deep/d.yml", "back/e.ndjson", "back/old/f.json"),
        *(".git/g.json", "node_modules/h.json", "venv/i.json", "back/__pycache__/j.json"),
    ):
        write(tmp_path / "t" / name, {})
    return tmp_path


def paths(*named: str, exclude: tuple[str, ...] = (), ours: tuple[str, ...] = ()) -> list[str]:
    found = list(find(named, exclude, ours))
    assert [each.fault for each in found if each.fault] == []
    return [each.path for each in found]


def faults(*named: str, exclude: tuple[str, ...] = ()) -> list[Found]:
    return [found for found in find(named, exclude) if found.fault]


ALL = [
    *("t/a.yaml", "t/b.json", "t/back/e.ndjson", "t/back/old/f.json"),
    *("t/neck/B.JSON", "t/neck/c.jsonl", "t/neck/deep/d.yml"),
]

# Folders


def test_a_folder_is_searched_by_name_and_hidden_files_are_left_out() -> None:
    assert paths("t") == paths("t/") == ALL
    assert paths(os.path.abspath("t")) == [os.path.abspath(path) for path in ALL]


def test_the_working_folder_is_not_named_in_front_of_every_path(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir("t")
    assert paths(".") == paths("./") == [path.removeprefix("t/") for path in ALL]


def test_a_hidden_folder_that_is_named_is_searched() -> None:
    assert paths("t/.git") == ["t/.git/g.json"]


def test_a_file_that_is_named_is_read_whatever_it_is_called() -> None:
    assert paths("t/README.md", "t/.hidden.json") == ["t/README.md", "t/.hidden.json"]


def test_a_file_is_checked_once_where_it_is_named_first() -> None:
    named = ("t/neck/c.jsonl", "t", os.path.abspath("t/b.json"), "t/../t/b.json", "-", "-")
    assert paths(*named) == ["t/neck/c.jsonl", *(p for p in ALL if p != "t/neck/c.jsonl"), "-"]


def test_links_are_followed_to_files_and_not_to_folders(tree: Path) -> None:
    (tree / "t" / "link.json").symlink_to("b.json")
    (tree / "t" / "round").symlink_to(".")
    (tree / "t" / "neck" / "up").symlink_to("..")
    expected = sorted([*ALL, "t/link.json"], key=lambda path: (path.count("/") > 1, path))
    assert paths("t") == expected
    assert sorted(paths("t/**")) == sorted(expected)
    assert "t/round/b.json" not in paths("t/*")


def test_a_link_that_leads_nowhere_is_not_passed_over(tree: Path) -> None:
    (tree / "t" / "lost.json").symlink_to("nowhere")
    (tree / "t" / "self.json").symlink_to("self.json")
    assert {"t/lost.json", "t/self.json"} < set(paths("t"))


def test_only_regular_files_are_taken_from_a_folder(tree: Path) -> None:
    os.mkfifo(tree / "t" / "pipe.json")
    (tree / "t" / "folder.json").mkdir()
    assert paths("t") == ALL
    assert paths("t/*.json") == ["t/b.json"]


def test_a_pipe_that_is_named_is_read(run: Command) -> None:
    """As a shell's <(...) hands it over."""
    reading, writing = os.pipe()
    os.write(writing, json.dumps(SUPPORTED).encode())
    os.close(writing)
    assert run(f"/dev/fd/{reading}").status == 0
    os.close(reading)


def test_what_cannot_be_listed_is_said_and_the_rest_is_checked(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    listing = os.scandir

    def refusing(path: str) -> object:
        if str(path).endswith("neck"):
            raise PermissionError(13, "Permission denied", path)
        return listing(path)

    monkeypatch.setattr(os, "scandir", refusing)
    assert [found.path for found in faults("t")] == ["t/neck"]
    assert [found.path for found in find(["t"]) if not found.fault] == ALL[:4]
    assert faults("t/neck")[0].fault.startswith("This folder cannot be read")


def test_a_folder_without_requests_is_a_mistake(run: Command, tree: Path) -> None:
    (tree / "empty").mkdir()
    result = run("empty", "--format", "concise")
    assert result.status == 2
    assert result.out.startswith(
        "empty:0:0: INVALID No request is in this folder: looked for .json"
    )
    assert faults("t", exclude=("t",))


def test_folders_may_be_nested_deeper_than_python_recurses(tree: Path) -> None:
    write(tree.joinpath("n", *("n" * 120), "x.json"), {})
    limit = sys.getrecursionlimit()
    sys.setrecursionlimit(len(inspect.stack(0)) + 100)
    try:
        assert len(list(find(["n"]))) == 1
    finally:
        sys.setrecursionlimit(limit)


# Patterns


@pytest.mark.parametrize(
    ("pattern", "found"),
    [
        ("t/*.json", ["t/b.json"]),
        ("t/*.md", ["t/README.md"]),
        ("t/?.*", ["t/a.yaml", "t/b.json"]),
        ("t/*/c.jsonl", ["t/neck/c.jsonl"]),
        ("t/[a-c]*", ["t/a.yaml", "t/b.json", "t/back/e.ndjson", "t/back/old/f.json"]),
        ("t/n*", ALL[4:]),
        ("t/**/*.json", ["t/b.json", "t/back/old/f.json"]),
        ("**/*.y*ml", ["t/a.yaml", "t/neck/deep/d.yml"]),
        ("**/old", ["t/back/old/f.json"]),
        ("**/*.md", ["t/README.md"]),
        ("t/**", ALL),
        ("t/**/neck/**", ALL[4:]),
        ("*/neck/**/*.yml", ["t/neck/deep/d.yml"]),
        ("t/.*.json", ["t/.hidden.json"]),
    ],
)
def test_a_pattern_means_what_a_shell_makes_of_it(pattern: str, found: list[str]) -> None:
    assert paths(pattern) == found
    assert paths(os.path.abspath(pattern)) == [os.path.abspath(path) for path in found]


def test_a_name_with_the_signs_of_a_pattern_is_a_name_if_it_is_there(tree: Path) -> None:
    write(tree / "draft[1].json", SUPPORTED)
    assert paths("draft[1].json") == ["draft[1].json"]
    assert faults("draft[2].json")


@pytest.mark.parametrize("pattern", ["*.jsn", "nowhere/**", "t/*/*/*/*", "[", "**/x.json"])
def test_a_pattern_without_a_match_is_a_mistake(pattern: str) -> None:
    (found,) = find([pattern])
    assert found.path == pattern
    assert found.fault.startswith("No file matches")


def test_many_links_in_a_circle_end_at_once(tree: Path) -> None:
    for name in "xyz":
        (tree / "t" / name).symlink_to(".")
    assert paths("t/**/*.json") == ["t/b.json", "t/back/old/f.json"]


# What is left out


@pytest.mark.parametrize(
    ("exclude", "left"),
    [
        ("old", ["t/back/old/f.json"]),
        ("*.json", ["t/b.json", "t/back/old/f.json"]),
        ("t/neck/", ALL[4:]),
        ("./t/neck", ALL[4:]),
        ("t/*/*.*", ["t/back/e.ndjson", "t/neck/B.JSON", "t/neck/c.jsonl"]),
        ("t/**/*.yml", ["t/neck/deep/d.yml"]),
        ("**/deep", ["t/neck/deep/d.yml"]),
        ("t/neck/**", ALL[4:]),
        ("neck/deep", []),
        ("[a-b].*", ["t/a.yaml", "t/b.json"]),
        ("[!ab].jsonl", ["t/neck/c.jsonl"]),
        ("ol", []),
        ("t/b", []),
    ],
)
def test_exclude_by_name_and_by_path(exclude: str, left: list[str]) -> None:
    for named in ("t", "t/**", os.path.abspath("t")):
        kept = [os.path.relpath(path) for path in paths(named, exclude=(exclude,))]
        assert kept == [path for path in ALL if path not in left]


def test_exclude_a_whole_path_from_anywhere(tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tree / "t" / "back")
    assert excluded("old/f.json", (f"{tree}/t/*/old",))
    assert excluded("../neck/c.jsonl", ("../neck",))
    assert not excluded("../neck/c.jsonl", ("neck/c.jsonl",))


def test_exclude_does_not_hold_for_a_file_that_is_named() -> None:
    assert paths("t/b.json", exclude=("b.json",)) == ["t/b.json"]


@given(st.text(alphabet="ab/*?[]!^-\\.", max_size=12), st.text(alphabet="ab[]*\\", max_size=6))
def test_no_pattern_breaks_the_matching(pattern: str, name: str) -> None:
    excluded(f"t/{name}/a.json", (pattern, "b"))
    if "/" not in name:
        assert excluded(f"t/{name}x", (f"t/{escaped(name)}x",))


def test_a_report_of_ours_is_no_request_in_the_next_run(run: Command, tree: Path) -> None:
    write(tree / "d" / "draft.json", SUPPORTED)
    for _ in range(2):
        assert run("d", "--output", "d/report.json", "--output", "gitlab=d/q.json").status == 0
    report = json.loads((tree / "d" / "report.json").read_text(encoding="utf-8"))
    assert [file["path"] for file in report["files"]] == ["d/draft.json"]
    assert paths("d", ours=("d/report.json", "d/q.json")) == ["d/draft.json"]


def test_a_baseline_of_any_name_is_no_request(run: Command, tree: Path) -> None:
    write(tree / "d" / "draft.json", SUPPORTED)
    write(tree / "d" / "known.json", {"version": 1, "entries": []})
    assert run("d", "--baseline", "d/known.json").status == 0
    assert run("d").status == 2


# Standard input


def stdin(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(text.encode())))


@pytest.mark.parametrize(
    ("name", "text", "rows"),
    [
        ("t/a.json", json.dumps(DENIED), 1),
        ("a.yaml", "injury: {date: 2014-04-11}\ntreatments:\n- {kind: acupuncture}\n", 1),
        ("a.jsonl", f"{json.dumps(DENIED)}\n{json.dumps(SUPPORTED)}\n", 2),
    ],
)
def test_the_name_of_standard_input_says_how_to_read_it(
    run: Command, monkeypatch: pytest.MonkeyPatch, name: str, text: str, rows: int
) -> None:
    stdin(monkeypatch, text)
    result = run("-", "--stdin-filename", name, "--format", "jsonl")
    assert result.status == 1
    reports = [json.loads(line) for line in result.out.splitlines()]
    assert [report["path"] for report in reports] == [name] * rows


def test_ignores_of_a_file_hold_when_its_text_comes_from_an_editor(
    run: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    stdin(monkeypatch, json.dumps(DENIED))
    arguments = ("--per-file-ignores", "old/*:ACU", "--stdin-filename", "old/draft.json")
    assert run("-", *arguments).status == 0


def test_standard_input_and_files_in_one_run(
    run: Command, monkeypatch: pytest.MonkeyPatch, tree: Path
) -> None:
    write(tree / "draft.json", SUPPORTED)
    write_lines(tree / "drafts.jsonl", SUPPORTED, SUPPORTED)
    stdin(monkeypatch, json.dumps(DENIED))
    result = run("drafts.jsonl", "-", "draft.json", "--jobs", "2", "--format", "concise")
    assert result.status == 1
    assert re.findall("^.*ACU-02", result.out, re.MULTILINE) == ["<stdin>:1:149: ACU-02"]
