"""What an event adds to the lineage, and how a chain is walked: pure functions."""
