"""The verbs carried out in this process."""
