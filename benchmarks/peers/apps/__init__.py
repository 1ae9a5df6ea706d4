"""The bots that are compared: each answers a mention with its token, in its thread."""
