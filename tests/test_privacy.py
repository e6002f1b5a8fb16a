"""What is in a chart stays there: no error, representation or log record repeats it.

And nothing happens on import: no thread, no file, no heavy module.
"""

from __future__ import annotations

import json
import logging
import subprocess
import sys
import textwrap
import traceback
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any

import pytest
from pydantic import ValidationError
from strategies import (
    EXAMPLES,
    SENTINEL,
    TODAY,
    Json,
    example_files,
    random_mutant,
    random_request,
    with_sentinels,
)

import imr_check
from imr_check import Draft, Request, RequestError, check, load
from imr_check.cli import main

if TYPE_CHECKING:
    from collections.abc import Callable

EXAMPLE = EXAMPLES / "determinations" / "000_trigger_point.json"
SHOWN = ("document", "reason", "author")
"""A report repeats the name of a record, to say where an entry stands, and why and by whom a finding
was set aside, which is said to the check itself and is no part of the chart."""


def run_apart(program: str, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
    """Run a program in an interpreter of its own."""
    return subprocess.run(
        [sys.executable, "-c", textwrap.dedent(program), *map(str, arguments)],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


@pytest.fixture
def planted(tmp_path: Path) -> Path:
    """Return a denied draft in which every free text holds the sentinel."""
    request = with_sentinels(json.loads(EXAMPLE.read_text(encoding="utf-8")), skip=SHOWN)
    request["employee"] |= {"name": SENTINEL, "claim_number": SENTINEL, "employer": SENTINEL}
    request["treatments"][0]["kind"] = "trigger_point_injection"
    path = tmp_path / "draft.json"
    path.write_text(json.dumps(request), encoding="utf-8")
    return path


# Errors of ours: exit 3, one line, and not a word of the chart

BROKEN_FACT = """
    import sys
    from imr_check.facts import VOCABULARY, Observation

    def broken(view):
        name = view.request.employee.name  # holds the sentinel
        {body}

    fact = VOCABULARY["{fact}"]
    VOCABULARY["{fact}"] = fact._replace(derive=broken)
    from imr_check.cli import main
    sys.argv = ["imr-check", *sys.argv[1:]]
    main()
"""
BROKEN = {
    "the chart in the message": "raise ValueError(name)",
    "the chart in a chain": "raise KeyError(name) from ValueError(name)",
    "the chart in the notes": "error = ValueError(name); error.add_note(name); raise error",
    "an error of the operating system": "raise FileNotFoundError(2, name, name)",
    "an error of the decoder": "(name + chr(0xDC80)).encode()",
    "a missing attribute": "getattr(view.request, name)",
    "a group": "raise ExceptionGroup(name, [ValueError(name)])",
    "a value outside the closed set": "return Observation(name, ())",
    "a number that is none": "return Observation(name, ())",
    "endless recursion": "return broken(view)",
    "no memory": "raise MemoryError(name)",
}


@pytest.mark.parametrize("form", ["text", "concise", "json"])
@pytest.mark.parametrize("what", BROKEN)
def test_an_error_of_ours_says_nothing_of_the_chart(planted: Path, what: str, form: str) -> None:
    fact = "row.injections_per_session" if "number" in what else "row.sites_named"
    program = BROKEN_FACT.format(body=BROKEN[what], fact=fact)
    done = run_apart(program, planted, "--format", form)
    assert done.returncode == 3, done.stderr
    assert SENTINEL not in done.stdout + done.stderr
    assert "Traceback" not in done.stderr
    (line,) = done.stderr.splitlines()
    assert line.startswith("imr-check: an error of ours: ")


def test_an_error_of_ours_by_way_of_typer_says_nothing_either(planted: Path) -> None:
    program = BROKEN_FACT.format(body="raise ValueError(name)", fact="row.sites_named")
    done = run_apart(program, "check", "--trace", planted)
    assert done.returncode == 3
    assert SENTINEL not in done.stdout + done.stderr
    assert len(done.stderr.splitlines()) == 1


# Refusals


def refusals() -> list[RequestError]:
    random = Random(1)
    found = []
    for _ in range(300):
        spoilt = random_mutant(random, with_sentinels(random_request(random), skip=SHOWN))
        try:
            check(spoilt, today=TODAY)
        except RequestError as error:
            found.append(error)
    return found


def test_no_refusal_holds_the_chart() -> None:
    found = refusals()
    assert len(found) > 100
    for error in found:
        assert SENTINEL not in f"{error} {error!r} {error.args!r} {error.problems!r}"
        assert SENTINEL not in "".join(traceback.format_exception(error))


def test_a_request_that_is_no_json_data_is_refused_without_it() -> None:
    for value in (SENTINEL.encode(), {SENTINEL}, object(), float("nan"), 1j, Path(SENTINEL)):
        with pytest.raises(RequestError) as caught:
            check({"injury": {"date": "2010-01-01"}, "treatments": [{"kind": value}]})
        assert SENTINEL not in "".join(traceback.format_exception(caught.value))


def test_the_model_itself_refuses_without_the_value() -> None:
    """Request is a public name: a program may well validate with it, and log what it raises."""
    with pytest.raises(ValidationError) as caught:
        Request.model_validate({"injury": {"date": SENTINEL}, "treatments": [{"kind": SENTINEL}]})
    assert SENTINEL not in f"{caught.value} {caught.value!r}"


# Representations


def test_the_representation_of_a_draft_is_its_name(planted: Path) -> None:
    draft = load(planted)
    assert SENTINEL not in f"{draft} {draft!r} {[draft]} {(draft,)!r}"
    assert "draft.json" in repr(draft)


def test_the_representation_of_a_request_leaves_the_chart_out(planted: Path) -> None:
    by_plain_reader = load(planted).request
    by_model = Request.model_validate_json(planted.read_text(encoding="utf-8"))
    for request in (by_plain_reader, by_model, Draft("name", by_model)):
        assert SENTINEL not in f"{request} {request!r}"
    for record in (by_model.employee, by_model.chart, by_model.treatments[0]):
        assert SENTINEL not in f"{record} {record!r}"


def test_a_report_holds_codes_and_places_only(planted: Path) -> None:
    report = check(load(planted), trace=True)
    assert SENTINEL not in repr(report)
    by_model = check(Request.model_validate_json(planted.read_text(encoding="utf-8")), trace=True)
    assert SENTINEL not in repr(by_model)


@pytest.mark.parametrize("form", ["text", "concise", "json"])
def test_no_output_repeats_free_text(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
    form: str,
) -> None:
    random, paths = Random(2), []
    requests: list[Json] = [json.loads(path.read_text()) for path in example_files()]
    for number, request in enumerate([*requests, *(random_request(random) for _ in range(60))]):
        path = tmp_path / f"{number}.json"
        path.write_text(json.dumps(with_sentinels(request, skip=SHOWN)), encoding="utf-8")
        paths.append(str(path))
    monkeypatch.setattr(sys, "argv", ["imr-check", "check", "--trace", "--format", form, *paths])
    with pytest.raises(SystemExit) as stopped:
        main()
    out, err = capsys.readouterr()
    assert stopped.value.code == 1
    if form != "concise":  # which names only files with findings
        assert all(path in "".join(out.split()) for path in paths)
    assert SENTINEL not in out + err


# Logs


def test_nothing_is_logged(planted: Path) -> None:
    records: list[logging.LogRecord] = []

    class Keep(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            records.append(record)

    root, handler, level = logging.getLogger(), Keep(0), logging.getLogger().level
    root.addHandler(handler)
    root.setLevel(0)
    try:
        check(load(planted), trace=True)
        check(json.loads(planted.read_text(encoding="utf-8")))
        refusals()
    finally:
        root.removeHandler(handler)
        root.setLevel(level)
    assert records == []


def test_no_warning_is_given(planted: Path, recwarn: pytest.WarningsRecorder) -> None:
    check(load(planted))
    refusals()
    assert [str(warning.message) for warning in recwarn] == []


# Import

HEAVY = (
    "pydantic",
    "typer",
    "rich",
    "yaml",
    "durable_rules_engine",
    "durable",
    "asyncio",
    "socket",
)


def test_import_starts_nothing_and_opens_nothing() -> None:
    program = """
        import sys, threading
        opened = []
        watched = ("open", "socket.", "subprocess.", "os.system", "os.exec", "os.fork", "os.mkdir")

        def audit(event, arguments):
            if event.startswith(watched):
                opened.append((event, str(arguments[0]) if arguments else ""))

        import json
        before = set(sys.modules)
        sys.addaudithook(audit)
        import imr_check
        found = list(opened)
        print(json.dumps({
            "threads": threading.active_count(),
            "opened": found,
            "modules": sorted(set(sys.modules) - before),
            "all": sorted(sys.modules),
        }))
    """
    done = run_apart(program)
    assert done.returncode == 0, done.stderr
    result: dict[str, Any] = json.loads(done.stdout)
    assert result["threads"] == 1
    package = str(Path(imr_check.__file__).parent)
    for event, name in result["opened"]:
        assert event == "open"
        assert name.startswith((package, sys.prefix, sys.base_prefix)), name
        assert name.endswith((".py", ".pyc")), name
    assert not set(HEAVY) & set(result["all"])
    assert all(not name.startswith("imr_check.") for name in result["modules"])


def imported_by(program: str, *arguments: str | Path) -> set[str]:
    """Return the modules that are there when a program ends, however it ends."""
    at_exit = """
        import atexit, sys
        atexit.register(lambda: print("\\nMODULES", *sys.modules))
    """
    done = run_apart(textwrap.dedent(at_exit) + textwrap.dedent(program), *arguments)
    return set(done.stdout.rpartition("\nMODULES")[2].split())


def test_a_valid_file_is_checked_without_the_slow_modules() -> None:
    program = """
        from imr_check.cli import main
        sys.argv = ["imr-check", *sys.argv[1:]]
        main()
    """
    modules = imported_by(program, EXAMPLE)
    assert "imr_check.checker" in modules
    assert not {"pydantic", "typer", "rich", "asyncio", "logging"} & modules


def test_checking_starts_no_thread_and_writes_nothing(planted: Path) -> None:
    program = """
        import sys, threading
        written = []

        def audit(event, arguments):
            if event == "open" and isinstance(arguments[1], str) and set(arguments[1]) & set("wax+"):
                written.append(str(arguments[0]))
            elif event.startswith(("socket.", "subprocess.", "os.system", "os.exec", "os.fork")):
                written.append(event)

        sys.dont_write_bytecode = True
        sys.addaudithook(audit)
        from imr_check import check, load
        for path in sys.argv[1:]:
            check(load(path), trace=True)
        assert threading.active_count() == 1
        assert not written, written
    """
    done = run_apart(program, planted, *example_files())
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("name", imr_check.__all__)
def test_every_public_name_is_there(name: str) -> None:
    assert getattr(imr_check, name)


def test_an_unknown_name_is_an_attribute_error() -> None:
    wanted: Callable[[], object] = lambda: imr_check.no_such_name  # noqa: E731
    with pytest.raises(AttributeError, match="no_such_name"):
        wanted()
