"""Imports go one way: no stage of the engine imports a later one. The pages on it name them all."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

import imr_check

ENGINE = Path(imr_check.__file__).parent
ARCHITECTURE = Path(__file__).parents[1] / "docs" / "architecture.md"

STAGES = (
    ("errors", "pointers", "resources"),
    ("source",),
    ("request",),
    ("guideline",),
    ("facts", "law", "formulary"),
    ("rules",),
    ("report",),
    ("own_criteria", "messages"),
    ("findings",),
    ("judging",),
    ("template", "dispensing"),
    ("checker",),
    ("cures", "fixing", "baseline", "tally", "explaining", "casework"),
    ("alternatives",),
    ("worklist", "comparing", "policy"),
    ("edition_comparison",),
    ("render",),
    ("cli",),
    ("__main__",),
)
"""From the first to the last. What stands side by side knows nothing of each other."""

BLIND = {
    "guideline": {"source", "request"},
    "facts": {"source", "request"},
    "law": {"source", "request"},
    "formulary": {"source", "request"},
    "rules": {"source", "request"},
    "cures": {"source", "request", "report"},
    "render": {"request", "rules", "template", "judging", "checker", "policy"},
}
"""Earlier stages that a stage does without, though they come before it. Types may be named."""


class Import(NamedTuple):
    """An import of one module by another; names leave out that of the package."""

    by: str
    of: str
    when: str
    """*loaded* with the module, *called* inside a function, or only for *types*."""

    @property
    def stages(self) -> tuple[str, str]:
        return stage(self.by), stage(self.of)


def stage(module: str) -> str:
    return module.partition(".")[0]


def name_of(file: Path) -> str:
    parts = file.relative_to(ENGINE).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


MODULES = {name_of(file): file for file in sorted(ENGINE.rglob("*.py"))}


def imports() -> Iterator[Import]:
    """Yield every import within the package. What the package itself offers is for others."""
    for name, file in MODULES.items():
        if name:
            body = ast.parse(file.read_text(encoding="utf-8")).body
            yield from imports_in(body, name, file.stem == "__init__", "loaded")


def imports_in(
    nodes: Iterable[ast.AST], name: str, is_package: bool, when: str
) -> Iterator[Import]:
    for node in nodes:
        if isinstance(node, ast.ImportFrom):
            yield from (Import(name, of, when) for of in named(node, name, is_package) if of)
        elif isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test):
            yield from imports_in(node.body, name, is_package, "types")
            yield from imports_in(node.orelse, name, is_package, when)
        else:
            inside = isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
            children = ast.iter_child_nodes(node)
            yield from imports_in(children, name, is_package, "called" if inside else when)


def named(node: ast.ImportFrom, name: str, is_package: bool) -> set[str]:
    """Return the modules that an import names, empty for what is not ours."""
    if node.level == 0:
        assert not (node.module or "").startswith("imr_check"), f"{name}: import it relatively"
        return set()
    package = name.split(".") if is_package else name.split(".")[:-1]
    start = [*package[: len(package) - node.level + 1], *filter(None, [node.module])]
    found = {".".join([*start, alias.name]) for alias in node.names}
    return {each if each in MODULES else ".".join(start) for each in found}


IMPORTS = sorted(set(imports()))
PLACES = {name: place for place, names in enumerate(STAGES) for name in names}


def test_every_module_has_a_stage() -> None:
    assert {stage(name) for name in MODULES if name} == PLACES.keys()


def backwards() -> set[tuple[str, str]]:
    """Return the imports of a later stage, or of one that stands beside."""
    return {
        (each.by, each.of)
        for each in IMPORTS
        if each.stages[0] != each.stages[1] and PLACES[each.stages[0]] <= PLACES[each.stages[1]]
    }


def test_no_stage_imports_a_later_one() -> None:
    assert not backwards()


@pytest.mark.parametrize("name", BLIND)
def test_a_stage_does_without(name: str) -> None:
    found = {each for each in IMPORTS if each.stages[0] == name and each.when != "types"}
    assert not {each for each in found if each.stages[1] in BLIND[name]}


def test_no_module_is_loaded_in_a_circle() -> None:
    waiting: dict[str, set[str]] = {name: set() for name in MODULES}
    for each in IMPORTS:
        if each.when == "loaded":
            waiting[each.by].add(each.of)
    while ready := [name for name, needs in waiting.items() if not needs & waiting.keys()]:
        for name in ready:
            del waiting[name]
    assert not waiting


_CLOCK = {"today", "now", "utcnow", "time", "time_ns"}
_MODULES_OF_TIME = {"date", "datetime", "time"}


def test_only_the_command_reads_the_clock() -> None:
    for name, file in MODULES.items():
        if stage(name) != "cli":
            for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
                    asks = node.value.id in _MODULES_OF_TIME and node.attr in _CLOCK
                    assert not asks, f"{name}:{node.lineno}"


def test_the_page_on_it_names_every_stage() -> None:
    text = ARCHITECTURE.read_text(encoding="utf-8")
    for name in PLACES.keys() - {"__main__"}:
        part = f"{name}/" if (ENGINE / name).is_dir() else f"{name}.py"
        assert f"`{part}" in text, f"docs/architecture.md does not speak of {part}"
