"""What is said to people, as values: knows no Slack."""
