"""The embedding example: eight threads at once give what one thread gives."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import date
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

EXAMPLES = Path(__file__).parents[2] / "examples"
TODAY = date(2026, 11, 22)
ROUNDS = 5


def _example() -> ModuleType:
    spec = spec_from_file_location("embedding_example", EXAMPLES / "embedding.py")
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


embedding = _example()


def _requests() -> list[dict[str, Any]]:
    files = sorted((EXAMPLES / "determinations").glob("*.json"))
    determinations = [json.loads(file.read_text(encoding="utf-8")) for file in files]
    undated = {name: part for name, part in embedding.DRAFT.items() if name != "submission"}
    return [embedding.DRAFT, undated, *determinations] * ROUNDS


def test_eight_threads_give_what_one_gives() -> None:
    requests = _requests()
    alone = [embedding.ask(request, TODAY) for request in requests]
    together = embedding.ask_all(requests, TODAY, threads=8)
    assert together == alone
    assert any(answer.questions for answers in alone for answer in answers)
    assert any(answer.contradicted for answers in alone for answer in answers)


def test_eight_threads_may_be_the_first_to_ask() -> None:
    """Nothing has been read or built yet when all of them begin."""
    code = (
        "import sys; sys.path.insert(0, sys.argv[1])\n"
        "from datetime import date\n"
        "from embedding import DRAFT, ask, ask_all\n"
        "day = date(2026, 11, 22)\n"
        "together = ask_all([DRAFT] * 64, day, threads=8)\n"
        "assert together == [ask(DRAFT, day)] * 64\n"
    )
    subprocess.run([sys.executable, "-c", code, str(EXAMPLES)], check=True, timeout=60)


def test_a_request_without_a_date_is_judged_on_the_day_that_is_given() -> None:
    undated = {name: part for name, part in embedding.DRAFT.items() if name != "submission"}
    (today,) = embedding.ask(undated, TODAY)
    (then,) = embedding.ask(undated, date(2015, 1, 13))
    assert today.advice.startswith("advice")
    assert then.advice == ""


def test_it_prints_verdict_and_questions(capsys: pytest.CaptureFixture[str]) -> None:
    embedding.main()
    printed = capsys.readouterr().out
    assert "Trigger point injection: not supported" in printed
    assert "missing: " in printed
    assert "contradicted: TPI-04 " in printed


def test_an_invalid_request_is_explained(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(embedding, "DRAFT", {"treatments": [{"kind": "acupunctur"}]})
    embedding.main()
    assert capsys.readouterr().out == "request: injury is missing: add it\n"
