"""The pages of polls: one that shows how a poll stands, and one that a secret link leads to."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse
from pydantic import ValidationError

from events.faults import first_fault
from events.moments import Span
from events.road.session import Session
from events.vocabulary import Actor
from services import directory
from services.http import forms
from services.http.desk import Desk, office_of, reader_of, reading
from services.http.pages import SAFETY, Pages
from services.reading import Reader
from services.refusals import NotFoundError, RefusedError
from services.scheduling.commands import polls as commands
from services.scheduling.rules import poll as rules
from services.scheduling.rules.poll import Poll, Reply
from services.scheduling.tables import MEETINGS, POLLS

pages = APIRouter(tags=["pages"], default_response_class=HTMLResponse, include_in_schema=False)
Reading = Annotated[Session, Depends(reading("scheduling"), scope="function")]
Unguarded = Annotated[Reader, Depends(reader_of("scheduling", guarded=False), scope="function")]

drawing = Pages("scheduling", __package__)


@pages.get("/polls/by-link/{token}")
async def ask(token: str, request: Request, session: Reading) -> Response:
    """The poll, with a form for the party whom the link is for."""
    try:
        poll, actor = await commands.behind_link(session, token)
    except NotFoundError as error:
        return missing(request, error)
    return await show(request, session, poll, actor)


@pages.post("/polls/by-link/{token}")
async def take(token: str, request: Request) -> Response:
    """Take the form's answers, and show the poll again."""
    office = office_of(request, "scheduling")
    try:
        async with office.database.read() as session:
            poll, actor = await commands.behind_link(session, token)
    except NotFoundError as error:
        return missing(request, error)
    sent = await forms.sent(request)
    entered = forms.single(sent, *sent)
    answers = {slot: said for slot, said in entered.items() if slot != "comment"}
    try:
        reply = commands.Reply.model_validate(
            {"answers": answers, "comment": entered.get("comment")}
        )
        await Desk(office, request, actor, None).run(commands.answer, poll.id, reply)
    except RefusedError as error:
        wrong = str(error)
    except ValidationError as error:
        wrong = first_fault(error, "the answer")
    else:
        return RedirectResponse(f"/polls/by-link/{token}", 303, headers=SAFETY)
    async with office.database.read() as session:
        return await show(request, session, poll, actor, wrong=wrong, entered=entered)


@pages.get("/polls/{poll}")
async def look(poll: str, request: Request, reader: Unguarded) -> Response:
    """How a poll stands, at a glance."""
    try:
        found = await reader.get(POLLS, poll)
    except NotFoundError as error:
        return missing(request, error)
    return await show(request, reader.session, found, None)


def missing(request: Request, error: NotFoundError) -> Response:
    return drawing.draw(request, "poll-missing.html", status=404, why=str(error))


async def show(
    request: Request,
    session: Session,
    poll: Poll,
    asked: Actor | None,
    wrong: str | None = None,
    entered: Mapping[str, str] = MappingProxyType({}),
) -> Response:
    """The page of `poll`; with a form for the party of `asked`.

    Where that was refused: with what was `wrong` with it, and all that was `entered`.
    """
    poll = poll.told(asked) if asked else poll
    known = await directory.find(session, poll.mechanism)
    mine = next((party for party in known.parties if asked and party.id == asked.party), None)
    said = poll.replies.get(mine.id) if mine else None
    return drawing.draw(
        request,
        "poll.html",
        status=422 if wrong else 200,
        poll=poll,
        meeting=await MEETINGS.get(session, poll.meeting),
        body=known,
        standings=rules.tally(poll),
        names={party.id: party.name for party in known.parties},
        mine=mine,
        said=said,
        entered=entered or entered_by(said),
        there=lambda span: span_in(span, mine.zone) if mine else span,
        wrong=wrong,
    )


def entered_by(said: Reply | None) -> dict[str, str]:
    """What the form shows of an answer that was given before."""
    return {**said.answers, "comment": said.comment or ""} if said else {}


def span_in(span: Span, zone: str) -> Span:
    """The same time as clocks in `zone` show it."""
    return Span(starts=span.starts.of(span.starts.at, zone), ends=span.ends.of(span.ends.at, zone))
