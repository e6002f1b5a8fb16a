"""Run programs like a shell or a CI server does."""

from __future__ import annotations

import subprocess
from collections.abc import Mapping
from pathlib import Path

from running import Run


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
