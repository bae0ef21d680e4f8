"""The year as a picture for narrow windows: from top to bottom, a line a day, all bodies together.

All lengths are in the units of the picture, which are pixels where a telephone shows it. Words give
way to their neighbours, and a line leads to each from its bar.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from services.planning.rules.brief import Brief
from services.planning.rules.dates import Year, length_of, slot_of
from services.planning.rules.picture import colours_of, holidays, line, title, written
from services.planning.rules.plan import Plan
from services.spacing import apart

WIDTH, TOP, DAY, BAR, WORDS, HOST = 358, 8, 3, 12, 17, 22
LONGEST = 34
"""Letters of a name that have room; the rest is told where somebody points at it."""


@dataclass(frozen=True, slots=True)
class Mark:
    """A meeting, and at which height its words stand."""

    y: float
    height: float
    words_y: float
    colour: str
    label: str
    body: str
    title: str
    firm: bool


@dataclass(frozen=True, slots=True)
class Band:
    """A holiday, of `share` of all parties."""

    y: float
    share: float
    title: str


@dataclass(frozen=True, slots=True)
class Month:
    name: str
    y: float
    height: float
    avoided: bool


@dataclass(frozen=True, slots=True)
class TallPicture:
    """Everything that is drawn, with where. `end` is where the year ends, and the hosts begin."""

    plan: Plan
    line: str
    height: float
    end: float
    months: tuple[Month, ...]
    bands: tuple[Band, ...]
    marks: tuple[Mark, ...]
    hosts: tuple[tuple[str, str], ...]


def tall_picture(brief: Brief, plan: Plan) -> TallPicture:
    """The picture of a plan that was made from `brief`; longer where its words need more room."""
    colours = colours_of(brief)
    planned = sorted(plan.meetings, key=lambda one: (one.first, one.meeting))
    places = apart(
        [middle(one.first, one.last) for one in planned], WORDS, TOP + WORDS / 2, edge(brief.year)
    )
    names = {body.id: body.name for body in brief.bodies}
    marks = tuple(
        Mark(
            y=at(one.first),
            height=max(at(one.last) + DAY - at(one.first), BAR / 2),
            words_y=round(place, 1),
            colour=colours[one.host],
            label=written(one),
            body=shortened(names[one.mechanism]),
            title=f"{names[one.mechanism]}: {title(brief, one)}",
            firm=one.firm,
        )
        for one, place in zip(planned, places, strict=True)
    )
    end = max([edge(brief.year), *(mark.words_y + WORDS / 2 for mark in marks)])
    return TallPicture(
        plan=plan,
        line=line(plan),
        height=end + (len(brief.offices) + 1) // 2 * HOST + 3 * HOST,
        end=end,
        months=tuple(months(brief)),
        bands=tuple(Band(at(on), share, said) for on, share, said in holidays(Year(brief))),
        marks=marks,
        hosts=tuple((office.name, colours[office.party]) for office in brief.offices),
    )


def shortened(name: str) -> str:
    return name if len(name) <= LONGEST else f"{name[: LONGEST - 1]}…"


def at(on: date) -> float:
    return TOP + slot_of(on) * DAY


def middle(first: date, last: date) -> float:
    return (at(first) + at(last) + DAY) / 2


def edge(year: int) -> float:
    return TOP + length_of(year) * DAY


def months(brief: Brief) -> Iterator[Month]:
    firsts = [date(brief.year, number, 1) for number in range(1, 13)]
    ends = [*map(at, firsts[1:]), edge(brief.year)]
    for first, end in zip(firsts, ends, strict=True):
        avoided = first.month in brief.settings.avoid_months
        yield Month(f"{first:%b}", at(first), end - at(first), avoided)
