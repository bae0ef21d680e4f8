"""What planning does when it hears of bodies, of their meetings, and of when parties work."""

from typing import get_args

from pydantic import TypeAdapter
from sqlmodel import col

from events.mechanisms import MechanismRegistered, RulesAmended
from events.meetings import (
    MeetingCancelled,
    MeetingClosed,
    MeetingHandedOver,
    MeetingPlanned,
    MeetingRechecked,
    MeetingRescheduled,
    MeetingScheduled,
    TurnDeclined,
    TurnsSwapped,
    TurnTakenBack,
)
from events.plans import PlanDateDropped
from events.polls import PollAnswered, PollClosed, PollEnded, PollOpened, PollWithdrawn
from events.road.handlers import Handlers
from events.road.transaction import Transaction
from events.working_time import DayRuled, HoursSet
from services import coordinators, directory, restrictions, rotation
from services.planning.rules import plan as plans
from services.planning.rules import poll, standing
from services.planning.tables import (
    PLANS,
    POLLS,
    STANDINGS,
    TURNS,
    AskedRow,
    PartyRow,
    PlanRow,
)
from services.working_time.days import Override

OVERRIDES = TypeAdapter(tuple[Override, ...])

told = Handlers(directory.heard, coordinators.heard)
"""What copies what others said, and does nothing else."""


@told.on(MechanismRegistered)
async def learn_turns(work: Transaction, event: MechanismRegistered) -> None:
    known = await TURNS.find(work.session, event.mechanism)
    turns = rotation.registered(known, event)
    await (TURNS.add if known is None else TURNS.save)(work, turns)


@told.on(MechanismRegistered)
async def learn_parties(work: Transaction, event: MechanismRegistered) -> None:
    for party in event.parties:
        row = await work.session.get(PartyRow, party.id) or PartyRow(id=party.id, facts="")
        row.facts = party.model_dump_json()
        work.session.put(row)


@told.on(RulesAmended)
async def reorder_turns(work: Transaction, event: RulesAmended) -> None:
    if event.rules.host_order:
        known = await TURNS.get(work.session, event.mechanism)
        await TURNS.save(work, rotation.reorder(known, event.rules.host_order))


TurnEvent = (
    MeetingPlanned
    | MeetingHandedOver
    | MeetingCancelled
    | TurnDeclined
    | TurnTakenBack
    | TurnsSwapped
)


@told.on(*get_args(TurnEvent))
async def take_turn(work: Transaction, event: TurnEvent) -> None:
    known = await TURNS.get(work.session, event.mechanism)
    await TURNS.save(work, rotation.evolve(known, event))


@told.on(MeetingPlanned)
async def learn_meeting(work: Transaction, event: MeetingPlanned) -> None:
    await STANDINGS.add(work, standing.begin(event))


MeetingEvent = (
    MeetingScheduled
    | MeetingRescheduled
    | MeetingRechecked
    | MeetingHandedOver
    | MeetingCancelled
    | MeetingClosed
)


@told.on(*get_args(MeetingEvent))
async def follow_meeting(work: Transaction, event: MeetingEvent) -> None:
    known = await STANDINGS.get(work.session, event.meeting)
    await STANDINGS.save(work, standing.evolve(known, event))


@told.on(PollOpened)
async def learn_poll(work: Transaction, event: PollOpened) -> None:
    await POLLS.add(work, poll.begin(event))


@told.on(PollAnswered, PollEnded, PollClosed, PollWithdrawn)
async def follow_poll(
    work: Transaction, event: PollAnswered | PollEnded | PollClosed | PollWithdrawn
) -> None:
    """Planning may have begun to listen after the poll was opened."""
    known = await POLLS.find(work.session, event.poll)
    if known is not None:
        await POLLS.save(work, poll.evolve(known, event))


@told.on(HoursSet)
async def learn_hours(work: Transaction, event: HoursSet) -> None:
    row = await work.session.get_one(PartyRow, event.party)
    row.hours = event.hours.model_dump_json()
    work.session.put(row)


@told.on(DayRuled)
async def learn_day(work: Transaction, event: DayRuled) -> None:
    row = await work.session.get_one(PartyRow, event.party)
    known = OVERRIDES.validate_json(row.overrides)
    ruled = Override.model_validate(event.model_dump(exclude={"mechanism"}))
    row.overrides = OVERRIDES.dump_json((*known, ruled)).decode()
    work.session.put(row)


heard = Handlers(told, restrictions.heard)


@heard.on(MeetingHandedOver)
async def drop_date_of_host(work: Transaction, event: MeetingHandedOver) -> None:
    """A date that delegations are asked about was for the host that declined, in every plan."""
    asked = await work.session.get(AskedRow, event.meeting)
    if asked is None:
        return
    turns = await TURNS.get(work.session, event.mechanism)
    for plan in await PLANS.all(work.session, col(PlanRow.year) == asked.year):
        if plan.id == asked.plan or plan.has_firm(event.meeting):
            work.publish(plans.drop(plan, event, turns))


@heard.on(PlanDateDropped)
async def drop_date(work: Transaction, event: PlanDateDropped) -> None:
    plan = await PLANS.find(work.session, event.plan)
    if plan is not None:
        await PLANS.save(work, plans.evolve(plan, event))
    asked = await work.session.get(AskedRow, event.meeting)
    if asked is not None and asked.plan == event.plan:
        work.session.remove(AskedRow, event.meeting)


AnsweredBy = MeetingScheduled | MeetingRescheduled | MeetingCancelled | MeetingClosed


@heard.on(*get_args(AnsweredBy))
async def forget_asked(work: Transaction, event: AnsweredBy) -> None:
    """The meeting has a date that binds, or will not be held then: nobody is asked any more."""
    work.session.remove(AskedRow, event.meeting)
