"""Why the system withdrew a poll, taken apart, so that a page says it in its language."""

import re
from dataclasses import dataclass
from datetime import date, datetime

from services.scheduling.rules.poll import Instead

WRITTEN = "%d %B %Y"
DATE = r"\d{1,2} \w+ \d{4}"
HANDED_OVER = re.compile(r" (?P<host>.+?), because (?P<because>.+)", re.DOTALL)
DECLINED = re.compile(rf"(?P<party>.+?) declined(?: on (?P<on>{DATE}))?: (?P<why>.+)", re.DOTALL)
CHAIR = re.compile(r"(?P<said>.+)\. (?P<party>.+?) stays the chair that it was named", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Declined:
    """A party, by its name in the event, that does not host; when and why."""

    party: str
    on: date | None
    why: str


@dataclass(frozen=True, slots=True)
class Why:
    """What was `said`, and further the date `on` which, or the `host` and who `declined`.

    `chair` is who stays the chair all the same; `rest` is what is shown as it is.
    """

    said: str
    rest: str = ""
    on: date | None = None
    host: str | None = None
    declined: tuple[Declined, ...] = ()
    chair: str | None = None


def taken_apart(reason: str) -> Why:
    """The parts of a reason; one that people gave has none."""
    said, colon, more = reason.partition(":")
    if said == Instead.PLANNED and (on := date_in(more.strip())):
        return Why(said, on=on)
    if said == Instead.HANDED_OVER and (found := HANDED_OVER.fullmatch(more)):
        because, chair = found["because"], None
        if named := CHAIR.fullmatch(because):
            because, chair = named["said"], named["party"]
        if declined := all_declined(because):
            return Why(said, host=found["host"], declined=declined, chair=chair)
    return Why(said, rest=f"{colon}{more}")


def all_declined(because: str) -> tuple[Declined, ...]:
    """Who declined, in their order; what does not say so belongs to the reason before it."""
    found: list[Declined] = []
    for part in because.split(". Then "):
        if one := DECLINED.fullmatch(part):
            found.append(Declined(one["party"], date_in(one["on"]), one["why"]))
        elif found:
            last = found.pop()
            found.append(Declined(last.party, last.on, f"{last.why}. Then {part}"))
        else:
            return ()
    return tuple(found)


def date_in(text: str | None) -> date | None:
    try:
        return datetime.strptime(text or "", WRITTEN).date()  # noqa: DTZ007 (a date alone)
    except ValueError:
        return None
