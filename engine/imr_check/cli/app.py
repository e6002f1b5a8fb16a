"""The typer app: every form of the command but the plainest."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Annotated, TypeVar

import typer

from .. import __version__
from ..rules.engine import engine_name
from . import browsing, starting
from .checking import Asked, refuse, run
from .completing import CheckByDefault, ReaderGoneError, codes_and_names, kinds, listed_codes, packs
from .completing import editions as edition_names
from .values import codes, day, ignores_of_text, levels_of_text

app = typer.Typer(
    name="imr-check",
    cls=CheckByDefault,
    help=(
        "Check a draft treatment request before it is sent: `imr-check request.json`. "
        "Decision support, not legal or medical advice."
    ),
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


class FormatName(StrEnum):
    """Output formats: those of FORMATS."""

    text = "text"
    concise = "concise"
    json = "json"
    jsonl = "jsonl"
    sarif = "sarif"
    junit = "junit"
    github = "github"
    gitlab = "gitlab"
    markdown = "markdown"
    html = "html"


class LevelName(StrEnum):
    """Levels of findings."""

    error = "error"
    warning = "warning"
    info = "info"


def run_app(arguments: list[str]) -> int:
    """Run the app and return its exit status."""
    try:
        status = app(arguments, prog_name="imr-check", standalone_mode=True)
    except ReaderGoneError:
        raise BrokenPipeError from None
    except SystemExit as stop:
        return stop.code if isinstance(stop.code, int) else 2
    return int(status or 0)


def _print_version(wanted: bool) -> None:
    if wanted:
        engine = engine_name()
        hint = f" ({engine.hint})" if engine.hint else ""
        typer.echo(f"imr-check {__version__}, decided by {engine.name}{hint}")
        raise typer.Exit


@app.callback()
def _top(
    version: Annotated[
        bool,
        typer.Option("--version", callback=_print_version, is_eager=True, help="Show the version."),
    ] = False,
) -> None:
    del version


_List = list[str] | None
_Value = TypeVar("_Value")

# Options that several commands have, alike to the word.
_Exclude = Annotated[
    _List, typer.Option(metavar="PATTERN", help="Skip these files of a folder or pattern.")
]
_AsOf = Annotated[
    str | None,
    typer.Option(metavar="DATE", help="Judge as of this date, whatever the file says."),
]
_InForceOnly = Annotated[
    bool | None,
    typer.Option(
        "--in-force-only/--no-in-force-only",
        help="Do not let a superseded edition judge as advice.",
    ),
]
_Codes = Annotated[
    bool | None,
    typer.Option("--codes/--no-codes", help="Look ICD codes up in the full table as well."),
]
_Config = Annotated[
    str | None, typer.Option(metavar="FILE", help="Read the settings from this file.")
]
_Isolated = Annotated[bool, typer.Option("--isolated", help="Read no configuration file.")]


@app.command("check")
def check_files(
    paths: Annotated[
        list[str] | None,
        typer.Argument(help="Files, folders or patterns; - reads standard input."),
    ] = None,
    form: Annotated[
        FormatName | None,
        typer.Option("--format", "-f", help="How the report is written. Default: text."),
    ] = None,
    output: Annotated[
        _List,
        typer.Option(
            "--output",
            "-o",
            metavar="[FORMAT=]FILE",
            help="Write a report to this file as well; may be given several times.",
        ),
    ] = None,
    select: Annotated[
        _List,
        typer.Option(
            metavar="CODES",
            help="Only these criteria, by prefix: TPI,ACU-03.",
            autocompletion=listed_codes,
        ),
    ] = None,
    ignore: Annotated[
        _List,
        typer.Option(
            metavar="CODES",
            help="Leave these criteria out, by prefix.",
            autocompletion=listed_codes,
        ),
    ] = None,
    per_file_ignores: Annotated[
        _List, typer.Option(metavar="PATTERN:CODES", help="Leave criteria out in some files.")
    ] = None,
    exclude: _Exclude = None,
    severity: Annotated[
        _List, typer.Option(metavar="CODE=LEVEL", help="Make findings error, warning or info.")
    ] = None,
    baseline: Annotated[
        str | None, typer.Option(metavar="FILE", help="Findings that are set aside, and why.")
    ] = None,
    fail_on: Annotated[
        LevelName | None,
        typer.Option(help="Lowest level of finding that makes the exit status 1. Default: error."),
    ] = None,
    exit_zero: Annotated[
        bool | None,
        typer.Option("--exit-zero/--no-exit-zero", help="Exit with 0 whatever the findings are."),
    ] = None,
    as_of: _AsOf = None,
    in_force_only: _InForceOnly = None,
    codes: Annotated[
        bool | None,
        typer.Option(
            "--codes/--no-codes",
            help="Look ICD codes up in the full table of ICD-10-CM as well; takes a second or two.",
        ),
    ] = None,
    formulary: Annotated[
        str | None,
        typer.Option(
            metavar="FILE", help="The published drug list, for the formulary status of drug rows."
        ),
    ] = None,
    statistics: Annotated[
        bool | None,
        typer.Option(
            "--statistics/--no-statistics",
            help="Count the findings by criterion after the report; on standard error if "
            "standard output has a report that a program reads.",
        ),
    ] = None,
    trace: Annotated[
        bool, typer.Option("--trace", help="Show which facts fired which rule.")
    ] = False,
    stdin_filename: Annotated[
        str, typer.Option(metavar="NAME", help="What to call standard input, with its ending.")
    ] = "<stdin>",
    jobs: Annotated[
        int | None,
        typer.Option(
            metavar="N", min=0, max=1000, help="Processes to check with. Default: all cores."
        ),
    ] = None,
    config: _Config = None,
    isolated: _Isolated = False,
    show_settings: Annotated[
        bool, typer.Option("--show-settings", help="Print the settings in force, and stop.")
    ] = False,
    fix: Annotated[
        bool, typer.Option("--fix", help="Mend the form of codes, dates, units and words first.")
    ] = False,
    diff: Annotated[bool, typer.Option("--diff", help="Only show what --fix would mend.")] = False,
    watch: Annotated[
        bool, typer.Option("--watch", "-w", help="Check again whenever a file is saved.")
    ] = False,
) -> None:
    """Check drafts. The name of the command may be left out: imr-check request.json."""
    given = {
        "format": form.value if form else None,
        "output": tuple(output or ()),
        "select": _codes(select),
        "ignore": _codes(ignore),
        "per_file_ignores": _read(
            "--per-file-ignores", ignores_of_text, ";".join(per_file_ignores or ())
        ),
        "exclude": tuple(exclude or ()),
        "severity": _read("--severity", levels_of_text, ",".join(severity or ())),
        "baseline": baseline,
        "fail_on": fail_on.value if fail_on else None,
        "exit_zero": exit_zero,
        "as_of": _day("--as-of", as_of),
        "in_force_only": in_force_only,
        "codes": codes,
        "formulary": formulary,
        "statistics": statistics,
        "jobs": jobs,
    }
    asked = Asked(
        tuple(paths or ()),
        given,
        stdin_filename,
        trace=trace,
        config=config,
        isolated=isolated,
        show_settings=show_settings,
        fix=fix,
        diff=diff,
    )
    if watch:
        from .watching import watch as run_again

        raise typer.Exit(run_again(asked))
    raise typer.Exit(run(asked))


def _codes(given: list[str] | None) -> tuple[str, ...]:
    return codes(",".join(given or ()))


def _day(option: str, text: str | None) -> date | None:
    return None if text is None else _read(option, day, text)


def _read(option: str, read: Callable[[str], _Value], text: str) -> _Value:
    """Return the value of an option, or say like a configuration file what it has to be."""
    try:
        return read(text)
    except ValueError as error:
        raise typer.Exit(refuse(f"{option} {error}")) from None


@app.command()
def explain(
    code: Annotated[
        str,
        typer.Argument(
            help="Code or name of a criterion, such as TPI-02.", autocompletion=codes_and_names
        ),
    ],
) -> None:
    """Explain one criterion: what it asks, on what authority, what cures it, its worked cases."""
    raise typer.Exit(browsing.explain(code))


@app.command()
def criteria(
    treatments: Annotated[
        bool, typer.Option("--treatments", help="List kinds of treatment instead.")
    ] = False,
) -> None:
    """List every criterion, or every kind of treatment that a row may ask for."""
    raise typer.Exit(browsing.treatments() if treatments else browsing.criteria())


@app.command()
def facts() -> None:
    """List what the rules may know about a row, and who can answer it."""
    raise typer.Exit(browsing.facts())


class SchemaName(StrEnum):
    """JSON Schemas that are shipped."""

    request = "request"
    report = "report"
    questions = "questions"
    comparison = "comparison"
    edition_comparison = "edition_comparison"
    clock = "clock"
    editions = "editions"
    formulary = "formulary"


@app.command()
def schema(
    name: Annotated[
        SchemaName,
        typer.Argument(help="A request, or the JSON of a report, of questions, diff, clock, ..."),
    ] = SchemaName.request,
) -> None:
    """Print a JSON Schema."""
    raise typer.Exit(starting.schema(name.value))


@app.command()
def new(
    kind: Annotated[
        str,
        typer.Argument(
            help="Kind of treatment: trigger_point_injection, ...", autocompletion=kinds
        ),
    ],
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="Write to this new file.")
    ] = None,
    template: Annotated[
        bool, typer.Option("--template", help="With a hole for each value, for an order set.")
    ] = False,
) -> None:
    """Print a commented starting file for a kind of treatment."""
    raise typer.Exit(starting.new(kind, output, template))


class CaseFormat(StrEnum):
    """Output formats of ``imr-check test``."""

    text = "text"
    json = "json"


@app.command("test")
def try_cases(
    pack: Annotated[
        str | None,
        typer.Argument(
            help="Name of an installed pack, or a folder with a pack.yaml.", autocompletion=packs
        ),
    ] = None,
    floor: Annotated[
        float | None,
        typer.Option(
            metavar="PERCENT",
            min=0,
            max=100,
            help="Exit with 1 if the cases show less than this share of the logic.",
        ),
    ] = None,
    verbose: Annotated[
        bool,
        typer.Option("--verbose", "-v", help="Show every criterion, not only those lacking cases."),
    ] = False,
    form: Annotated[
        CaseFormat, typer.Option("--format", "-f", help="How the result is written.")
    ] = CaseFormat.text,
) -> None:
    """Try the worked cases of a guideline pack, and say what no case shows yet."""
    from . import testing

    raise typer.Exit(testing.test(pack, floor=floor, verbose=verbose, form=form.value))


@app.command()
def docs(
    folder: Annotated[Path, typer.Argument(help="Where the pages are written to.")],
    pack: Annotated[str | None, typer.Option(help="Only the pages of this pack.")] = None,
) -> None:
    """Write a page for every criterion, as Markdown for a site."""
    from . import documenting

    raise typer.Exit(documenting.docs(folder, pack))


@app.command()
def baseline(
    paths: Annotated[list[str], typer.Argument(help="Files, folders or patterns.")],
    reason: Annotated[
        str | None, typer.Option(help="Why new findings are set aside; needed if there are any.")
    ] = None,
    author: Annotated[str, typer.Option(help="Who decided that.")] = "",
    until: Annotated[
        str | None,
        typer.Option(metavar="DATE", help="Last day on which new entries hold."),
    ] = None,
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", help="The baseline; that of the settings by default."),
    ] = None,
    prune: Annotated[
        bool, typer.Option("--prune", help="Only remove entries that nothing matches any more.")
    ] = False,
    config: _Config = None,
    isolated: _Isolated = False,
) -> None:
    """Set what fails now aside, in a file of its own, and let go of what no longer fails."""
    from . import baselining

    asked = Asked(tuple(paths), {}, config=config, isolated=isolated)
    last = _day("--until", until)
    wanted = baselining.Wanted(str(output) if output else None, reason, author, prune, last)
    raise typer.Exit(baselining.write(asked, wanted))


class WorkFormat(StrEnum):
    """Output formats of ``questions`` and ``diff``."""

    text = "text"
    markdown = "markdown"
    json = "json"


_WorkForm = Annotated[WorkFormat, typer.Option("--format", "-f", help="How it is written.")]


@app.command()
def questions(
    paths: Annotated[
        list[str], typer.Argument(help="Files, folders or patterns; - reads standard input.")
    ],
    form: _WorkForm = WorkFormat.text,
    select: Annotated[
        _List,
        typer.Option(
            metavar="CODES",
            help="Ask only for these criteria, by prefix: TPI,ACU-03.",
            autocompletion=listed_codes,
        ),
    ] = None,
    ignore: Annotated[
        _List,
        typer.Option(
            metavar="CODES",
            help="Ask nothing for these criteria, by prefix.",
            autocompletion=listed_codes,
        ),
    ] = None,
    exclude: _Exclude = None,
    as_of: _AsOf = None,
    in_force_only: _InForceOnly = None,
    icd: _Codes = None,
    config: _Config = None,
    isolated: _Isolated = False,
) -> None:
    """List what is missing, by who can answer it, and what would cure each row."""
    from . import asking

    given = {
        "select": _codes(select),
        "ignore": _codes(ignore),
        "exclude": tuple(exclude or ()),
        "as_of": _day("--as-of", as_of),
        "in_force_only": in_force_only,
        "codes": icd,
    }
    status = asking.questions(paths, form.value, given, config=config, isolated=isolated)
    raise typer.Exit(status)


@app.command()
def diff(
    denied: Annotated[str, typer.Argument(help="The earlier request.")],
    new: Annotated[str, typer.Argument(help="The new one.")],
    form: _WorkForm = WorkFormat.text,
    as_of: _AsOf = None,
    in_force_only: _InForceOnly = None,
    icd: _Codes = None,
    config: _Config = None,
    isolated: _Isolated = False,
) -> None:
    """Compare a request with an earlier one: outcomes, and which facts changed."""
    from . import comparing

    given = {"as_of": _day("--as-of", as_of), "in_force_only": in_force_only, "codes": icd}
    status = comparing.diff(denied, new, form.value, given, config=config, isolated=isolated)
    raise typer.Exit(status)


@app.command()
def editions(
    on: Annotated[
        str | None, typer.Option(metavar="DATE", help="Date of the request. Default: today.")
    ] = None,
    service: Annotated[
        str | None, typer.Option(metavar="DATE", help="Date of the service, if it is another.")
    ] = None,
    months: Annotated[
        int | None, typer.Option(min=0, max=1200, help="Months of pain, for the acute path.")
    ] = None,
    region: Annotated[
        _List, typer.Option(help="Body region of the row; may be given several times.")
    ] = None,
    form: Annotated[
        CaseFormat, typer.Option("--format", "-f", help="How it is written.")
    ] = CaseFormat.text,
) -> None:
    """Show which guideline editions govern on a day, what each judges, and why."""
    from . import governing

    request, done = _day("--on", on), _day("--service", service)
    regions = tuple(region or ())
    raise typer.Exit(governing.editions(request, done, months, regions, form.value))


pack_app = typer.Typer(help="The installed guideline packs and their editions.")
app.add_typer(pack_app, name="pack", no_args_is_help=True)

_Edition = Annotated[
    str,
    typer.Argument(
        metavar="EDITION",
        help="Name of an edition, such as chronic_pain_2009, or PACK/EDITION.",
        autocompletion=edition_names,
    ),
]


@pack_app.command("list")
def list_packs() -> None:
    """List the installed packs: their version, their editions, how many criteria each has."""
    from .packs import list_packs as listed

    raise typer.Exit(listed())


@pack_app.command("diff")
def compare_editions(
    before: _Edition,
    after: _Edition,
    paths: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="PATH",
            help="Requests to judge under both: files, folders or patterns; - reads input.",
        ),
    ] = None,
    pack: Annotated[
        str | None,
        typer.Option(
            help="Only editions of this pack: its name, or a folder with a pack.yaml.",
            autocompletion=packs,
        ),
    ] = None,
    select: Annotated[
        _List,
        typer.Option(
            metavar="CODES",
            help="Of requests, only these criteria count, by prefix.",
            autocompletion=listed_codes,
        ),
    ] = None,
    ignore: Annotated[
        _List,
        typer.Option(
            metavar="CODES",
            help="Of requests, these criteria do not count, by prefix.",
            autocompletion=listed_codes,
        ),
    ] = None,
    codes: _Codes = None,
    form: Annotated[
        CaseFormat, typer.Option("--format", "-f", help="How it is written.")
    ] = CaseFormat.text,
) -> None:
    """Show what changed between two editions, and what that changes for requests."""
    from .packs import diff as compared

    given = {"select": _codes(select), "ignore": _codes(ignore), "codes": codes}
    raise typer.Exit(compared(before, after, paths or (), pack, form.value, given))


class ReviewKind(StrEnum):
    """How a request is reviewed."""

    prospective = "prospective"
    concurrent = "concurrent"
    expedited = "expedited"
    retrospective = "retrospective"


@app.command()
def clock(
    path: Annotated[
        str | None, typer.Argument(help="A request whose kind and dates are used; - reads input.")
    ] = None,
    received: Annotated[
        str | None,
        typer.Option(metavar="WHEN", help="Day, better with time, the request arrived."),
    ] = None,
    recommended: Annotated[
        str | None, typer.Option(metavar="DATE", help="Day the physician recommended it.")
    ] = None,
    kind: Annotated[
        ReviewKind | None, typer.Option(help="How it is reviewed. Default: prospective.")
    ] = None,
    decision: Annotated[
        str | None, typer.Option(metavar="WHEN", help="When utilization review decided.")
    ] = None,
    served: Annotated[
        str | None, typer.Option(metavar="DATE", help="Day the written decision was served.")
    ] = None,
    formulary: Annotated[
        bool, typer.Option("--formulary", help="It is about a drug under the drug formulary.")
    ] = False,
    holiday: Annotated[
        _List,
        typer.Option(metavar="DATE[=NAME]", help="A state holiday that is not in the table."),
    ] = None,
    form: Annotated[
        CaseFormat, typer.Option("--format", "-f", help="How it is written.")
    ] = CaseFormat.text,
) -> None:
    """Count until when utilization review has to decide, and until when IMR is open."""
    from . import timing

    given = timing.Given(
        path,
        kind.value if kind else None,
        formulary,
        received,
        recommended,
        decision,
        served,
        tuple(holiday or ()),
    )
    raise typer.Exit(timing.clocks(given, form.value))


@app.command("formulary")
def look_up_drugs(
    drugs: Annotated[
        list[str], typer.Argument(metavar="DRUG", help="Names of drugs, generic or brand.")
    ],
    on: Annotated[
        str | None,
        typer.Option(metavar="DATE", help="Day of the visit and of dispensing. Default: today."),
    ] = None,
    injury: Annotated[str | None, typer.Option(metavar="DATE", help="Date of injury.")] = None,
    surgery: Annotated[str | None, typer.Option(metavar="DATE", help="Day of operation.")] = None,
    days_supply: Annotated[
        int | None, typer.Option(metavar="N", min=1, max=1000, help="Days that the supply lasts.")
    ] = None,
    drug_list: Annotated[
        str | None, typer.Option("--list", metavar="FILE", help="The MTUS Drug List: .csv, .xlsx.")
    ] = None,
    list_version: Annotated[
        str | None, typer.Option(metavar="NUMBER", help="Its version, if the file does not say.")
    ] = None,
    list_effective: Annotated[
        str | None, typer.Option(metavar="DATE", help="From when it holds, if it does not say.")
    ] = None,
    form: Annotated[
        CaseFormat, typer.Option("--format", "-f", help="How it is written.")
    ] = CaseFormat.text,
) -> None:
    """Say whether drugs need review before they are dispensed, by the MTUS drug formulary."""
    from . import formulary

    given = formulary.Given(
        tuple(drugs), on, injury, surgery, days_supply, drug_list, list_version, list_effective
    )
    raise typer.Exit(formulary.look_up(given, form.value))
