"""The MTUS guideline pack of imr-check: criteria as data. Read by the engine, never executed."""
