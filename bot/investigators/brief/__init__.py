"""The built-in investigator: a case brief from what the thread says, without key or network."""
