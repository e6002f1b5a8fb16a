"""Where a report goes: to the screen, and into files that appear whole or not at all."""

from __future__ import annotations

import os
import sys
from contextlib import ExitStack
from typing import TYPE_CHECKING, NamedTuple

from ..render.output import FORMATS, renderer
from .settings import UsageError
from .whole_file import WholeFile

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ..render.context import Context
    from ..tally import Tally

_FORMATS_OF_ENDING = {
    ".txt": ("text", "concise", "github", "markdown"),
    ".json": ("json", "gitlab", "sarif"),
    ".jsonl": ("jsonl",),
    ".sarif": ("sarif",),
    ".xml": ("junit",),
    ".md": ("markdown",),
    ".html": ("html",),
    ".htm": ("html",),
}
"""What a file with such an ending may hold; the first is meant unless another is asked for."""


class Target(NamedTuple):
    """A format and the file that it is written to; None is standard output."""

    format: str
    path: str | None


def targets(form: str | None, outputs: Iterable[str]) -> tuple[Target, ...]:
    """Return where to write what.

    Each of ``outputs`` is FORMAT=FILE, or FILE alone, whose ending then says the format. Where the
    ending leaves it open, ``form`` does. What is written to a file in ``form`` because FILE was
    given alone is not written to standard output as well.
    """
    outputs = tuple(outputs)
    found = [_target(form, output) for output in outputs]
    pairs = zip(outputs, found, strict=True)
    if not any(output == target.path and target.format == form for output, target in pairs):
        found.insert(0, Target(form or "text", None))
    _refuse_twice(target.path for target in found)
    return tuple(found)


def _target(form: str | None, output: str) -> Target:
    name, equals, path = output.partition("=")
    if equals and name in FORMATS and path not in ("", "-"):
        return Target(name, path)
    if equals and name.isalpha() and name not in FORMATS:
        raise UsageError(f"--output {name}=...: the format must be one of {', '.join(FORMATS)}")
    if output in ("", "-") or (equals and path in ("", "-")):
        raise UsageError("--output takes a file; what goes to the screen is chosen by --format")
    meant = _FORMATS_OF_ENDING.get(os.path.splitext(output)[1].lower(), (form,))
    chosen = form if form in meant else meant[0]
    if chosen is None:
        raise UsageError(
            f"--output {output}: the ending names no format: write FORMAT={output} "
            f"with one of {', '.join(FORMATS)}"
        )
    return Target(chosen, output)


def _refuse_twice(paths: Iterable[str | None]) -> None:
    named = [os.path.realpath(path) for path in paths if path and not path.startswith("/dev/")]
    if len(named) > len(set(named)):
        raise UsageError("two reports would go to the same file: name another one with --output")


class Outputs:
    """Writes every piece to every target. Use it in a ``with``: on an error no file appears."""

    def __init__(self, chosen: tuple[Target, ...], contexts: tuple[Context, ...]) -> None:
        self._chosen = chosen
        pairs = zip(chosen, contexts, strict=True)
        self._renderers = [renderer(target.format, context) for target, context in pairs]
        self._files: list[WholeFile | _Screen] = []
        self._opened = ExitStack()

    def __enter__(self) -> Outputs:
        with ExitStack() as opened:
            for target in self._chosen:
                alone = len(self._chosen) == 1
                file = WholeFile(target.path) if target.path else _Screen(alone=alone)
                opened.callback(file.discard)
                self._files.append(file)
            for each, file in zip(self._renderers, self._files, strict=True):
                file.write(each.begin())
            self._opened = opened.pop_all()
        return self

    def add(self, pieces: tuple[str, ...]) -> None:
        """Write what is said about one file, a piece for each target."""
        for each, file, piece in zip(self._renderers, self._files, pieces, strict=True):
            file.write(each.add(piece))
            each.first = False

    def finish(self, tally: Tally) -> None:
        """Write the end and let the files appear, once all of them are complete."""
        for each, file in zip(self._renderers, self._files, strict=True):
            file.write(each.end(tally))
        for file in self._files:
            file.finish()
        for file in self._files:
            file.appear()

    def __exit__(self, *_: object) -> None:
        self._opened.close()


def print_all(pieces: Iterable[str]) -> None:
    """Write these to standard output as a report is: UsageError says why they cannot be written."""
    screen = _Screen(alone=True)
    for piece in pieces:
        screen.write(piece)
    screen.finish()


class _Screen:
    """Standard output. When its reader goes away, only what is written elsewhere matters."""

    def __init__(self, *, alone: bool) -> None:
        self._alone = alone

    def write(self, text: str) -> None:
        """Write what comes next."""
        if text:
            try:
                sys.stdout.write(text)
            except OSError as error:
                self._refuse(error)

    def finish(self) -> None:
        """Write what is left."""
        try:
            sys.stdout.flush()
        except OSError as error:
            self._refuse(error)

    def appear(self) -> None:
        """Do nothing: what is written is there."""

    def discard(self) -> None:
        """Do nothing: what is written is there."""

    def _refuse(self, error: OSError) -> None:
        # What could not be written is still in the buffer, and would fail again at the end.
        sys.stdout = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115
        if not isinstance(error, BrokenPipeError):
            raise UsageError(f"standard output cannot be written: {error.strerror}") from None
        if self._alone:
            raise error
