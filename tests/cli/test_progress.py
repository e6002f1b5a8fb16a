"""A bar for a person at a terminal on a long run, and nothing else for anybody else."""

from __future__ import annotations

import os
import pty
import re
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from drafts import DENIED, SUPPORTED, write

COMMAND = Path(sys.executable).with_name("imr-check")
BAR = re.compile(r"Checking .*?(\d+)/(\d+)")
ERASED = "\x1b[1A\x1b[2K"
"""What takes a line away: one up, and clear it."""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("many")
    original = write(folder / "0.json", SUPPORTED)
    for number in range(1, 600):
        os.link(original, folder / f"{number}.json")
    write(folder / "999.json", DENIED)
    return folder


def at_a_terminal(
    *arguments: str | Path, both: bool = False, term: str = "xterm"
) -> tuple[str, str]:
    """Return what a run writes to standard output, and to standard error, which is a terminal."""
    ours, theirs = pty.openpty()
    running = subprocess.Popen(
        [COMMAND, *arguments],
        stdout=theirs if both else subprocess.PIPE,
        stderr=theirs,
        env={**os.environ, "TERM": term, "COLUMNS": "80"},
    )
    os.close(theirs)
    shown: list[bytes] = []

    def read() -> None:
        try:
            while piece := os.read(ours, 65536):
                shown.append(piece)
        except OSError:  # how the end looks on Linux
            pass

    reading = threading.Thread(target=read)
    reading.start()
    out = b"" if running.stdout is None else running.stdout.read()
    running.wait(30)
    reading.join(30)
    os.close(ours)
    if running.stdout is not None:
        running.stdout.close()
    assert running.returncode == 1
    return out.decode(), b"".join(shown).decode().replace("\r\n", "\n")


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_a_long_run_shows_a_bar_that_goes_away(folder: Path, jobs: str) -> None:
    out, shown = at_a_terminal(folder, "--format", "concise", "--jobs", jobs)
    counts = [int(done) for done, _ in BAR.findall(re.sub(r"\x1b\[[\d;]*m", "", shown))]
    assert counts == sorted(counts)
    assert counts, "it is drawn"
    assert {total for _, total in BAR.findall(re.sub(r"\x1b\[[\d;]*m", "", shown))} == {"601"}
    assert shown.rstrip().endswith(ERASED) or ERASED in shown[-60:]
    assert "\x1b[?25h" in shown[shown.rindex("\x1b[?25l") :], "the cursor is back"
    assert "Checking" not in out
    assert out.count("ACU-02") == 1


def test_on_one_terminal_the_report_is_whole(folder: Path) -> None:
    plain = at_a_terminal(folder, "--format", "concise", "--jobs", "2")[0]
    shown = at_a_terminal(folder, "--format", "concise", "--jobs", "2", both=True)[1]
    assert screen(shown) == plain


def screen(shown: str) -> str:
    """Return what is left to read on a terminal: a small one that knows what a bar needs."""
    lines, row = [""], 0
    for part in re.split(r"(\n|\r|\x1b\[[?\d;]*[A-Za-z])", shown):
        if part == "\n":
            row += 1
            lines += [""] * (row + 1 - len(lines))
        elif part.endswith("A") and part.startswith("\x1b"):
            row -= 1
        elif part.endswith("K") and part.startswith("\x1b"):
            lines[row] = ""
        elif part != "\r" and not part.startswith("\x1b"):
            lines[row] += part
    return "\n".join(lines)


@pytest.mark.parametrize(
    ("arguments", "term"), [(("0.json", "999.json"), "xterm"), ((".",), "dumb")]
)
def test_no_bar_for_a_short_run_or_a_terminal_that_cannot(
    folder: Path, monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...], term: str
) -> None:
    monkeypatch.chdir(folder)
    assert at_a_terminal(*arguments, "--format", "concise", term=term)[1] == ""


def test_no_bar_where_nobody_looks(folder: Path) -> None:
    done = subprocess.run(
        [COMMAND, folder, "--format", "concise"], capture_output=True, text=True, check=False
    )
    assert done.stderr == ""
