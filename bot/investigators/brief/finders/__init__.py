"""Finds indicators, kind by kind."""
