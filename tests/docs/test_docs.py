"""Every command, request, program and guideline file in README.md and docs/ works as shown.

A page is read from top to bottom in a folder of its own, so that its blocks build on each other:

* ``title="name"``: the block is written to that file first;
* ``title="fragment: part"``: the block is a piece. Of ``json`` it is that part of a request, or a *row*;
  of ``yaml`` *logic* is a list of tests, *limits* are limits of the pack, and a code is that criterion
  as it stands in the pack;
* ``sh``: lines with ``imr-check`` run; ``# exits N`` at the end says the exit status, else it is 0.
  With a title the whole block is one script, and *until Ctrl-C* is interrupted once it waits;
* ``text`` right after ``sh`` or ``python`` is what was printed; ``...`` on a line of its own leaves
  something out;
* ``json`` is a request that imr-check reads, or refuses where the title ends with *(refused)*;
  ``python`` runs; ``yaml`` is a file of a pack or of a CI system, ``toml`` a configuration file or the
  metadata of a pack; the part *baseline* of ``json`` is one.

Commands in running text run as well, at the end of the page. The pages of the criteria, which are
written when the site is built, are tried like the others.
"""

from __future__ import annotations

import ast
import json
import os
import re
import signal
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import yaml
from docs import pipelines
from docs.coverage import tables

from imr_check import Problem, RequestError, load
from imr_check.baseline import read_baseline
from imr_check.cli.settings import Settings
from imr_check.guideline.expressions import read_expression
from imr_check.guideline.model import Limit
from imr_check.guideline.pack import installed_packs
from imr_check.render.guideline_pages import pages
from imr_check.resources import read_schema

ROOT = Path(__file__).parents[2]
DOCS = sorted((ROOT / "docs").rglob("*.md"))
PAGES = [ROOT / "README.md", *DOCS]
LINKED = [*PAGES, *(ROOT / name for name in ("CHANGELOG.md", "CONTRIBUTING.md", "SECURITY.md"))]
LINKED += sorted((ROOT / "examples").glob("**/README.md"))

_FENCE = re.compile(r"^```(\w+)([^\n]*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_TITLE = re.compile(r'title="([^"]*)"')
_EXITS = re.compile(r"#\s*exits (\d)\s*$")
_COMMAND = re.compile(r"(?:[A-Z_]+=\S+ )*imr-check\b")
_LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")
_SPAN = re.compile(r"`(imr-check [^`]+)`")
_FRAGMENT = "fragment: "
_REFUSED = " (refused)"
_UNTIL_INTERRUPTED = "until Ctrl-C"
_PLACEHOLDER = re.compile(r"\b[A-Z]{4,}\b|…")

_EXAMPLE_LIMIT = Limit("example", 1, "unit", "unverified", (), "")


class Block(NamedTuple):
    """A fenced block: its language, its title, its text, and where it stands."""

    language: str
    title: str
    text: str
    place: str

    @property
    def part(self) -> str:
        """What a fragment is a part of; empty for a block that stands for itself."""
        return self.title.removeprefix(_FRAGMENT) if self.title.startswith(_FRAGMENT) else ""

    @property
    def file(self) -> str:
        """The file that the block is, if it is one."""
        return "" if self.part else self.title.removesuffix(_REFUSED)

    @property
    def refused(self) -> bool:
        """Whether the request has to be refused."""
        return self.title.endswith(_REFUSED)


def _name(page: Path) -> str:
    return page.relative_to(ROOT).as_posix() if page.is_relative_to(ROOT) else page.name


def blocks(page: Path) -> Iterator[Block]:
    text = page.read_text(encoding="utf-8")
    assert text.count("\n```") % 2 == 0, f"{_name(page)}: a block is not closed"
    for found in _FENCE.finditer(text):
        language, rest, body = found.groups()
        title = _TITLE.search(rest)
        line = text.count("\n", 0, found.start()) + 1
        yield Block(language, title[1] if title else "", body, f"{_name(page)}:{line}")


class Output(NamedTuple):
    status: int
    text: str


class Folder:
    """The folder that a page is tried in, with the examples and an ``imr-check`` on the path."""

    def __init__(self, path: Path) -> None:
        self.path = path
        for name in ("examples", "guidelines", "examples/templates"):
            (path / Path(name).name).symlink_to(ROOT / name)
        command = path / "bin" / "imr-check"
        command.parent.mkdir()
        command.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m imr_check "$@"\n')
        command.chmod(0o755)
        self.environment = os.environ | {
            "PATH": f"{command.parent}{os.pathsep}{os.environ['PATH']}",
            "PYTHONPATH": os.pathsep.join(
                filter(None, (os.environ.get("PYTHONPATH", ""), str(path)))
            ),
            "HOME": str(path),
            "NO_COLOR": "1",
            "COLUMNS": "80",
        }

    def run(self, *arguments: str) -> Output:
        done = subprocess.run(
            arguments,
            cwd=self.path,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=60,
            check=False,
        )
        return Output(done.returncode, done.stdout)

    def run_until_it_waits(self, command: str) -> Output:
        """Run a command that watches files, and interrupt it as soon as it says so."""
        with subprocess.Popen(
            ("bash", "-c", f"exec {command}"),
            cwd=self.path,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        ) as running:
            assert running.stderr is not None
            said = running.stderr.readline()
            running.send_signal(signal.SIGINT)
            return Output(running.wait(60), said + running.stderr.read())

    def write(self, block: Block) -> None:
        file = self.path / block.file
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(block.text, encoding="utf-8")
        if file.name == "pyproject.toml" and "[project]" in block.text:
            self._install(tomllib.loads(block.text)["project"])

    def _install(self, project: dict[str, Any]) -> None:
        """Do what pip would do for the entry points of a pack in this folder."""
        metadata = self.path / f"{project['name']}-{project['version']}.dist-info"
        metadata.mkdir()
        lines = [
            line
            for group, points in project["entry-points"].items()
            for line in (f"[{group}]", *(f"{name} = {value}" for name, value in points.items()))
        ]
        (metadata / "entry_points.txt").write_text("\n".join(lines) + "\n")


@pytest.mark.parametrize("page", PAGES, ids=_name)
def test_page_is_true(page: Path, tmp_path: Path) -> None:
    _try_page(page, Folder(tmp_path))


def test_pages_of_the_criteria_are_true(tmp_path: Path) -> None:
    folder = Folder(tmp_path)
    for path, text in pages(installed_packs()).items():
        page = tmp_path / "pages" / path
        page.parent.mkdir(parents=True, exist_ok=True)
        page.write_text(text, encoding="utf-8")
        _try_page(page, folder)


def _try_page(page: Path, folder: Folder) -> None:
    output: str | None = None
    for block in blocks(page):
        output = _tried(block, folder, output)
    for command in sorted(set(_spans(page))):
        done = folder.run("bash", "-c", command)
        assert done.status in (0, 1), f"{_name(page)}: {command}\n{done.text}"


def _tried(block: Block, folder: Folder, output: str | None) -> str | None:
    """Try a block; return what it printed, if the next one may show that."""
    if block.language == "sh":
        return _script(block, folder) if block.title else _commands(block, folder)
    if block.file:
        folder.write(block)
    if block.language == "python":
        return _python(block, folder)
    if block.language == "text":
        assert output is not None, f"{block.place}: follows nothing that prints"
        _compare(block, output)
    elif block.language == "json":
        _json(block, folder)
    elif block.language == "yaml":
        _yaml(block, folder)
    else:
        assert block.language == "toml", f"{block.place}: nobody checks {block.language}"
    return None


def _commands(block: Block, folder: Folder) -> str | None:
    """Run the lines with ``imr-check``; return what the last one printed."""
    printed = None
    for line in block.text.splitlines():
        command = _ours(line)
        if command is None:
            continue
        exits = _EXITS.search(line)
        done = folder.run("bash", "-c", command)
        assert done.status == (int(exits[1]) if exits else 0), f"{block.place}: {line}\n{done.text}"
        printed = done.text
    return printed


def _script(block: Block, folder: Folder) -> str:
    if block.title == _UNTIL_INTERRUPTED:
        done = folder.run_until_it_waits(block.text.strip())
        assert done.status in (0, 1, 130), f"{block.place}\n{done.text}"
    else:
        done = folder.run("bash", "-euc", block.text)
        assert done.status == 0, f"{block.place}\n{done.text}"
    return done.text


def _ours(line: str) -> str | None:
    """Return what of a line is a command of ours; setting up an environment is for people."""
    steps = [step.strip().removeprefix(".venv/bin/") for step in line.split(" && ")]
    return next((step for step in steps if _COMMAND.match(step)), None)


def _spans(page: Path) -> Iterator[str]:
    """Yield the commands in running text that stand for themselves."""
    text = _FENCE.sub("", page.read_text(encoding="utf-8"))
    for found in _SPAN.finditer(text):
        if not _PLACEHOLDER.search(found[1]):
            yield " ".join(found[1].split())


def _python(block: Block, folder: Folder) -> str | None:
    if block.part:
        ast.parse(block.text)
        return None
    done = folder.run(sys.executable, "-c", block.text)
    assert done.status == 0, f"{block.place}\n{done.text}"
    return done.text


def _compare(block: Block, output: str) -> None:
    """Look for the parts between the ``...`` one after the other, whatever the line breaks."""
    printed = " ".join(output.split())
    at = 0
    for part in re.split(r"^\.\.\.$", block.text, flags=re.MULTILINE):
        wanted = " ".join(part.split())
        found = printed.find(wanted, at)
        assert found >= 0, f"{block.place}: not printed there: {wanted}\n{output}"
        at = found + len(wanted)


_PARTS_OF_A_ROW = ("sites", "drug", "rebuttal", "frequency", "duration")


def _json(block: Block, folder: Folder) -> None:
    file = folder.path / "block.json"
    if block.part == "baseline":
        file.write_text(block.text, encoding="utf-8")
        read_baseline(str(file))
        return
    text = json.dumps(_request(block.part, block.text)) if block.part else block.text
    file.write_text(text, encoding="utf-8")
    problems = _problems(file)
    assert bool(problems) is block.refused, f"{block.place}: {problems}"


def _problems(file: Path) -> tuple[Problem, ...]:
    try:
        load(file)
    except RequestError as error:
        return error.problems
    return ()


def _request(part: str, text: str) -> dict[str, Any]:
    """Return a request around a part of it."""
    data = json.loads(text)
    request: dict[str, Any] = {
        "injury": {"date": "2010-01-01"},
        "treatments": [{"kind": "opioid"}],
    }
    if part == "row":
        return request | {"treatments": [data]}
    if part in _PARTS_OF_A_ROW:
        return request | {"treatments": [{"kind": "opioid", part: data}]}
    return request | {part: data}


def _yaml(block: Block, folder: Folder) -> None:
    if pipelines.is_pipeline(block.title):
        _pipeline(block, folder)
        return
    data = yaml.safe_load(block.text)
    if block.part == "logic":
        for each in data:
            read_expression(each, {"relief_percent": _EXAMPLE_LIMIT}, block.place)
    elif block.part == "limits":
        for name, limit in data.items():
            assert limit in _limits_of_the_pack(name), f"{block.place}: {name} has changed"
    elif block.part:
        (criterion,) = data
        assert criterion in _criteria_of_the_pack(block.part), f"{block.place}: it has changed"
    else:
        assert block.file, f"{block.place}: give a whole file a title"


def _pipeline(block: Block, folder: Folder) -> None:
    file = folder.path / block.file
    assert pipelines.faults(block.title, file) == [], block.place
    for command in pipelines.commands(file):
        done = folder.run("bash", "-c", command)
        assert done.status in (0, 1), f"{block.place}: {command}\n{done.text}"
    for report in pipelines.artifacts(file):
        assert (folder.path / report).is_file(), f"{block.place}: {report} is not written"


def _criteria_of_the_pack(code: str) -> list[object]:
    return [
        criterion
        for data in _files_of_the_pack()
        for criterion in data.get("criteria", ())
        if criterion["code"] == code
    ]


def _limits_of_the_pack(name: str) -> list[object]:
    return [data["limits"][name] for data in _files_of_the_pack() if name in data.get("limits", {})]


def _files_of_the_pack() -> list[dict[str, Any]]:
    folder = ROOT / "guidelines" / "mtus"
    return [yaml.safe_load(file.read_text(encoding="utf-8")) for file in folder.rglob("*.yaml")]


@pytest.mark.parametrize("page", LINKED, ids=_name)
def test_links_resolve(page: Path) -> None:
    text = _FENCE.sub("", page.read_text(encoding="utf-8"))
    generated = {ROOT / "docs" / path: text for path, text in pages(installed_packs()).items()}
    for target in _LINK.findall(text):
        assert "://" not in target, f"{_name(page)}: {target} names a host"
        name, _, anchor = target.partition("#")
        file = (page.parent / name).resolve() if name else page
        assert file.exists() or file in generated, f"{_name(page)}: {target}"
        if anchor:
            linked = generated.get(file) or file.read_text(encoding="utf-8")
            assert anchor in _anchors(linked), f"{_name(page)}: {target}"


def _anchors(text: str) -> set[str]:
    headings = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title.casefold()).replace(" ", "-") for title in headings}


@pytest.mark.parametrize("page", LINKED, ids=_name)
def test_no_host_is_named(page: Path) -> None:
    assert not re.search(r"https?://|www\.", page.read_text(encoding="utf-8"))


def test_readme_is_short() -> None:
    assert len((ROOT / "README.md").read_text(encoding="utf-8").splitlines()) < 200


def test_readme_names_every_treatment_and_edition_that_is_covered() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    assert tables() in text, "write what `python -m tests.docs.coverage` prints into the README"
    (mtus,) = (pack for pack in installed_packs() if pack.name == "mtus")
    covered = text[text.index("## What is covered") : text.index("**Editions and advice.**")]
    assert [kind for kind in mtus.listings if f"`{kind}`" not in covered] == []
    used = {mtus.editions[item.edition] for listed in mtus.listings.values() for item in listed}
    assert [edition.id for edition in used if edition.title not in covered] == []


def test_writing_a_request_names_every_field_and_every_word() -> None:
    text = (ROOT / "docs" / "writing-a-request.md").read_text(encoding="utf-8")
    named = set(re.findall(r"[a-z][a-z0-9_]+", text))
    schema = read_schema("request")
    records = [schema, *schema["$defs"].values()]
    fields = {name for record in records for name in record["properties"] if name[0] != "$"}
    words = {word for record in records for word in _words(record["properties"])}
    assert fields | words <= named


def _words(schema: object) -> Iterator[str]:
    if isinstance(schema, dict):
        yield from (str(word) for word in schema.get("enum", ()))
        for part in schema.values():
            yield from _words(part)
    elif isinstance(schema, list):
        for part in schema:
            yield from _words(part)


def test_configuration_names_every_setting() -> None:
    text = (ROOT / "docs" / "configuration.md").read_text(encoding="utf-8")
    table = text[text.index("## Settings") : text.index("How values are written")]
    rows = re.findall(r"^\| `([a-z-]+)` \|(.*?)\|(.*?)\|", table, re.MULTILINE)
    assert {name.replace("-", "_") for name, _, _ in rows} == set(Settings._fields)
    for name, option, variable in rows:
        assert not option.strip() or option.startswith((f" `--{name} ", f" `--{name}`"))
        assert variable.strip() in ("", f"`IMR_CHECK_{name.replace('-', '_').upper()}`")


def test_decisions_name_every_code_that_is_encoded_with_a_note() -> None:
    text = (ROOT / "docs" / "decisions.md").read_text(encoding="utf-8")
    for pack in installed_packs():
        for section in pack.sections():
            for criterion in section.criteria:
                assert not criterion.note or criterion.code in text
