"""Surfaces, where conversations are seen: a Slack thread, or a test's memory."""
