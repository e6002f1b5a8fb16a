"""``imr-check diff DENIED NEW``: what changed in outcome, and which facts changed it."""

from __future__ import annotations

import json
from datetime import date
from typing import TYPE_CHECKING, Any, Literal

from .. import __version__
from ..comparing import Checked, checked, compare
from ..errors import Problem, RequestError
from ..render import comparison, comparison_json, comparison_markdown
from ..render.context import Context
from ..render.output import on_screen
from ..request.holes import DEFAULT_HOLES
from ..request.load import load
from ..rules.engine import engine_name
from .checking import Asked, refuse, settings_for
from .failures import explain
from .outputs import print_all
from .settings import Settings, UsageError
from .shares import CLEAN, FINDINGS, INVALID

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ..comparing import Comparison

ComparisonFormat = Literal["text", "markdown", "json"]

_ONE_STDIN = "standard input holds one request: give the name of a file for the other"
_TEMPLATE = Problem("this is a template: fill in its holes before it is compared")


def diff(
    before: str,
    after: str,
    form: ComparisonFormat = "text",
    given: Mapping[str, Any] | None = None,
    *,
    config: str | None = None,
    isolated: bool = False,
) -> int:
    """Print what changed from one request to another and return the exit status.

    0 if all that failed before passes now or no row fails, 1 otherwise, 2 for a file that cannot be
    read or an output that cannot be written, 3 for an error of ours. ``given`` are the settings
    that the command line names.
    """
    if before == after == "-":
        return refuse(_ONE_STDIN)
    paths = before, after
    asked = Asked(paths, dict(given or {}), config=config, isolated=isolated)
    try:
        settings = settings_for(asked).settings
        engine = engine_name()
        context = Context(__version__, engine.name, engine.hint)
        return _Run(paths, settings, form, context).run()
    except UsageError as error:
        return refuse(str(error))


class _Run:
    """One comparison, and what is wrong with its files."""

    def __init__(
        self,
        paths: tuple[str, str],
        settings: Settings,
        form: ComparisonFormat,
        context: Context,
    ) -> None:
        self.paths = paths
        self.settings = settings
        self.form = form
        self.context = context
        self.status = CLEAN
        self.problems: list[tuple[str, Problem]] = []

    def run(self) -> int:
        """Compare, write, and return the exit status."""
        old, new = map(self._checked, self.paths)
        if old is None or new is None:
            self._write_refusal()
            return self.status
        found = self._compared(old, new)
        if found is None:
            return self.status
        self._write(found)
        return CLEAN if found.cured else FINDINGS

    def _checked(self, path: str) -> Checked | None:
        settings = self.settings
        try:
            draft = load(path, holes=settings.holes or DEFAULT_HOLES)
            if draft.template is None:
                return checked(
                    draft,
                    as_of=settings.as_of,
                    today=date.today(),  # noqa: DTZ011 (the office's own day)
                    in_force_only=settings.in_force_only,
                    codes=settings.codes,
                )
            self._add(path, INVALID, (_TEMPLATE,))
        except RequestError as error:
            self._add(path, INVALID, error.problems)
        except Exception as error:
            status, line = explain(error)
            self._add(path, status, (Problem(line),))
        return None

    def _compared(self, old: Checked, new: Checked) -> Comparison | None:
        try:
            return compare(old, new)
        except Exception as error:
            self.status, _ = explain(error)
            return None

    def _add(self, path: str, status: int, problems: tuple[Problem, ...]) -> None:
        name = "<stdin>" if path == "-" else path
        self.status = max(self.status, status)
        self.problems += [(name, problem) for problem in problems]

    def _write(self, found: Comparison) -> None:
        if self.form == "text":
            print_all([on_screen(comparison.lines(found, self.context))])
        elif self.form == "markdown":
            print_all(comparison_markdown.markdown(found, self.context))
        else:
            print_all([json.dumps(comparison_json.to_dict(found, self.context), indent=1), "\n"])

    def _write_refusal(self) -> None:
        if self.form == "text":
            print_all([on_screen(comparison.refused(self.problems))])
        elif self.form == "markdown":
            print_all(comparison_markdown.refused(self.problems))
        else:
            data = comparison_json.refused(self.paths, self.problems, self.context)
            print_all([json.dumps(data, indent=1), "\n"])
