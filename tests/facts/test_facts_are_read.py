"""Every fact of the vocabulary is there for something: a criterion reads it, or another fact does.

An office is asked for what a criterion needs. A fact that nothing reads asks for work that changes
no outcome, or stands for a criterion that was forgotten.
"""

from __future__ import annotations

import ast
from functools import cache
from pathlib import Path

import imr_check.facts
from imr_check.facts import VOCABULARY
from imr_check.facts.statements import _STATEMENTS
from imr_check.guideline.pack import installed_packs
from imr_check.rules.program import build_program

READ_BY_NOTHING: dict[str, str] = {}
"""Facts that nothing reads all the same, and why. Keep it short."""


@cache
def read_by_criteria() -> frozenset[str]:
    """Return the facts that decide some criterion of some section; a finding alone is none."""
    programs = [
        (build_program(section, VOCABULARY), section)
        for pack in installed_packs()
        for section in pack.sections()
    ]
    return frozenset(
        fact
        for program, section in programs
        for criterion in section.criteria
        for fact in program.needs(criterion.code).facts
    )


@cache
def read_by_facts() -> frozenset[str]:
    """Return the statements that the derivation of another fact asks for, by their word."""
    folder = Path(imr_check.facts.__file__).parent
    modules = [file for file in folder.glob("*.py") if file.name != "statements.py"]
    said = {
        argument.value
        for file in modules
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call)
        for argument in node.args
        if isinstance(argument, ast.Constant)
    }
    return frozenset(f"stated.{word}" for word in _STATEMENTS.keys() & said)


def test_every_fact_is_read() -> None:
    unread = set(VOCABULARY) - read_by_criteria() - read_by_facts()
    assert unread == READ_BY_NOTHING.keys()


def test_an_exception_says_why() -> None:
    assert all(why.endswith(".") for why in READ_BY_NOTHING.values())
