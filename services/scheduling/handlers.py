"""What scheduling does when it hears of mechanisms, of plans, and of what is done for a meeting."""

from events.agendas import AgendaCirculated, SubmissionsClosed
from events.mechanisms import (
    MechanismRegistered,
    MilestoneKind,
    RulesAmended,
)
from events.minutes import MinutesAdopted, MinutesCirculated
from events.plans import PlanPartAccepted
from events.road.handlers import Handlers
from events.road.transaction import Transaction
from events.vocabulary import SYSTEM
from services import coordinators, directory, rotation
from services.scheduling.commands import planned, rechecks
from services.scheduling.rules import backward, routine
from services.scheduling.tables import MEETINGS, ROTATIONS, ROUTINES

heard = Handlers(directory.heard, coordinators.heard)


@heard.on(MechanismRegistered)
async def start_rotation(work: Transaction, event: MechanismRegistered) -> None:
    known = await ROTATIONS.find(work.session, event.mechanism)
    turns = rotation.registered(known, event)
    await (ROTATIONS.add if known is None else ROTATIONS.save)(work, turns)


@heard.on(RulesAmended)
async def reorder_rotation(work: Transaction, event: RulesAmended) -> None:
    if event.rules.host_order:
        turns = await ROTATIONS.get(work.session, event.mechanism)
        await ROTATIONS.save(work, rotation.reorder(turns, event.rules.host_order))


@heard.on(MechanismRegistered)
async def start_routines(work: Transaction, event: MechanismRegistered) -> None:
    for party in event.parties:
        known = await ROUTINES.find(work.session, party.id)
        if known is None:
            await ROUTINES.add(work, routine.start(event.mechanism, party))
        elif known.facts != party:
            await ROUTINES.save(work, known.model_copy(update={"facts": party}))
            await rechecks.check(work, party.id)


@heard.on(PlanPartAccepted)
async def ask_about_dates(work: Transaction, event: PlanPartAccepted) -> None:
    for meeting in event.meetings:
        await planned.ask_about(work, event, meeting)


MET_BY = {
    SubmissionsClosed.type: (MilestoneKind.PROPOSALS,),
    AgendaCirculated.type: (MilestoneKind.PROVISIONAL_AGENDA,),
    MinutesCirculated.type: (MilestoneKind.MINUTES,),
    MinutesAdopted.type: (MilestoneKind.MINUTES, MilestoneKind.COMMENTS, MilestoneKind.SILENCE),
}


@heard.on(SubmissionsClosed, AgendaCirculated, MinutesCirculated, MinutesAdopted)
async def meet_milestones(
    work: Transaction,
    event: SubmissionsClosed | AgendaCirculated | MinutesCirculated | MinutesAdopted,
) -> None:
    meeting = await MEETINGS.find(work.session, event.meeting)
    if meeting is None or not meeting.milestones:
        return
    if met := backward.meet(meeting, *MET_BY[event.type], actor=SYSTEM, now=work.now):
        await MEETINGS.apply(work, meeting, met)
