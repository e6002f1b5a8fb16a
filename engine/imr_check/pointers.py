"""RFC 6901 JSON pointers."""

from __future__ import annotations


def pointer_of(path: tuple[str | int, ...]) -> str:
    """Return the pointer of a path of keys and indexes: ('chart', 0) is '/chart/0'."""
    if not path:
        return ""
    text = "/".join(map(str, path))
    if "~" in text or text.count("/") >= len(path):
        text = "/".join(str(part).replace("~", "~0").replace("/", "~1") for part in path)
    return "/" + text
