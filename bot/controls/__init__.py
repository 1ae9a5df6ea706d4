"""What people can tell the bot besides asking it something."""
