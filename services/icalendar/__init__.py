"""Meetings as iCalendar (RFC 5545), for feeds and mail alike: pure, the same bytes each time."""
