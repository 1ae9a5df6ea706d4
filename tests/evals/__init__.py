"""Scores the brief on labelled threads: `make eval`."""
