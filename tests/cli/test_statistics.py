"""Counts by criterion after the report, where a person reads them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from drafts import DENIED, INVALID, SUPPORTED, TEMPLATE, TWO_ROWS, suppressing, write
from running import Command

from imr_check.render.output import FORMATS

TABLE = """\
Findings by criterion in 6 requests:
code    open  errors  warnings  info  suppressed  holes  name
GEN-05     3       0         3     0           0      1  exception-if-over-limit
ACU-02     2       2         0     0           1      1  trial-max-6
ROW-02     1       1         0     0           0      0  no-criteria
SUP-01     1       0         1     0           0      0  unused-suppression
ACU-05     0       0         0     0           0      1  total-24
Not counted: 1 that cannot be checked.
"""


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    aside = suppressing(DENIED, {"code": "ACU-02", "reason": "agreed"})
    unused = suppressing(SUPPORTED, {"code": "ACU-02", "reason": "agreed"})
    drafts = (DENIED, TWO_ROWS, TEMPLATE, aside, unused, INVALID)
    for number, draft in enumerate(drafts):
        write(Path(f"d/{number}.json"), draft)


@pytest.mark.parametrize("form", FORMATS)
def test_the_table_comes_after_the_report_where_it_is_read(run: Command, form: str) -> None:
    plain = run("d", "--format", form)
    counted = run("d", "--format", form, "--statistics")
    assert counted.status == plain.status
    on_screen = form in ("text", "concise")
    assert counted.out == plain.out + (TABLE if on_screen else "")
    assert counted.err == plain.err + ("" if on_screen else TABLE)


def test_no_report_in_a_file_has_it_and_a_free_screen_shows_it(run: Command) -> None:
    result = run("d", "--format", "json", "-o", "r.json", "-o", "text=r.txt", "--statistics")
    assert (result.out, result.err) == (TABLE, "")
    assert len(json.loads(Path("r.json").read_text(encoding="utf-8"))["files"]) == 6
    assert "Findings by criterion" not in Path("r.txt").read_text(encoding="utf-8")


def test_levels_are_those_that_count(run: Command) -> None:
    lowered = (
        "--severity",
        "GEN=info,ACU=warning,ROW=info",
        "--ignore",
        "SUP",
        "--format",
        "concise",
    )
    lines = run("d/0.json", "d/1.json", "--statistics", *lowered).out.splitlines()
    assert lines[-4:-1] == [
        "code    open  errors  warnings  info  suppressed  holes  name",
        "ACU-02     2       0         2     0           0      0  trial-max-6",
        "GEN-05     2       0         0     2           0      0  exception-if-over-limit",
    ]


def test_where_nothing_fails_there_is_nothing_to_count(run: Command) -> None:
    write(Path("good.json"), SUPPORTED)
    result = run("good.json", "--statistics", "--format", "concise")
    assert result.out.endswith("Findings by criterion in 1 request:\nnone\n")
