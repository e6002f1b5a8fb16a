"""The example of a third party's pack: built, installed by pip, found and used."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from running import Run

PROJECT = Path(__file__).parents[2] / "examples" / "practice_pack"
REQUEST = PROJECT / "requests" / "trigger_points.json"
COMMAND = Path(sys.executable).with_name("imr-check")

_CASES = """
from imr_check.casework import coverage, run_cases
from imr_check.guideline.pack import installed_packs

(pack,) = [pack for pack in installed_packs() if pack.name == "practice"]
run = run_cases(pack)
assert not run.faults, run.faults
assert not run.failed, run.failed
print(pack.folder, len(run.results), coverage(pack).percent)
"""


def _pip(*arguments: str | Path) -> None:
    """Run pip without a network: the tools that build are those of the tests."""
    command = [sys.executable, "-m", "pip", "--disable-pip-version-check", "-q", *arguments]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with the pack in it, as pip installs it."""
    wheels, folder = tmp_path_factory.mktemp("wheels"), tmp_path_factory.mktemp("installed")
    offline = ("--no-deps", "--no-index")
    _pip("wheel", *offline, "--no-build-isolation", "--wheel-dir", wheels, PROJECT)
    (wheel,) = wheels.glob("*.whl")
    _pip("install", *offline, "--target", folder, wheel)
    return folder


def _run(installed: Path, *command: str | Path) -> Run:
    paths = (str(installed), os.environ.get("PYTHONPATH", ""))
    done = subprocess.run(
        command,
        env=os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, paths)), "COLUMNS": "100"},
        cwd=installed.parent,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    return Run(done.returncode, done.stdout, done.stderr)


def test_its_criteria_are_listed_beside_ours(installed: Path) -> None:
    listed = _run(installed, COMMAND, "criteria")
    assert listed.status == 0, listed.err
    for code in ("TPI-01", "PRA-01", "PRA-10", "PRA-11", "PRA-12", "PRA-20", "PRA-21"):
        assert code in listed.out
    assert _run(installed, COMMAND, "explain", "PRA-11").status == 0


def test_a_request_is_judged_by_it_as_in_force(installed: Path) -> None:
    checked = _run(installed, COMMAND, REQUEST, "--format", "json")
    assert checked.status == 1, checked.err
    (file,) = json.loads(checked.out)["files"]
    injection, needling = file["treatments"]
    for row in (injection, needling):
        edition: dict[str, Any] = row["edition"]
        assert (edition["id"], edition["standing"]) == ("house_2018", "in force")
    failing = [each["code"] for each in injection["findings"] if each["outcome"] == "not_met"]
    assert failing == ["PRA-11"]
    assert needling["verdict"] == "supported"


def test_without_it_the_old_edition_only_advises(installed: Path) -> None:
    (file,) = json.loads(
        _run(installed.parent, COMMAND, REQUEST, "--format", "json").out,
    )["files"]
    injection, needling = file["treatments"]
    assert injection["edition"]["standing"] == "advice"
    assert needling["verdict"] == "no_criteria"


def test_its_cases_come_out_as_expected_and_leave_nothing_untried(installed: Path) -> None:
    tried = _run(installed, sys.executable, "-c", _CASES)
    assert tried.status == 0, tried.err
    folder, cases, percent = tried.out.split()
    assert Path(folder) == installed / "practice_pack"
    assert int(cases) == 25
    assert float(percent) == 100.0


def test_the_wheel_holds_every_file_of_the_pack(installed: Path) -> None:
    source = PROJECT / "practice_pack"
    files = {str(file.relative_to(source)) for file in source.rglob("*.yaml")}
    found = {
        str(file.relative_to(installed / "practice_pack"))
        for file in (installed / "practice_pack").rglob("*.yaml")
    }
    assert found == files
