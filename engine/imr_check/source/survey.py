"""What a pass over a text notes down, whatever the form: where values stand, and what is wrong."""

from __future__ import annotations

import re
from typing import NoReturn

from ..errors import Problem
from . import wording
from .limits import MAX_DEPTH, MAX_PROBLEMS
from .positions import Container, Lines

_FIELD_NAME = r"[a-z][a-z0-9_]{0,39}"  # what a schema would use, unlike a name or a chart number


class Stop(Exception):  # noqa: N818 - ends a pass, and is no error to anyone else
    """The pass cannot or need not go on."""


class Survey:
    """One pass over a text: ``root`` says where its values stand, ``problems`` what is wrong.

    Syntax faults and deep nesting end the pass, so that only MAX_DEPTH containers are ever open.
    """

    def __init__(self, text: str, first_line: int = 1) -> None:
        self.text = text
        self.lines = Lines(text, first_line)
        self.root: int | Container = 0
        self.problems: list[Problem] = []
        self._open: list[Container] = []
        self._match_field_name = re.compile(_FIELD_NAME).fullmatch

    def _add(self, node: int | Container) -> None:
        if self._open:
            self._open[-1].children.append(node)
        else:
            self.root = node

    def _open_container(self, offset: int, opener: str) -> None:
        container = Container(offset, opener)
        self._add(container)
        if len(self._open) == MAX_DEPTH:
            self._report(wording.TOO_DEEP, offset)
            raise Stop
        self._open.append(container)

    def _name_child(self, container: Container, name: str, offset: int) -> None:
        """Note the key of the child that comes next in an object."""
        container.name = name
        if container.names is None:
            return
        first = container.names.setdefault(name, (len(container.children), offset))[1]
        if first != offset:
            line, column = self.lines.locate(first)
            place = f"line {line}, column {column}"
            self._report(f"This field is given twice, first at {place}: keep only one", offset)

    def _report(self, message: str, offset: int) -> None:
        """Note a problem of the value or key that is being read, and go on if that makes sense."""
        self.problems.append(Problem(message, self._pointer(), *self.lines.locate(offset)))
        if len(self.problems) >= MAX_PROBLEMS:
            raise Stop

    def _fail(self, message: str, offset: int) -> NoReturn:
        """Note a syntax fault. It has no pointer: what cannot be parsed has no structure yet."""
        self.problems.append(Problem(message, "", *self.lines.locate(offset)))
        raise Stop

    def _pointer(self) -> str:
        """Point to what is being read, or above the first key that may say something private."""
        pointer = ""
        for container in self._open:
            if not (container.children or container.name):
                break
            if container.names is None:
                pointer += f"/{len(container.children) - 1}"
            elif self._match_field_name(container.name):
                pointer += f"/{container.name}"
            else:
                break
        return pointer
