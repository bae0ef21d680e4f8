"""Polls that ask whether a convoked meeting moves, and the dates that it would take there."""

from collections.abc import Iterable, Iterator, Sequence

from events.moments import written
from services.planning.rules.brief import AskedNear, Brief, Firmness, Meeting
from services.planning.rules.dates import ONE_DAY
from services.planning.rules.neighbours import as_meeting, bonds_across
from services.planning.rules.poll import Poll
from services.planning.rules.standing import Stage, Standing


def with_asked_near(brief: Brief, standings: Iterable[Standing], polls: Iterable[Poll]) -> Brief:
    """The brief, each meeting with the dates that polls about convoked ones might take from it."""
    moved = list(if_moved(brief, standings, polls))
    meetings = (
        meeting.model_copy(update={"asked_near": tuple(near(brief, meeting, moved))})
        for meeting in brief.meetings
    )
    return brief.model_copy(update={"meetings": tuple(meetings)})


def if_moved(
    brief: Brief, standings: Iterable[Standing], polls: Iterable[Poll]
) -> Iterator[Meeting]:
    """Each convoked meeting of this year or another on every other date that it is asked about."""
    convoked = {
        **{one.id: as_meeting(one) for one in standings if is_elsewhere(brief, one)},
        **{one.id: one for one in brief.meetings if one.firmness is Firmness.CONVOKED},
    }
    for poll in polls:
        if poll.waits and poll.meeting in convoked:
            stands = convoked[poll.meeting]
            for on in poll.dates:
                if on != stands.on:
                    yield stands.model_copy(update={"on": on})


def is_elsewhere(brief: Brief, standing: Standing) -> bool:
    """Whether it is convoked in another year."""
    convoked = standing.stage is Stage.CONVOKED and standing.first is not None
    return convoked and standing.mechanism in brief.body and standing.id not in brief.meeting


def near(brief: Brief, meeting: Meeting, moved: Sequence[Meeting]) -> Iterator[AskedNear]:
    """By date asked about, those on which `meeting` would be too near."""
    for other in moved:
        for bond in bonds_across(brief, meeting, [other]) if other.id != meeting.id else ():
            assert other.on
            yield AskedNear(
                meeting=other.id,
                first=other.on + bond.low * ONE_DAY,
                last=other.on + bond.high * ONE_DAY,
                text=f"a poll asks whether {other.id} moves to {written(other.on)}: {bond.why}",
            )
