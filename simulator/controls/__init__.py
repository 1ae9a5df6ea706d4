"""The verbs with which tests, the demo and benchmarks drive the workspace."""
