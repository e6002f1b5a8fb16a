"""Turn the outcomes of a row into findings: message, evidence, place, what would cure it."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from . import messages
from .facts import VOCABULARY
from .report import Finding
from .rules.program import MET, NOT_APPLICABLE, NOT_DOCUMENTED, NOT_MET

if TYPE_CHECKING:
    from .facts import Observation
    from .guideline.model import Criterion, Value
    from .report import EditionUsed, Level, Paths, Places
    from .rules.program import Leaf, Outcome, Program, Results

    Path = tuple[str | int, ...]

# By name, so that the module of these facts is only loaded for a row that has a rebuttal.
REBUTTAL_FACTS = (
    "rebuttal.search",
    "rebuttal.guideline_age",
    "rebuttal.challenges_presumption",
    "rebuttal.citation",
    "rebuttal.copy_attached",
)


class Judged(NamedTuple):
    """What is known of a row once the rules have decided.

    ``rebuttal`` says that it has one, ``template`` that it is a row of a template; ``idle`` are
    then the facts that decide nothing, whatever they come to.
    """

    program: Program
    results: Results
    edition: EditionUsed
    observations: dict[str, Observation]
    values: dict[str, Value]
    rebuttal: bool
    places: Places
    place: tuple[str, int, int]
    template: bool = False
    idle: frozenset[str] = frozenset()


def findings_of(judged: Judged) -> tuple[Finding, ...]:
    """Return a finding for every criterion of the section that judged, in its order."""
    explainer = _Explainer(judged)
    return tuple(map(explainer.finding, judged.edition.section.criteria))


def finding_of(judged: Judged, criterion: Criterion) -> Finding:
    """Return the finding for one criterion."""
    return _Explainer(judged).finding(criterion)


class _Explainer:
    """Says of one criterion after the other what it came to and why."""

    def __init__(self, judged: Judged) -> None:
        self.judged = judged
        self.results = judged.results
        self.lacks = self._rebuttal_lacks()

    def finding(self, criterion: Criterion) -> Finding:
        outcome = self.results[criterion.code].outcome
        if outcome == NOT_APPLICABLE:
            return self._quiet(criterion, outcome, ())
        if outcome == MET:
            # Most are met, and few ask why.
            return self._quiet(criterion, outcome, partial(self._behind, criterion.code))
        leaves = self._leaves(criterion.code)
        paths = self._paths(leaves)
        contradicted = outcome == NOT_MET
        argued = contradicted and criterion.rebuttable and self.judged.rebuttal
        place = self.judged.places.of(paths[0]) if contradicted and paths else self.judged.place
        pointer, line, column = place
        given = self.judged.values.get
        return Finding(
            criterion=criterion,
            outcome=outcome,
            severity=self._level(criterion, outcome, argued),
            message=self._message(criterion, outcome, leaves),
            questions=self._questions(outcome, leaves),
            edition=self.judged.edition,
            argued=argued,
            rebuttal_lacks=self.lacks if argued else (),
            pointer=pointer,
            line=line,
            column=column,
            paths=paths,
            places=self.judged.places,
            decided_by=tuple([(test.fact, given(test.fact)) for test, _ in leaves]),
        )

    def _leaves(self, code: str) -> list[Leaf]:
        leaves = self.judged.program.leaves(code, self.results)
        if idle := self.judged.idle:
            leaves = [leaf for leaf in leaves if leaf.test.fact not in idle] or leaves
        return leaves

    def _behind(self, code: str) -> tuple[Path, ...]:
        return self._paths(self._leaves(code))

    def _quiet(self, criterion: Criterion, outcome: Outcome, paths: Paths) -> Finding:
        """Return a finding that does not fail: there is nothing to say but what was asked."""
        message = messages.shortened(criterion.statement)
        pointer, line, column = self.judged.place
        return Finding(
            criterion, outcome, "info", message, (), self.judged.edition, False, (),
            pointer, line, column, paths, self.judged.places,
        )  # fmt: skip

    def _level(self, criterion: Criterion, outcome: Outcome, argued: bool) -> Level:
        stands = argued and not self.lacks
        blocks = criterion.blocking and not criterion.only_warns_of(outcome)
        return "error" if blocks and not stands else "warning"

    def _message(self, criterion: Criterion, outcome: Outcome, leaves: list[Leaf]) -> str:
        template = self.judged.template
        if outcome == NOT_DOCUMENTED:
            missing = self.judged.program.missing(criterion.code, self.results, self.judged.idle)
            return messages.not_documented(missing, VOCABULARY, template=template)
        return criterion.failure or messages.not_met(
            leaves, VOCABULARY, self.judged.values, template=template
        )

    def _questions(self, outcome: Outcome, leaves: list[Leaf]) -> tuple[str, ...]:
        if outcome != NOT_DOCUMENTED:
            return ()
        return tuple(dict.fromkeys(VOCABULARY[leaf.test.fact].question for leaf in leaves))

    def _paths(self, leaves: list[Leaf]) -> tuple[Path, ...]:
        """Return the entries behind the leaves, each once, in the order of the leaves."""
        observations = self.judged.observations
        seen = [observations[test.fact].evidence for test, _ in leaves if test.fact in observations]
        if len(seen) == 1:
            return tuple(dict.fromkeys(seen[0]))
        return tuple(dict.fromkeys(path for paths in seen for path in paths))

    def _rebuttal_lacks(self) -> tuple[str, ...]:
        if not self.judged.rebuttal:
            return ()
        from .facts.rebuttal import GUIDELINE_YEARS, lacking  # few rows have one

        limit = self.judged.edition.section.limits.get(GUIDELINE_YEARS)
        return tuple(lacking(self.judged.observations, limit.value if limit else None))
