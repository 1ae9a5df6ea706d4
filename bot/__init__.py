"""The Slack application."""
