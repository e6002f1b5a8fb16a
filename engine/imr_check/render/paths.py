"""Paths as services want them that show a report: from the root of the repository, with ``/``."""

from __future__ import annotations

import os
from pathlib import PurePath
from urllib.parse import quote

_ROOTS = ("GITHUB_WORKSPACE", "CI_PROJECT_DIR")
"""Variables in which GitHub and GitLab name the folder that a repository was checked out to."""

_KEPT = "/~!$&'()*+,;=@"
"""Characters beside letters, digits and ``-._`` that a relative URI may hold in a path."""


def root() -> str:
    """Return the folder that paths are told from: the repository's in CI, else the current one."""
    here = os.getcwd()
    named = (os.environ.get(name, "") for name in _ROOTS)
    return next((folder for folder in named if folder and _below(here, folder)), here)


def from_root(path: str, folder: str) -> str:
    """Return a path from ``folder``; one that leads out of it stays absolute.

    A name that is not text in UTF-8 cannot be written down: its odd bytes are replaced.
    """
    return _shown(path, folder).encode(errors="replace").decode()


def uri(path: str, folder: str) -> tuple[str, bool]:
    """Return a path as a URI, and whether that is relative to ``folder``."""
    shown = _shown(path, folder)
    if os.path.isabs(shown):
        return PurePath(shown).as_uri(), False
    return quote(os.fsencode(shown), safe=_KEPT), True


def _shown(path: str, folder: str) -> str:
    full = os.path.abspath(path or "request")
    shown = os.path.relpath(full, folder) if _below(full, folder) else full
    return PurePath(shown).as_posix()


def _below(path: str, folder: str) -> bool:
    try:
        return os.path.commonpath((path, os.path.abspath(folder))) == os.path.abspath(folder)
    except ValueError:  # on different drives
        return False
