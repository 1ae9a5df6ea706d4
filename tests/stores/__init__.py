"""SQLite files that released versions wrote, and what stood in each."""
