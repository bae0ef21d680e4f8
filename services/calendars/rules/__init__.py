"""What a feed says: pure functions from events to iCalendar text."""
