"""Settings: where they come from, which one holds, and what is refused."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from drafts import DENIED, SUPPORTED, UNCOVERED, write
from running import Command

from imr_check.cli.app import CaseFormat, FormatName, LevelName, check_files
from imr_check.cli.settings import LEVELS, Settings, configured
from imr_check.cli.values import READERS
from imr_check.render.output import FORMATS
from imr_check.request.holes import DEFAULT_HOLES

DOCUMENTED = Path(__file__).parents[2] / "docs" / "configuration.md"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The working folder, below one that has a configuration file of its own."""
    below = tmp_path / "team" / "drafts"
    write(below / "draft.json", DENIED)
    monkeypatch.chdir(below)
    return below


def configure(folder: Path, text: str, name: str = "imr-check.toml") -> None:
    (folder / name).write_text(text, encoding="utf-8")


def setting(run: Command, name: str, *arguments: str) -> tuple[str, str]:
    """Return value and origin of a setting, as --show-settings tells them."""
    result = run("--show-settings", *arguments)
    assert result.status == 0, result.err
    found = re.search(f"^{name} = (.*?)  # (.*)$", result.out, re.MULTILINE)
    assert found, result.out
    return found[1], found[2]


# Which one holds


def test_without_anything_every_setting_is_the_default(run: Command) -> None:
    shown = run("--show-settings").out.splitlines()
    assert len(shown) == len(Settings._fields)
    assert all(line.endswith("  # default") for line in shown)
    assert 'format = "text"  # default' in shown
    (holes,) = [line.rpartition("  #")[0] for line in shown if line.startswith("holes")]
    assert tomllib.loads(holes)["holes"] == list(DEFAULT_HOLES)


def test_tables_are_shown_as_a_configuration_file_takes_them(run: Command, folder: Path) -> None:
    text = 'severity = {TPI = "info"}\nper-file-ignores = {"a b/*" = ["TPI", "ACU"], c = ["TPI"]}\n'
    configure(folder, text)
    shown = run("--show-settings").out
    assert all(f"{line}  # imr-check.toml" in shown for line in text.splitlines())


@pytest.mark.parametrize(
    ("expression", "words"),
    [
        *((odd, "and one is not") for odd in ("[[a]]", "(", "a{9999999999}", "a(?i)", "[a--b]")),
        *((empty, "must not match the empty text") for empty in ("x*", "(?s).*", "|a", "$")),
    ],
)
def test_an_expression_that_is_odd_is_refused_without_a_warning(
    run: Command, folder: Path, expression: str, words: str
) -> None:
    configure(folder, f"jobs = 1\nholes = ['{expression}']\n")
    result = run("draft.json")
    assert (result.status, result.out) == (2, "")
    assert result.err.startswith("imr-check: imr-check.toml:2: holes must ")
    assert words in result.err
    assert result.err.count("\n") == 1


@pytest.mark.parametrize("command", [(), ("check",)])
def test_a_misspelt_command_is_recognized(
    run: Command, folder: Path, command: tuple[str, ...]
) -> None:
    words = "imr-check: there is no file quesions: did you mean questions?\n"
    result = run(*command, "quesions", "draft.json", "--format", "concise")
    assert (result.status, result.err) == (2, words)
    assert "draft.json:" in result.out, "the others are checked all the same"
    (folder / "quesions").write_text("{", encoding="utf-8")
    for name in ("quesions", "./questins", "questins.json", "letters"):
        assert run(*command, name).err == ""


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--as-of", "soon"), "--as-of must be a date written like 2015-01-13"),
        (("--as-of", "01/13/2015"), "--as-of must be a date written like 2015-01-13"),
        (("--severity", "TPI=bad"), "--severity must be CODE=LEVEL, with error, warning or info: "),
        (("--per-file-ignores", "x"), "--per-file-ignores must be PATTERN:CODES"),
    ],
)
def test_a_wrong_option_is_named_as_a_wrong_setting_is(
    run: Command, arguments: tuple[str, ...], words: str
) -> None:
    result = run("draft.json", *arguments)
    assert (result.status, result.out) == (2, "")
    assert result.err.startswith(f"imr-check: {words}")


def test_command_line_over_environment_over_file(
    run: Command, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    configure(folder, 'fail-on = "warning"\nformat = "concise"\nselect = ["tpi", "ACU-02"]\n')
    monkeypatch.setenv("IMR_CHECK_FAIL_ON", "info")
    monkeypatch.setenv("IMR_CHECK_FORMAT", "json")
    assert setting(run, "select") == ('["TPI", "ACU-02"]', "imr-check.toml")
    assert setting(run, "fail-on") == ('"info"', "environment: IMR_CHECK_FAIL_ON")
    assert setting(run, "format", "--format", "text") == ('"text"', "command line")


def test_an_empty_variable_was_not_given(run: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("IMR_CHECK_SELECT", "")
    assert setting(run, "select") == ("[]", "default")


def test_the_nearest_file_holds_and_our_own_before_pyproject(run: Command, folder: Path) -> None:
    team = folder.parent
    configure(team, "[tool.imr-check]\njobs = 1\n", "pyproject.toml")
    assert setting(run, "jobs") == ("1", f"{team}/pyproject.toml")
    configure(team, "jobs = 2\n")
    assert setting(run, "jobs") == ("2", f"{team}/imr-check.toml")
    configure(folder, "[tool.other]\njobs = 3\n", "pyproject.toml")
    assert setting(run, "jobs")[0] == "2"
    configure(folder, "[tool.imr-check]\njobs = 4\n", "pyproject.toml")
    assert setting(run, "jobs") == ("4", "pyproject.toml")


@pytest.mark.parametrize(
    ("text", "has_table"),
    [
        ("[tool.imr-check]\njobs = 4\n", True),
        ("[ tool . 'imr-check' ]\njobs = 4\n", True),
        ("[tool]\nimr-check = {jobs = 4}\n", True),
        ("tool.imr-check.jobs = 4\n", True),
        ("[tool]\nimr-check.jobs = 4\n", True),
        ("[tool.imr-check.severity]\nTPI = 'info'\n", True),
        ("[tool.imr-check]\n", True),
        ("[tool.imr-checker]\njobs = 4\n", False),
        (
            "[project]\ndependencies = ['imr-check==1', 'imr-check', \"imr-check[test]>=1\"]\n",
            False,
        ),
        ("[imr-check]\njobs = 4\n", False),
        ("# [tool.imr-check]\n", False),
    ],
)
def test_a_pyproject_counts_if_it_has_our_table(
    run: Command, folder: Path, text: str, has_table: bool
) -> None:
    configure(folder.parent, "jobs = 2\n")
    configure(folder, text, "pyproject.toml")
    assert (setting(run, "jobs")[0] != "2") == has_table


def test_a_broken_pyproject_of_somebody_else_is_left_alone(run: Command, folder: Path) -> None:
    configure(folder, "[tool.other\n", "pyproject.toml")
    assert run("--show-settings").status == 0


def test_isolated_reads_no_file(run: Command, folder: Path) -> None:
    configure(folder, "this is not TOML")
    assert run("draft.json").status == 2
    assert run("draft.json", "--isolated").status == 1
    result = run("draft.json", "--isolated", "--config", "imr-check.toml")
    assert result.status == 2
    assert "--isolated reads no configuration file" in result.err


def test_config_names_the_file(run: Command, folder: Path) -> None:
    configure(folder, "jobs = 2\n")
    configure(folder, "jobs = 3\n", "other.toml")
    configure(folder, "[tool.other]\n", "pyproject.toml")
    assert setting(run, "jobs", "--config", "other.toml") == ("3", "other.toml")
    for name, words in (
        ("pyproject.toml", "pyproject.toml: has no table [tool.imr-check]"),
        ("missing.toml", "missing.toml: cannot be read (No such file or directory)"),
        (".", ".: cannot be read (Is a directory)"),
    ):
        refused = run("draft.json", "--config", name)
        assert (refused.status, refused.out) == (2, "")
        assert words in refused.err


def test_flags_of_the_file_can_be_switched_off(run: Command, folder: Path) -> None:
    configure(folder, "exit-zero = true\nstatistics = true\nin-force-only = true\n")
    assert run("draft.json").status == 0
    assert run("draft.json", "--no-exit-zero").status == 1
    for flag in ("exit-zero", "statistics", "in-force-only"):
        assert setting(run, flag) == ("true", "imr-check.toml")
        assert setting(run, flag, f"--no-{flag}") == ("false", "command line")


def test_all_cores_can_be_asked_for_again(run: Command, folder: Path) -> None:
    configure(folder, "jobs = 1\n")
    assert setting(run, "jobs", "--jobs", "0") == ("0", "command line")


# Paths in a file count from its folder


def test_paths_and_patterns_of_the_file_count_from_its_folder(run: Command, folder: Path) -> None:
    team = folder.parent
    write(folder / "old" / "x.json", DENIED)
    write(folder / "new" / "x.json", DENIED)
    configure(
        team,
        'exclude = ["drafts/old"]\noutput = ["jsonl=out.jsonl"]\nformat = "concise"\n'
        '[per-file-ignores]\n"drafts/new/*" = ["ACU"]\n',
    )
    result = run(".")
    assert re.findall("^.*ACU-02", result.out, re.MULTILINE) == ["draft.json:14:16: ACU-02"]
    assert (team / "out.jsonl").exists()
    assert "old/x.json" not in (team / "out.jsonl").read_text(encoding="utf-8")


def test_a_folder_with_signs_of_a_pattern_in_its_name(
    run: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    odd = tmp_path / "te[a]m*"
    write(odd / "drafts" / "old" / "x.json", DENIED)
    write(odd / "drafts" / "x.json", SUPPORTED)
    configure(odd, 'exclude = ["drafts/old"]\n')
    monkeypatch.chdir(odd / "drafts")
    assert run(".").status == 0


# What is refused


@pytest.mark.parametrize(
    ("text", "place", "words"),
    [
        ("jobs = 1\nselct = []\n", 2, "unknown setting selct: did you mean select?"),
        ("fail_on = 'info'\n", 1, "unknown setting fail_on: did you mean fail-on?"),
        ("quux = 1\n", 1, "use one of format, output,"),
        ("select = 'TPI'\n", 1, "select must be a list of texts"),
        ("select = ['TPI', 1]\n", 1, "select must be a list of texts"),
        ("exclude = ['']\n", 1, "exclude must be a list of texts"),
        ("jobs = true\n", 1, "jobs must be a number from 0 to 1000"),
        ("jobs = -1\n", 1, "jobs must be a number from 0 to 1000"),
        ("exit-zero = 1\n", 1, "exit-zero must be true or false"),
        ("fail-on = 'eror'\n", 1, "fail-on must be one of error, warning, info"),
        ("format = 'xml'\n", 1, "format must be one of text, concise, json"),
        ("as-of = 2015-01-13T00:00:00\n", 1, "as-of must be a date written like 2015-01-13"),
        ("as-of = '13.1.2015'\n", 1, "as-of must be a date written like 2015-01-13"),
        ("baseline = ''\n", 1, "baseline must be text in quotes"),
        ('output = ["a\\u0000b"]\n', 1, "output must be a list of texts"),
        ("holes = ['(']\n", 1, "holes must be a list of regular expressions, and one is not"),
        ("\n[severity]\nTPI-01 = 'info'\nACU-02 = 'bad'\n", 4, "severity: ACU-02 must be one of"),
        ("severity = ['TPI']\n", 1, "severity must be a table of codes"),
        ("[severity]\n'' = 'info'\n", 2, "has an entry without a name"),
        ("[per-file-ignores]\n'a/*' = 'TPI'\n", 2, "per-file-ignores: a/* must be a list of texts"),
        ("jobs = 1\nselect = ['TPX']\n", 2, "begins with TPX: see `imr-check criteria`"),
        ("ignore = ['TPI-33']\n", 1, "begins with TPI-33: did you mean TPI-13?"),
        ("[severity]\ntpi-1 = 'info'\ntpi-99 = 'info'\n", 3, "begins with TPI-99"),
        ("[per-file-ignores]\n'a' = ['ACU']\n'b' = ['QQ']\n", 3, "begins with QQ"),
        ("unsuppressable = ['SUP-07']\n", 1, "begins with SUP-07: did you mean SUP-0"),
        ("jobs = 1\njobs = 2\n", "2:9", "is not TOML: Cannot overwrite a value"),
        ("jobs = \n", "1:8", "is not TOML: Invalid value"),
    ],
)
def test_what_is_not_known_is_refused_with_its_line(
    run: Command, folder: Path, text: str, place: int | str, words: str
) -> None:
    configure(folder, text)
    own = run("draft.json")
    assert (own.status, own.out) == (2, "")
    assert own.err.startswith(f"imr-check: imr-check.toml:{place}: ")
    assert words in own.err
    if isinstance(place, int):
        (folder / "imr-check.toml").unlink()
        # The same words in a table that is not ours do not mislead.
        head = "[tool.other]\njobs = 9\nselect = 1\nseverity = 1\nfail-on = 1\n"
        head += "" if text.lstrip().startswith("[") else "[tool.imr-check]\n"
        body = re.sub(r"(?m)^\[", "[tool.imr-check.", text)
        configure(folder, head + body, "pyproject.toml")
        line = place + head.count("\n")
        assert run("draft.json").err.startswith(f"imr-check: pyproject.toml:{line}: ")


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("IMR_CHECK_FALI_ON", "info", "is not known: did you mean IMR_CHECK_FAIL_ON?"),
        ("IMR_CHECK_fail_on", "info", "is not known: did you mean IMR_CHECK_FAIL_ON?"),
        ("IMR_CHECK_HOME", "x", "IMR_CHECK_HOME is not known"),
        ("IMR_CHECK_HOLES", "x", "give holes in a configuration file"),
        ("IMR_CHECK_JOBS", "many", "must be a number from 0 to 1000"),
        ("IMR_CHECK_EXIT_ZERO", "maybe", "must be 1 or 0"),
        ("IMR_CHECK_SELECT", "TPX", "IMR_CHECK_SELECT: no criterion has a code that begins with"),
        ("IMR_CHECK_SEVERITY", "TPI", "must be CODE=LEVEL"),
        ("IMR_CHECK_PER_FILE_IGNORES", "a/*", "must be PATTERN:CODES"),
        ("IMR_CHECK_AS_OF", "soon", "must be a date written like 2015-01-13"),
    ],
)
def test_a_variable_that_is_not_understood_is_refused(
    run: Command, monkeypatch: pytest.MonkeyPatch, name: str, text: str, words: str
) -> None:
    monkeypatch.setenv(name, text)
    result = run("draft.json")
    assert (result.status, result.out) == (2, "")
    assert name in result.err
    assert words in result.err


@pytest.mark.parametrize(
    "arguments",
    [
        *(("--jobs", "-1"), ("--jobs", "5000"), ("--severity", "TPI"), ("--severity", "=info")),
        *(("--per-file-ignores", "TPI"), ("--select", "TPX"), ("--fail-on", "never")),
        *(("--baseline", "missing.json"), ("--output", "report.docx"), ()),
    ],
)
def test_bad_usage_exits_2_in_words(run: Command, arguments: tuple[str, ...]) -> None:
    result = run(*(("draft.json", *arguments) if arguments else ("--isolated",)))
    assert result.status == 2
    assert result.out == ""
    assert "Traceback" not in result.err
    assert result.err


def test_a_configuration_file_as_windows_writes_it(run: Command, folder: Path) -> None:
    (folder / "imr-check.toml").write_bytes(b"\xef\xbb\xbfjobs = 3\r\n")
    assert setting(run, "jobs")[0] == "3"
    (folder / "imr-check.toml").write_bytes(b"# caf\xe9\n")
    assert "is not UTF-8" in run("draft.json").err


# Every way to give every setting

EVERYWHERE = {
    "format": ("json", '"json"'),
    "output": ("html=r.html", '["html=r.html"]'),
    "select": ("TPI,ACU", '["TPI", "ACU"]'),
    "ignore": ("ACU-02", '["ACU-02"]'),
    "exclude": ("old", '["old"]'),
    "per_file_ignores": ("old*:TPI,ACU", '{"old*" = ["TPI", "ACU"]}'),
    "severity": ("TPI=info", '{TPI = "info"}'),
    "fail_on": ("warning", '"warning"'),
    "exit_zero": ("1", "true"),
    "as_of": ("2015-01-13", "2015-01-13"),
    "in_force_only": ("1", "true"),
    "codes": ("1", "true"),
    "formulary": ("list.csv", '"list.csv"'),
    "baseline": ("b.json", '"b.json"'),
    "statistics": ("1", "true"),
    "jobs": ("2", "2"),
}
NOT_ON_THE_COMMAND_LINE = {
    "holes": "what a hole looks like is the same for all templates of a team",
    "unsuppressable": "what nobody may suppress is no matter of a single run",
}
NOT_IN_THE_ENVIRONMENT = {"holes": "a list with commas cannot hold every expression"}


@pytest.mark.parametrize("name", EVERYWHERE)
def test_a_setting_is_the_same_wherever_it_is_given(
    run: Command, folder: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    text, toml = EVERYWHERE[name]
    option = name.replace("_", "-")
    given = (f"--{option}",) if toml == "true" else (f"--{option}", text)
    by_command_line = setting(run, option, *given)
    assert by_command_line[1] == "command line"
    with monkeypatch.context() as patched:
        patched.setenv(f"IMR_CHECK_{name.upper()}", text)
        assert setting(run, option)[0] == by_command_line[0]
    configure(folder, f"{option} = {toml}\n")
    assert setting(run, option) == (by_command_line[0], "imr-check.toml")


def test_every_setting_can_be_given_in_every_way_but_for_the_exceptions() -> None:
    fields = set(Settings._fields)
    assert set(READERS) == fields
    assert EVERYWHERE.keys() | NOT_ON_THE_COMMAND_LINE.keys() == fields
    without_text = {name for name, reader in READERS.items() if reader.of_text is None}
    assert without_text == NOT_IN_THE_ENVIRONMENT.keys()
    options = set(check_files.__annotations__) | {"format"}
    assert fields - options == NOT_ON_THE_COMMAND_LINE.keys()


def test_the_lists_of_words_agree() -> None:
    assert tuple(FormatName) == FORMATS
    assert tuple(LevelName) == LEVELS
    assert set(CaseFormat) <= set(FORMATS)


@pytest.mark.skipif(not DOCUMENTED.exists(), reason="the page is not written yet")
@pytest.mark.parametrize("name", Settings._fields)
def test_every_setting_is_documented(name: str) -> None:
    text = DOCUMENTED.read_text(encoding="utf-8")
    assert re.search(rf"\b{name.replace('_', '-')}\b", text)


def test_a_value_of_the_library_that_was_not_given_changes_nothing() -> None:
    found = configured({"jobs": None, "select": (), "exit_zero": False}, {}, isolated=True)
    assert found.origins["jobs"] == found.origins["select"] == "default"
    assert found.origins["exit_zero"] == "command line"


# Exit status


@pytest.mark.parametrize(
    ("arguments", "statuses"),
    [
        ((), (1, 0, 1)),
        (("--fail-on", "error"), (1, 0, 1)),
        (("--fail-on", "warning"), (1, 0, 1)),
        (("--fail-on", "info"), (1, 0, 1)),
        (("--severity", "ACU=warning"), (0, 0, 1)),
        (("--severity", "ACU=warning", "--fail-on", "warning"), (1, 0, 1)),
        (("--severity", "ACU=info", "--fail-on", "warning"), (1, 0, 1)),
        (("--severity", "ACU=info,GEN=info", "--fail-on", "warning"), (0, 0, 1)),
        (("--severity", "ACU=info", "--fail-on", "info"), (1, 0, 1)),
        (("--exit-zero",), (0, 0, 0)),
        (("--exit-zero", "--fail-on", "info"), (0, 0, 0)),
    ],
)
def test_exit_status(
    run: Command, folder: Path, arguments: tuple[str, ...], statuses: tuple[int, ...]
) -> None:
    for draft, status in zip((DENIED, SUPPORTED, UNCOVERED), statuses, strict=True):
        path = write(folder / "tried.json", draft)
        assert run(path, *arguments).status == status


def test_what_cannot_be_checked_is_no_finding_that_exit_zero_forgives(
    run: Command, folder: Path
) -> None:
    (folder / "bad.json").write_text("{", encoding="utf-8")
    assert run("bad.json", "draft.json", "--exit-zero").status == 2


# What it costs


def test_the_plain_form_loads_nothing_for_settings_that_are_not_there(folder: Path) -> None:
    (folder / "pyproject.toml").write_text("[project]\nname = 'x'\n", encoding="utf-8")
    program = (
        "import atexit, sys; atexit.register(lambda: print(*sys.modules, file=sys.stderr));"
        "sys.argv = ['imr-check', 'draft.json']; from imr_check.cli import main; main()"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=False
    )
    loaded = set(done.stderr.split())
    assert "imr_check.cli.settings" in loaded
    heavy = {"tomllib", "tempfile", "glob", "difflib", "multiprocessing", "typer", "rich", "signal"}
    assert not loaded & {*heavy, "imr_check.cli.values", "imr_check.cli.config_file"}
