"""Configuration of CI systems, as the documentation shows it: valid, and doing what the text says."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).parents[2]

_SCHEMAS = {
    ".github/workflows/": "vendor.github-workflows",
    ".gitlab-ci.yml": "vendor.gitlab-ci",
}
_PRE_COMMIT = ".pre-commit-config.yaml"


def is_pipeline(title: str) -> bool:
    """Whether a file of this name belongs to a CI system, or to pre-commit."""
    return title.startswith((*_SCHEMAS, _PRE_COMMIT))


def faults(title: str, file: Path) -> list[str]:
    """Return what is wrong with such a file: by the schema of its system, and by what we offer."""
    checker = (
        ("pre_commit", "validate-config", file)
        if title == _PRE_COMMIT
        else ("check_jsonschema", "--builtin-schema", _schema(title), file)
    )
    done = subprocess.run(
        [sys.executable, "-m", *map(str, checker)],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    data = yaml.safe_load(file.read_text(encoding="utf-8"))
    unknown = [*_unknown_inputs(data), *_unknown_hooks(data)]
    return unknown if done.returncode == 0 else [done.stdout + done.stderr, *unknown]


def _schema(title: str) -> str:
    return next(schema for start, schema in _SCHEMAS.items() if title.startswith(start))


def _unknown_inputs(data: dict[str, Any]) -> Iterator[str]:
    """Yield the inputs given to our action that it does not take, and those that it needs."""
    inputs = yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))["inputs"]
    needed = {name for name, each in inputs.items() if each.get("required")}
    for job in data.get("jobs", {}).values():
        for step in job["steps"]:
            if "/imr-check@" in step.get("uses", ""):
                yield from step["with"].keys() - inputs.keys()
                yield from needed - step["with"].keys()


def _unknown_hooks(data: dict[str, Any]) -> Iterator[str]:
    offered = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))
    ids = {hook["id"] for hook in offered}
    for repository in data.get("repos", ()):
        yield from (hook["id"] for hook in repository["hooks"] if hook["id"] not in ids)


def commands(file: Path) -> list[str]:
    """Return the lines of a GitLab script that run imr-check."""
    data = yaml.safe_load(file.read_text(encoding="utf-8"))
    return [
        line
        for job in data.values()
        if isinstance(job, dict)
        for line in job.get("script", ())
        if line.startswith("imr-check ")
    ]


def artifacts(file: Path) -> list[str]:
    """Return the reports that a GitLab job hands over."""
    data = yaml.safe_load(file.read_text(encoding="utf-8"))
    return [
        report
        for job in data.values()
        if isinstance(job, dict)
        for report in job.get("artifacts", {}).get("reports", {}).values()
    ]
