"""Tools of MCP servers: their configuration, their start and end, and the loss of one."""
