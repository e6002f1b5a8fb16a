"""The command, run in the process of the tests."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from running import Command, Run

from imr_check.cli import main


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Command:
    """Return a function that runs the command in this process."""

    def command(*arguments: str | Path) -> Run:
        monkeypatch.setattr(sys, "argv", ["imr-check", *map(str, arguments)])
        monkeypatch.delenv("COLUMNS", raising=False)
        with pytest.raises(SystemExit) as stopped:
            main()
        assert isinstance(stopped.value.code, int)
        return Run(stopped.value.code, *capsys.readouterr())

    return command
