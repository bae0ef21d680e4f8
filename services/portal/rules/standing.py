"""Where a body stands in the loop, told from its meetings and follow-ups.

A body stands where its earliest unfinished meeting stands: minutes that nobody has adopted come
before the next meeting, however far that is planned. With no unfinished meeting it stands where its
last one ended, and with none at all nowhere.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime

from pydantic import BaseModel, ConfigDict

from events.mechanisms import MechanismRegistered
from services.portal.rules.course import PollStage
from services.portal.rules.followup import UNSETTLED
from services.portal.rules.followup import Stage as TaskStage
from services.portal.rules.meeting import (
    AHEAD,
    FINISHED,
    HELD,
    LOOP,
    Busy,
    Meeting,
    Stage,
    busy,
)


class Standing(BaseModel):
    """A body with the meeting that it is at, the next and the last one, and what is owed.

    `follow_ups` counts by stage, `decisions` all that were ever adopted, `unsure` the meetings that
    no longer stand on what their dates stood on, `polls` those about coming meetings by stage.
    `busy` is the next meeting where that is not for the reader.
    """

    model_config = ConfigDict(frozen=True)

    body: MechanismRegistered
    current: Meeting | None
    coming: Meeting | None
    last: Meeting | None
    decisions: int
    follow_ups: Mapping[TaskStage, int]
    unsure: int
    busy: Busy | None = None
    polls: Mapping[PollStage, int] = {}

    @property
    def stage(self) -> Stage | None:
        return self.current.stage if self.current else None

    @property
    def passed(self) -> int:
        """How many stages of the loop it has reached, from 0 to all of LOOP."""
        return LOOP.index(self.current.stage) + 1 if self.current else 0

    @property
    def unsettled(self) -> int:
        """Follow-ups that are neither accepted nor withdrawn."""
        return sum(self.follow_ups.get(stage, 0) for stage in UNSETTLED)

    @property
    def overdue(self) -> int:
        return self.follow_ups.get(TaskStage.OVERDUE, 0)

    @property
    def escalated(self) -> int:
        return self.follow_ups.get(TaskStage.ESCALATED, 0)


def standing(
    body: MechanismRegistered,
    meetings: Sequence[Meeting],
    *,
    decisions: int,
    follow_ups: Mapping[TaskStage, int],
    hidden: Sequence[Meeting] = (),
    polls: Mapping[PollStage, int] = {},
) -> Standing:
    """Where `body` stands with these `meetings` of its own, in any order, and the `hidden` ones."""
    following = coming(meetings)
    return Standing(
        body=body,
        current=current(meetings),
        coming=following,
        busy=busy_before(hidden, following),
        last=max((m for m in meetings if m.stage in HELD), key=by_start, default=None),
        decisions=decisions,
        follow_ups=follow_ups,
        unsure=sum(bool(meeting.findings) for meeting in meetings),
        polls=polls,
    )


def current(meetings: Sequence[Meeting]) -> Meeting | None:
    unfinished = [meeting for meeting in meetings if meeting.stage not in FINISHED]
    if unfinished:
        return min(unfinished, key=by_order)
    adopted = [meeting for meeting in meetings if meeting.stage is Stage.ADOPTED]
    return max(adopted, key=by_order, default=None)


def coming(meetings: Sequence[Meeting]) -> Meeting | None:
    """The first with a date that is not over, or else the first that is planned without one."""
    dated = [meeting for meeting in meetings if meeting.stage in AHEAD]
    if dated:
        return min(dated, key=by_start)
    planned = [meeting for meeting in meetings if meeting.stage is Stage.PLANNED]
    return min(planned, key=by_order, default=None)


def busy_before(hidden: Sequence[Meeting], following: Meeting | None) -> Busy | None:
    """The first of `hidden` with a date that is not over, unless `following` comes before it."""
    first = min((one for one in hidden if one.stage in AHEAD), key=by_start, default=None)
    if first is None or (following and following.span and by_start(following) < by_start(first)):
        return None
    return busy(first)


def by_order(meeting: Meeting) -> tuple[int, int]:
    return meeting.order


def by_start(meeting: Meeting) -> tuple[datetime, tuple[int, int]]:
    return meeting.starts, meeting.order
