"""The figures of the README and of the decisions, each re-runnable with one command."""
