"""The work list for people: who has to answer what, and what each row needs.

The words here serve Markdown (``questions_markdown``) too; ``questions_json`` is for programs.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..alternatives import shown
from ..report import place_of_row
from ..worklist import WHO
from .context import NOTICE, VERDICT_WORDS, advice_on
from .doubt import doubt_of
from .lines import Line
from .sentences import sentence
from .shared import own_among, rows_in_words, shared_among

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from ..alternatives import Alternative, Options, Step
    from ..guideline.model import Criterion, Who
    from ..report import EditionUsed, Finding
    from ..worklist import How, Question, Rebuttal, RowWork, Stop, Worklist
    from .context import Context
    from .shared import Shared

HONESTY = (
    "Answer what is true. Nothing on this list is to be written down unless it was found, done or "
    "said, and the record that shows it can be enclosed."
)
SEVERAL = "A question that serves several rows is to be answered for each of them."
COMMON = "Worth adding for several rows, though it only warns:"
TEMPLATE = "This file is a template: what its holes stand for counts as missing here."
FOR: dict[Who, str] = {
    "physician": "For the physician",
    "office": "For the office",
    "therapist": "For the therapist",
    "employee": "For the employee",
}
_HOW: dict[How, str] = {
    "needed": "Needed",
    "one_of": "One of several to choose from",
    "afterwards": "Of use only if the chart changes",
}
assert tuple(FOR) == WHO  # noqa: S101 (the order is that of the work list)

_STYLES = {
    "supported": "bold green",
    "not_supported": "bold red",
    "incomplete": "bold yellow",
    "no_criteria": "bold magenta",
    "depends": "bold cyan",
    None: "bold red",
}


# Words that every format shares


def notes_on(found: Worklist) -> Iterator[str]:
    """Yield what has to be known before anything is answered."""
    questions = [question for each in found.questions.values() for question in each]
    if found.report.template:
        yield TEMPLATE
    if not found.done:
        yield HONESTY
    if any(len({purpose.row for purpose in each.purposes}) > 1 for each in questions):
        yield SEVERAL


def asked_of(found: Worklist) -> dict[Who, list[Question]]:
    """Return the questions, without those that only serve ways which are not shown."""
    facts = {step.fact.name for row in found.rows for step in _shown_steps(row)}
    kept = {
        who: [question for question in questions if question.fact.name in facts]
        for who, questions in found.questions.items()
    }
    return {who: questions for who, questions in kept.items() if questions}


def _shown_steps(row: RowWork) -> Iterator[Step]:
    yield from row.needed
    for stop in row.stops:
        yield from stop.also
    for options in (*row.choices, *(each for stop in row.stops for each in stop.choices)):
        yield from shown(options).steps


def left_out_of(found: Worklist) -> str:
    """Return how many questions are not shown; empty if all are."""
    count = sum(map(len, found.questions.values())) - sum(map(len, asked_of(found).values()))
    if not count:
        return ""
    one = count == 1
    questions, serve = ("question", "serves") if one else ("questions", "serve")
    return f"{count} more {questions} {serve} only the ways that are left out below."


def title_of(row: RowWork) -> str:
    """Return number, treatment and verdict of a row."""
    accepted = " if the rebuttal is accepted" if row.argued else ""
    place = f" (line {row.line})" if row.line else ""
    label = f"Row {row.row}: {row.treatment}" if row.row else row.treatment
    return f"{label}: {VERDICT_WORDS[row.verdict]}{accepted}{place}"


def purposes_of(question: Question) -> Iterator[str]:
    """Yield what an answer is for: *Needed (row 1: TPI-03).*

    Which answer would do stands with the row and not here: a question that names the answer asks
    for it, and not for what was found.
    """
    grouped: dict[str, dict[int, list[str]]] = {}
    for purpose in question.purposes:
        grouped.setdefault(_HOW[purpose.how], {}).setdefault(purpose.row, []).extend(purpose.codes)
    for how, rows in grouped.items():
        places = (f"{place_of_row(row)}: {', '.join(dict.fromkeys(rows[row]))}" for row in rows)
        yield f"{how} ({'; '.join(places)})."


def step_of(step: Step) -> str:
    """Return a step: *injections per session: at most 3 injections, now 8 injections [TPI-06]*."""
    now = f", now {step.before}" if step.before else ""
    mark = ", limit unverified" if step.unverified else ""
    follows = f"; this changes with: {'; '.join(step.follows)}" if step.follows else ""
    codes = f" [{', '.join(step.codes)}]" if step.codes else ""
    return f"{step.fact.label}: {step.wanted}{now}{mark}{follows}{codes}"


def heading_of(options: Options) -> str:
    """Return how many of the options are needed."""
    count = "One" if options.least == 1 else f"Any {options.least}"
    return f"{count} of these:"


def options_of(options: Options) -> list[str]:
    """Return the likeliest options, each on one line, and how many others there are."""
    found = shown(options)
    listed = list(map(_alternative, found.alternatives))
    if found.others:
        others = "another one" if found.others == 1 else f"one of {found.others} others"
        listed.append(f"or {others}: see {' and '.join(map(explained, found.codes))}")
    return listed


def explained(code: str) -> str:
    """Return the command that says all of a criterion."""
    return f"`imr-check explain {code}`"


def _alternative(found: Alternative) -> str:
    steps = list(map(step_of, found.steps))
    if found.one_of:
        steps.append(f"one of: {_one_of(found.one_of)}")
    return "; and ".join(steps)


def _one_of(steps: tuple[Step, ...]) -> str:
    """Return steps of which one is enough, with the codes once where they all have the same."""
    if any(step.codes != steps[0].codes or step.before or step.follows for step in steps):
        return " / ".join(map(step_of, steps))
    bare = (step._replace(codes=()) for step in steps)
    words = " / ".join(step_of(step).removesuffix(": yes") for step in bare)
    return f"{words} [{', '.join(steps[0].codes)}]"


def rebuttal_of(rebuttal: Rebuttal) -> str:
    """Return what a rebuttal can do for a row."""
    codes = ", ".join(rebuttal.codes)
    parts = "; ".join(step.fact.label for step in rebuttal.parts)
    if rebuttal.possible:
        return (
            f"If an answer comes to contradict {codes}, only a complete rebuttal is left. It would "
            f"need: {parts}."
        )
    lacks = f" It still lacks: {parts}." if parts else ""
    return (
        f"{codes} is contradicted: a complete rebuttal may stand against that.{lacks} Whether it "
        "is accepted is for the reviewer."
    )


def authority_of(criterion: Criterion) -> str:
    """Return where a criterion stands, and a mark if nobody has checked it."""
    unverified = " (unverified)" if criterion.confidence == "unverified" else ""
    cited = str(criterion.citation) or "no source"
    return f"{criterion.code} {criterion.name}: {cited}{unverified}"


def judged_by(edition: EditionUsed) -> str:
    """Return which edition judged a row."""
    mark = f" ({edition.mark})" if edition.mark else ""
    return f"Judged by {edition.title}{mark}"


def common_to(found: Worklist) -> tuple[Shared, ...]:
    """Return what is worth adding for several rows."""
    return shared_among((row.row, row.worth_adding) for row in found.rows)


def common_of(shared: Shared) -> str:
    """Return what is worth adding for several rows, and for which."""
    return f"{added_of(shared.finding)} ({rows_in_words(shared.rows)})"


def lists_of(row: RowWork, common: Iterable[Shared] = ()) -> Iterator[tuple[str, list[str]]]:
    """Yield the lists of a row, those that are not empty: a title, and the items."""
    beside = " beside that" if row.stops else ""
    found: list[tuple[str, Iterable[str]]] = [
        (f"Needed{beside}, all of these:", map(step_of, row.needed)),
        *((heading_of(options), options_of(options)) for options in row.choices),
        ("To change in the request:", map(step_of, row.changes)),
        ("Rebuttal:", map(rebuttal_of, row.rebuttals)),
        (
            "Worth adding, though it only warns:",
            map(added_of, own_among(row.worth_adding, common)),
        ),
        ("Authority:", map(authority_of, row.criteria)),
        ("Fails, but was not selected:", filter(None, (", ".join(row.not_selected),))),
    ]
    for title, items in found:
        if listed := list(items):
            yield title, listed


def _in_line(options: Options) -> str:
    return "; or ".join(each.removeprefix("or ") for each in options_of(options))


def stops_of(stop: Stop) -> str:
    """Return which criteria stand against a row for good."""
    codes = ", ".join(f"{each.code} {each.name}" for each in stop.criteria)
    return f"{codes}: against the row, whatever is added"


def stop_of(stop: Stop) -> Iterator[str]:
    """Yield what the chart says against criteria, what might mend it, and what else they need."""
    said = "; ".join(f"{fact.label}: {value}" for fact, value in stop.says)
    if len(stop.criteria) > 1:
        yield "These criteria cannot all be met at once."
    yield f"The chart says: {said}." if said else "No answer can meet it."
    for criterion in stop.criteria:
        yield criterion.remedy
    if stop.also:
        yield f"If the chart changes, it also needs: {'; '.join(map(step_of, stop.also))}."
    for options in stop.choices:
        start = "And" if stop.also else "If the chart changes, it also needs"
        yield f"{start} {heading_of(options).lower()} {_in_line(options)}."


def summary_of(row: RowWork) -> str:
    """Return in one sentence how much there is to do."""
    if row.verdict == "no_criteria" and not row.done:
        return "This row was not judged: have it checked by hand against its guideline."
    if row.done and row.verdict != "supported":
        return "Nothing that was selected is missing."
    if row.done:
        return "No encoded criterion blocks this row."
    if row.undecided:
        return f"The search had to be cut short: nothing is known of {', '.join(row.undecided)}."
    if row.stops:
        return (
            "No addition makes this row supported as the chart stands. What else it lacks is "
            "listed all the same."
        )
    count = f"{row.usual} step{'' if row.usual == 1 else 's'}"
    if row.not_selected:
        return f"The shortest way for what was selected has {count}."
    if row.usual > row.smallest:
        return f"The shortest way that is listed here has {count}."
    found = "The shortest way to a supported row" if row.exhaustive else "A way to a supported row"
    return f"{found} has {count}."


def added_of(finding: Finding) -> str:
    """Return a warning: what fails and what would cure it."""
    criterion = finding.criterion
    doubt = doubt_of(finding)
    mark = f" ({doubt})" if doubt else ""
    return (
        f"{criterion.code} {criterion.name}{mark}: {sentence(finding.message)} "
        f"{criterion.remedy} ({criterion.answered_by})"
    )


def foot_of(context: Context) -> str:
    """Return what stands under every work list."""
    return f"imr-check {context.version}, decided by {context.engine}. {NOTICE}"


# Paragraphs


def lines(found: Iterable[Worklist], context: Context) -> Iterator[Line]:
    """Yield the work lists of many files."""
    if context.engine_hint:
        yield Line(f"Engine: {context.engine}. {context.engine_hint}", style="yellow")
        yield Line("")
    for each in found:
        yield from _file(each)
        yield Line("")
    yield Line(foot_of(context), style="dim")


def _file(found: Worklist) -> Iterator[Line]:
    report = found.report
    if report.errors:
        yield Line(f"{report.path}: cannot be checked", style=_STYLES[None], whole=True)
        for problem in report.errors:
            place = f"line {problem.line}, column {problem.column}: " if problem.line else ""
            yield Line(place + problem.message, 2, hang=2)
        return
    head = f"{report.path or 'request'}: {VERDICT_WORDS[report.verdict]}"
    yield Line(head, style=_STYLES[report.verdict], whole=True)
    for words in advice_on(report):
        yield Line(words, 2, "bold yellow")
    yield from (Line(words, 2) for words in notes_on(found))
    for who, questions in asked_of(found).items():
        yield Line("")
        yield Line(FOR[who], 2, "bold")
        for number, question in enumerate(questions, 1):
            mark = f"{number}. "
            yield Line(mark + question.fact.question, 4, hang=len(mark))
            yield from (Line(words, 4 + len(mark), "dim", 2) for words in purposes_of(question))
    if words := left_out_of(found):
        yield Line("")
        yield Line(words, 2, "dim")
    common = common_to(found)
    for row in found.rows:
        yield Line("")
        yield from _row(row, common)
    if common:
        yield Line("")
        yield Line(COMMON, 2, "bold")
        yield from (Line(f"- {common_of(each)}", 4, hang=2) for each in common)


def _row(row: RowWork, common: Iterable[Shared]) -> Iterator[Line]:
    yield Line(title_of(row), 2, _STYLES[row.verdict], 2)
    if row.edition:
        yield Line(judged_by(row.edition), 4, "dim", 2)
    yield from (Line(words, 4, hang=2) for words in (row.note, summary_of(row)) if words)
    for stop in row.stops:
        yield Line("")
        yield Line(f"x {stops_of(stop)}", 4, "red", 2)
        yield from (Line(words, 6, hang=2) for words in stop_of(stop))
    for title, items in lists_of(row, common):
        yield Line("")
        yield Line(title, 4, "bold")
        yield from (Line(f"- {item}", 6, hang=2) for item in items)
