"""House rules of an imaginary practice. The package only holds files; there is nothing to run."""
