"""The engine for teams: Google's Firestore, shared by any number of instances."""
