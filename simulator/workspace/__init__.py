"""The workspace as it stands: people, channels, messages, and how they read."""
