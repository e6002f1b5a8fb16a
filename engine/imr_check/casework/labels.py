"""Whether a case that names a ``limit`` stands on the edge of that limit.

The label helps a reader to find the cases of a number that is to be changed. It is not needed for
coverage, so a wrong one is a fault of its own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from .book import Fault
from .obligations import cone, within

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .book import Case, Entry
    from .obligations import Obligation


def misplaced_labels(entry: Entry) -> Iterator[Fault]:
    """Yield a fault for every case whose outcome does not turn on the limit that it names."""
    labelled = [case for case in entry.cases if case.limit]
    if not labelled:
        return
    code = entry.criterion.code
    program = cone(entry.ruleset.program, code)
    named = {each.name for each in entry.section.findings} | {code}
    owners = [node.name for node in program.nodes if node.name in named]
    obligations = [each for owner in owners for each in within(program, code, owner)]
    for case in labelled:
        if not any(_stands(case, each, entry) for each in obligations):
            problem = f"it says limit: {case.limit}, but its outcome does not turn on that limit"
            yield Fault(entry.file, code, case.name, problem)


def _stands(case: Case, obligation: Obligation, entry: Entry) -> bool:
    limit = entry.section.limits[case.limit or ""]
    # An 'at least n of' knows its number, but not the name that the number came by.
    counted = obligation.least > 1 and obligation.least == limit.value
    return (obligation.limit == limit.name or counted) and any(
        goal.holds_in(case.given) for goal in obligation.goals
    )
