"""Documents: everything said to people, as values that do not know Slack."""
