"""Who may see which feed, and what is in it: pure functions of what calendars knows."""
