"""The Web API: what the app calls, and what Slack refuses."""
