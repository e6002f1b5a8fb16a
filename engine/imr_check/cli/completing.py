"""What the shell completes: the words that may come next on the command line.

The shell's own script (``imr-check --show-completion``) runs the command again, without arguments
and with the line typed so far in the environment. So nothing here may read a request.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from typer.core import TyperGroup

from .checking import COMMANDS

if TYPE_CHECKING:
    from collections.abc import Iterator

_DEFAULT = "check"


class ReaderGoneError(Exception):
    """Nobody reads what is printed any more. The library would take a broken pipe for a finding."""


class CheckByDefault(TyperGroup):
    """The commands, of which ``check`` need not be named: neither to run nor to complete it."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Put the name of the default command in front where no other command is named."""
        if args and args[0] not in COMMANDS and not _is_global(args[0]):
            args = [_DEFAULT, *args]
        return super().parse_args(ctx, args)

    def invoke(self, ctx: Any) -> Any:
        """Run the command."""
        try:
            return super().invoke(ctx)
        except BrokenPipeError:
            raise ReaderGoneError from None

    def shell_complete(self, ctx: Any, incomplete: str) -> Any:
        """Complete the first word: a command, an option of ours or one of the default command."""
        found = super().shell_complete(ctx, incomplete)
        if incomplete.startswith("-"):
            command = self.commands[_DEFAULT]
            checking = command.make_context(_DEFAULT, [], parent=ctx, resilient_parsing=True)
            known = {item.value for item in found}
            options = command.shell_complete(checking, incomplete)
            found += (item for item in options if item.value not in known)
        return found


def _is_global(argument: str) -> bool:
    return argument in ("--version", "--help", "-h") or argument.endswith("-completion")


def codes_and_names(incomplete: str) -> list[tuple[str, str]]:
    """Return the codes and names of criteria, each with what it asks, that begin like this.

    A code is offered in the letters that were typed: the shell replaces none.
    """
    return [
        (word, statement)
        for code, name, statement in _criteria()
        for word in (code.lower() if incomplete.islower() else code, name)
        if word.startswith(incomplete)
    ]


def listed_codes(incomplete: str) -> list[str]:
    """Return the codes that the last one in a list with commas may become, with the list before."""
    before, comma, last = incomplete.rpartition(",")
    codes = (code for code, _, _ in _criteria())
    return [f"{before}{comma}{code}" for code in codes if code.startswith(last.upper())]


def kinds(incomplete: str) -> list[str]:
    """Return the kinds of treatment that have a starting file."""
    from .starting import startable

    return [kind for kind in startable() if kind.startswith(incomplete)]


def packs(incomplete: str) -> list[str]:
    """Return the names of the installed packs."""
    from ..guideline.pack import installed_packs

    return [pack.name for pack in installed_packs() if pack.name.startswith(incomplete)]


def editions(incomplete: str) -> list[tuple[str, str]]:
    """Return the names of the editions, each with its title, that begin like this."""
    from ..guideline.pack import installed_packs

    found = [each for pack in installed_packs() for each in pack.editions.values()]
    return [(each.id, each.title) for each in found if each.id.startswith(incomplete)]


def _criteria() -> Iterator[tuple[str, str, str]]:
    """Yield code, name and statement of every criterion once."""
    from ..errors import GuidelineError
    from ..guideline.pack import installed_packs
    from ..own_criteria import OWN_CRITERIA

    try:
        found = [c for p in installed_packs() for s in p.sections() for c in s.criteria]
    except GuidelineError:
        found = []  # a faulty pack is for the command to explain, not for the Tab key
    seen = dict.fromkeys((c.code, c.name, c.statement) for c in (*found, *OWN_CRITERIA.values()))
    yield from seen
