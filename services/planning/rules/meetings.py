"""The meetings that a body has in a year, and those that it is to have by its rules."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta

from events.mechanisms import MechanismRegistered
from events.moments import Moment
from services.planning.rules.brief import Firmness, Meeting
from services.planning.rules.firmness import firm_dates, is_held, stays
from services.planning.rules.known import Basis, Known
from services.planning.rules.standing import Stage, Standing
from services.planning.rules.wanted import Wanted
from services.preparation import numbered
from services.rotation import coming
from services.working_time.calendar import Calendar
from services.working_time.counting import TO_ASK, first_start

LEAP_DAY = (2, 29)
NOON = time(12)


def meetings_of(
    body: MechanismRegistered,
    known: Known,
    wanted: Wanted,
    year: int,
    today: date,
    basis: Basis | None,
) -> Iterator[Meeting]:
    """Each with the date that it has, how firm that is, and from when on it may have another."""
    custom = wanted.custom(body.mechanism)
    above = {each.parent for each in known.bodies}
    own = [one for one in known.meetings if one.mechanism == body.mechanism]
    standing = {one.id: one for one in own if counts_in(one, year)}
    asked = body.rules.meetings_per_year if custom.meetings is None else custom.meetings
    of = max(asked, len(standing), 1)
    further = coming(known.turns[body.mechanism], year, max(0, asked - len(standing)))
    firm = firm_dates(
        list(standing.values()),
        further,
        of,
        polls=known.polls,
        parties=[party.id for party in body.parties],
        planned={one.id for one in own},
        today=today,
        basis=basis,
    )
    numbers = numbered(
        of,
        [(id_, on or min(firm.asked[id_], default=None)) for id_, (_, on) in firm.dates.items()],
    )
    calendar = Calendar(known.offices, known.overrides)
    usual = usual_dates(own, year, of)
    to_ask = timedelta(days=wanted.settings.poll_days)
    for id_, (firmness, on) in firm.dates.items():
        stands, bound = standing.get(id_), firm.bound.get(id_)
        host = stands.host if stands else further[id_]
        to_answer = timedelta() if firmness is Firmness.ASKED else TO_ASK
        yield Meeting(
            id=id_,
            mechanism=body.mechanism,
            host=host,
            co_hosts=stands.co_hosts if stands else (),
            number=numbers[id_],
            of=of,
            days=(stands.days if stands else None) or custom.days,
            firmness=firmness,
            on=on,
            lost=bound.lost if bound else (),
            let_stand=bound.let_stand if bound else None,
            stays=stays(firm.were[id_], on, today, basis),
            held=body.mechanism in above and is_held(id_, firmness, on, today, basis),
            earliest=max(date(year, 1, 1), called_from(body, host, today + to_ask, calendar)),
            last_chance=called_from(body, host, today + to_answer, calendar),
            usual=usual.get(numbers[id_]),
            asked=firm.asked[id_],
            refused=firm.refused[id_],
        )


def counts_in(standing: Standing, year: int) -> bool:
    """Whether it is one of the year's: by its date, or by what it was planned for."""
    if standing.stage is Stage.CANCELLED:
        return False
    return (standing.first.year if standing.first else standing.year) == year


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


def called_from(body: MechanismRegistered, host: str, on: date, calendar: Calendar) -> date:
    """The first date for which delegations can be called if they are on the day `on`."""
    noon = Moment.of(datetime.combine(on, NOON, UTC), "UTC")
    return first_start(noon, body.rules, calendar, host).wall.date()
