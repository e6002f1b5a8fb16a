"""``imr-check --watch``: it starts, looks again when a file is saved, and ends on Ctrl-C."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from queue import Empty, Queue
from types import TracebackType
from typing import Any

import pytest
import watchfiles
from drafts import DENIED, INVALID, SUPPORTED, write
from running import Command

from imr_check.cli import watching
from imr_check.cli.checking import Asked

WAITS = "Watching for changes, Ctrl-C ends.\n"
PATIENCE = 30.0
"""Seconds to wait for what has to come."""

QUIET = 1.0
"""Seconds in which nothing may come: many times what it waits for an editor to be done."""


class Watching:
    """The command in a process of its own; what it says on standard error is waited for."""

    def __init__(self, folder: Path, *arguments: str) -> None:
        self._said: Queue[str] = Queue()
        self._process = subprocess.Popen(
            (sys.executable, "-m", "imr_check", "--watch", *arguments),
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        self._out: list[str] = []
        self._readers = [
            threading.Thread(target=self._listen, daemon=True),
            threading.Thread(target=self._read, daemon=True),
        ]
        for reader in self._readers:
            reader.start()

    def _listen(self) -> None:
        assert self._process.stderr is not None
        for line in self._process.stderr:
            self._said.put(line)

    def _read(self) -> None:
        assert self._process.stdout is not None
        self._out.append(self._process.stdout.read())

    def __enter__(self) -> Watching:
        self.checks()
        return self

    def checks(self) -> None:
        """Wait until it has checked and waits for the next change."""
        self.says(WAITS)

    def says(self, line: str) -> None:
        assert self._said.get(timeout=PATIENCE) == line

    def stays_quiet(self) -> None:
        with pytest.raises(Empty):
            self._said.get(timeout=QUIET)

    def end(self) -> tuple[int, str]:
        """Press Ctrl-C; return the exit status and what was printed in all."""
        self._process.send_signal(signal.SIGINT)
        status = self._process.wait(PATIENCE)
        for reader in self._readers:
            reader.join(PATIENCE)
        assert self._said.empty(), "nothing more is said"
        return status, "".join(self._out)

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._process.kill()
        self._process.wait(PATIENCE)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write(tmp_path / "d" / "draft.json", DENIED)
    return tmp_path


def save(path: Path, draft: dict[str, Any] | str) -> None:
    """Save as most editors do: a new file takes the place of the old one, at once."""
    text = draft if isinstance(draft, str) else json.dumps(draft, indent=1)
    beside = path.with_name(f".{path.name}.swp")
    beside.write_text(text, encoding="utf-8")
    beside.replace(path)


def verdicts(out: str) -> list[str]:
    """Return the verdict of every report in JSON lines."""
    return [json.loads(line)["verdict"] for line in out.splitlines()]


# A process of its own


@pytest.mark.parametrize(("draft", "status"), [(SUPPORTED, 0), (DENIED, 1), (INVALID, 2)])
def test_it_ends_with_the_status_of_the_last_check(
    tmp_path: Path, draft: dict[str, Any], status: int
) -> None:
    write(tmp_path / "draft.json", draft)
    with Watching(tmp_path, "draft.json", "--format", "jsonl") as running:
        assert running.end()[0] == status


def test_it_looks_again_when_something_in_a_folder_is_saved(folder: Path) -> None:
    with Watching(folder, "d", "--format", "jsonl") as running:
        save(folder / "d" / "draft.json", SUPPORTED)
        running.checks()
        save(folder / "d" / "draft.json", DENIED)
        running.checks()
        save(folder / "d" / "another.json", SUPPORTED)
        running.checks()
        (folder / "d" / "draft.json").unlink()
        running.checks()
        save(folder / "d" / "notes.txt", "no request")
        save(folder / "d" / ".hidden.json", SUPPORTED)
        running.stays_quiet()
        status, out = running.end()
    good, bad = "supported", "not_supported"
    assert (status, verdicts(out)) == (0, [bad, good, bad, good, bad, good])


def test_a_new_folder_and_a_pattern(folder: Path) -> None:
    write(folder / "new" / "draft.json", SUPPORTED)
    with Watching(folder, "d/**/*.json", "--format", "jsonl") as running:
        (folder / "new").rename(folder / "d" / "new")
        running.checks()
        save(folder / "d" / "new" / "draft.json", DENIED)
        running.checks()
        save(folder / "beside.json", DENIED)
        running.stays_quiet()
        status, out = running.end()
    good, bad = "supported", "not_supported"
    assert (status, verdicts(out)) == (1, [bad, bad, good, bad, bad])


def test_of_a_file_that_is_named_only_the_file_matters(folder: Path) -> None:
    named = write(folder / "d" / "draft.rfa", DENIED)
    with Watching(folder, "d/draft.rfa", "--format", "jsonl") as running:
        save(folder / "d" / "draft.json", SUPPORTED)
        running.stays_quiet()
        save(named, SUPPORTED)
        running.checks()
        status, out = running.end()
    assert (status, verdicts(out)) == (0, ["not_supported", "supported"])


def test_a_link_to_a_file_elsewhere(folder: Path) -> None:
    (folder / "link.json").symlink_to(folder / "d" / "draft.json")
    with Watching(folder, "link.json", "--format", "jsonl") as running:
        save(folder / "d" / "draft.json", SUPPORTED)
        running.checks()
        assert running.end()[0] == 0


def test_its_own_reports_do_not_set_it_off(folder: Path) -> None:
    outputs = ("--output", "d/report.json", "--output", "gitlab=d/quality.json")
    with Watching(folder, "d", *outputs) as running:
        running.stays_quiet()
        assert (folder / "d" / "quality.json").is_file()
        save(folder / "d" / "draft.json", SUPPORTED)
        running.checks()
        running.stays_quiet()
        status, _ = running.end()
    report = json.loads((folder / "d" / "report.json").read_text(encoding="utf-8"))
    assert (status, [file["verdict"] for file in report["files"]]) == (0, ["supported"])


def test_the_configuration_beside_the_requests_is_looked_at_too(folder: Path) -> None:
    with Watching(folder, ".") as running:
        save(folder / "imr-check.toml", 'ignore = ["ACU"]\n')
        running.checks()
        assert running.end()[0] == 0


def test_what_is_saved_is_mended_once(folder: Path) -> None:
    path = folder / "d" / "draft.json"
    good = path.read_text(encoding="utf-8")
    with Watching(folder, "d", "--fix") as running:
        save(path, good.replace("2015-01-13", "01/13/2015"))
        running.says("d/draft.json:3:11: mended: date written year-month-day\n")
        running.checks()
        running.checks()  # what was mended was saved
        running.stays_quiet()
        assert running.end()[0] == 1
    assert path.read_text(encoding="utf-8") == good


# In this process


@pytest.fixture
def alarm() -> Iterator[None]:
    """End a test that would wait for ever."""

    def give_up(*_: object) -> None:
        raise TimeoutError

    before = signal.signal(signal.SIGALRM, give_up)
    signal.setitimer(signal.ITIMER_REAL, PATIENCE)
    yield
    signal.setitimer(signal.ITIMER_REAL, 0)
    signal.signal(signal.SIGALRM, before)


def scripted(*steps: Callable[[], int]) -> Callable[[Asked], int]:
    """Return what checks instead: one step after the other, then Ctrl-C is pressed."""
    waiting = list(steps)

    def run(_: Asked) -> int:
        if not waiting:
            raise KeyboardInterrupt
        return waiting.pop(0)()

    return run


@pytest.mark.usefixtures("alarm")
def test_nothing_that_is_saved_during_the_first_check_is_missed(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def saving() -> int:
        write(folder / "d" / "draft.json", SUPPORTED)
        return 1

    monkeypatch.setattr(watching, "run", scripted(saving))
    assert watching.watch(Asked((str(folder / "d"),), {})) == 1


@pytest.mark.usefixtures("alarm")
def test_a_first_check_that_is_interrupted_has_no_status(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watching, "run", scripted())
    assert watching.watch(Asked((str(folder),), {})) == 130


def test_without_watchfiles_it_says_what_to_install(
    run: Command, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "watchfiles", None)
    result = run("--watch", folder / "d")
    assert (result.status, result.out) == (2, "")
    (line,) = result.err.splitlines()
    assert line.startswith("imr-check: --watch ")
    assert "pip install" in line
    assert "watch" in line.partition("pip install")[2]


def test_folders_that_cannot_be_watched(
    run: Command, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> Iterator[set[object]]:
        raise OSError("OS file watch limit reached.")
        yield

    monkeypatch.setattr(watchfiles, "watch", refuse)
    result = run("--watch", folder / "d")
    assert (result.status, result.out) == (2, "")
    assert result.err == (
        "imr-check: the folders cannot be watched: OS file watch limit reached.\n"
    )


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((), "name some of them"),
        (("-",), "name some of them"),
        (("d", "-"), "name some of them"),
        (("nowhere/draft.json",), "nowhere is not there, so it cannot be watched"),
        (("nowhere/*.json",), "nowhere is not there, so it cannot be watched"),
        (("d", "--output", "report.abc"), "--output report.abc"),
        (("d", "--select", "XYZ"), "XYZ"),
    ],
)
def test_what_cannot_be_watched_exits_2(
    run: Command,
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    arguments: tuple[str, ...],
    said: str,
) -> None:
    monkeypatch.chdir(folder)
    result = run("--watch", *arguments)
    assert (result.status, result.out) == (2, "")
    assert said in result.err
    assert len(result.err.splitlines()) == 1
    assert os.getcwd() == str(folder)
