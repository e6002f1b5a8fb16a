"""Renderers: a report in, text out. Each is one module with ``render(reports, context)``."""
