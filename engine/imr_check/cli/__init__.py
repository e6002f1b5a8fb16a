"""The command ``imr-check``.

The plain form, ``imr-check PATH… [--format NAME]``, is read here by hand: loading typer would take
longer than the check. Everything else goes to the typer app, which knows the same options.
"""

from __future__ import annotations

import io
import os
import sys
from typing import TYPE_CHECKING, NoReturn

if TYPE_CHECKING:
    from .checking import Asked


def main() -> NoReturn:
    """Run the command and exit: 0 clean, 1 findings, 2 bad usage or input, 3 an error of ours.

    141 if the reader of what is printed went away, 130 if somebody stopped it.
    """
    arguments = sys.argv[1:]
    _open_what_is_closed()
    for stream in (sys.stdout, sys.stderr):
        # A terminal that cannot show a character gets a question mark, and not an error.
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")
    try:
        asked = _plain(arguments)
        if asked is not None:
            from .checking import run

            status = run(asked)
        else:
            from .app import run_app

            status = run_app(arguments)
        sys.stdout.flush()
    except BrokenPipeError:
        # The reader of our output went away (`imr-check … | head`). What was found is not known
        # any more, so this is no success: other commands end with the same number.
        sys.stdout = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115
        sys.stderr.close()
        status = 141
    except KeyboardInterrupt:
        status = 130
    except Exception as error:
        from .failures import explain

        status, _ = explain(error)
    sys.exit(status)


def _open_what_is_closed() -> None:
    """Let what is written to a closed stream go nowhere. A windowed program has none, for one."""
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))  # noqa: SIM115


def _plain(arguments: list[str]) -> Asked | None:
    """Return what the plain form asks for, or None if the arguments are not of that form."""
    from ..render.output import FORMATS
    from .checking import COMMANDS, Asked

    paths, given = list(arguments), {}
    if len(paths) >= 2 and "--format" in paths[:-1]:
        at = paths.index("--format")
        given["format"] = paths[at + 1]
        del paths[at : at + 2]
    if not paths or paths[0] in COMMANDS or any(p.startswith("-") and p != "-" for p in paths):
        return None
    return Asked(tuple(paths), given) if given.get("format", "text") in FORMATS else None
