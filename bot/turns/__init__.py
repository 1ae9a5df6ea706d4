"""Turns: they run under a lock, keep it alive, and are taken up again after a crash."""
