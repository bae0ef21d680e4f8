"""How the pages write dates, times and names. No time without its date and its zone."""

from datetime import UTC, datetime

from events.moments import Moment, Span, written
from events.vocabulary import Actor


def instant(value: datetime) -> str:
    """An instant that was said in no zone: 14 September 2027, 04:30 UTC."""
    seen = value.astimezone(UTC)
    return f"{written(seen.date())}, {seen:%H:%M} UTC"


def hours(span: Span) -> str:
    """From when to when, in wall time, with the second date if it is another."""
    starts, ends = span.starts.wall, span.ends.wall
    if starts.date() == ends.date():
        return f"{starts:%H:%M}\u2013{ends:%H:%M}"
    return f"{starts:%H:%M} \u2013 {written(ends)}, {ends:%H:%M}"


def place_of_clock(moment: Moment) -> str:
    """The zone and the offset that held: Asia/Tashkent, UTC+05:00; UTC is itself."""
    if moment.zone == "UTC":
        return moment.zone
    sign = "-" if moment.offset < 0 else "+"
    ahead, minutes = divmod(abs(moment.offset), 60)
    return f"{moment.zone}, UTC{sign}{ahead:02}:{minutes:02}"


def plain(identifier: str) -> str:
    """An identifier as words: heads_of_state as heads of state."""
    return identifier.replace("_", " ").replace("-", " ")


def sentence(text: str) -> str:
    """A message as a sentence: with a capital at its beginning and a full stop."""
    return f"{text[:1].upper()}{text[1:].rstrip('.')}." if text else text


def acting(actor: Actor | str) -> str:
    """Like A. Omarova, delegate of Kazakhstan: by its id, since not all pages know a name."""
    if isinstance(actor, str):
        actor = Actor.parse(actor)
    party = f" of {plain(actor.party).title()}" if actor.party else ""
    capacity = f"{actor.role}{party}"
    return f"{actor.name}, {capacity}" if actor.name else f"the {capacity}"
