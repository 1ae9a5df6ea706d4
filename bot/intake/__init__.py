"""Before the ack: reads an event, and decides whether it is for us."""
