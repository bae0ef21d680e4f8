"""The days on which a secretariat would hold meetings: all parties work, and nobody meets twice."""

from datetime import date

from services.working_time.calendar import ONE_DAY, Calendar


class Diary:
    """The days that are taken; the people of a party are the same in all bodies."""

    def __init__(self, calendar: Calendar) -> None:
        self.calendar = calendar
        self.taken: set[date] = set()

    def take(self, wished: date) -> date:
        """The first day from `wished` on that all parties work and no other meeting has."""
        day = wished - ONE_DAY
        while (day := self.calendar.next_working_day(day)) in self.taken:
            pass
        self.taken.add(day)
        return day
