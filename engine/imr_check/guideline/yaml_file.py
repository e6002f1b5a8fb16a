"""Read a guideline YAML file, refusing what YAML would silently forgive."""

from __future__ import annotations

import re
from typing import Any

import yaml

from ..errors import GuidelineError

_Base: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class _Loader(_Base):  # type: ignore[misc]
    """A safe loader that refuses a key given twice, where the last would win unseen."""

    def construct_mapping(self, node: Any, deep: bool = False) -> Any:
        mapping = super().construct_mapping(node, deep)
        if len(mapping) != len(node.value):
            raise yaml.constructor.ConstructorError(
                None, None, "the same key stands twice", node.start_mark
            )
        return mapping


_CASES = re.compile(r"^( *)cases:\n(?:(?:\1 +[^\n]*)?\n)+", re.MULTILINE)
"""The cases of a criterion, or those that a section adds: they are indented below their key."""


def read_yaml(path: str, *, without_cases: bool = False) -> tuple[str, dict[str, Any]]:
    """Return the text of the file and the mapping in it; GuidelineError with file and line.

    To judge a request nobody needs the worked cases, which are most of a section: without them a
    section is read in half the time.
    """
    try:
        with open(path, encoding="utf-8") as file:
            text = file.read()
    except OSError as error:
        raise GuidelineError(f"{path}: cannot be read ({error.strerror})") from None
    try:
        data = _parsed(text, without_cases)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = f":{mark.line + 1}:{mark.column + 1}" if mark else ""
        problem = getattr(error, "problem", "not YAML")
        raise GuidelineError(f"{path}{line}: {problem}") from None
    if not isinstance(data, dict):
        raise GuidelineError(f"{path}: expected keys and values")
    return text, data


def _parsed(text: str, without_cases: bool) -> Any:
    if without_cases:
        # Blank lines in their place keep the numbers of the lines after them.
        less = _CASES.sub(lambda found: "\n" * found.group().count("\n"), text)
        try:
            return yaml.load(less, Loader=_Loader)  # noqa: S506 (a subclass of the safe loader)
        except yaml.YAMLError:
            pass  # cases written in another way; the whole text says what is wrong, if anything
    return yaml.load(text, Loader=_Loader)  # noqa: S506 (a subclass of the safe loader)
