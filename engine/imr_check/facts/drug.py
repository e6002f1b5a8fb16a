"""The drug that a row asks for: ingredients, form, amount, and what it is given with."""

from __future__ import annotations

from . import medication as medication  # its facts of the requested drug belong to this family
