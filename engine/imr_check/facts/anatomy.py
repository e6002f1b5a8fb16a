"""Body regions: which belong together for an examination of the nerves."""

from __future__ import annotations

_SPINES = {
    "neck": ("head", "neck", "shoulder", "upper_arm", "elbow", "forearm", "wrist", "hand", "arm"),
    "upper_back": ("upper_back", "chest", "abdomen"),
    "low_back": (
        "low_back",
        "buttock",
        "pelvis",
        "hip",
        "thigh",
        "knee",
        "lower_leg",
        "ankle",
        "foot",
        "leg",
    ),
}
SPINE = frozenset(_SPINES)
"""The regions of the spine itself."""

_SPINE_OF = {region: spine for spine, regions in _SPINES.items() for region in regions}
REGIONS = (*_SPINE_OF, "other")
"""Every region that a request can name."""

_REGION_OF_LETTER = {"C": "neck", "T": "upper_back", "L": "low_back", "S": "low_back"}


def spine_of(region: str) -> str:
    """Return the part of the spine whose nerves serve ``region``, or the region itself."""
    return _SPINE_OF.get(region, region)


_TOGETHER = (
    frozenset({"arm", "upper_arm", "elbow", "forearm", "wrist", "hand"}),
    frozenset({"leg", "thigh", "knee", "lower_leg", "ankle", "foot"}),
)
_WHOLE_LIMBS = frozenset({"arm", "leg"})
_NEIGHBORS = (frozenset({"wrist", "hand"}), frozenset({"ankle", "foot"}))


def is_whole_limb(region: str) -> bool:
    """Whether a region is all of an arm or leg."""
    return region in _WHOLE_LIMBS


def is_of_part(region: str | None, part: str) -> bool:
    """Whether an entry about ``region`` is about ``part`` though another word is used for it.

    One of them is the whole limb that the other belongs to, or they are hand and wrist.
    """
    pair = {region, part}
    if pair & _WHOLE_LIMBS:
        return any(pair <= limb for limb in _TOGETHER)
    return any(pair <= both for both in _NEIGHBORS)


def region_of_level(level: str) -> str:
    """Return the region of a spinal level such as 'L3-4'."""
    return _REGION_OF_LETTER[level[0]]


def region_in_words(words: str) -> str | None:
    """Return the part of the spine that a diagnosis names, if it names exactly one."""
    plain = words.casefold()
    named = {region for word, region in _REGION_OF_WORD if word in plain}
    return named.pop() if len(named) == 1 else None


_REGION_OF_WORD = (
    ("cervic", "neck"),
    ("neck", "neck"),
    ("thorac", "upper_back"),
    ("upper back", "upper_back"),
    ("lumb", "low_back"),
    ("low back", "low_back"),
    ("lower back", "low_back"),
    ("sacral", "low_back"),
)

_VERTEBRAE = [
    f"{letter}{number}"
    for letter, count in (("C", 7), ("T", 12), ("L", 5), ("S", 5))
    for number in range(1, count + 1)
]
_PLACE = {vertebra: place for place, vertebra in enumerate(_VERTEBRAE)}


def joints(level: str) -> frozenset[tuple[int, int]]:
    """Return the joints that a level names, as pairs of vertebrae counted from the top.

    'L3-4' is one joint, 'L3-5' two. A single vertebra is named for the joints above and below it.
    A level that no spine has names none.
    """
    first, _, second = level.partition("-")
    if second and not second[0].isalpha():
        second = first[0] + second
    start = _PLACE.get(first)
    end = _PLACE.get(second) if second else start
    if start is None or end is None:
        return frozenset()
    if start == end:
        return frozenset({(start - 1, start), (start, start + 1)})
    start, end = min(start, end), max(start, end)
    return frozenset((place, place + 1) for place in range(start, end))


def vertebrae(level: str) -> frozenset[int]:
    """Return the vertebrae that a level names, counted from the top; none where no spine has it."""
    first, _, second = level.partition("-")
    if second and not second[0].isalpha():
        second = first[0] + second
    start = _PLACE.get(first)
    end = _PLACE.get(second) if second else start
    if start is None or end is None:
        return frozenset()
    return frozenset(range(min(start, end), max(start, end) + 1))


def joint_count(level: str) -> int:
    """Return how many joints a row asks for by a level; a single vertebra stands for one."""
    return len(joints(level)) if "-" in level else 1
