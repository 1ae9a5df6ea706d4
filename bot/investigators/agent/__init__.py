"""The investigator with a model: an agent with tools, whose every fact names its source."""
