"""Where conversations are seen: a Slack thread, a terminal, a web page, a test's memory."""
