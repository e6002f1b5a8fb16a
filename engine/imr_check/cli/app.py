"""The typer app: every form of the command but the plainest."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from .. import __version__
from ..rules.engine import engine_name
from . import browsing, starting
from .checking import COMMANDS, Options, run

app = typer.Typer(
    name="imr-check",
    help=(
        "Check a draft treatment request before it is sent: `imr-check request.json`. "
        "Decision support, not legal or medical advice."
    ),
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


class FormatName(StrEnum):
    """Output formats."""

    text = "text"
    concise = "concise"
    json = "json"


class LevelName(StrEnum):
    """Levels of findings."""

    error = "error"
    warning = "warning"
    info = "info"


def run_app(arguments: list[str]) -> int:
    """Run the app; arguments that begin with no command's name are for ``check``."""
    if arguments and arguments[0] not in COMMANDS and not _is_global(arguments[0]):
        arguments = ["check", *arguments]
    try:
        status = app(arguments, prog_name="imr-check", standalone_mode=True)
    except SystemExit as stop:
        return stop.code if isinstance(stop.code, int) else 2
    return int(status or 0)


def _is_global(argument: str) -> bool:
    return argument in ("--version", "--help", "-h") or argument.endswith("-completion")


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


@app.command("check")
def check_files(
    paths: Annotated[list[str], typer.Argument(help="Request files; - reads standard input.")],
    form: Annotated[
        FormatName, typer.Option("--format", help="How the report is written.")
    ] = FormatName.text,
    as_of: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%d"], help="Judge as of this date, whatever the file says."),
    ] = None,
    in_force_only: Annotated[
        bool,
        typer.Option("--in-force-only", help="Do not let a superseded edition judge as advice."),
    ] = False,
    fail_on: Annotated[
        LevelName, typer.Option(help="Lowest level of finding that makes the exit status 1.")
    ] = LevelName.error,
    trace: Annotated[
        bool, typer.Option("--trace", help="Show which facts fired which rule.")
    ] = False,
) -> None:
    """Check drafts. The name of the command may be left out: imr-check request.json."""
    options = Options(
        paths=tuple(paths),
        format=form.value,
        as_of=as_of.date() if as_of else None,
        in_force_only=in_force_only,
        fail_on=fail_on.value,
        trace=trace,
    )
    raise typer.Exit(run(options))


@app.command()
def explain(
    code: Annotated[str, typer.Argument(help="Code or name of a criterion, such as TPI-02.")],
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


@app.command()
def schema(
    report: Annotated[
        bool, typer.Option("--report", help="The schema of --format json instead.")
    ] = False,
) -> None:
    """Print the JSON Schema of a request file."""
    raise typer.Exit(starting.schema("report" if report else "request"))


@app.command()
def new(
    kind: Annotated[str, typer.Argument(help="Kind of treatment: trigger_point_injection, ...")],
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="Write to this new file.")
    ] = None,
) -> None:
    """Print a commented starting file for a kind of treatment."""
    raise typer.Exit(starting.new(kind, output))
