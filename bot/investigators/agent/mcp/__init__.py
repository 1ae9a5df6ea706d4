"""Tools of MCP servers: their configuration, their lives, and what a dead one costs."""
