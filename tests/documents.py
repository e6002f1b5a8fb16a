"""Documents, the ways to write them, and what every refusal of a text has to be."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings
from hypothesis import strategies as st

from imr_check import source
from imr_check.errors import Problem, RequestError
from imr_check.source import wording

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

LARGEST = 2**53
MANY = settings(max_examples=200, deadline=None)


def refusal(action: Callable[[], object]) -> tuple[Problem, ...]:
    """Return the problems with which ``action`` refuses, after checks that hold for all of them."""
    with pytest.raises(RequestError) as caught:
        action()
    error = caught.value
    assert error.__context__ is None, "an inner error carries the text of the file"
    assert 1 <= len(error.problems) <= source.MAX_PROBLEMS
    for problem in error.problems:
        assert re.fullmatch(r"[A-Z][ -~]+[^.;]", problem.message), problem.message
        assert re.search("[:,] ", problem.message), f"no next step: {problem.message}"
        assert problem.message != wording.UNEXPLAINED
    return error.problems


def succeeds(action: Callable[[], object]) -> bool:
    """Tell whether ``action`` goes well. Lets any other error than a RequestError pass."""
    try:
        action()
    except RequestError:
        return False
    return True


texts = st.text(max_size=8) | st.text(
    alphabet='\\"/~{}[]:,\n\t\u2028\u00e9\U0001f600a0', max_size=6
)
scalars = (
    st.none()
    | st.booleans()
    | st.integers(-LARGEST, LARGEST)
    | st.floats(-LARGEST, LARGEST, allow_nan=False)
    | texts
)
keys = st.sampled_from(["", "/", "~", "~1", "a/b", "0", "code", "-"]) | texts
documents = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(keys, inner, max_size=4),
    max_leaves=20,
)


@st.composite
def written(draw: st.DrawFn) -> tuple[object, str]:
    """Draw a document and one way to write it."""
    document = draw(documents)
    text = json.dumps(
        document,
        indent=draw(st.sampled_from([None, 0, 2, "\t", " \n\n "])),
        separators=draw(st.sampled_from([(",", ":"), (", ", ": "), (" , ", "\n:\t")])),
        ensure_ascii=draw(st.booleans()),
    )
    # No line end is inside a string: there, json.dumps escapes it.
    return document, draw(st.sampled_from(["", " \n"])) + text.replace(
        "\n", draw(st.sampled_from(["\n", "\r\n", "\r"]))
    )


def places(value: object, pointer: str = "") -> Iterator[tuple[str, str | None, object]]:
    """Yield the pointer, key (None without) and value of everything in a document."""
    yield pointer, None, value
    children: list[tuple[str | int, object]] = []
    if isinstance(value, dict):
        children = list(value.items())
    elif isinstance(value, list):
        children = list(enumerate(value))
    for key, child in children:
        token = str(key).replace("~", "~0").replace("/", "~1")
        first, *others = places(child, f"{pointer}/{token}")
        yield first[0], key if isinstance(key, str) else None, child
        yield from others


def offset_of(text: str, place: tuple[int, int]) -> int:
    """Return the offset of a line and column, found another way than the module does it."""
    lines = re.split(r"(?<=\n)|(?<=\r)(?!\n)", text)
    return sum(map(len, lines[: place[0] - 1])) + place[1] - 1


def decoded_at(text: str, place: tuple[int, int]) -> object:
    value: object = json.JSONDecoder().raw_decode(text, offset_of(text, place))[0]
    return value
