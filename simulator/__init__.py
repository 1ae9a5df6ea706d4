"""A local Slack workspace over real sockets, for tests, the demo and benchmarks."""
