"""Many files on several cores: the same bytes, no process left over, whatever goes wrong."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import Iterator
from datetime import date
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from drafts import DENIED, INVALID, SUPPORTED, TEMPLATE, TWO_ROWS, suppressing, write, write_lines
from running import Command, Run

from imr_check import check_many
from imr_check.cli import shares
from imr_check.cli.failures import Stopped
from imr_check.cli.files import Found
from imr_check.cli.processes import in_processes
from imr_check.cli.settings import Settings
from imr_check.render.output import FORMATS

COMMAND = Path(sys.executable).with_name("imr-check")
KINDS: tuple[dict[str, Any], ...] = (
    *(SUPPORTED, DENIED, TWO_ROWS, TEMPLATE, INVALID),
    suppressing(DENIED, {"code": "ACU-02", "reason": "agreed"}),
    suppressing(SUPPORTED, {"code": "ACU-02", "reason": "unneeded"}),
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """More files than one process is given, of every kind, and some that crash."""
    folder = tmp_path_factory.mktemp("many")
    for number in range(220):
        write(folder / f"{number:03}.json", KINDS[number % len(KINDS)])
    for number in (7, 160, 219):
        (folder / f"{number:03}.json").rename(folder / f"{number:03}_crash.json")
    (folder / "100.json").write_text("{", encoding="utf-8")
    write_lines(folder / "090.jsonl", SUPPORTED, DENIED, INVALID)
    return folder


@pytest.fixture
def crashing(monkeypatch: pytest.MonkeyPatch) -> None:
    def check(paths: list[str], **options: Any) -> Iterator[Any]:
        if "crash" in paths[0]:
            raise ZeroDivisionError(paths[0])
        return check_many(paths, **options)

    monkeypatch.setattr(shares, "check_many", check)


@pytest.mark.usefixtures("crashing")
def test_the_bytes_are_the_same_in_every_format(
    run: Command, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(folder)

    def reports(jobs: int) -> tuple[Run, dict[str, str]]:
        made = {form: tmp_path / f"{jobs}.{form}" for form in FORMATS}
        outputs = [f"--output={form}={file}" for form, file in made.items()]
        result = run(".", "--statistics", "--jobs", str(jobs), *outputs)
        return result, {form: file.read_text(encoding="utf-8") for form, file in made.items()}

    alone, expected = reports(1)
    shared, found = reports(2)
    assert (alone.status, alone.err) == (3, shared.err)
    assert alone == shared
    assert found == expected
    assert alone.err.count("an error of ours: ZeroDivisionError") == 1
    for name in (
        "007_crash.json",
        "160_crash.json",
        "219_crash.json",
        "100.json",
        "090.jsonl, line 3",
    ):
        assert f"\n{name}: " in alone.out
    assert "requests: " in alone.out


def test_a_few_files_or_one_core_need_no_other_process(
    run: Command, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("imr_check.cli.processes.in_processes", None)
    assert run(*sorted(folder.glob("00?.json")), "--format", "concise").status == 2
    assert run(folder, "--jobs", "1", "--format", "concise").status == 2


def test_a_long_file_of_lines_is_not_held_as_a_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shares, "_LARGE", 1000)
    lines = write_lines(tmp_path / "a.jsonl", *[SUPPORTED] * 20)
    few = write_lines(tmp_path / "b.jsonl", SUPPORTED)
    job = shares.Job(Settings(jobs=2), (), (), date(2026, 11, 22))
    found = [Found(str(path)) for path in (few, lines, few)]
    assert [(share.files, len(share.pieces)) for share in shares.shares(job, found)] == [
        *((1, 1), (1, 1), *[(0, 1)] * 19, (1, 1))
    ]


# The processes themselves


def double(number: int) -> int:
    time.sleep(0.002 * (number % 3))  # so that later ones are done earlier
    return 2 * number


def test_answers_keep_their_order_and_run_only_so_far_ahead() -> None:
    given = []

    def pieces() -> Iterator[int]:
        for number in count():
            given.append(number)
            yield number

    answers = in_processes(double, pieces(), 3)
    assert [next(answers) for _ in range(100)] == [2 * number for number in range(100)]
    assert len(given) <= 100 + 4 * 3
    answers.close()
    assert list(in_processes(double, iter(range(2)), 50)) == [0, 2]
    assert list(in_processes(double, iter(()), 2)) == []


def fails(number: int) -> int:
    if number == 5:
        raise ValueError("a word of the chart")
    return number


def test_work_that_fails_stops_everything() -> None:
    with pytest.raises(Stopped, match="an error of ours: ValueError in fails") as stopped:
        list(in_processes(fails, iter(range(1000)), 2))
    assert stopped.value.status == 3
    assert "chart" not in str(stopped.value)


def dies(number: int) -> int:
    if number == 5:
        os._exit(0)
    return number


@pytest.mark.parametrize("processes", [1, 2, 5])
def test_a_process_that_is_killed_is_noticed(processes: int) -> None:
    with pytest.raises(Stopped, match="a process that checked files has ended"):
        list(in_processes(dies, iter(range(1000)), processes))


def large(number: int) -> str:
    return str(number) * 500_000


def test_large_answers_and_large_pieces_do_not_wait_for_each_other() -> None:
    found = in_processes(large, iter(range(8)), 2)
    assert [len(text) for text in found] == [500_000] * 8
    sizes = in_processes(len, iter(["x" * 500_000] * 8), 2)
    assert list(sizes) == [500_000] * 8


# The command in a process of its own

KILLED_OR_BROKEN = """
    import os, sys
    from imr_check.cli import main, shares

    renderer = shares.renderer

    def breaking(name, context):
        made = renderer(name, context)
        piece = made.piece

        def broken(report):
            if "160" in report.path:
                {body}
            return piece(report)

        made.piece = broken
        return made

    shares.renderer = breaking
    sys.argv = ["imr-check", *sys.argv[1:]]
    main()
"""


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ("os._exit(9)", "a process that checked files has ended"),
        ("os.kill(os.getpid(), 9)", "a process that checked files has ended"),
        ("raise KeyError('a word of the chart')", "an error of ours: KeyError in broken"),
    ],
)
def test_when_a_process_fails_it_is_said_and_no_report_appears(
    folder: Path, tmp_path: Path, body: str, words: str
) -> None:
    program = textwrap.dedent(KILLED_OR_BROKEN).format(body=body)
    done = subprocess.run(
        [sys.executable, "-c", program, folder, "--jobs", "2", "-o", f"json={tmp_path}/r.json"],
        capture_output=True,
        text=True,
        check=False,
        timeout=30,
    )
    assert done.returncode == 3
    assert words in done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert "chart" not in done.stderr
    assert list(tmp_path.iterdir()) == []


SLOW = """
    import os, sys, time
    from imr_check.cli import main, shares

    check_share = shares.check_share

    def slow(job, files):
        os.write(2, f"{os.getpid()}\\n".encode())  # at once, as two write to it
        time.sleep(0.5)
        return check_share(job, files)

    shares.check_share = slow
    sys.argv = ["imr-check", *sys.argv[1:]]
    main()
"""


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_when_it_is_stopped_no_process_is_left(
    folder: Path, tmp_path: Path, how: signal.Signals
) -> None:
    running = subprocess.Popen(
        [
            *(sys.executable, "-c", textwrap.dedent(SLOW)),
            *(folder, "--jobs", "2", "-o", f"json={tmp_path}/r.json"),
        ],
        stderr=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        text=True,
        start_new_session=True,
    )
    assert running.stderr
    children = [int(running.stderr.readline()) for _ in range(2)]
    if how == signal.SIGINT:
        os.killpg(running.pid, how)  # as a terminal does
        assert running.wait(5) == 130
        assert running.stderr.read() == ""
        assert list(tmp_path.iterdir()) == []
    else:
        running.send_signal(how)
        assert running.wait(5) == -how
    running.stderr.close()
    for _ in range(500):
        if not any(map(is_running, children)):
            return
        time.sleep(0.01)
    pytest.fail("a process was left over")


def is_running(process: int) -> bool:
    try:
        state = Path(f"/proc/{process}/stat").read_text(encoding="utf-8")
    except OSError:
        return False
    return state.rpartition(")")[2].split()[0] != "Z"


# Memory

MEASURED = """
    import atexit, re, sys
    from pathlib import Path
    from imr_check.cli import main

    status = Path("/proc/self/status")
    atexit.register(lambda: print(*re.findall(r"VmHWM:\\s*(\\d+)", status.read_text()), file=sys.stderr))
    sys.argv = ["imr-check", *sys.argv[1:]]
    main()
"""


def peak(*arguments: str | Path) -> int:
    """Return the largest memory of a run, in KiB."""
    command = [sys.executable, "-c", textwrap.dedent(MEASURED), *arguments]
    done = subprocess.run(
        command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, check=False
    )
    assert done.returncode == 1, done.stderr
    return int(done.stderr)


@pytest.mark.skipif(sys.platform != "linux", reason="memory is measured in /proc")
@pytest.mark.parametrize("jobs", ["1", "2"])
def test_memory_does_not_grow_with_the_number_of_requests(tmp_path: Path, jobs: str) -> None:
    for name, files, lines in (("few", 150, 10), ("many", 600, 700)):
        folder = tmp_path / name
        original = write(folder / "0.json", DENIED)
        for number in range(1, files):
            os.link(original, folder / f"{number}.json")
        padded = {**DENIED, "$comment": "x" * (1_200_000 // lines)}  # too large to be held
        written = write_lines(folder / "x.jsonl", *[padded] * lines)
        assert written.stat().st_size > shares._LARGE
    few, many = (peak(tmp_path / name, "--jobs", jobs, "-f", "json") for name in ("few", "many"))
    assert many - few < 2000


def test_where_no_process_can_be_started_it_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse() -> None:
        raise BlockingIOError(11, "Resource temporarily unavailable")

    monkeypatch.setattr(os, "fork", refuse)
    with pytest.raises(Stopped, match="lets no more processes start"):
        list(in_processes(double, iter(range(5)), 2))
