"""Receives Slack's events, over Socket Mode and over HTTP, and acks them."""
