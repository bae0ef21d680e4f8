"""What the pages show of meetings, decisions and follow-ups: pure functions of events."""
