"""What the tests of the pipeline share: the command on the path, and programs run like a shell does."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from running import Run

Program = Callable[..., Run]


def run(
    *arguments: str | Path, cwd: Path, environment: Mapping[str, str], timeout: int = 120
) -> Run:
    """Run a program with nothing on its standard input."""
    done = subprocess.run(
        arguments,
        cwd=cwd,
        env=dict(environment),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=timeout,
        check=False,
    )
    return Run(done.returncode, done.stdout, done.stderr)


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """Return an environment with ``imr-check`` on the path and a home folder of its own."""
    home, command = tmp_path / "home", tmp_path / "bin" / "imr-check"
    home.mkdir()
    command.parent.mkdir()
    command.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m imr_check "$@"\n')
    command.chmod(0o755)
    path = f"{command.parent}{os.pathsep}{os.environ['PATH']}"
    kept = {name: value for name, value in os.environ.items() if not name.startswith("GIT")}
    return kept | {"PATH": path, "HOME": str(home), "ZDOTDIR": str(home), "NO_COLOR": "1"}
