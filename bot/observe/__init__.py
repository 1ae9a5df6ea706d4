"""What operators see of a running bot."""
