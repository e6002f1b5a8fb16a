"""The regions that facts speak of are those that a request can name."""

from __future__ import annotations

from typing import get_args

from imr_check.facts.anatomy import REGIONS
from imr_check.request.base import Region


def test_every_region_of_a_request_is_known_and_no_other() -> None:
    assert sorted(REGIONS) == sorted(get_args(Region))
