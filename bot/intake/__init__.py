"""Before the ack: what an event says, and whether it is for us."""
