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
_SPINE_OF = {region: spine for spine, regions in _SPINES.items() for region in regions}
_REGION_OF_LETTER = {"C": "neck", "T": "upper_back", "L": "low_back", "S": "low_back"}


def spine_of(region: str) -> str:
    """Return the part of the spine whose nerves serve ``region``, or the region itself."""
    return _SPINE_OF.get(region, region)


def region_of_level(level: str) -> str:
    """Return the region of a spinal level such as 'L3-4'."""
    return _REGION_OF_LETTER[level[0]]


def vertebrae(level: str) -> frozenset[str]:
    """Return the vertebrae that a level names: 'L3-4' is L3 and L4, 'L5-S1' is L5 and S1."""
    first, _, second = level.partition("-")
    if not second:
        return frozenset({first})
    return frozenset({first, second if second[0].isalpha() else first[0] + second})
