"""Reports in files: which format goes where, and files that appear whole or not at all."""

from __future__ import annotations

import errno
import json
import os
import stat
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import pytest
from drafts import DENIED, SUPPORTED, TEMPLATE, suppressing, write
from running import Command

from imr_check.cli.outputs import Target, targets
from imr_check.cli.settings import UsageError
from imr_check.cli.whole_file import WholeFile, write_whole
from imr_check.render.concise import Concise
from imr_check.render.output import FORMATS

COMMAND = Path(sys.executable).with_name("imr-check")
NOW = "--as-of=2015-01-13"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    for name in ("GITHUB_WORKSPACE", "CI_PROJECT_DIR"):
        monkeypatch.delenv(name, raising=False)
    write(tmp_path / "draft.json", DENIED)
    return tmp_path


def left_over(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir() if path.name != "draft.json")


# Which format goes where

SCREEN = None


@pytest.mark.parametrize(
    ("form", "outputs", "expected"),
    [
        (None, [], [("text", SCREEN)]),
        ("json", [], [("json", SCREEN)]),
        (None, ["r.sarif"], [("text", SCREEN), ("sarif", "r.sarif")]),
        (None, ["r.XML", "r.htm"], [("text", SCREEN), ("junit", "r.XML"), ("html", "r.htm")]),
        (None, ["gitlab=r.json"], [("text", SCREEN), ("gitlab", "r.json")]),
        ("json", ["r.json"], [("json", "r.json")]),
        ("gitlab", ["r.json"], [("gitlab", "r.json")]),
        ("sarif", ["r.json"], [("sarif", "r.json")]),
        ("text", ["r.json"], [("text", SCREEN), ("json", "r.json")]),
        ("concise", ["r.html"], [("concise", SCREEN), ("html", "r.html")]),
        ("json", ["r.txt"], [("json", SCREEN), ("text", "r.txt")]),
        *((form, ["r.txt"], [(form, "r.txt")]) for form in ("text", "concise", "markdown")),
        (
            "github",
            ["r.md", "r.TXT"],
            [("markdown", "r.md"), ("github", "r.TXT")],
        ),
        ("concise", ["r.log"], [("concise", "r.log")]),
        ("github", ["html=r.html"], [("github", SCREEN), ("html", "r.html")]),
        ("json", ["r.json", "html=r.html"], [("json", "r.json"), ("html", "r.html")]),
        ("json", ["json=r.json"], [("json", SCREEN), ("json", "r.json")]),
        (None, ["./a=b.json"], [("text", SCREEN), ("json", "./a=b.json")]),
        ("json", ["./a=b.json"], [("json", "./a=b.json")]),
        (None, ["text=a=b"], [("text", SCREEN), ("text", "a=b")]),
    ],
)
def test_where_each_format_goes(
    form: str | None, outputs: list[str], expected: list[tuple[str, str | None]]
) -> None:
    assert targets(form, outputs) == tuple(Target(*each) for each in expected)


@pytest.mark.parametrize(
    ("outputs", "words"),
    [
        (["report.docx"], "the ending names no format: write FORMAT=report.docx"),
        (["report"], "the ending names no format"),
        (["pdf=report.pdf"], "the format must be one of text, concise"),
        (["json="], "--output takes a file"),
        (["json=-"], "what goes to the screen is chosen by --format"),
        (["-"], "what goes to the screen is chosen by --format"),
        ([""], "--output takes a file"),
        (["json=a", "sarif=./a"], "two reports would go to the same file"),
        (["a.json", "a.json"], "two reports would go to the same file"),
    ],
)
def test_what_cannot_be_meant_is_refused(outputs: list[str], words: str) -> None:
    with pytest.raises(UsageError, match=words.replace("(", r"\(")):
        targets(None, outputs)


def test_a_page_is_a_page_wherever_the_format_was_said(
    run: Command, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What a browser opens by its ending must not hold something else."""
    for given in ((), ("--format", "concise")):
        monkeypatch.setenv("IMR_CHECK_FORMAT", "concise")
        result = run("draft.json", NOW, *given, "--output", "page.html")
        assert result.out.startswith("draft.json:")
        assert (folder / "page.html").read_text(encoding="utf-8").startswith("<!")


def test_a_format_of_the_configuration_is_for_the_screen(run: Command, folder: Path) -> None:
    (folder / "imr-check.toml").write_text('format = "concise"\n', encoding="utf-8")
    result = run("draft.json", "--output", "report.sarif")
    assert result.out.startswith("draft.json:")
    assert json.loads(Path("report.sarif").read_text(encoding="utf-8"))["version"] == "2.1.0"
    assert run("draft.json", "--format", "gitlab", "--output", "q.json").out == ""
    assert isinstance(json.loads(Path("q.json").read_text(encoding="utf-8")), list)


# Several formats in one run


def test_several_formats_in_one_run_are_what_each_gives_alone(run: Command, folder: Path) -> None:
    write(folder / "d" / "good.json", SUPPORTED)
    write(folder / "d" / "template.json", TEMPLATE)
    (folder / "d" / "broken.json").write_text("{", encoding="utf-8")
    entry = {"code": "ACU-02", "reason": "agreed"}
    write(folder / "d" / "aside.json", suppressing(DENIED, entry))
    asked = ("draft.json", "d", NOW)
    outputs = [f"--output={form}=all.{form}" for form in FORMATS]
    together = run(*asked, *outputs)
    assert together.out == run(*asked).out
    for form in FORMATS:
        alone = run(*asked, "--format", form)
        assert alone.status == together.status == 2
        assert Path(f"all.{form}").read_text(encoding="utf-8") == alone.out, form
        assert run(*asked, "--format", form, "-o", "alone").out == ""
        assert Path("alone").read_text(encoding="utf-8") == alone.out


def test_a_file_has_no_colour_and_is_as_wide_as_any_other(
    run: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("imr_check.cli.checking.in_color", lambda: True)
    monkeypatch.setattr("imr_check.cli.checking.width", lambda: 40)
    shown = run("draft.json", "--output", "text=report.txt").out
    written = Path("report.txt").read_text(encoding="utf-8")
    assert "\x1b[" in shown
    assert "\x1b[" not in written
    assert 70 < max(map(len, written.splitlines())) <= 80


def test_a_name_that_is_no_text_is_written_somehow(run: Command, folder: Path) -> None:
    odd = os.fsdecode(os.fsencode(folder) + b"/odd\xff.json")
    write(Path(odd), SUPPORTED)
    assert run(odd, *(f"--output={form}=all.{form}" for form in FORMATS)).status == 0


# Whole or not at all


class BrokenError(Exception):
    pass


@pytest.mark.parametrize("part", ["begin", "piece", "add", "end"])
def test_when_a_renderer_fails_no_report_appears(
    run: Command, folder: Path, monkeypatch: pytest.MonkeyPatch, part: str
) -> None:
    def fail(*_: Any) -> str:
        raise BrokenError

    monkeypatch.setattr(Concise, part, fail)
    (folder / "old.json").write_text("old", encoding="utf-8")
    outputs = ("-o", "json=old.json", "-o", "html=new.html", "-o", "concise=x")
    result = run("draft.json", *outputs)
    assert result.status == 3
    assert "an error of ours: BrokenError in fail" in result.err
    assert left_over(folder) == ["old.json"]
    assert (folder / "old.json").read_text(encoding="utf-8") == "old"


def test_when_somebody_stops_it_no_report_appears(
    run: Command, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupt(*_: Any) -> str:
        raise KeyboardInterrupt

    monkeypatch.setattr(Concise, "end", interrupt)
    assert run("draft.json", "-o", "json=a", "-o", "concise=b").status == 130
    assert left_over(folder) == []


def test_when_one_file_cannot_be_written_none_appears(run: Command, folder: Path) -> None:
    (folder / "taken").mkdir()
    (folder / "file").write_text("", encoding="utf-8")
    for bad, words in (
        ("nowhere/b.json", "No such file or directory"),
        ("file/b.json", "Not a directory"),
        ("json=taken", "it is a folder"),
        ("json=" + "x" * 300, "File name too long"),
    ):
        result = run("draft.json", "-o", "json=a.json", "-o", bad)
        assert (result.status, result.out) == (2, "")
        assert f"cannot be written: {words}" in result.err
        assert left_over(folder) == ["file", "taken"]


def test_when_the_disk_is_full_none_appears(
    run: Command, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The files here are the device that is always full."""
    beside = WholeFile._beside

    def full(file: WholeFile) -> int:
        handle = beside(file)
        os.dup2(os.open("/dev/full", os.O_WRONLY), handle)
        return handle

    monkeypatch.setattr(WholeFile, "_beside", full)
    result = run("draft.json", "-o", "html=a.html")
    assert result.status == 2
    assert result.err == "imr-check: a.html cannot be written: No space left on device\n"
    assert left_over(folder) == []


def test_when_the_folder_lets_nobody_write_it_is_said(
    run: Command, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: Any, **__: Any) -> None:
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr("tempfile.mkstemp", refuse)
    result = run("draft.json", "-o", "html=a.html")
    assert (result.status, result.err) == (
        2,
        "imr-check: a.html cannot be written: Permission denied\n",
    )
    monkeypatch.undo()
    os.chdir(folder)
    monkeypatch.setattr(os, "replace", refuse)
    assert run("draft.json", "-o", "html=a.html", "-o", "json=b.json").status == 2
    assert left_over(folder) == []


def test_a_full_screen_is_said_too(folder: Path) -> None:
    with open("/dev/full", "w", encoding="utf-8") as full:
        for form in ("text", "json"):
            done = subprocess.run(
                [COMMAND, "draft.json", "--format", form, "-o", "html=a.html"],
                stdout=full,
                stderr=subprocess.PIPE,
                text=True,
                check=False,
            )
            words = "imr-check: standard output cannot be written: No space left on device\n"
            assert (done.returncode, done.stderr) == (2, words)
    assert left_over(folder) == []


# What stood there before


def test_permissions_are_those_of_any_new_file_or_stay() -> None:
    mask = os.umask(0o027)
    try:
        write_whole("new", "x")
    finally:
        os.umask(mask)
    assert stat.S_IMODE(os.stat("new").st_mode) == 0o640
    os.chmod("new", 0o604)
    write_whole("new", "y")
    assert stat.S_IMODE(os.stat("new").st_mode) == 0o604
    assert Path("new").read_text(encoding="utf-8") == "y"


def test_a_link_stays_and_what_it_leads_to_is_replaced(folder: Path) -> None:
    (folder / "real").mkdir()
    for target in ("real/r.html", "real/new.html"):
        Path("link").unlink(missing_ok=True)
        Path("link").symlink_to(target)
        write_whole("link", "x")
        assert Path("link").is_symlink()
        assert Path(target).read_text(encoding="utf-8") == "x"
    assert left_over(folder / "real") == ["new.html", "r.html"]


def test_a_pipe_is_written_to_and_stays() -> None:
    os.mkfifo("pipe")
    read: list[str] = []
    reader = threading.Thread(target=lambda: read.append(Path("pipe").read_text(encoding="utf-8")))
    reader.start()
    write_whole("pipe", "x")
    reader.join()
    assert read == ["x"]
    assert stat.S_ISFIFO(os.stat("pipe").st_mode)


def test_a_device_is_not_replaced(run: Command) -> None:
    before = os.stat("/dev/null")
    assert run("draft.json", "-o", "json=/dev/null", "-o", "html=/dev/null").status == 1
    assert os.stat("/dev/null").st_rdev == before.st_rdev
    full = run("draft.json", "-o", "json=/dev/full")
    assert (full.status, full.err.count("No space left")) == (2, 1)


def test_no_report_replaces_what_is_read(run: Command) -> None:
    before = Path("draft.json").read_bytes()
    Path("link.json").symlink_to("draft.json")
    Path("base.json").write_text('{"version": 1, "entries": []}', encoding="utf-8")
    for output in ("draft.json", "./draft.json", "link.json", "json=base.json"):
        result = run("draft.json", "--baseline", "base.json", "-o", output)
        assert result.status == 2
        assert "would replace what is read" in result.err
    assert Path("draft.json").read_bytes() == before


# The screen


def test_a_reader_of_the_screen_that_goes_away_does_not_keep_the_files(folder: Path) -> None:
    (folder / "d").mkdir()
    for number in range(40):  # more than a pipe holds
        os.link("draft.json", f"d/{number}.json")
    for options, status in (("--trace -f json -o json=r.json", 1), ("-f json --trace", 141)):
        script = f"set -o pipefail; {COMMAND} d {options} | head -c 1"
        done = subprocess.run(["bash", "-c", script], capture_output=True, check=False)
        assert (done.returncode, done.stderr) == (status, b"")
    assert json.loads((folder / "r.json").read_text(encoding="utf-8"))["files"]


@pytest.mark.parametrize(
    "arguments",
    [
        *("d", "d -f concise --trace", "draft.json", "draft.json --isolated", "criteria"),
        *("draft.json --show-settings", "questions draft.json", "schema"),
    ],
)
def test_without_a_reader_nothing_counts_as_clean(folder: Path, arguments: str) -> None:
    (folder / "d").mkdir()
    for number in range(40):
        os.link("draft.json", f"d/{number}.json")
    # The reader is gone before anything is written.
    script = f"set -o pipefail; (sleep 0.2; exec {COMMAND} {arguments}) | true"
    done = subprocess.run(["bash", "-c", script], capture_output=True, check=False)
    assert (done.returncode, done.stderr) == (141, b"")


def test_a_closed_screen_is_no_error_of_ours(folder: Path) -> None:
    for closed in (">&-", "2>&-", "<&- >&- 2>&-"):
        script = f"{COMMAND} {folder}/draft.json {closed}"
        done = subprocess.run(["bash", "-c", script], check=False, capture_output=True)
        assert (done.returncode, done.stderr) == (1, b"")
