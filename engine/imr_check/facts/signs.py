"""Signs of joints, limbs and skin, each found or not found in the region of the row."""

from __future__ import annotations
