"""Read a guideline YAML file, refusing what YAML would silently forgive."""

from __future__ import annotations

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


def read_yaml(path: str) -> tuple[str, dict[str, Any]]:
    """Return the text of the file and the mapping in it; GuidelineError with file and line."""
    try:
        with open(path, encoding="utf-8") as file:
            text = file.read()
    except OSError as error:
        raise GuidelineError(f"{path}: cannot be read ({error.strerror})") from None
    try:
        data = yaml.load(text, Loader=_Loader)  # noqa: S506 (a subclass of the safe loader)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = f":{mark.line + 1}:{mark.column + 1}" if mark else ""
        problem = getattr(error, "problem", "not YAML")
        raise GuidelineError(f"{path}{line}: {problem}") from None
    if not isinstance(data, dict):
        raise GuidelineError(f"{path}: expected keys and values")
    return text, data
