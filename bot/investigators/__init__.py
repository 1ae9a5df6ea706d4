"""What does the work inside a turn; pluggable."""
