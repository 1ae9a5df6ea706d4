"""How events reach us."""
