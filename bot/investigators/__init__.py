"""The investigators: they do the work inside a turn, and can be replaced."""
