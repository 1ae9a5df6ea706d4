"""Delivery: which events the app gets, over which connection, and how often."""
