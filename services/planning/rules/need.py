"""What a year needs: from all that is known of bodies, turns and meetings to a plan's brief."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta

from events.mechanisms import MechanismRegistered
from events.moments import Moment
from services.planning.rules.bonds import spacing
from services.planning.rules.brief import Announced, Body, Brief, Circle, Firmness, Meeting
from services.planning.rules.dates import last_day, length_of, slot_of
from services.planning.rules.standing import Stage, Standing
from services.planning.rules.wanted import Wanted
from services.planning.rules.wishes import counted
from services.refusals import UnacceptableError
from services.rotation import Rotation, coming
from services.working_time.calendar import Calendar
from services.working_time.counting import first_start
from services.working_time.hours import Office

PREPARATORY = "ministerial"
LEAP_DAY = (2, 29)
NOON = time(12)


@dataclass(frozen=True, slots=True)
class Known:
    """What planning has heard. `people` are (mechanism, party, name)."""

    bodies: Sequence[MechanismRegistered]
    turns: Mapping[str, Rotation]
    meetings: Sequence[Standing]
    offices: tuple[Office, ...]
    overrides: tuple[Announced, ...] = ()
    people: Sequence[tuple[str, str, str]] = ()


@dataclass(frozen=True, slots=True)
class Basis:
    """An earlier plan that is to change little.

    Its dates by meeting, those of which delegations know, and the meetings that must stay. Where
    nothing new is wanted, a date that was fixed gives way to the one that a body is called for.
    """

    dates: Mapping[str, date] = field(default_factory=dict)
    confirmed: frozenset[str] = frozenset()
    keep: frozenset[str] = frozenset()
    same_wishes: bool = False


def brief_of(
    known: Known, wanted: Wanted, year: int, today: date, basis: Basis | None = None
) -> Brief:
    """The brief; UnacceptableError where `wanted` names what is not there."""
    check_names(known, wanted)
    meetings = [
        meeting
        for body in known.bodies
        for meeting in meetings_of(body, known, wanted, year, today, basis)
    ]
    called = {one.mechanism for one in meetings if one.confirmed and basis and basis.same_wishes}
    fixtures = {one.mechanism: one.on for one in wanted.fixed if one.mechanism not in called}
    return Brief(
        year=year,
        today=today,
        bodies=tuple(body_of(body, wanted) for body in known.bodies),
        meetings=tuple(fixed_by_hand(meetings, fixtures, year)),
        offices=known.offices,
        overrides=known.overrides,
        circles=(*wanted.circles, *circles_of(known.people)),
        periods=wanted.periods,
        settings=wanted.settings,
    )


def check_names(known: Known, wanted: Wanted) -> None:
    ids = {body.mechanism for body in known.bodies}
    named = [
        *(fixture.mechanism for fixture in wanted.fixed),
        *(custom.mechanism for custom in wanted.bodies),
        *(mechanism for circle in wanted.circles for mechanism in circle.mechanisms),
        *(mechanism for period in wanted.periods for mechanism in period.mechanisms),
    ]
    for name in named:
        if name not in ids:
            raise UnacceptableError(
                f"there is no mechanism called {name}; GET /api/v1/mechanisms lists them"
            )
    for kind in (wanted.fixed, wanted.bodies):
        of = [one.mechanism for one in kind]
        for name in of:
            if of.count(name) > 1:
                raise UnacceptableError(f"{name} is named twice; name it once")


def body_of(known: MechanismRegistered, wanted: Wanted) -> Body:
    prepares = wanted.custom(known.mechanism).prepares
    if prepares is None:
        prepares = known.kind == PREPARATORY
    return Body(
        id=known.mechanism,
        name=known.short_name,
        parties=tuple(party.id for party in known.parties),
        parent=known.parent,
        prepares=known.parent if prepares else None,
    )


def circles_of(people: Iterable[tuple[str, str, str]]) -> Iterator[Circle]:
    """Who takes part in the same several bodies: one name for one party is one person."""
    bodies: dict[tuple[str, str], list[str]] = {}
    for mechanism, party, name in people:
        bodies.setdefault((party, name), []).append(mechanism)
    alike: dict[tuple[str, ...], list[str]] = {}
    for (_, name), several in sorted(bodies.items()):
        alike.setdefault(tuple(sorted(several)), []).append(name)
    for mechanisms, (name, *others) in sorted(alike.items()):
        if len(mechanisms) > 1:
            more = f" and {counted(len(others), 'other')}" if others else ""
            yield Circle(name=f"{name[:200]}{more}", mechanisms=mechanisms)


def meetings_of(
    body: MechanismRegistered,
    known: Known,
    wanted: Wanted,
    year: int,
    today: date,
    basis: Basis | None,
) -> Iterator[Meeting]:
    """The meetings that the body has in the year, or is to have by its rules."""
    custom = wanted.custom(body.mechanism)
    turns = known.turns[body.mechanism]
    own = [one for one in known.meetings if one.mechanism == body.mechanism]
    standing = [one for one in own if counts_in(one, year)]
    asked = body.rules.meetings_per_year if custom.meetings is None else custom.meetings
    of = max(asked, len(standing), 1)
    further = coming(turns, year, max(0, asked - len(standing)))
    everyone = [*((one.id, one.host) for one in standing), *further.items()]
    dated = {one.id: one for one in standing if one.first}
    firm = {id_: firmness_of(id_, dated.get(id_), today, basis) for id_, _ in everyone}
    numbers = numbered(year, of, [(id_, on) for id_, (_, on) in firm.items()])
    rested = rested_from(own, year, of)
    calendar = Calendar(known.offices, known.overrides)
    usual = usual_dates(own, year, of)
    for id_, host in everyone:
        firmness, on = firm[id_]
        yield Meeting(
            id=id_,
            mechanism=body.mechanism,
            host=host,
            number=numbers[id_],
            of=of,
            days=days_of(dated.get(id_)) or custom.days,
            firmness=firmness,
            on=on,
            called=dated[id_].called if id_ in dated else None,
            stays=stays(id_, on, today, basis),
            earliest=max(rested, earliest_of(body, host, wanted, today, calendar)),
            usual=usual.get(numbers[id_]),
        )


def counts_in(standing: Standing, year: int) -> bool:
    """Whether it is one of the year's: by its date, or by what it was planned for."""
    if standing.stage is Stage.CANCELLED:
        return False
    return (standing.first.year if standing.first else standing.year) == year


def days_of(standing: Standing | None) -> int | None:
    if standing is None or standing.first is None or standing.last is None:
        return None
    return min((standing.last - standing.first).days + 1, 14)


def firmness_of(
    meeting: str, standing: Standing | None, today: date, basis: Basis | None
) -> tuple[Firmness, date | None]:
    """How firm a meeting's date is, and which it is; a date that has passed unused is none."""
    if standing is not None:
        return Firmness.CONVOKED, standing.first
    on = basis.dates.get(meeting) if basis else None
    if basis is None or on is None or on <= today:
        return Firmness.NONE, None
    return (Firmness.ASKED if meeting in basis.confirmed else Firmness.PROPOSED), on


def stays(meeting: str, on: date | None, today: date, basis: Basis | None) -> bool:
    """Whether its date may not move: in a plan made anew, none does."""
    if on is None:
        return False
    return basis is None or meeting in basis.keep or on <= today


def numbered(year: int, of: int, meetings: list[tuple[str, date | None]]) -> dict[str, int]:
    """Which of the body's meetings in the year each is: dated ones by their date, then the rest."""
    left = list(range(1, of + 1))
    numbers = {}
    for id_, on in sorted(meetings, key=lambda one: (one[1] is None, one[1] or date.min, one[0])):
        natural = slot_of(on) * of // length_of(year) + 1 if on else left[0]
        number = min(left, key=lambda each: (abs(each - natural), each))
        left.remove(number)
        numbers[id_] = number
    return numbers


def usual_dates(own: list[Standing], year: int, of: int) -> dict[int, date]:
    """A year after each of last year's meetings, by their number, if they were as many."""
    before = sorted(one.first for one in own if one.first and one.first.year == year - 1)
    if len(before) != of:
        return {}
    return {number: same_day(on, year) for number, on in enumerate(before, 1)}


def same_day(on: date, year: int) -> date:
    """The same day of the same month; 28 February for 29 February where the year has none."""
    if (on.month, on.day) == LEAP_DAY:
        return date(year, 3, 1) - timedelta(days=1)
    return on.replace(year=year)


def rested_from(own: list[Standing], year: int, of: int) -> date:
    """The first date of the year long enough after the last meeting of the body before it."""
    before = [one.first for one in own if one.first and one.first.year < year]
    rested = max(before, default=date.min) + timedelta(days=spacing(year, of))
    return max(date(year, 1, 1), rested)


def earliest_of(
    body: MechanismRegistered, host: str, wanted: Wanted, today: date, calendar: Calendar
) -> date:
    """The first date for which delegations can still be asked and called."""
    asked = datetime.combine(today + timedelta(days=wanted.settings.poll_days), NOON, UTC)
    return first_start(Moment.of(asked, "UTC"), body.rules, calendar, host).wall.date()


def fixed_by_hand(
    meetings: Iterable[Meeting], fixtures: dict[str, date], year: int
) -> Iterator[Meeting]:
    """The meetings, the first of a body that may move being fixed where it is wanted."""
    left = dict(fixtures)
    for meeting in meetings:
        on = left.get(meeting.mechanism)
        if on is None or meeting.stays:
            yield meeting
            continue
        if on.year != year:
            raise UnacceptableError(f"{meeting.mechanism} is fixed on {on}, outside of {year}")
        if last_day(meeting, on).year != year:
            raise UnacceptableError(
                f"{meeting.mechanism} is fixed on {on} and lasts {meeting.days} days, beyond the "
                f"end of {year}; fix it earlier"
            )
        del left[meeting.mechanism]
        yield meeting.model_copy(update={"fixed": on})
    for mechanism, on in left.items():
        raise UnacceptableError(
            f"{mechanism} has no meeting left to be fixed on {on}: all of them have dates, or it "
            "holds none in the year"
        )
