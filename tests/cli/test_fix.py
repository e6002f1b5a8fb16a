"""``imr-check --fix`` and ``--diff`` from the command line: what is mended, and what stays."""

from __future__ import annotations

import io
import json
import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from drafts import DENIED, SUPPORTED, TEMPLATE, write
from inline_snapshot import snapshot
from running import Command

JSON = """\
{
  "submission": {"date": "01/13/2015"},
  "injury":  {"date": "2014-04-11",
              "body_parts": ["Neck"]},
  "treatments": [{"kind": "Acupuncture", "quantity": "6", "course": "first"}],
  "chart": {"medications": [{"name": "ibuprofen", "status": "Not tolerated"}]}
}
"""
JSON_MENDED = """\
{
  "submission": {"date": "2015-01-13"},
  "injury":  {"date": "2014-04-11",
              "body_parts": ["neck"]},
  "treatments": [{"kind": "acupuncture", "quantity": 6, "course": "first"}],
  "chart": {"medications": [{"name": "ibuprofen", "status": "not_tolerated"}]}
}
"""
YAML = """\
# What the office knows.
submission: {date: 1/13/2015}  # month first
injury: {date: '2014-04-11', body_parts: [Neck]}
treatments:
  - kind: acupuncture
    quantity: "6"
    course: First
chart: {medications: [{name: ibuprofen, status: "Not tolerated"}]}
"""
YAML_MENDED = """\
# What the office knows.
submission: {date: "2015-01-13"}  # month first
injury: {date: '2014-04-11', body_parts: [neck]}
treatments:
  - kind: acupuncture
    quantity: 6
    course: first
chart: {medications: [{name: ibuprofen, status: "not_tolerated"}]}
"""
LINES = "".join(f"{json.dumps(json.loads(text))}\n" for text in (JSON, JSON_MENDED, JSON))
LINES_MENDED = f"{json.dumps(json.loads(JSON_MENDED))}\n" * 3

FORMS = [
    ("a.json", JSON, JSON_MENDED),
    ("a.yaml", YAML, YAML_MENDED),
    ("a.jsonl", LINES, LINES_MENDED),
]


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def put(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def state(path: Path) -> tuple[int, int, bytes]:
    """Return what changes when a file is written to or replaced."""
    found = path.stat()
    return found.st_ino, found.st_mtime_ns, path.read_bytes()


# Mended in place


@pytest.mark.parametrize(("name", "bad", "good"), FORMS)
def test_a_file_is_mended_checked_and_then_left_alone(
    run: Command, folder: Path, name: str, bad: str, good: str
) -> None:
    path = put(folder / name, bad)
    assert run(name).status == 2
    result = run("--fix", name)
    assert result.status == 0
    assert path.read_text(encoding="utf-8") == good
    assert f"{name}:" in result.err
    assert all(": mended: " in line for line in result.err.splitlines())
    before = state(path)
    again = run("--fix", name)
    assert (again.status, again.err, again.out) == (0, "", result.out)
    assert state(path) == before


def test_what_was_mended_is_said_by_place_and_not_by_value(run: Command, folder: Path) -> None:
    put(folder / "a.json", JSON)
    assert run("--fix", "a.json").err == snapshot("""\
a.json:2:26: mended: date written year-month-day
a.json:4:30: mended: word written as in the list of words
a.json:5:27: mended: small letters, with underscores for blanks
a.json:5:54: mended: quotation marks of a number removed
a.json:6:61: mended: word written as in the list of words
""")


def test_the_report_is_about_the_mended_file(run: Command, folder: Path) -> None:
    put(folder / "a.json", JSON.replace('"6"', '"8"'))
    result = run("--fix", "a.json", "--format", "concise")
    assert result.status == 1
    assert result.out.startswith("a.json:5:")
    assert "ACU-02" in result.out


def test_others_of_a_folder_are_not_touched(run: Command, folder: Path) -> None:
    put(folder / "d" / "bad.yaml", YAML)
    others = [
        write(folder / "d" / "good.json", SUPPORTED),
        put(folder / "d" / "broken.json", JSON[:-3]),
        put(folder / "d" / "excluded.json", JSON),
        put(folder / "d" / "notes.txt", JSON),
        put(folder / "d" / ".hidden.json", JSON),
        put(folder / "beside.json", JSON),
    ]
    before = list(map(state, others))
    result = run("--fix", "d", "--exclude", "excluded.json")
    assert result.status == 2, "broken.json cannot be read, and the check says so"
    assert "broken.json: cannot be checked" in result.out
    assert (folder / "d" / "bad.yaml").read_text(encoding="utf-8") == YAML_MENDED
    assert list(map(state, others)) == before
    assert sorted(path.name for path in (folder / "d").iterdir()) == sorted(
        [path.name for path in others if path.parent.name == "d"] + ["bad.yaml"]
    )


def test_what_is_missing_is_never_filled_in(run: Command, folder: Path) -> None:
    path = write(folder / "a.json", {**DENIED, "submission": {}, "treatments": [{}], "chart": {}})
    before = state(path)
    assert run("--fix", "a.json").status == 2
    assert state(path) == before


def test_what_could_mean_two_things_stays(run: Command, folder: Path) -> None:
    path = put(folder / "a.json", JSON_MENDED.replace("2015-01-13", "1/13/15"))
    before = state(path)
    result = run("--fix", "a.json")
    assert result.status == 2
    assert "a.json" in result.out
    assert state(path) == before


def test_a_link_is_followed_and_stays_a_link(run: Command, folder: Path) -> None:
    path = put(folder / "elsewhere" / "a.json", JSON)
    link = folder / "link.json"
    link.symlink_to(path)
    assert run("--fix", "link.json").status == 0
    assert link.is_symlink()
    assert path.read_text(encoding="utf-8") == JSON_MENDED


def test_permissions_stay(run: Command, folder: Path) -> None:
    path = put(folder / "a.json", JSON)
    path.chmod(0o640)
    assert run("--fix", "a.json").status == 0
    assert stat.S_IMODE(path.stat().st_mode) == 0o640


def test_a_file_that_may_not_be_changed(
    run: Command, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = put(folder / "a.json", JSON)
    path.chmod(0o444)
    if os.access(path, os.W_OK):  # the tests run as root, who may do anything
        monkeypatch.setattr("imr_check.fixing.files.os.access", lambda *_: False)
    before = state(path)
    result = run("--fix", "a.json")
    assert result.status == 2
    assert "imr-check: a.json: You are not allowed to change this file" in result.err
    assert state(path) == before


def test_a_file_that_is_not_there_is_left_to_the_check(run: Command) -> None:
    result = run("--fix", "missing.json")
    assert (result.status, result.err) == (2, "")
    assert "The file was not found" in result.out


def test_standard_input_has_no_place(run: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(JSON.encode())))
    result = run("--fix", "-")
    assert result.status == 2
    assert "standard input cannot be mended in place: use --diff" in result.err


def test_nothing_to_mend_in_a_folder_without_requests(run: Command, folder: Path) -> None:
    (folder / "empty").mkdir()
    assert run("--fix", "empty").status == 2


# Templates


def test_a_template_keeps_its_holes(run: Command, folder: Path) -> None:
    bad = JSON.replace('"6"', '"{{ visits }}"').replace('"01/13/2015"', '"***"')
    path = put(folder / "template.json", bad)
    assert run("--fix", "template.json").status == 0
    good = JSON_MENDED.replace('"quantity": 6', '"quantity": "{{ visits }}"')
    assert path.read_text(encoding="utf-8") == good.replace('"2015-01-13"', '"***"')


def test_other_holes_of_a_configuration_file(run: Command, folder: Path) -> None:
    put(folder / "imr-check.toml", "holes = ['@[A-Z]+@']\n")
    path = put(folder / "template.json", JSON.replace('"6"', '"@VISITS@"'))
    assert run("--fix", "template.json").status == 0
    assert '"@VISITS@"' in path.read_text(encoding="utf-8")
    assert run("--isolated", "--fix", "template.json").status == 2


def test_a_template_without_a_fault_is_not_written(run: Command, folder: Path) -> None:
    path = write(folder / "template.json", TEMPLATE)
    before = state(path)
    assert run("--fix", "template.json").status == 0
    assert state(path) == before


# Shown only


@pytest.mark.parametrize(("name", "bad", "good"), FORMS)
@pytest.mark.parametrize("options", [("--diff",), ("--fix", "--diff")])
def test_a_diff_writes_nothing_and_is_what_fix_would_do(
    run: Command, folder: Path, name: str, bad: str, good: str, options: tuple[str, ...]
) -> None:
    path = put(folder / name, bad)
    before = state(path)
    result = run(*options, name)
    assert (result.status, result.err) == (1, "")
    assert result.out.startswith(f"--- {name}\n+++ {name}\n@@ ")
    assert state(path) == before
    assert [entry.name for entry in folder.iterdir()] == [name]
    applied = subprocess.run(
        ("patch", "-s", "-p0"), input=result.out, text=True, cwd=folder, check=False
    )
    assert applied.returncode == 0
    assert path.read_text(encoding="utf-8") == good
    assert run("--diff", name) == (0, "", "")


def test_a_diff_is_short(run: Command, folder: Path) -> None:
    put(folder / "a.yaml", YAML)
    assert run("--diff", "a.yaml").out == snapshot("""\
--- a.yaml
+++ a.yaml
@@ -1,8 +1,8 @@
 # What the office knows.
-submission: {date: 1/13/2015}  # month first
+submission: {date: "2015-01-13"}  # month first
-injury: {date: '2014-04-11', body_parts: [Neck]}
+injury: {date: '2014-04-11', body_parts: [neck]}
 treatments:
   - kind: acupuncture
-    quantity: "6"
+    quantity: 6
-    course: First
+    course: first
-chart: {medications: [{name: ibuprofen, status: "Not tolerated"}]}
+chart: {medications: [{name: ibuprofen, status: "not_tolerated"}]}
""")


def test_a_diff_of_standard_input(run: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(YAML.encode())))
    result = run("--diff", "-", "--stdin-filename", "draft.yaml")
    assert (result.status, result.err) == (1, "")
    assert result.out.startswith("--- draft.yaml\n+++ draft.yaml\n")
    assert '+submission: {date: "2015-01-13"}  # month first\n' in result.out


def test_a_diff_of_a_pipe(folder: Path) -> None:
    put(folder / "a.json", JSON)
    done = subprocess.run(
        ("bash", "-c", f"{sys.executable} -m imr_check --diff <(cat a.json)"),
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (1, "")
    assert '+  "submission": {"date": "2015-01-13"},\n' in done.stdout


def test_a_diff_says_what_cannot_be_read_and_shows_the_others(run: Command, folder: Path) -> None:
    put(folder / "a.json", JSON)
    result = run("--diff", "missing.json", "a.json")
    assert result.status == 2
    assert result.out.startswith("--- a.json\n")
    assert result.err == (
        "imr-check: missing.json: The file was not found: check its name and its folder\n"
    )


def test_a_diff_of_what_is_good_is_empty(run: Command, folder: Path) -> None:
    write(folder / "good.json", DENIED)
    write(folder / "template.json", TEMPLATE)
    assert run("--diff", "good.json", "template.json") == (0, "", "")


def test_a_diff_says_what_nothing_mends(run: Command, folder: Path) -> None:
    put(folder / "broken.json", JSON[:-3])
    put(folder / "two-digits.json", JSON_MENDED.replace("2015-01-13", "1/13/15"))
    result = run("--diff", "broken.json", "two-digits.json")
    assert (result.status, result.out) == (2, "")
    places = [line.split(" ")[1] for line in result.err.splitlines()]
    assert places == ["broken.json:6:79:", "two-digits.json:2:26:"]
    assert "1/13/15" not in result.err
