"""The year as a picture: a row a body, a column a day, a bar a meeting in the colour of its host.

All lengths are in the units of the picture.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from events import moments
from events.plans import Planned
from services.planning.rules.brief import Brief
from services.planning.rules.dates import Year, length_of, slot_of
from services.planning.rules.plan import Plan
from services.planning.rules.wishes import said
from services.quantities import counted
from services.working_time.days import DayKind

LEFT, TOP, DAY, ROW, RIGHT, BOTTOM = 276, 124, 3.4, 34, 40, 96
BAR = 16
LABEL = 48
COLOURS = (
    "#b23a2e", "#1f7a8c", "#8a6a2b", "#5b4a8a", "#3d7d4a", "#2f5da8", "#a4447c", "#6b7280",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Bar:
    """A meeting, and on which side of it its date is written."""

    x: float
    y: float
    width: float
    colour: str
    label: str
    label_x: float
    anchor: str
    title: str
    firm: bool


@dataclass(frozen=True, slots=True)
class Ghost:
    """Where a meeting was that has moved."""

    x: float
    y: float
    width: float
    title: str


@dataclass(frozen=True, slots=True)
class Shade:
    """A day off, of `share` of all parties."""

    x: float
    share: float
    title: str


@dataclass(frozen=True, slots=True)
class Month:
    name: str
    x: float
    width: float
    avoided: bool


@dataclass(frozen=True, slots=True)
class Row:
    """A body, and how many of its meetings have no date."""

    name: str
    y: float
    missing: int


@dataclass(frozen=True, slots=True)
class Picture:
    """Everything that is drawn, with where."""

    plan: Plan
    line: str
    width: float
    height: float
    rows: tuple[Row, ...]
    months: tuple[Month, ...]
    shades: tuple[Shade, ...]
    bars: tuple[Bar, ...]
    ghosts: tuple[Ghost, ...]
    hosts: tuple[tuple[str, str], ...]
    note: str


def picture(brief: Brief, plan: Plan) -> Picture:
    """The picture of a plan that was made from `brief`."""
    bodies = [body for body in brief.bodies if any(m.mechanism == body.id for m in brief.meetings)]
    places = {body.id: TOP + number * ROW for number, body in enumerate(bodies)}
    colours = colours_of(brief)
    out = [one.mechanism for one in plan.left_out]
    return Picture(
        plan=plan,
        line=line(plan),
        width=LEFT + length_of(brief.year) * DAY + RIGHT,
        height=TOP + len(bodies) * ROW + BOTTOM,
        rows=tuple(Row(body.name, places[body.id], out.count(body.id)) for body in bodies),
        months=tuple(months(brief)),
        shades=tuple(shades(Year(brief))),
        bars=tuple(bar(brief, one, places[one.mechanism], colours) for one in plan.meetings),
        ghosts=tuple(ghosts(plan, places)),
        hosts=tuple((office.name, colours[office.party]) for office in brief.offices),
        note=f"Days off as {plan.holiday_data} and the parties have them",
    )


def colours_of(brief: Brief) -> dict[str, str]:
    """By party, the colour of what it hosts."""
    parties = (office.party for office in brief.offices)
    return {party: COLOURS[number % len(COLOURS)] for number, party in enumerate(parties)}


def line(plan: Plan) -> str:
    """The plan in a line: what it holds, what it lacks, what it costs."""
    held = counted(len(plan.meetings), "meeting")
    lacking = f", {len(plan.left_out)} left out" if plan.left_out else ""
    moved = f", {len(plan.moved)} moved" if plan.moved else ""
    if plan.cost is None:
        return f"{held}{lacking}{moved}"
    cost = f"broken wishes cost {plan.cost}" if plan.cost else "no wish is broken"
    best = ", proven the least" if plan.proven and plan.cost else ""
    return f"{held}{lacking}{moved}; {cost}{best}"


def at(on: date) -> float:
    return round(LEFT + slot_of(on) * DAY, 1)


def months(brief: Brief) -> Iterator[Month]:
    for number in range(1, 13):
        first = date(brief.year, number, 1)
        ends = at(date(brief.year, number + 1, 1)) if number < 12 else edge(brief.year)  # noqa: PLR2004
        avoided = number in brief.settings.avoid_months
        yield Month(f"{first:%B}", at(first), round(ends - at(first), 1), avoided)


def edge(year: int) -> float:
    return round(LEFT + length_of(year) * DAY, 1)


def shades(year: Year) -> Iterator[Shade]:
    return (Shade(at(on), share, title) for on, share, title in holidays(year))


def holidays(year: Year) -> Iterator[tuple[date, float, str]]:
    """The holidays, which share of the parties has them, and who has which."""
    for on, days in zip(year.dates, year.days, strict=True):
        off = {party: day for party, day in days.items() if day.kind is DayKind.HOLIDAY}
        if off:
            names = "; ".join(
                f"{year.brief.party[party]}: {day.name}" for party, day in off.items()
            )
            yield on, len(off) / len(days), f"{on.day} {on:%B}: {names}"


def bar(brief: Brief, one: Planned, y: float, colours: dict[str, str]) -> Bar:
    x = at(one.first)
    width = round(max(((one.last - one.first).days + 1) * DAY, 7), 1)
    fits = x + width + LABEL < edge(brief.year)
    return Bar(
        x=x,
        y=y + (ROW - BAR) / 2,
        width=width,
        colour=colours[one.host],
        label=written(one),
        label_x=x + width + 4 if fits else x - 4,
        anchor="start" if fits else "end",
        title=title(brief, one),
        firm=one.firm,
    )


def title(brief: Brief, one: Planned) -> str:
    """What is told of a meeting where somebody points at it."""
    broken = "; ".join(map(said, one.broken)) or "no wish broken"
    return f"{one.meeting}, {written(one)}, {brief.party[one.host]}: {broken}"


def written(one: Planned) -> str:
    """The date, short; from the first to the last day where it lasts several."""
    first, last = one.first, one.last
    if first == last:
        return f"{first.day} {first:%b}"
    if first.month == last.month:
        return f"{first.day}–{last.day} {last:%b}"
    return f"{first.day} {first:%b}–{last.day} {last:%b}"


def ghosts(plan: Plan, places: dict[str, int]) -> Sequence[Ghost]:
    return [
        Ghost(
            x=at(one.previous),
            y=places[one.mechanism] + (ROW - BAR) / 2,
            width=6,
            title=f"{one.meeting} was on {moments.written(one.previous)}: {one.because}",
        )
        for one in plan.moved
        if one.mechanism in places
    ]
