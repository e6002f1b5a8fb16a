"""``python -m imr_check``."""

from .cli import main

main()
