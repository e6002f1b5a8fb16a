"""What is possible while facts are open, held to the reference evaluator."""

from __future__ import annotations

from random import Random

import pytest
from strategies import domain, random_facts, sections, share

from imr_check.casework.possibilities import possible_outcomes
from imr_check.guideline.model import Section
from imr_check.rules import reference
from imr_check.rules.engine import ruleset_of

SECTIONS = [pytest.param(section, id=section.name) for section in sections()]
MANY = share(2_400)


@pytest.mark.parametrize("section", SECTIONS)
def test_exact_where_every_fact_is_known(section: Section) -> None:
    program = ruleset_of(section).program
    random = Random(7)
    for _ in range(MANY):
        facts = random_facts(random, program)
        choices = {fact: (value,) for fact, value in facts.items()}
        results = reference.evaluate(program, facts)
        assert possible_outcomes(program, choices) == {
            name: {result.outcome} for name, result in results.items()
        }


@pytest.mark.parametrize("section", SECTIONS)
def test_nothing_that_can_happen_is_left_out(section: Section) -> None:
    program = ruleset_of(section).program
    random = Random(7)
    for _ in range(MANY):
        choices = {}
        for fact in program.facts:
            values = (None, *domain(program, fact))
            choices[fact.name] = tuple(random.sample(values, random.randint(1, len(values))))
        possible = possible_outcomes(program, choices)
        for _ in range(5):
            drawn = {fact: random.choice(values) for fact, values in choices.items()}
            facts = {fact: value for fact, value in drawn.items() if value is not None}
            for name, result in reference.evaluate(program, facts).items():
                assert result.outcome in possible[name]
