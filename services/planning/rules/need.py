"""What a year needs: from all that is known of bodies, turns and meetings to a plan's brief."""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from datetime import date

from events.mechanisms import MechanismRegistered
from services.planning.rules.asked_near import with_asked_near
from services.planning.rules.brief import Body, Brief, Circle
from services.planning.rules.by_hand import fixed_by_hand
from services.planning.rules.known import Basis, Known
from services.planning.rules.meetings import meetings_of
from services.planning.rules.neighbours import with_neighbours
from services.planning.rules.wanted import Wanted
from services.preparation import prepared_by
from services.quantities import counted
from services.refusals import UnacceptableError


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
