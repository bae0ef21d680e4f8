"""When a party works: its hours, its days, and how sure they are. Pure: only values."""
