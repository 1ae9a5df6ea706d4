"""Burrow beside other Slack bots, in front of a stand-in for Slack that costs next to nothing."""
