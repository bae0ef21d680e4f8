"""Reading the portal's copy: where all bodies stand, or one."""

from collections import Counter, defaultdict

from sqlalchemy import func, select
from sqlmodel import col

from events.road.session import Session
from services import directory
from services.portal.rules.decision import Decision
from services.portal.rules.followup import UNSETTLED, FollowUp, Stage
from services.portal.rules.meeting import Meeting
from services.portal.rules.standing import Standing, standing
from services.portal.tables import (
    DECISIONS,
    FOLLOW_UPS,
    MEETINGS,
    DecisionRow,
    FollowUpRow,
    MeetingRow,
)

RECENT = 12


async def standings(session: Session) -> list[Standing]:
    """Where every body stands: the Summit, then the others by their number."""
    meetings: dict[str, list[Meeting]] = defaultdict(list)
    for meeting in await MEETINGS.all(session):
        meetings[meeting.mechanism].append(meeting)
    decisions = await session.execute(
        select(col(DecisionRow.mechanism), func.count()).group_by(col(DecisionRow.mechanism))
    )
    adopted = {row.mechanism: row[1] for row in decisions}
    owed = await session.execute(
        select(col(FollowUpRow.mechanism), col(FollowUpRow.stage), func.count()).group_by(
            col(FollowUpRow.mechanism), col(FollowUpRow.stage)
        )
    )
    follow_ups: dict[str, dict[Stage, int]] = defaultdict(dict)
    for mechanism, stage, number in owed:
        follow_ups[mechanism][Stage(stage)] = number
    return [
        standing(
            body,
            meetings[body.mechanism],
            decisions=adopted.get(body.mechanism, 0),
            follow_ups=follow_ups[body.mechanism],
        )
        for body in await directory.everything(session)
    ]


async def standing_of(session: Session, mechanism: str) -> tuple[Standing, list[Meeting]]:
    """Where one body stands, and its meetings, the latest first; NotFoundError for no body."""
    body = await directory.find(session, mechanism)
    meetings = await MEETINGS.all(session, col(MeetingRow.mechanism) == mechanism)
    owed = Counter(
        Stage(stage)
        for stage in await session.scalars(
            select(col(FollowUpRow.stage)).where(col(FollowUpRow.mechanism) == mechanism)
        )
    )
    adopted = await session.scalar(
        select(func.count()).where(col(DecisionRow.mechanism) == mechanism)
    )
    found = standing(body, meetings, decisions=adopted or 0, follow_ups=owed)
    return found, sorted(meetings, key=lambda meeting: meeting.order, reverse=True)


async def recent_decisions(session: Session, mechanism: str) -> list[Decision]:
    """The last decisions of a body, the newest first."""
    rows = await session.scalars(
        select(DecisionRow)
        .where(col(DecisionRow.mechanism) == mechanism)
        .order_by(
            col(DecisionRow.adopted).desc(),
            func.length(col(DecisionRow.id)).desc(),
            col(DecisionRow.id).desc(),
        )
        .limit(RECENT)
    )
    return [DECISIONS.state.model_validate_json(row.document) for row in rows]


async def unsettled_follow_ups(session: Session, mechanism: str) -> list[FollowUp]:
    """What is still owed in a body: the most pressing first, then by due date."""
    found = await FOLLOW_UPS.all(
        session, col(FollowUpRow.mechanism) == mechanism, col(FollowUpRow.stage).in_(UNSETTLED)
    )
    return sorted(found, key=lambda task: (UNSETTLED.index(task.stage), task.due, task.id))
