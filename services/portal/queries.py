"""Reading the portal's copy: where all bodies stand, or one."""

from collections import Counter, defaultdict
from collections.abc import Iterable

from sqlalchemy import func, select
from sqlmodel import col

from services import directory
from services.portal.rules.course import PollStage
from services.portal.rules.decision import Decision
from services.portal.rules.followup import UNSETTLED, FollowUp, Stage
from services.portal.rules.meeting import AHEAD, Busy, Meeting, busy
from services.portal.rules.meeting import Stage as MeetingStage
from services.portal.rules.standing import Standing, standing
from services.portal.tables import (
    COURSES,
    DECISIONS,
    FOLLOW_UPS,
    MEETINGS,
    CourseRow,
    DecisionRow,
    FollowUpRow,
    MeetingRow,
)
from services.reading import Reader

RECENT = 12


async def standings(reader: Reader) -> list[Standing]:
    """Where every body stands: the Summit, then the others by their number.

    As if there were nothing but what the reader may see, and that time is taken.
    """
    session = reader.session
    meetings: dict[str, list[Meeting]] = defaultdict(list)
    every = await MEETINGS.all(session)
    unseen = await reader.hidden_among(meeting.id for meeting in every)
    hidden: dict[str, list[Meeting]] = defaultdict(list)
    for meeting in every:
        (hidden if meeting.id in unseen else meetings)[meeting.mechanism].append(meeting)
    decisions = await session.execute(
        select(col(DecisionRow.mechanism), func.count())
        .where(reader.may_see(DecisionRow.id))
        .group_by(col(DecisionRow.mechanism))
    )
    adopted = {row.mechanism: row[1] for row in decisions}
    owed = await session.execute(
        select(col(FollowUpRow.mechanism), col(FollowUpRow.stage), func.count())
        .where(reader.may_see(FollowUpRow.id))
        .group_by(col(FollowUpRow.mechanism), col(FollowUpRow.stage))
    )
    follow_ups: dict[str, dict[Stage, int]] = defaultdict(dict)
    for mechanism, stage, number in owed:
        follow_ups[mechanism][Stage(stage)] = number
    polls = await polls_about(reader, (one for some in meetings.values() for one in some))
    return [
        standing(
            body,
            meetings[body.mechanism],
            hidden=hidden[body.mechanism],
            polls=polls[body.mechanism],
            decisions=adopted.get(body.mechanism, 0),
            follow_ups=follow_ups[body.mechanism],
        )
        for body in await directory.everything(session)
    ]


async def polls_about(reader: Reader, meetings: Iterable[Meeting]) -> dict[str, Counter[PollStage]]:
    """By body, how many polls about those of `meetings` that are to come stand at each stage."""
    coming = [one.id for one in meetings if one.stage in {MeetingStage.PLANNED, *AHEAD}]
    courses = await COURSES.all(reader.session, col(CourseRow.id).in_(coming))
    found: dict[str, Counter[PollStage]] = defaultdict(Counter)
    for course in courses:
        found[course.mechanism].update(poll.stage for poll in course.polls)
    return found


async def standing_of(reader: Reader, mechanism: str) -> tuple[Standing, list[Meeting | Busy]]:
    """Where one body stands, and its meetings, the latest first; NotFoundError for no body.

    Of a meeting that is not for the reader there is when it takes time, where it does.
    """
    session = reader.session
    body = await directory.find(session, mechanism)
    every = await MEETINGS.all(session, col(MeetingRow.mechanism) == mechanism)
    hidden = await reader.hidden_among(meeting.id for meeting in every)
    meetings = [meeting for meeting in every if meeting.id not in hidden]
    owed = Counter(
        Stage(stage)
        for stage in await session.scalars(
            select(col(FollowUpRow.stage)).where(
                col(FollowUpRow.mechanism) == mechanism, reader.may_see(FollowUpRow.id)
            )
        )
    )
    adopted = await session.scalar(
        select(func.count()).where(
            col(DecisionRow.mechanism) == mechanism, reader.may_see(DecisionRow.id)
        )
    )
    found = standing(
        body,
        meetings,
        hidden=[meeting for meeting in every if meeting.id in hidden],
        decisions=adopted or 0,
        follow_ups=owed,
    )
    told = [busy(meeting) if meeting.id in hidden else meeting for meeting in every]
    return found, sorted(filter(None, told), key=lambda one: one.order, reverse=True)


async def recent_decisions(reader: Reader, mechanism: str) -> list[Decision]:
    """The last decisions of a body, the newest first."""
    rows = await reader.session.scalars(
        select(DecisionRow)
        .where(col(DecisionRow.mechanism) == mechanism, reader.may_see(DecisionRow.id))
        .order_by(
            col(DecisionRow.adopted).desc(),
            func.length(col(DecisionRow.id)).desc(),
            col(DecisionRow.id).desc(),
        )
        .limit(RECENT)
    )
    return [DECISIONS.state.model_validate_json(row.document) for row in rows]


async def decisions_of(reader: Reader, meeting: Meeting) -> list[Decision]:
    """What a meeting decided, in the order of the symbols."""
    found = await DECISIONS.all(
        reader.session,
        col(DecisionRow.mechanism) == meeting.mechanism,
        reader.may_see(DecisionRow.id),
    )
    mine = [decision for decision in found if decision.meeting == meeting.id]
    return sorted(mine, key=lambda decision: (len(decision.id), decision.id))


async def owed_because_of(reader: Reader, decisions: Iterable[Decision]) -> list[FollowUp]:
    """The follow-ups of `decisions`, settled or not, by due date."""
    decided = {decision.id: decision.mechanism for decision in decisions}
    found = await FOLLOW_UPS.all(
        reader.session,
        col(FollowUpRow.mechanism).in_(set(decided.values())),
        reader.may_see(FollowUpRow.id),
    )
    mine = [task for task in found if task.decision in decided]
    return sorted(mine, key=lambda task: (task.due, task.id))


async def unsettled_follow_ups(reader: Reader, mechanism: str) -> list[FollowUp]:
    """What is still owed in a body: the most pressing first, then by due date."""
    found = await FOLLOW_UPS.all(
        reader.session,
        col(FollowUpRow.mechanism) == mechanism,
        col(FollowUpRow.stage).in_(UNSETTLED),
        reader.may_see(FollowUpRow.id),
    )
    return sorted(found, key=lambda task: (UNSETTLED.index(task.stage), task.due, task.id))
