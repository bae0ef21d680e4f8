"""The page of polls: which wait for answers or for a choice, and what came of the others."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated

from babel.dates import format_skeleton
from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import HTMLResponse
from sqlalchemy import select
from sqlmodel import col

from events.mechanisms import MechanismRegistered
from events.moments import Moment
from events.polls import Answer
from services import directory
from services.http.desk import office_of, reader_of
from services.http.languages import ENGLISH, LOCALES, NAMES, nearest
from services.icalendar.names import party_in
from services.reading import Reader
from services.scheduling.commands.asking import doubts
from services.scheduling.commands.withdrawing import UNANSWERED
from services.scheduling.pages.poll_facts import called_in, drawing
from services.scheduling.rules.asking import zone_of
from services.scheduling.rules.meeting import Meeting
from services.scheduling.rules.meeting import Stage as MeetingStage
from services.scheduling.rules.poll import Poll, Stage, Standing, best_of, tally
from services.scheduling.tables import MEETINGS, POLLS, MeetingRow, PollRow

pages = APIRouter(tags=["pages"], default_response_class=HTMLResponse, include_in_schema=False)
Reading = Annotated[Reader, Depends(reader_of("scheduling"), scope="function")]
BEFORE = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Line:
    """A poll with its meeting and body; `there` is the zone that its dates are shown in."""

    poll: Poll
    meeting: Meeting
    body: MechanismRegistered
    there: str
    doubtful: Collection[str] = ()

    @property
    def closes(self) -> Moment:
        return Moment.of(self.poll.closes.at, self.there)

    @property
    def over(self) -> Moment | None:
        return Moment.of(self.poll.over, self.there) if self.poll.over else None

    @property
    def best(self) -> tuple[Standing, ...]:
        """The dates that suit best so far, all that are equal."""
        return best_of(tally(self.poll, self.doubtful), self.doubtful)

    def awaits(self, party: str | None) -> bool:
        """Whether `party` may still answer, and has not."""
        return self.poll.stage is Stage.OPEN and party in self.poll.silent

    def mark(self, party: str) -> str:
        """How far a delegation is: `unasked`, `silent`, `against` all dates, `bound`, `given`."""
        if party not in self.poll.parties:
            return "unasked"
        reply = self.poll.replies.get(party)
        if reply is None:
            return "silent"
        if set(reply.answers.values()) == {Answer.NO}:
            return "against"
        return "bound" if reply.binding else "given"


@pages.get("/polls")
async def index(request: Request, reader: Reading) -> Response:
    """Polls that wait, the first to close first; then those about coming meetings that are over."""
    lang = nearest(request.query_params.get("language", ENGLISH))
    now = office_of(request, "scheduling").clock.now()
    bodies = {one.mechanism: one for one in await directory.everything(reader.session)}
    waiting, over = await lines(reader, bodies, now)
    mine = reader.who.party if reader.who else None
    parties = [party for body in bodies.values() for party in body.parties]
    return drawing.draw(
        request,
        "polls.html",
        lang=lang,
        languages=NAMES,
        open=[line for line in waiting if line.poll.stage is Stage.OPEN],
        ended=[line for line in waiting if line.poll.stage is Stage.ENDED],
        over=over,
        mine=mine,
        unanswered=sum(line.awaits(mine) for line in waiting),
        names={party.id: party_in(party.id, lang, party.name) for party in parties},
        called=called_in(lang, parties),
        short_day=lambda on: format_skeleton("yMMMEd", on, locale=LOCALES[lang]),
    )


async def lines(
    reader: Reader, bodies: dict[str, MechanismRegistered], now: datetime
) -> tuple[list[Line], list[Line]]:
    """Polls that wait, and those that are over, the last one first."""
    ahead = select(col(MeetingRow.id)).where(
        (col(MeetingRow.stage) == MeetingStage.PLANNED)
        | (col(MeetingRow.stage) == MeetingStage.SCHEDULED) & (col(MeetingRow.starts) > now)
    )
    waits = col(PollRow.stage).in_(UNANSWERED)
    polls = await POLLS.all(
        reader.session,
        reader.may_see(PollRow.id),
        waits | col(PollRow.meeting).in_(ahead),
        col(PollRow.mechanism).in_(list(bodies)),
    )
    about = await MEETINGS.all(
        reader.session, col(MeetingRow.id).in_({poll.meeting for poll in polls})
    )
    meetings = {meeting.id: await reader.shown(meeting) for meeting in about}
    found = [
        line_of(
            poll,
            meetings[poll.meeting],
            bodies[poll.mechanism],
            await doubtful(reader, poll, now),
        )
        for poll in polls
    ]
    waiting = [line for line in found if line.poll.stage in UNANSWERED]
    over = [line for line in found if line.poll.stage not in UNANSWERED]
    return (
        sorted(waiting, key=lambda line: line.poll.closes.at),
        sorted(over, key=lambda line: line.poll.over or BEFORE, reverse=True),
    )


async def doubtful(reader: Reader, poll: Poll, now: datetime) -> Collection[str]:
    """The slots that something stands against, where that decides which of them suits best."""
    if len(best_of(tally(poll))) <= 1:
        return ()
    near, unsure = await doubts(reader, poll, now)
    return {*near, *unsure}


def line_of(
    poll: Poll, meeting: Meeting, body: MechanismRegistered, doubtful: Collection[str]
) -> Line:
    there = zone_of(meeting, {party.id: party for party in body.parties})
    return Line(poll=poll, meeting=meeting, body=body, there=there, doubtful=doubtful)
