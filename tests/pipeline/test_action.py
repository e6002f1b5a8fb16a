"""The GitHub Action: valid, its scripts run as GitHub runs them, and no input becomes shell code."""

from __future__ import annotations

import json
import os
import re
import sys
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import yaml
from pipeline.programs import run
from running import Run

ROOT = Path(__file__).parents[2]
ACTION = ROOT / "action.yml"
TEMPLATES = ROOT / "examples" / "templates"
GOOD = "trigger_point_order_set.json"
BAD = "trigger_point_eight_injections.json"

INPUT = re.compile(r"\$\{\{ inputs\.([a-z]+) \}\}")
SHELL = ("bash", "--noprofile", "--norc", "-eo", "pipefail")


def action() -> dict[str, Any]:
    data: dict[str, Any] = yaml.safe_load(ACTION.read_text(encoding="utf-8"))
    return data


def steps() -> dict[str, dict[str, Any]]:
    return {step["name"]: step for step in action()["runs"]["steps"]}


class Done(NamedTuple):
    """What a step came to: how it ended, its outputs, and what is on the page of the run."""

    ended: Run
    outputs: dict[str, str]
    summary: str


class Runner:
    """The machine that an action runs on: its folders, and the environment that GitHub sets."""

    def __init__(self, temporary: Path, workspace: Path) -> None:
        self.temporary = temporary
        self.workspace = workspace

    def run(self, name: str, **inputs: str) -> Done:
        """Run the script of a step with these inputs, others as they are by default."""
        step = steps()[name]
        script, output, summary = (self.workspace.parent / each for each in ("run.sh", "out", "md"))
        script.write_text(step["run"], encoding="utf-8")
        output.write_text("")
        summary.write_text("")
        ended = run(
            *SHELL,
            script,
            cwd=self.workspace,
            environment=self._environment(step, inputs)
            | {"GITHUB_OUTPUT": str(output), "GITHUB_STEP_SUMMARY": str(summary)},
        )
        outputs = dict(line.split("=", 1) for line in output.read_text().splitlines())
        return Done(ended, outputs, summary.read_text())

    def _environment(self, step: dict[str, Any], inputs: dict[str, str]) -> dict[str, str]:
        defaults = {name: each.get("default", "") for name, each in action()["inputs"].items()}
        values = defaults | inputs
        given = {
            name: INPUT.sub(lambda found: values[found[1]], text)
            for name, text in step["env"].items()
        }
        kept = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("IMR_CHECK_", "PYTHON", "GIT", "CI"))
        }
        return (
            kept
            | given
            | {
                "CI": "true",
                "GITHUB_ACTIONS": "true",
                "GITHUB_ACTION_PATH": str(ROOT),
                "GITHUB_WORKSPACE": str(self.workspace),
                "RUNNER_TEMP": str(self.temporary),
            }
        )


@pytest.fixture(scope="module")
def temporary(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the runner's folder after the first step: the action has installed itself."""
    folder = tmp_path_factory.mktemp("runner")
    workspace = folder / "before" / "workspace"
    workspace.mkdir(parents=True)
    done = Runner(folder, workspace).run("Install imr-check", python=sys.executable)
    assert done.ended.status == 0, done
    assert done.ended.out.startswith("imr-check ")
    return folder


@pytest.fixture
def runner(temporary: Path, tmp_path: Path) -> Runner:
    """Return a runner with a checkout that has a folder of templates, a good and a bad one."""
    workspace = tmp_path / "workspace"
    for name in (GOOD, BAD):
        file = workspace / "templates" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text((TEMPLATES / name).read_text(encoding="utf-8"), encoding="utf-8")
    return Runner(temporary, workspace)


def test_it_follows_the_schema_of_actions(tmp_path: Path) -> None:
    done = run(
        *(sys.executable, "-m", "check_jsonschema"),
        *("--builtin-schema", "vendor.github-actions", ACTION),
        cwd=tmp_path,
        environment=os.environ,
    )
    assert done.status == 0, done.out


def test_no_input_is_put_into_a_script() -> None:
    used = set()
    for step in steps().values():
        assert "${{" not in step["run"]
        assert step["shell"] == "bash"
        for name, value in step["env"].items():
            found = INPUT.fullmatch(value)
            assert found, value
            assert f"${name}" in step["run"] or f"${{{name}" in step["run"]
            used.add(found[1])
    assert used == action()["inputs"].keys()


def test_a_bad_template_fails_and_is_shown(runner: Runner) -> None:
    done = runner.run("Check", paths="templates")
    assert done.ended.status == 1, done
    assert f"::error file=templates/{BAD},line=" in done.ended.out
    assert done.outputs == {"status": "1", "sarif": "imr-check.sarif"}
    sarif = json.loads((runner.workspace / "imr-check.sarif").read_text())
    found = {result["ruleId"] for result in sarif["runs"][0]["results"] if "kind" not in result}
    assert "TPI-06" in found
    assert "TPI-06" in done.summary


def test_a_good_template_passes(runner: Runner) -> None:
    done = runner.run("Check", paths=f"templates/{GOOD}\n")
    assert done.ended.status == 0, done
    assert done.outputs["status"] == "0"
    assert "::error" not in done.ended.out


def test_options_and_a_baseline_are_passed_on(runner: Runner) -> None:
    options = "--ignore TPI-06 \n --fail-on error"
    assert runner.run("Check", paths="templates", args=options).ended.status == 0
    setting_aside = run(
        runner.temporary / "imr-check" / "bin" / "imr-check",
        *("baseline", "templates", "--reason", "Looked at.", "--output", "set aside.json"),
        cwd=runner.workspace,
        environment=os.environ,
    )
    assert setting_aside.status == 0, setting_aside
    done = runner.run("Check", paths="templates", baseline="set aside.json")
    assert done.ended.status == 0, done


def test_without_a_file_for_code_scanning_there_is_none(runner: Runner) -> None:
    done = runner.run("Check", paths="templates", sarif="")
    assert done.outputs == {"status": "1"}
    assert sorted(each.name for each in runner.workspace.iterdir()) == ["templates"]


def test_bad_usage_fails_and_leaves_no_report(runner: Runner) -> None:
    (runner.workspace / "imr-check.sarif").write_text("of the last run")
    done = runner.run("Check", paths="templates", args="--no-such-option")
    assert done.ended.status == 2
    assert done.outputs == {"status": "2"}
    assert done.summary == ""
    assert runner.run("Check", paths="").ended.status == 2


HOSTILE = [
    "$(touch hacked)",
    "`touch hacked`",
    '"; touch hacked; "',
    "templates; touch hacked",
    "x\nstatus=0\ntouch hacked",
    "-h",
]


@pytest.mark.parametrize("name", ["paths", "args", "baseline", "sarif"])
@pytest.mark.parametrize("text", HOSTILE)
def test_an_input_is_never_run(runner: Runner, name: str, text: str) -> None:
    done = runner.run("Check", **{"paths": f"templates/{BAD}", name: text})
    assert not (runner.workspace / "hacked").exists()
    assert done.outputs["status"] == str(done.ended.status)
    assert set(done.outputs) <= {"status", "sarif"}
    if name in ("paths", "baseline"):
        assert done.ended.status == 2, done


def test_a_name_may_have_blanks(runner: Runner) -> None:
    folder = runner.workspace / "order sets"
    (runner.workspace / "templates").rename(folder)
    done = runner.run("Check", paths="order sets\r\n", sarif="code scanning.sarif")
    assert done.ended.status == 1, done
    assert done.outputs["sarif"] == "code scanning.sarif"
