"""The shell completes commands, options, formats and codes, by the ways that shells ask for it."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from pipeline.programs import run

from imr_check.cli.checking import COMMANDS
from imr_check.render.output import FORMATS

ASKED = [
    # line up to the cursor, words that have to be offered, words that must not be
    ("imr-check expl", {"explain"}, set()),
    ("imr-check ", {"check", "explain", "criteria", "baseline", "new"}, {"--format"}),
    ("imr-check --for", {"--format"}, set()),
    ("imr-check -", {"--format", "--select", "--version", "--help"}, set()),
    ("imr-check check --out", {"--output"}, set()),
    ("imr-check --format ", set(FORMATS), {"explain"}),
    ("imr-check --format s", {"sarif"}, {"schema"}),
    ("imr-check draft.json --fail-on w", {"warning"}, {"error"}),
    ("imr-check explain TPI-0", {"TPI-01", "TPI-02"}, {"ACU-01"}),
    ("imr-check explain tpi-0", {"tpi-01"}, {"TPI-01"}),
    ("imr-check explain SUP", {"SUP-01"}, set()),
    ("imr-check explain twitch", {"twitch-and-referral"}, set()),
    ("imr-check new t", {"trigger_point_injection"}, {"opioid"}),
    ("imr-check test m", {"mtus"}, set()),
    ("imr-check --select TPI-02,ACU-0", {"TPI-02,ACU-01"}, {"ACU-01"}),
    ("imr-check --ignore FAC", {"FAC-01"}, set()),
]
SHELLS = ("bash", "zsh", "fish")
IN_BASH = """
source "$1"
COMP_WORDS=({words})
COMP_CWORD={at}
_imr_check_completion imr-check
printf '%s\\n' "${{COMPREPLY[@]}}"
"""


def script(shell: str, folder: Path, environment: dict[str, str]) -> Path:
    """Return the file of the script that a shell is told to read."""
    asking = environment | {"_IMR_CHECK_COMPLETE": f"source_{shell}"}
    done = run("imr-check", cwd=folder, environment=asking)
    assert done.status == 0, done.err
    file = folder / f"completion.{shell}"
    file.write_text(done.out)
    return file


@pytest.fixture(scope="module")
def bash_script(
    shared_environment: dict[str, str], tmp_path_factory: pytest.TempPathFactory
) -> Path:
    return script("bash", tmp_path_factory.mktemp("scripts"), shared_environment)


@pytest.mark.parametrize(("line", "offered", "not_offered"), ASKED)
def test_bash_completes(
    line: str,
    offered: set[str],
    not_offered: set[str],
    tmp_path: Path,
    bash_script: Path,
    shared_environment: dict[str, str],
) -> None:
    words = [*line.split(), ""] if line.endswith(" ") else line.split()
    quoted = " ".join(f"'{word}'" for word in words)
    program = IN_BASH.format(words=quoted, at=len(words) - 1)
    command = ("bash", "--norc", "-c", program, "-", bash_script)
    done = run(*command, cwd=tmp_path, environment=shared_environment)
    found = set(done.out.split())
    assert offered <= found, done
    assert not not_offered & found


@pytest.mark.parametrize("shell", ["zsh", "fish"])
@pytest.mark.parametrize("line", ["imr-check expl", "imr-check --for", "imr-check --format sar"])
def test_zsh_and_fish_ask_for_the_same(
    line: str, shell: str, tmp_path: Path, environment: dict[str, str]
) -> None:
    asking = environment | {
        "_IMR_CHECK_COMPLETE": f"complete_{shell}",
        "_TYPER_COMPLETE_ARGS": line,
        "_TYPER_COMPLETE_FISH_ACTION": "get-args",
    }
    done = run("imr-check", cwd=tmp_path, environment=asking)
    wanted = {"expl": "explain", "--for": "--format", "sar": "sarif"}[line.split()[-1]]
    assert wanted in done.out
    assert done.err == ""


@pytest.mark.skipif(shutil.which("fish") is None, reason="fish is not installed")
def test_fish_completes(tmp_path: Path, environment: dict[str, str]) -> None:
    file = script("fish", tmp_path, environment)
    for line, offered, not_offered in ASKED:
        program = f"source {file}; complete --do-complete '{line}'"
        done = run("fish", "--no-config", "-c", program, cwd=tmp_path, environment=environment)
        found = {each.partition("\t")[0] for each in done.out.splitlines()}
        assert offered <= found, done
        assert not not_offered & found


@pytest.mark.skipif(shutil.which("zsh") is None, reason="zsh is not installed")
def test_zsh_can_read_what_it_is_told(tmp_path: Path, environment: dict[str, str]) -> None:
    asking = environment | {"_IMR_CHECK_COMPLETE": "complete_zsh"}
    for line, offered, _ in ASKED:
        done = run("imr-check", cwd=tmp_path, environment=asking | {"_TYPER_COMPLETE_ARGS": line})
        # The script evaluates the answer; a quotation mark in a help text must not break it.
        program = f'_arguments() {{ print -r -- "$@" }}\n{done.out}'
        read = run("zsh", "-f", "-c", program, cwd=tmp_path, environment=environment)
        assert read.status == 0, read
        assert all(f'"{word}"' in read.out for word in offered), read


@pytest.mark.parametrize("shell", SHELLS)
def test_there_is_a_script_for(shell: str, tmp_path: Path, environment: dict[str, str]) -> None:
    file = script(shell, tmp_path, environment)
    assert f"_IMR_CHECK_COMPLETE=complete_{shell}" in file.read_text()
    if shutil.which(shell):
        assert run(shell, "-n", file, cwd=tmp_path, environment=environment).status == 0


def test_show_completion_prints_the_script_of_the_shell_that_asks(
    tmp_path: Path, environment: dict[str, str]
) -> None:
    program = "imr-check --show-completion; exit $?"
    done = run("bash", "--norc", "-c", program, cwd=tmp_path, environment=environment)
    assert done.status == 0, done
    assert done.out.strip() == script("bash", tmp_path, environment).read_text().strip()


def test_install_completion_sets_it_up_for_the_next_shell(
    tmp_path: Path, environment: dict[str, str]
) -> None:
    program = "imr-check --install-completion; exit $?"
    done = run("bash", "--norc", "-c", program, cwd=tmp_path, environment=environment)
    assert done.status == 0, done
    program = "complete -p imr-check"
    rc = Path(environment["HOME"], ".bashrc")
    done = run("bash", "--rcfile", rc, "-ic", program, cwd=tmp_path, environment=environment)
    assert "_imr_check_completion" in done.out, done


def test_completion_reads_no_request(tmp_path: Path, environment: dict[str, str]) -> None:
    (tmp_path / "broken.json").write_text("{")
    line = "imr-check broken.json --format js"
    asking = environment | {
        "_IMR_CHECK_COMPLETE": "complete_bash",
        "COMP_WORDS": line,
        "COMP_CWORD": "3",
    }
    done = run("imr-check", cwd=tmp_path, environment=asking)
    assert set(done.out.split()) == {"json", "jsonl"}
    assert done.err == ""


def test_a_file_is_left_to_the_shell(tmp_path: Path, environment: dict[str, str]) -> None:
    """With no word of ours to offer, bash and zsh complete names of files."""
    asking = environment | {
        "_IMR_CHECK_COMPLETE": "complete_bash",
        "COMP_WORDS": "imr-check draft",
        "COMP_CWORD": "1",
    }
    assert run("imr-check", cwd=tmp_path, environment=asking).out.strip() == ""
    asking |= {"_IMR_CHECK_COMPLETE": "complete_zsh", "_TYPER_COMPLETE_ARGS": "imr-check draft"}
    assert run("imr-check", cwd=tmp_path, environment=asking).out.strip() == "_files"


def test_every_command_is_offered(tmp_path: Path, environment: dict[str, str]) -> None:
    asking = environment | {
        "_IMR_CHECK_COMPLETE": "complete_bash",
        "COMP_WORDS": "imr-check ",
        "COMP_CWORD": "1",
    }
    offered = set(run("imr-check", cwd=tmp_path, environment=asking).out.split())
    assert offered == set(COMMANDS)
