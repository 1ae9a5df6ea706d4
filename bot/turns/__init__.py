"""How a turn runs, is kept alive, and is taken up again."""
