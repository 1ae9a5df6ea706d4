"""What is underneath a repository."""
