"""The deeds: what a turn can do with open messages, one file each."""
