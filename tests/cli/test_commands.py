"""The command as an office uses it: arguments, exit status, every named command."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator
from running import Command

from imr_check import __version__
from imr_check.guideline.pack import installed_packs
from imr_check.own_criteria import OWN_CRITERIA
from imr_check.rules import engine

EXAMPLES = Path(__file__).parents[2] / "examples" / "determinations"
DENIED = str(EXAMPLES / "000_trigger_point.json")
CURED = str(EXAMPLES / "000_trigger_point_cured.json")


def test_findings_exit_1_and_a_clean_request_0(run: Command) -> None:
    assert run(DENIED).status == 1
    assert run(CURED).status == 0


@pytest.mark.parametrize("form", ["text", "concise", "json"])
def test_the_plain_form_and_typer_write_the_same(run: Command, form: str) -> None:
    plain = run(DENIED, CURED, "--format", form)
    by_typer = run("check", "--fail-on", "error", "--format", form, DENIED, CURED)
    assert plain == by_typer
    assert plain.status == 1


def test_fail_on_moves_the_threshold(run: Command) -> None:
    argued = str(EXAMPLES / "001_facet_and_trigger_point_cured.json")
    assert run(argued).status == 0
    assert run(argued, "--fail-on", "warning").status == 1


def test_as_of_today_is_advice_at_the_top(run: Command) -> None:
    result = run(DENIED, "--as-of", "2026-11-22")
    assert result.status == 1
    assert "ADVICE" in result.out.splitlines()[1]
    assert "replaced" in result.out


def test_in_force_only(run: Command) -> None:
    result = run(CURED, "--as-of", "2026-11-22", "--in-force-only")
    assert result.status == 1
    assert "NO CRITERIA" in result.out
    assert "TPI-01" not in result.out


def test_an_undated_draft_is_judged_today(run: Command, tmp_path: Path) -> None:
    draft = tmp_path / "draft.json"
    draft.write_text(
        '{"injury": {"date": "2014-04-11"}, "treatments": [{"kind": "acupuncture"}]}',
        encoding="utf-8",
    )
    assert "ADVICE" in run(str(draft)).out


def test_trace_names_rules_and_facts(run: Command) -> None:
    result = run(DENIED, "--trace")
    assert "TPI-06 is met by row.injections_per_session = 3" in " ".join(result.out.split())


def test_a_file_named_like_a_command_is_reached_by_its_path(run: Command, tmp_path: Path) -> None:
    copy = tmp_path / "facts"
    copy.write_bytes(Path(DENIED).read_bytes())
    assert run(str(copy)).status == 1


@pytest.mark.parametrize(
    "arguments",
    [("--format", "xml", DENIED), ("--no-such-option", DENIED), ("--as-of", "13.1.2015", DENIED)],
)
def test_bad_usage_exits_2_and_says_so(run: Command, arguments: tuple[str, ...]) -> None:
    result = run(*arguments)
    assert result.status == 2
    assert "Traceback" not in result.err
    assert result.err


def test_help_and_version(run: Command) -> None:
    assert run("--help").status == 0
    shown = run("--version")
    assert shown.status == 0
    assert shown.out.startswith(f"imr-check {__version__}, decided by durable-rules")


def test_without_durable_rules_the_reference_evaluator_serves_and_says_so(
    run: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    with_rules = run(DENIED, "--format", "json")
    monkeypatch.setattr(engine, "durable_available", lambda: False)
    monkeypatch.setattr(engine, "_rulesets", {})
    without = run(DENIED, "--format", "json")
    assert with_rules.status == without.status
    assert json.loads(without.out)["engine"] == "reference evaluator"
    assert json.loads(without.out)["files"] == json.loads(with_rules.out)["files"]
    assert "reference evaluator" in run(DENIED).out.splitlines()[0]
    assert "reference evaluator" in run("--version").out


def test_explain(run: Command) -> None:
    result = run("explain", "tpi-06")
    assert result.status == 0
    assert "at most 3 injections" in " ".join(result.out.split())
    assert run("explain", "twitch-and-referral").out.startswith("TPI-02")
    missing = run("explain", "TPI-99")
    assert missing.status == 2
    assert "did you mean TPI-09?" in missing.err


@pytest.mark.parametrize(
    "code", sorted({c.code for s in installed_packs()[0].sections() for c in s.criteria})
)
def test_every_criterion_can_be_explained(run: Command, code: str) -> None:
    result = run("explain", code)
    assert result.status == 0
    for title in ("Treatment:", "Edition:", "Authority:", "Confidence:", "Worked cases:"):
        assert title in result.out
    assert all(len(line) <= 80 for line in result.out.splitlines())


@pytest.mark.parametrize("code", sorted(OWN_CRITERIA))
def test_codes_of_our_own_can_be_explained(run: Command, code: str) -> None:
    result = run("explain", code.lower())
    assert result.status == 0
    assert result.out.startswith(f"{code} {OWN_CRITERIA[code].name}\n")
    assert "Cure (office):" in result.out


def test_explain_shows_limits_and_what_is_unverified(run: Command) -> None:
    shown = " ".join(run("explain", "TPI-05").out.split())
    assert "2 normal tests (normal_nerve_tests): UNVERIFIED" in shown
    assert "replaced for requests from 2016-07-29" in shown


def test_explain_names_every_edition_of_a_shared_criterion(run: Command) -> None:
    assert run("explain", "ROW-01").out.count("Edition:") == len(
        {
            section.edition
            for section in installed_packs()[0].sections()
            if section.criterion("ROW-01")
        }
    )


def test_criteria_lists_every_code_and_treatments_every_kind(run: Command) -> None:
    pack = installed_packs()[0]
    listed = run("criteria").out
    assert all(c.code in listed for section in pack.sections() for c in section.criteria)
    kinds = run("criteria", "--treatments").out
    assert all(f"{kind}:" in kinds for kind in pack.terms.treatments)
    assert "No criteria encoded." in kinds


def test_facts_lists_the_vocabulary(run: Command) -> None:
    result = run("facts")
    assert "trigger_point.twitch_response" in result.out
    assert "Answered by: physician." in result.out


@pytest.mark.parametrize(
    "arguments",
    [
        (),
        *(
            (name,)
            for name in ("request", "report", "questions", "comparison", "clock", "editions")
        ),
    ],
)
def test_schema_is_a_schema(run: Command, arguments: tuple[str, ...]) -> None:
    Draft202012Validator.check_schema(json.loads(run("schema", *arguments).out))


@pytest.mark.parametrize("example", sorted(EXAMPLES.glob("*.json")), ids=lambda path: path.stem)
def test_examples_follow_the_schema(run: Command, example: Path) -> None:
    schema = json.loads(run("schema").out)
    Draft202012Validator(schema).validate(json.loads(example.read_text(encoding="utf-8")))


KINDS = sorted(installed_packs()[0].listings)


def test_every_starting_file_is_for_a_treatment_with_criteria() -> None:
    written = Path(installed_packs()[0].folder, "starters").glob("*.json")
    assert {path.stem for path in written} <= set(KINDS)


@pytest.mark.parametrize("kind", KINDS)
def test_a_starting_file_asks_for_its_date_and_then_claims_nothing(
    run: Command, tmp_path: Path, kind: str
) -> None:
    started = tmp_path / "draft.json"
    assert run("new", kind, "--output", str(started)).status == 0
    untouched = run(str(started))
    assert untouched.status == 2
    assert "must be a date" in untouched.out
    started.write_text(
        started.read_text(encoding="utf-8").replace("YYYY-MM-DD", "2026-11-01"), encoding="utf-8"
    )
    report = json.loads(run(str(started), "--format", "json").out)
    (row,) = report["files"][0]["treatments"]
    assert row["verdict"] != "supported"
    met = {f["code"] for f in row["findings"] if f["outcome"] == "met" and f["cure"] != "context"}
    assert met == {"ROW-01"}, "a placeholder must not count as charted"


@pytest.mark.parametrize("kind", KINDS)
def test_a_starting_template_is_one_and_claims_nothing(
    run: Command, tmp_path: Path, kind: str
) -> None:
    started = tmp_path / "template.json"
    assert run("new", kind, "--template", "--output", str(started)).status == 0
    assert "YYYY" not in started.read_text(encoding="utf-8")
    report = json.loads(run(str(started), "--format", "json").out)
    (file,) = report["files"]
    assert file["template"]
    (row,) = file["treatments"]
    assert row["verdict"] in ("not_supported", "incomplete", "depends")
    assert "{{" in started.read_text(encoding="utf-8")


def test_new_does_not_write_over_a_file(run: Command, tmp_path: Path) -> None:
    there = tmp_path / "draft.json"
    there.write_text("mine", encoding="utf-8")
    result = run("new", "acupuncture", "-o", str(there))
    assert result.status == 2
    assert "is there already" in result.err
    assert there.read_text(encoding="utf-8") == "mine"
    assert [path.name for path in tmp_path.iterdir()] == ["draft.json"]


def test_new_suggests_a_kind(run: Command) -> None:
    result = run("new", "acupunture")
    assert result.status == 2
    assert "did you mean acupuncture?" in result.err


def test_new_says_where_nothing_is_encoded(run: Command) -> None:
    result = run("new", "surgery")
    assert (result.status, result.out) == (2, "")
    assert "nothing is encoded for surgery" in result.err


def test_standard_input_and_a_closed_pipe() -> None:
    script = Path(sys.executable).with_name("imr-check")
    given = Path(DENIED).read_bytes()
    read = subprocess.run([script, "-"], input=given, capture_output=True, check=False)
    assert read.returncode == 1
    assert read.stdout.startswith(b"<stdin>: not supported")
    piped = subprocess.run(
        ["sh", "-c", f"{script} {DENIED} {DENIED} {DENIED} | head -1"],
        capture_output=True,
        check=False,
    )
    assert piped.stderr == b""


def test_the_module_runs_too() -> None:
    command = [sys.executable, "-m", "imr_check", CURED]
    assert subprocess.run(command, capture_output=True, check=False).returncode == 0
