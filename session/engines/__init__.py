"""The engines: implementations of the repository, one folder each."""
