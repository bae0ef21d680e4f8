"""A meeting that is fixed or given up needs no answers to its polls any more."""

from collections.abc import Sequence

from sqlmodel import col

from events.event import Event
from events.road.session import Session
from events.road.transaction import Transaction
from events.vocabulary import SYSTEM
from services.quantities import counted
from services.refusals import WrongStateError
from services.scheduling.rules import poll as rules
from services.scheduling.rules.meeting import Meeting
from services.scheduling.rules.poll import Poll, Stage
from services.scheduling.tables import POLLS, PollRow, RecheckRow

UNANSWERED = (Stage.OPEN, Stage.ENDED)


async def standing_polls(session: Session, meeting: Meeting) -> list[Poll]:
    """Every poll of `meeting` that waits for answers or for a choice."""
    return await POLLS.all(
        session,
        col(PollRow.meeting) == meeting.id,
        col(PollRow.stage).in_(UNANSWERED),
    )


async def check_unanswered(session: Session, meeting: Meeting) -> None:
    """Refuse, with WrongStateError, to throw away what delegations have answered."""
    for poll in await standing_polls(session, meeting):
        if poll.replies:
            of = counted(len(poll.parties), "delegation has", "delegations have")
            raise WrongStateError(
                f"{poll.id}, which {len(poll.replies)} of {of} answered, would be withdrawn with "
                "it; choose one of its dates, or say despite_polls"
            )


async def withdraw_polls(work: Transaction, meeting: Meeting, reason: str) -> tuple[str, ...]:
    """Withdraw every poll of `meeting` that waits for answers or for a choice; their ids.

    The system does: whoever decides on the meeting need not be who may give up a poll.
    """
    standing = await standing_polls(work.session, meeting)
    for poll in standing:
        events = rules.withdraw(poll, reason=reason, actor=SYSTEM)
        await finish(work, poll, events)
    return tuple(poll.id for poll in standing)


async def finish(work: Transaction, poll: Poll, events: Sequence[Event]) -> Poll:
    """The poll closed or withdrawn by `events`, now.

    What it would have come to, and would stand on, is cleared.
    """
    work.session.remove(RecheckRow, poll.id)
    for name in ("poll-reminder", "poll-end"):
        work.clear_deadline(name, poll.id)
    return await POLLS.apply(work, poll.model_copy(update={"over": work.now}), events)
