"""How long a meeting lasts: on how many days, and for how long on each; and that in words."""

from datetime import timedelta

from events.moments import MINUTE, Span
from services.quantities import counted

USUAL = timedelta(minutes=240)
MOST_DAYS = 14
ONE_DAY = timedelta(days=1)


def sessions_of(span: Span) -> tuple[int, timedelta]:
    """On how many days the meeting is held, and for how long on each, in whole minutes.

    A meeting of several days begins at the same wall time on each; of one day, only elapsed time
    counts, for clocks may be changed meanwhile.
    """
    length = span.ends.at - span.starts.at
    if length > ONE_DAY:
        length = span.ends.wall - span.starts.wall
    days = min(-(-length // ONE_DAY), MOST_DAYS)
    duration = min(length - (days - 1) * ONE_DAY, ONE_DAY)
    return days, -(-duration // MINUTE) * MINUTE


def change(before: Span | None, after: Span) -> str | None:
    """Like `4 hours instead of 7 hours`; none where the length stays, or there was no date."""
    if before is None or sessions_of(before) == sessions_of(after):
        return None
    return f"{in_words(*sessions_of(after))} instead of {in_words(*sessions_of(before))}"


def in_words(days: int, duration: timedelta) -> str:
    """Like `4 hours 30 minutes`, or `7 hours on each of 2 days`."""
    return spoken(duration) if days == 1 else f"{spoken(duration)} on each of {days} days"


def spoken(length: timedelta) -> str:
    """Like `4 hours 30 minutes`, in whole minutes."""
    hours, minutes = divmod(length // MINUTE, 60)
    parts = ((hours, "hour"), (minutes, "minute"))
    return " ".join(counted(number, unit) for number, unit in parts if number) or "0 minutes"
