"""What a year needs: from all that is known of bodies, turns and meetings to a plan's brief."""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta

from events.mechanisms import MechanismRegistered
from events.moments import Moment
from services.planning.rules.asked_near import with_asked_near
from services.planning.rules.brief import Body, Brief, Circle, Firmness, Meeting
from services.planning.rules.by_hand import fixed_by_hand
from services.planning.rules.neighbours import with_neighbours
from services.planning.rules.poll import Poll, blocked, refusals
from services.planning.rules.standing import Stage, Standing
from services.planning.rules.wanted import Wanted
from services.preparation import numbered, prepared_by
from services.quantities import counted
from services.refusals import UnacceptableError
from services.rotation import Rotation, coming
from services.working_time.calendar import Calendar
from services.working_time.counting import TO_ASK, first_start
from services.working_time.days import Override
from services.working_time.hours import Office

LEAP_DAY = (2, 29)
NOON = time(12)


@dataclass(frozen=True, slots=True)
class Known:
    """What planning has heard. `people` are (mechanism, party, name)."""

    bodies: Sequence[MechanismRegistered]
    turns: Mapping[str, Rotation]
    meetings: Sequence[Standing]
    offices: tuple[Office, ...]
    overrides: tuple[Override, ...] = ()
    people: Sequence[tuple[str, str, str]] = ()
    polls: Sequence[Poll] = ()


@dataclass(frozen=True, slots=True)
class Basis:
    """An earlier plan that is to change little.

    Its dates by meeting, those of which delegations know, the meetings that must stay, and those
    that would but may move. Where nothing new is wanted, a date that was fixed gives way to the one
    that a body is called for.
    """

    dates: Mapping[str, date] = field(default_factory=dict)
    confirmed: frozenset[str] = frozenset()
    keep: frozenset[str] = frozenset()
    release: frozenset[str] = frozenset()
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
    check_basis(basis, {meeting.id for meeting in meetings}, year)
    same_wishes = basis is not None and basis.same_wishes
    brief = Brief(
        year=year,
        today=today,
        bodies=tuple(body_of(body, wanted) for body in known.bodies),
        meetings=tuple(fixed_by_hand(meetings, wanted, year, same_wishes=same_wishes)),
        offices=known.offices,
        overrides=known.overrides,
        circles=(*wanted.circles, *circles_of(known.people)),
        periods=wanted.periods,
        settings=wanted.settings,
    )
    apart = with_neighbours(brief, known.meetings)
    return with_asked_near(apart, known.meetings, known.polls)


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
    for circle in wanted.circles:
        if len(set(circle.mechanisms)) == 1:
            raise UnacceptableError(
                f"{circle.name} names {circle.mechanisms[0]} alone; people count who are in two "
                "bodies, so name another one too"
            )
    for name, times in Counter(custom.mechanism for custom in wanted.bodies).items():
        if times > 1:
            raise UnacceptableError(f"{name} is named twice among the bodies; name it once")


def check_basis(basis: Basis | None, meetings: Collection[str], year: int) -> None:
    if basis is None:
        return
    for name in sorted((basis.keep | basis.release) - {*meetings, *basis.dates}):
        raise UnacceptableError(
            f"{year} has no meeting {name} to keep or to release; it has "
            f"{', '.join(sorted(meetings))}"
        )
    for name in sorted(basis.keep & basis.release):
        raise UnacceptableError(f"{name} is to be kept and to be released; say one of them")


def body_of(known: MechanismRegistered, wanted: Wanted) -> Body:
    prepares = prepared_by(known)
    said = wanted.custom(known.mechanism).prepares
    if said is not None:
        prepares = known.parent if said else None
    return Body(
        id=known.mechanism,
        name=known.short_name,
        parties=tuple(party.id for party in known.parties),
        parent=known.parent,
        prepares=prepares,
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
    above = {each.parent for each in known.bodies}
    turns = known.turns[body.mechanism]
    own = [one for one in known.meetings if one.mechanism == body.mechanism]
    standing = [one for one in own if counts_in(one, year)]
    asked = body.rules.meetings_per_year if custom.meetings is None else custom.meetings
    of = max(asked, len(standing), 1)
    further = coming(turns, year, max(0, asked - len(standing)))
    everyone = [*((one.id, one.host) for one in standing), *further.items()]
    together = {one.id: one.co_hosts for one in standing}
    dated = {one.id: one for one in standing if one.first}
    parties = [party.id for party in body.parties]
    refused = {id_: refusals(of_meeting(known.polls, id_)) for id_, _ in everyone}
    out = {id_: set(blocked(refused[id_], parties)) for id_ in refused}
    moving = moving_to(dated, known.polls, out, today, basis)
    bound = {id_: one for id_, one in dated.items() if id_ not in moving}
    held = [(one.id, firmness_of(one.id, bound.get(one.id), today, basis)[1]) for one in standing]
    planned = {one.id for one in own}
    were = {
        **{one.id: one.id for one in standing},
        **proposed_as(further, held, of, planned, today, basis),
    }
    firm = {id_: firmness_of(were[id_], bound.get(id_), today, basis) for id_, _ in everyone}
    polled = asked_about(known.polls, firm, out)
    numbers = numbered(
        of, [(id_, on or min(polled[id_], default=None)) for id_, (_, on) in firm.items()]
    )
    calendar = Calendar(known.offices, known.overrides)
    usual = usual_dates(own, year, of)
    begins = date(year, 1, 1)
    to_ask = timedelta(days=wanted.settings.poll_days)
    for id_, host in everyone:
        firmness, on = firm[id_]
        to_answer = timedelta() if firmness is Firmness.ASKED else TO_ASK
        yield Meeting(
            id=id_,
            mechanism=body.mechanism,
            host=host,
            co_hosts=together.get(id_, ()),
            number=numbers[id_],
            of=of,
            days=(dated[id_].days if id_ in dated else None) or custom.days,
            firmness=firmness,
            on=on,
            lost=bound[id_].lost if id_ in bound else (),
            let_stand=bound[id_].let_stand if id_ in bound else None,
            stays=stays(were[id_], on, today, basis),
            held=body.mechanism in above and is_held(id_, firmness, on, today, basis),
            earliest=max(begins, called_from(body, host, today + to_ask, calendar)),
            last_chance=called_from(body, host, today + to_answer, calendar),
            usual=usual.get(numbers[id_]),
            asked=polled[id_],
            refused=refused[id_],
        )


def of_meeting(polls: Iterable[Poll], meeting: str) -> list[Poll]:
    return [poll for poll in polls if poll.meeting == meeting]


def moving_to(
    dated: Mapping[str, Standing],
    polls: Sequence[Poll],
    out: Mapping[str, Collection[date]],
    today: date,
    basis: Basis | None,
) -> set[str]:
    """The convoked meetings whose delegations are asked about the date that a plan moved them to.

    Not where nobody can come then, that has passed, or the secretary let it stand: it stays then.
    """
    if basis is None:
        return set()
    return {
        id_
        for id_, standing in dated.items()
        if id_ in basis.confirmed and (standing.lost or not standing.let_stand)
        if basis.dates[id_] not in {standing.first, *out[id_]}
        if basis.dates[id_] > today and any(poll.waits for poll in of_meeting(polls, id_))
    }


def asked_about(
    polls: Iterable[Poll],
    firm: Mapping[str, tuple[Firmness, date | None]],
    out: Mapping[str, Collection[date]],
) -> dict[str, tuple[date, ...]]:
    """The dates of the year's polls about meetings that have none of which delegations know.

    Without those that are `out`: nobody can come.
    """
    found: dict[str, set[date]] = {id_: set() for id_ in firm}
    for poll in polls:
        if poll.waits and poll.meeting in firm:
            found[poll.meeting].update(on for on in poll.dates if on not in out[poll.meeting])
    loose = {Firmness.NONE, Firmness.PROPOSED}
    return {id_: tuple(sorted(found[id_])) if firm[id_][0] in loose else () for id_ in firm}


def proposed_as(
    further: Collection[str],
    held: list[tuple[str, date | None]],
    of: int,
    planned: Collection[str],
    today: date,
    basis: Basis | None,
) -> dict[str, str]:
    """What each meeting that is still to be planned was called when its date was proposed.

    Those ids are not given away before a meeting is planned, so they come in the order of dates:
    a new meeting in spring takes the number that one in autumn would have had.
    """
    if basis is None or not further or basis.confirmed & set(further):
        return {id_: id_ for id_ in further}
    body = next(iter(further)).rpartition("-")[0]
    before = sorted(
        (on, id_)
        for id_, on in basis.dates.items()
        if id_.rpartition("-")[0] == body and id_ not in planned and on > today
    )
    proposals = [(id_, on) for on, id_ in before[: len(further)]]
    new = [(id_, None) for id_ in further if id_ not in dict(proposals)]
    all_of_them = [*proposals, *new][: len(further)]
    numbers = numbered(of, [*held, *all_of_them])
    in_order = sorted((id_ for id_, _ in all_of_them), key=lambda id_: numbers[id_])
    return dict(zip(further, in_order, strict=True))


def counts_in(standing: Standing, year: int) -> bool:
    """Whether it is one of the year's: by its date, or by what it was planned for."""
    if standing.stage is Stage.CANCELLED:
        return False
    return (standing.first.year if standing.first else standing.year) == year


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


def is_held(
    meeting: str, firmness: Firmness, on: date | None, today: date, basis: Basis | None
) -> bool:
    """Whether its date binds so many that it moves only if the secretary releases it."""
    released = basis is not None and meeting in basis.release
    return firmness is Firmness.CONVOKED and on is not None and on > today and not released


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
