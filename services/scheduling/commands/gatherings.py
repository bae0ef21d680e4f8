"""Who comes to meetings, and what else these people have to do or may have to."""

from datetime import datetime
from hashlib import sha256

from sqlmodel import col

from events.moments import Span
from events.road.session import Session
from services import coordinators, directory
from services.gaps import answers
from services.icalendar.clocks import span_on_clocks
from services.reading import Reader
from services.scheduling.commands.withdrawing import UNANSWERED
from services.scheduling.queries import calendar_of
from services.scheduling.rules.meeting import Meeting, Stage, busy
from services.scheduling.rules.poll import tally
from services.scheduling.rules.rhythm import Rhythm, rhythm
from services.scheduling.rules.slots.search import Asked, Delegate, Engagement, Side
from services.scheduling.tables import MEETINGS, POLLS, MeetingRow, PollRow

HELD = (Stage.SCHEDULED, Stage.OPEN)
RESTRICTED = "a restricted meeting"


async def delegates(session: Session) -> dict[str, dict[str, Delegate]]:
    """Who comes to each mechanism for each party; somebody of one name is one person."""
    people: dict[str, dict[str, Delegate]] = {}
    for row in await coordinators.everybody(session):
        people.setdefault(row.mechanism, {})[row.party] = Delegate(
            id=sha256(f"{row.party} {row.name}".encode()).hexdigest()[:16],
            party=row.party,
            name=row.name,
        )
    return people


async def rhythm_of(reader: Reader, meeting: Meeting) -> Rhythm:
    """What the body's other meetings ask of a date, as far as the reader may know of them."""
    own = await MEETINGS.all(
        reader.session,
        col(MeetingRow.mechanism) == meeting.mechanism,
        col(MeetingRow.year).between(meeting.year - 1, meeting.year + 1),
        col(MeetingRow.stage) != Stage.CANCELLED,
    )
    hidden = await reader.hidden_among(one.id for one in own)
    known = [one for one in own if one.id not in hidden or busy(one)]
    body = await directory.find(reader.session, meeting.mechanism)
    return rhythm(meeting, known, body.rules.meetings_per_year)


async def engagements(
    reader: Reader,
    meeting: Meeting,
    people: dict[str, dict[str, Delegate]],
    body: Rhythm,
    first: datetime,
    last: datetime,
) -> tuple[Engagement, ...]:
    """The other meetings between `first` and `last`, and the `body`'s, with who is in them."""
    others = await MEETINGS.all(
        reader.session,
        col(MeetingRow.stage).in_(HELD),
        col(MeetingRow.starts) >= first,
        col(MeetingRow.starts) < last,
        col(MeetingRow.mechanism) != meeting.mechanism,
    )
    hidden = await reader.hidden_among(one.id for one in (*others, *body.others))
    parents = {one.mechanism: one.parent for one in await directory.everything(reader.session)}
    return tuple(
        engagement(
            other,
            span_on_clocks(other.span),
            people.get(other.mechanism, {}),
            RESTRICTED if other.id in hidden else other.title,
            related=answers(meeting.mechanism, other.mechanism, parents),
            same_body=other.mechanism == meeting.mechanism,
            this_comes=body.sides.get(other.id),
        )
        for other in (*others, *body.others)
        if other.span
    )


async def asked(
    reader: Reader, meeting: Meeting, people: dict[str, dict[str, Delegate]]
) -> tuple[Asked, ...]:
    """The other meetings whose delegations are asked for dates, as far as the reader may know.

    Not those dates that everybody has refused.
    """
    polls = await POLLS.all(
        reader.session,
        col(PollRow.stage).in_(UNANSWERED),
        col(PollRow.meeting) != meeting.id,
        reader.may_see(PollRow.meeting),
    )
    ids = {poll.meeting for poll in polls}
    others = await MEETINGS.all(reader.session, col(MeetingRow.id).in_(ids))
    about = {other.id: other for other in others}
    hosts = tuple(sorted({other.turn.host for other in others}))
    calendar = await calendar_of(reader.session, hosts)
    return tuple(
        Asked(
            label=f"{other.title} in {poll.id}",
            place=other.place or calendar.office(other.turn.host).capital,
            host=other.turn.host,
            co_hosts=other.turn.co_hosts,
            delegates=tuple(one.id for one in people.get(other.mechanism, {}).values()),
            dates=tuple(span_on_clocks(one.span) for one in tally(poll) if not one.blocked),
        )
        for poll in polls
        if (other := about.get(poll.meeting))
    )


def engagement(
    other: Meeting,
    span: Span,
    people: dict[str, Delegate],
    label: str,
    *,
    related: bool,
    same_body: bool,
    this_comes: Side | None,
) -> Engagement:
    return Engagement(
        starts=span.starts.at,
        ends=span.ends.at,
        label=label,
        place=other.place,
        host=other.turn.host,
        co_hosts=other.turn.co_hosts,
        delegates=tuple(delegate.id for delegate in people.values()),
        related=related,
        same_body=same_body,
        this_comes=this_comes,
    )
