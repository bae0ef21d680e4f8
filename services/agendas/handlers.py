"""What agendas does when it hears of meetings, and of matters that come back to the table."""

from collections.abc import Callable

from events.agendas import Origin, OriginKind
from events.decisions import DecisionAdopted
from events.event import Event
from events.followups import (
    FollowUpAccepted,
    FollowUpEscalated,
    FollowUpExtended,
    FollowUpOpened,
    FollowUpOverdue,
    FollowUpReported,
    FollowUpReturned,
    FollowUpWithdrawn,
    ReferralMade,
)
from events.mechanisms import DecisionMode, MechanismRegistered
from events.meetings import (
    MeetingCancelled,
    MeetingClosed,
    MeetingOpened,
    MeetingRescheduled,
    MeetingScheduled,
    MilestonesSet,
    RestrictionSet,
)
from events.moments import written
from events.road.handlers import Handlers
from events.road.transaction import Transaction
from services import coordinators, directory, obligations, restrictions
from services.agendas.commands import restrict_hanging_on, revise_coming
from services.agendas.rules import agenda as rules
from services.agendas.rules import pool as pools
from services.agendas.rules.agenda import Agenda, Stage
from services.agendas.rules.pool import Carried, Pool
from services.agendas.tables import AGENDAS, POOLS
from services.ties import TYING, ties

LONGEST = 120  # characters of a name, of which a note may have two

heard = Handlers(directory.heard, coordinators.heard, obligations.heard, restrictions.heard)


@heard.on(MechanismRegistered)
async def start_pool(work: Transaction, event: MechanismRegistered) -> None:
    await pool_of(work, event.mechanism)


@heard.on(MeetingScheduled)
async def expect_meeting(work: Transaction, event: MeetingScheduled) -> None:
    agenda = await AGENDAS.add(work, rules.expect(event))
    await set_deadlines(work, agenda)


@heard.on(MeetingRescheduled)
async def move_deadlines(work: Transaction, event: MeetingRescheduled) -> None:
    agenda = await AGENDAS.get(work.session, event.meeting)
    begins = event.span.starts
    moved = agenda.model_copy(update={"starts": begins.at, "zone": begins.zone, "due": {}})
    await set_deadlines(work, await AGENDAS.save(work, moved))


@heard.on(MilestonesSet)
async def follow_plan(work: Transaction, event: MilestonesSet) -> None:
    agenda = await AGENDAS.get(work.session, event.meeting)
    due = {milestone.kind: milestone.due.at for milestone in event.milestones}
    planned = agenda.model_copy(update={"due": due})
    await set_deadlines(work, await AGENDAS.save(work, planned))


async def set_deadlines(work: Transaction, agenda: Agenda) -> None:
    """Have submissions closed and the agenda circulated in time; at once if time is over."""
    instants = {"submissions": agenda.submissions_until}
    if agenda.stage is Stage.COLLECTING:
        instants["circulation"] = agenda.circulation_at
    for name, due in instants.items():
        work.set_deadline(name, agenda.id, mechanism=agenda.mechanism, due=max(due, work.now))


@heard.on(MeetingCancelled)
async def withdraw_agenda(work: Transaction, event: MeetingCancelled) -> None:
    agenda = await AGENDAS.find(work.session, event.meeting)
    if agenda is not None:
        work.clear_deadline("submissions", agenda.id)
        work.clear_deadline("circulation", agenda.id)
        await AGENDAS.apply(work, agenda, rules.withdraw(agenda))


@heard.on(MeetingOpened)
async def allow_adoption(work: Transaction, event: MeetingOpened) -> None:
    agenda = await AGENDAS.get(work.session, event.meeting)
    await AGENDAS.save(work, agenda.model_copy(update={"meeting_open": True}))


@heard.on(MeetingClosed)
async def conclude(work: Transaction, event: MeetingClosed) -> None:
    agenda = await AGENDAS.get(work.session, event.meeting)
    await AGENDAS.save(work, rules.conclude(agenda))


@heard.on(FollowUpOpened)
async def carry_follow_up(work: Transaction, event: FollowUpOpened) -> None:
    note = f"{await owes(work, event)}: due {written(event.due)}"
    origin = Origin(kind=OriginKind.FOLLOW_UP, id=event.follow_up, note=note)
    matter = Carried(origin=origin, title=event.task, serves=event.serves)
    await change(work, event.mechanism, lambda pool: pools.carry(pool, matter))


@heard.on(FollowUpReported, FollowUpReturned, FollowUpOverdue, FollowUpExtended)
async def note_follow_up(
    work: Transaction,
    event: FollowUpReported | FollowUpReturned | FollowUpOverdue | FollowUpExtended,
) -> None:
    text = await note_of(work, event)
    await change(
        work,
        event.mechanism,
        lambda pool: pools.note(pool, OriginKind.FOLLOW_UP, event.follow_up, text),
    )


async def note_of(
    work: Transaction,
    event: FollowUpReported | FollowUpReturned | FollowUpOverdue | FollowUpExtended,
) -> str:
    """How the task stands by now."""
    match event:
        case FollowUpReported():
            return f"{await owes(work, event)}: reported, to be accepted"
        case FollowUpReturned():
            return "the report was returned"
        case FollowUpOverdue():
            return f"{await owes(work, event)}: overdue since {written(event.due)}"
        case FollowUpExtended():
            return f"{await owes(work, event)}: due {written(event.due)}"


async def owes(
    work: Transaction,
    event: FollowUpOpened
    | FollowUpReported
    | FollowUpOverdue
    | FollowUpExtended
    | FollowUpEscalated,
) -> str:
    """What the party is called whose task it is."""
    named = await directory.name_of(work.session, event.party, event.mechanism)
    return named[:LONGEST]


@heard.on(FollowUpEscalated)
async def carry_escalation(work: Transaction, event: FollowUpEscalated) -> None:
    body = await directory.find(work.session, event.mechanism)
    where = body.short_name[:LONGEST]
    note = f"{await owes(work, event)}: overdue since {written(event.due)} in {where}"
    origin = Origin(kind=OriginKind.ESCALATION, id=event.follow_up, note=note)
    matter = Carried(origin=origin, title=event.task, serves=event.serves)
    await change(work, event.to, lambda pool: pools.carry(pool, matter))


@heard.on(FollowUpAccepted, FollowUpWithdrawn)
async def settle_follow_up(work: Transaction, event: FollowUpAccepted | FollowUpWithdrawn) -> None:
    """The matter is closed: it leaves the mechanism's pool, and its parent's if it went there."""
    parent = (await directory.find(work.session, event.mechanism)).parent
    await change(
        work,
        event.mechanism,
        lambda pool: pools.settle(pool, OriginKind.FOLLOW_UP, event.follow_up),
    )
    if parent is not None:
        await change(
            work, parent, lambda pool: pools.settle(pool, OriginKind.ESCALATION, event.follow_up)
        )


@heard.on(ReferralMade)
async def carry_referral(work: Transaction, event: ReferralMade) -> None:
    origin = Origin(
        kind=OriginKind.REFERRAL, id=event.referral, note=f"referred by {event.mechanism}"
    )
    matter = Carried(origin=origin, title=event.title, serves=event.serves)
    await change(work, event.to, lambda pool: pools.carry(pool, matter))


@heard.on(DecisionAdopted)
async def announce(work: Transaction, event: DecisionAdopted) -> None:
    """A decision taken by silence between meetings is announced at the next one."""
    if event.mode is not DecisionMode.SILENCE or event.meeting is not None:
        return
    origin = Origin(kind=OriginKind.ANNOUNCEMENT, id=event.symbol)
    title = f"Announcement of {event.symbol}, adopted by silence"
    matter = Carried(origin=origin, title=title, serves=event.decision.serves)
    await change(work, event.mechanism, lambda pool: pools.carry(pool, matter))


@heard.on(RestrictionSet)
async def restrict_items(work: Transaction, event: RestrictionSet) -> None:
    """Feeds and mail show what agendas say, so they say it at once, also of what is adopted."""
    await restrict_hanging_on(work, [event.meeting])


@heard.on(*TYING)
async def restrict_late(work: Transaction, event: Event) -> None:
    """What a matter belongs to may be heard after an agenda with it went out."""
    if await work.session.scalar(restrictions.RESTRICTED_IN.limit(1)):
        await restrict_hanging_on(work, [one.thing for one in ties(event)])


async def change(work: Transaction, mechanism: str, how: Callable[[Pool], Pool]) -> None:
    """Change the pool of `mechanism`, and with it its coming provisional agenda."""
    pool = await pool_of(work, mechanism)
    changed = how(pool)
    if changed != pool:
        await revise_coming(work, await POOLS.save(work, changed))


async def pool_of(work: Transaction, mechanism: str) -> Pool:
    """The mechanism's pool; it may be needed before the mechanism itself was heard of."""
    pool = await POOLS.find(work.session, mechanism)
    return pool or await POOLS.add(work, Pool(id=mechanism, mechanism=mechanism))
