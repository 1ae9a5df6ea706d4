"""One thread, one session, one turn at a time."""
