"""Search for the cures of a row, find what is fatal, and hold the results to the evaluator."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from ..errors import EngineError
from ..rules import reference
from ..rules.program import MET, NOT_APPLICABLE, NOT_MET, REBUTTAL, SPOKEN, STANDS, VERDICT
from .cells import cells_of
from .needs import Blocked, Choice, Cures, Need, Solution, Way
from .origins import asked_part, may_be_changed
from .smallest import factors, smallest
from .space import Space
from .ways import Ways

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from ..guideline.model import Value
    from ..rules.program import Program
    from .cells import Cells
    from .smallest import Moves
    from .ways import Boxes


def cures(
    program: Program, values: Mapping[str, Value], codes: Sequence[str] | None = None
) -> Cures:
    """Return what would make the verdict on ``values`` *met*, and what is fatal.

    ``values`` holds the documented facts and no others. With ``codes`` the other criteria are left
    out, as if the verdict did not look at them. Where the verdict is met already, or a
    criterion passes as it is and nothing needed elsewhere bears on it, there is nothing to do.
    """
    needed = tuple(fact.name for fact in program.facts)
    known = {name: values[name] for name in needed if name in values}
    changeable = frozenset(name for name in known if may_be_changed(name, known))
    adding = Search(program, known, frozenset(), codes).solution()
    changing = Search(program, known, changeable, codes).solution() if changeable else adding
    return Cures(adding, changing)


class _Part(NamedTuple):
    """Criteria that bear on each other, and boxes with the least moves for all of them to pass."""

    legs: tuple[str, ...]
    boxes: Boxes
    program: Program
    """Those nodes only that the criteria refer to."""


class Search:
    """One search: from these documented facts, of which those in ``free`` may change.

    It is for the criteria in ``asked``, or for all that the verdict looks at.
    """

    def __init__(
        self,
        program: Program,
        values: Mapping[str, Value],
        free: frozenset[str],
        asked: Sequence[str] | None = None,
    ) -> None:
        self.asked = asked
        self.program = program
        self.values = values
        self.free = free
        self.cells: Mapping[str, Cells] = cells_of(program)
        self.space = Space(self.cells, values, free)
        self.ways = Ways(program, values, self.space)
        self.nodes = {node.name for node in program.nodes}

    def solution(self, codes: Sequence[str] = ()) -> Solution:
        """Return the smallest sets for all criteria that are asked for, or for ``codes``."""
        legs = self._legs(codes)
        blocked: list[tuple[str, ...]] = [(leg,) for leg in legs if not self.ways.of(leg, "true")]
        parts, conflicts = self._parts([leg for leg in legs if (leg,) not in blocked])
        blocked += conflicts
        cut = self.ways.cut
        return Solution(
            *self._result(parts),
            blocked=() if cut or codes else tuple(map(self._blocked, blocked)),
            exhaustive=not cut,
            undecided=tuple(sorted(_code(leg) for each in blocked for leg in each)) if cut else (),
        )

    def _legs(self, codes: Sequence[str]) -> list[str]:
        """Return what the verdict looks at, by name, so that the order of criteria is no matter."""
        (verdict,) = (node for node in self.program.nodes if node.name == VERDICT)
        legs = verdict.requires.legs if verdict.requires else ()
        wanted = codes or self.asked
        return sorted(leg.subject for leg in legs if wanted is None or _code(leg.subject) in wanted)

    # Parts that have no fact in common

    def _parts(self, legs: list[str]) -> tuple[list[_Part], list[tuple[str, ...]]]:
        """Return the parts that need a cure, and the criteria that exclude each other."""
        parts, conflicts = [], []
        for group in self._groups(legs):
            while group and not (boxes := self._together(group)):
                conflict = self._conflict(group)
                conflicts.append(conflict)
                group = [leg for leg in group if leg not in conflict]
            if group and not self._passes(boxes):
                parts.append(_Part(tuple(group), boxes, _needed_nodes(self.program, group)))
        return parts, conflicts

    def _together(self, legs: Iterable[str]) -> Boxes:
        return self.ways.together([self.ways.of(leg, "true") for leg in legs])

    def _passes(self, boxes: Boxes) -> bool:
        """Whether nothing has to be moved."""
        return any(not self.space.count_moved(box) for box in boxes)

    def _groups(self, legs: list[str]) -> list[list[str]]:
        """Return the legs in groups that share no fact, where something in a group needs a cure."""
        groups: list[tuple[set[str], list[str]]] = []
        for leg in legs:
            boxes = self.ways.of(leg, "true")
            facts = {fact for box in boxes for fact in self.space.touched(box)}
            sharing = [group for group in groups if group[0] & facts]
            joined = [each for _, group in sharing for each in group]
            groups = [group for group in groups if group not in sharing]
            groups.append((facts.union(*(group[0] for group in sharing)), [*joined, leg]))
        return [sorted(group) for _, group in groups if not all(map(self._leg_passes, group))]

    def _leg_passes(self, leg: str) -> bool:
        return self._passes(self.ways.of(leg, "true"))

    def _conflict(self, legs: Sequence[str]) -> tuple[str, ...]:
        """Return as few of the legs as exclude each other."""
        core = list(legs)
        for leg in legs:
            rest = [each for each in core if each != leg]
            if not self._together(rest):
                core = rest
        return tuple(core)

    # What is fatal

    def _blocked(self, legs: tuple[str, ...]) -> Blocked:
        codes = tuple(map(_code, legs))
        facts = self._reasons(codes) if len(codes) == 1 else self._standing(legs)
        facts = facts or self._standing(legs)
        if not facts:
            return Blocked(codes, facts)
        changed = Search(self.program, self.values, self.free | set(facts))
        if not changed._together(legs):
            return Blocked(codes, facts)
        return Blocked(codes, facts, changed.solution(codes))

    def _reasons(self, codes: Iterable[str]) -> tuple[str, ...]:
        """Return the documented facts that contradict a criterion, and its rebuttal if need be."""
        results = reference.evaluate(self.program, self.values)
        nodes = [code for code in codes if results[code].outcome == NOT_MET]
        argued = any(code + STANDS in self.nodes for code in nodes)
        if argued and results[REBUTTAL].outcome == NOT_MET:
            nodes.append(REBUTTAL)
        leaves = [leaf for node in nodes for leaf in self.program.leaves(node, results)]
        facts = dict.fromkeys(leaf.test.fact for leaf in leaves)
        return tuple(fact for fact in facts if fact in self.values and self._stands(fact))

    def _stands(self, fact: str) -> bool:
        """Whether a documented fact stands in the way: of a sum, the part that is past does."""
        return fact not in self.free or bool(asked_part(fact))

    def _standing(self, legs: Iterable[str]) -> tuple[str, ...]:
        """Return as few documented facts as are enough to keep the legs from being met."""
        held = [fact for fact in sorted(self.values) if fact not in self.free]
        free = self.free
        if Search(self.program, self.values, free | set(held))._together(legs):
            for fact in list(held):
                freer = Search(self.program, self.values, free | {fact})
                if not freer._together(legs):
                    free, held = free | {fact}, [each for each in held if each != fact]
            return tuple(held)
        return ()

    # Sets of moves as needs, each tried out

    def _result(self, parts: Iterable[_Part]) -> tuple[Way, tuple[Choice, ...]]:
        """Return what all sets have in common, and the choices."""
        needs: list[Need] = []
        argues: set[str] = set()
        choices: list[Choice] = []
        for part in parts:
            always, varying = factors(smallest(self.space, part.boxes))
            for sets in varying:
                sets.sort(key=_size)
            usual = [sets[0] for sets in varying]
            common = self._way(part, _joined(always, *usual), always)
            needs += common.needs
            argues.update(common.argues)
            for place, sets in enumerate(varying):
                others = _joined(always, *usual[:place], *usual[place + 1 :])
                ways = (self._way(part, others | moves, moves) for moves in sets)
                choices.append(Choice(tuple(way.without(common.argues) for way in ways)))
        needs.sort(key=lambda need: need.fact)
        choices.sort(key=lambda choice: choice.ways[0].facts)
        return Way(tuple(needs), tuple(sorted(argues))), tuple(choices)

    def _way(self, part: _Part, whole: Moves, moves: Moves) -> Way:
        """Return a piece of a set as needs, after a trial of the set with and without each."""
        values = dict(self.values) | {fact: self._example(fact, whole[fact]) for fact in whole}
        failing, argued = self._tried(part, values)
        if failing:
            raise EngineError(f"{self.program.name}: a cure does not cure {', '.join(failing)}")
        needs = []
        for fact in sorted(moves):
            gone = (fact, *self._resting(fact, whole))
            without = {name: value for name, value in values.items() if name not in gone}
            without |= {name: self.values[name] for name in gone if name in self.values}
            serves, _ = self._tried(part, without)
            needs.append(self._need(fact, moves[fact], serves))
        return Way(tuple(needs), argued)

    def _resting(self, fact: str, whole: Moves) -> Iterator[str]:
        """Yield the documented facts that change because of this one alone."""
        for name, causes in self.space.causes.items():
            if name in whole and fact in causes and whole.keys() & causes.keys() == {fact}:
                yield name

    def _tried(
        self, part: _Part, values: Mapping[str, Value]
    ) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Return the criteria of a part that fail, and those that only a rebuttal lets stand."""
        results = reference.evaluate(part.program, values)
        outcomes = [(leg, results[leg].outcome) for leg in part.legs]
        failing = [leg for leg, outcome in outcomes if outcome not in (MET, NOT_APPLICABLE)]
        argued = [leg for leg, outcome in outcomes if _stands(leg) and outcome == NOT_APPLICABLE]
        return tuple(map(_code, failing)), tuple(map(_code, argued))

    def _example(self, fact: str, states: int) -> Value:
        return self._need(fact, states, ()).example

    def _need(self, fact: str, states: int, serves: tuple[str, ...]) -> Need:
        cells = self.cells[fact]
        permitted = cells.permitted(states)
        return Need(fact, permitted, self.values.get(fact), cells.limits(permitted), serves)


def _needed_nodes(program: Program, names: Iterable[str]) -> Program:
    """Return the program without the nodes that these do not refer to."""
    wanted = set(names)
    for node in reversed(program.nodes):
        if node.name in wanted:
            wanted |= {
                leg.subject for _, clause in node.clauses() for leg in clause.legs if not leg.test
            }
    nodes = tuple(node for node in program.nodes if node.name in wanted)
    return type(program)(program.name, nodes, program.facts)


def _stands(leg: str) -> bool:
    return leg.endswith(STANDS)


def _joined(*sets: Moves) -> Moves:
    return {fact: states for moves in sets for fact, states in moves.items()}


def _code(leg: str) -> str:
    return leg.removesuffix(STANDS).removesuffix(SPOKEN)


def _size(moves: Moves) -> tuple[int, list[tuple[str, int]]]:
    return len(moves), sorted(moves.items())
