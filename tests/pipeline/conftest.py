"""What the tests of the pipeline share: the command on the path, in a home folder of its own."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """Return an environment with ``imr-check`` on the path and nothing of the user's settings."""
    return environment_in(tmp_path)


def environment_in(folder: Path) -> dict[str, str]:
    home, command = folder / "home", folder / "bin" / "imr-check"
    home.mkdir()
    command.parent.mkdir()
    command.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m imr_check "$@"\n')
    command.chmod(0o755)
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("GIT", "IMR_CHECK_", "CI"))
    }
    path = f"{command.parent}{os.pathsep}{os.environ['PATH']}"
    return kept | {"PATH": path, "HOME": str(home), "ZDOTDIR": str(home), "NO_COLOR": "1"}


@pytest.fixture(scope="module")
def shared_environment(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Return one for all tests of a module."""
    return environment_in(tmp_path_factory.mktemp("environment"))
