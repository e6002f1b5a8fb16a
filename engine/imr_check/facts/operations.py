"""Operations, done and planned, and what goes with them."""

from __future__ import annotations
