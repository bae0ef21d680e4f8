"""A party's routine: the hours that it keeps, and what it has announced of single days."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from pydantic import ValidationError

from events.event import Event
from events.faults import first_fault
from events.mechanisms import PartyFacts
from events.moments import written
from events.vocabulary import Actor
from events.working_time import DayRuled, Hours, HoursSet, Ruling
from services import rights
from services.refusals import UnacceptableError
from services.state import State
from services.working_time.days import Override
from services.working_time.hours import Office


class Routine(State):
    """One party (the id is the party's); without `hours`, those of the default."""

    facts: PartyFacts
    hours: Hours | None = None
    overrides: tuple[Override, ...] = ()

    @property
    def office(self) -> Office:
        settings = self.hours.model_dump() if self.hours else {}
        return Office.of(self.facts, **settings)

    @property
    def holding(self) -> dict[date, Override]:
        """What holds of each date that is announced: of several, the later dated."""
        return {one.on: one for one in sorted(self.overrides, key=lambda one: one.dated)}


def start(mechanism: str, facts: PartyFacts) -> Routine:
    return Routine(id=facts.id, mechanism=mechanism, facts=facts)


def set_hours(routine: Routine, hours: Hours, *, actor: Actor) -> list[Event]:
    """Keep other hours; UnacceptableError where nobody can keep them."""
    rights.coordinator(actor, routine.id, "set the office hours")
    try:
        Office.of(routine.facts, **hours.model_dump())
    except ValidationError as error:
        raise UnacceptableError(first_fault(error, routine.id)) from None
    return [HoursSet(mechanism=routine.mechanism, party=routine.id, hours=hours)]


def rule_day(
    routine: Routine,
    *,
    on: date,
    ruling: Ruling,
    name: str | None,
    source: str,
    dated: date | None,
    actor: Actor,
    now: datetime,
) -> list[Event]:
    """Announce what a date to come is; of two announcements of it, the later dated one holds.

    It is `dated` today, in the capital of the party, unless said otherwise.
    """
    rights.coordinator(actor, routine.id, "rule on a day")
    today = now.astimezone(ZoneInfo(routine.facts.zone)).date()
    if dated is not None and dated > today:
        raise UnacceptableError(
            f"what is dated {written(dated)} has not been said yet in {routine.facts.name}; give "
            "the date of what says so, today or before"
        )
    if on < today:
        raise UnacceptableError(
            f"{on} has passed in {routine.facts.name}, so that nothing follows from it; announce "
            "today or a day to come"
        )
    event = DayRuled(
        mechanism=routine.mechanism,
        party=routine.id,
        on=on,
        ruling=ruling,
        name=name,
        source=source,
        dated=dated or today,
    )
    try:
        override_of(event)
    except ValidationError as error:
        raise UnacceptableError(first_fault(error, routine.id)) from None
    return [event]


def evolve(routine: Routine, event: Event) -> Routine:
    """The routine after `event`."""
    match event:
        case HoursSet():
            return routine.model_copy(update={"hours": event.hours})
        case DayRuled():
            return routine.model_copy(
                update={"overrides": (*routine.overrides, override_of(event))}
            )
        case _:
            raise TypeError(f"no routine changes by {event.type}")


def override_of(event: DayRuled) -> Override:
    return Override.model_validate(event.model_dump(exclude={"mechanism"}))
