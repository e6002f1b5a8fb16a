"""imr-check: which criteria would a draft treatment request fail, where, and what would cure it.

    from imr_check import check, load

    report = check(load("request.json"))
    for row in report.treatments:
        print(row.treatment, row.verdict, [finding.code for finding in row.failing])

Nothing is imported until it is used, no thread is started and nothing is read on import.
Decision support, not legal or medical advice.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .checker import check, check_many
    from .dispensing import read_drug_list
    from .errors import EngineError, GuidelineError, ImrCheckError, Problem, RequestError
    from .render.as_json import to_dict
    from .report import EditionUsed, Evidence, Finding, Report, RowReport
    from .request.load import Draft, load
    from .request.model import Request

__version__ = "0.1.0"

_HOMES = {
    "Draft": "request.load",
    "EditionUsed": "report",
    "EngineError": "errors",
    "Evidence": "report",
    "Finding": "report",
    "GuidelineError": "errors",
    "ImrCheckError": "errors",
    "Problem": "errors",
    "Report": "report",
    "Request": "request.model",
    "RequestError": "errors",
    "RowReport": "report",
    "check": "checker",
    "check_many": "checker",
    "to_dict": "render.as_json",
    "load": "request.load",
    "read_drug_list": "dispensing",
}

__all__ = [
    "Draft",
    "EditionUsed",
    "EngineError",
    "Evidence",
    "Finding",
    "GuidelineError",
    "ImrCheckError",
    "Problem",
    "Report",
    "Request",
    "RequestError",
    "RowReport",
    "__version__",
    "check",
    "check_many",
    "load",
    "read_drug_list",
    "to_dict",
]


def __getattr__(name: str) -> Any:
    """Import a public name when it is first used."""
    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(f".{home}", __name__), name)
