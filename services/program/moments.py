"""How the terminal writes dates and times of the API: wall times, each with its zone."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any


def wall(moment: dict[str, Any]) -> datetime:
    """What the clocks of its zone show at a moment of the API."""
    at = datetime.fromisoformat(moment["at"])
    return at.replace(tzinfo=None) + timedelta(minutes=moment["offset"])


def span_lines(span: dict[str, Any]) -> str:
    """From when to when, as two lines, with the last date if it is another."""
    starts, ends = wall(span["starts"]), wall(span["ends"])
    until = "" if starts.date() == ends.date() else f" – {ends:%a %d %b}"
    hours = f"{starts:%H:%M}–{ends:%H:%M} {span['starts']['zone']}"
    return f"[bold]{starts:%a %d %b %Y}{until}[/]\n{hours}"


def to_the_minute(moment: dict[str, Any]) -> str:
    """Like 2027-02-01 18:00 Asia/Tashkent."""
    return f"{wall(moment):%Y-%m-%d %H:%M} {moment['zone']}"


def missed(meeting: dict[str, Any]) -> Iterator[str]:
    """What was due already when the meeting got its date, a sentence each."""
    for one in meeting["milestones"]:
        if one["late"] and one["met"] is None:
            kind = one["kind"].replace("_", " ")
            yield f"{kind}: due {to_the_minute(one['due'])}, which had passed already."


def also_asked(meeting: dict[str, Any]) -> Iterator[str]:
    """Which polls about other meetings ask the same people about its date, a sentence each."""
    return (f"Beware: {text}." for text in meeting["also_asked"])


def utc(instant: str) -> str:
    """An instant of the API, to the minute."""
    return instant[:16].replace("T", " ")
