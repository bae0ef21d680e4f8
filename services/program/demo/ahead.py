"""When the bodies first meet in the year after: on days that a secretariat would plan them for."""

from collections.abc import Mapping, Sequence
from datetime import date

from events.mechanisms import MechanismRegistered
from services.planning.rules.brief import Circle, Period
from services.planning.rules.known import Basis, Known
from services.planning.rules.need import brief_of
from services.planning.rules.posing import Posed
from services.planning.rules.reading import read
from services.planning.rules.standing import Standing
from services.planning.rules.waiving import answered
from services.planning.rules.wanted import Custom, Wanted
from services.planning.timetable.answer import Answer
from services.planning.timetable.effort import Effort
from services.rotation import start
from services.working_time.hours import Office

WORK = 0.3


def days_ahead(
    bodies: Sequence[MechanismRegistered],
    hosts: Mapping[str, str],
    wished: Mapping[str, date],
    today: date,
) -> dict[str, date]:
    """By body, the day that it wishes, or another one of that spring where it would break a rule.

    `hosts` are those of the first meetings. The people of a party are the same in all bodies. Who
    finds no day keeps the one that it wishes.
    """
    from services.planning.timetable.solving import solve  # noqa: PLC0415 (takes seconds)

    year = min(wished.values()).year
    ids = {body.mechanism: f"{body.mechanism}-{year}-1" for body in bodies}
    known = Known(
        bodies=sorted(bodies, key=lambda body: body.parent is not None),
        turns={body: start(body, tuple(hosts.values())) for body in ids},
        meetings=[
            Standing(id=ids[body], mechanism=body, year=year, host=host)
            for body, host in hosts.items()
        ],
        offices=tuple({party.id: Office.of(party) for party in bodies[0].parties}.values()),
    )
    spring = Period(first=date(year, 2, 1), last=date(year, 5, 31), text="The spring", keep_to=True)
    wanted = Wanted(
        bodies=tuple(Custom(mechanism=body, meetings=1) for body in ids),
        circles=(Circle(name="The coordinators", mechanisms=tuple(ids)),),
        periods=(spring,),
    )
    basis = Basis(dates={ids[body]: day for body, day in wished.items()})

    def solved(posed: Posed) -> Answer:
        return solve(posed.problem, Effort(work=WORK, cores=1))

    brief = brief_of(known, wanted, year, today, basis)
    answer = answered(brief, solved)
    planned = read(brief, answer).meetings if answer.cost is not None else ()
    return {**wished, **{one.mechanism: one.first for one in planned}}
