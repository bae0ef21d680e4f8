"""The routes of polls."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response
from pydantic import BaseModel

from events.vocabulary import Identifier
from services.http.desk import Desk, Paged, desk_of, office_of, reader_of, shown
from services.inputs import Reason
from services.reading import Reader
from services.records import Page
from services.scheduling.commands import asking, choosing
from services.scheduling.commands import polls as commands
from services.scheduling.rules import poll as rules
from services.scheduling.rules.poll import Poll, Stage, Standing
from services.scheduling.tables import POLLS

routes = APIRouter()
Here = Annotated[Desk, Depends(desk_of("scheduling"))]
Reading = Annotated[Reader, Depends(reader_of("scheduling"), scope="function")]


class Tally(BaseModel):
    """A poll at a glance: who is silent, whose answer binds, and every slot, the best first.

    While it waits, `near` has the dates that are beside something, and `unsure` those that may yet
    be a day off, as when the poll was opened; of dates that suit alike these come last.
    """

    poll: str
    stage: Stage
    silent: tuple[str, ...]
    binding: tuple[str, ...]
    slots: list[Standing]
    near: dict[Identifier, tuple[str, ...]] = {}
    unsure: dict[Identifier, tuple[str, ...]] = {}


@routes.get("/polls")
async def list_polls(
    reader: Reading,
    paging: Paged,
    mechanism: str | None = None,
    meeting: str | None = None,
    stage: Stage | None = None,
) -> Page[Poll]:
    """Polls, in order of their id; all of them, or those that fit every filter given."""
    return await reader.page(POLLS, paging, mechanism=mechanism, meeting=meeting, stage=stage)


@routes.get("/polls/{poll}", response_model=Poll)
async def read_poll(poll: str, reader: Reading) -> Response:
    """A poll with what every party said; comments are for the secretary and one's own party."""
    return shown(await reader.get(POLLS, poll))


@routes.get("/polls/{poll}/tally")
async def read_tally(poll: str, request: Request, reader: Reading) -> Tally:
    """How the slots stand, the best first, and what stands against them."""
    found = await reader.get(POLLS, poll)
    now = office_of(request, "scheduling").clock.now()
    near, unsure = await asking.doubts(reader, found, now)
    return Tally(
        poll=found.id,
        stage=found.stage,
        silent=found.silent,
        binding=found.binding,
        slots=rules.tally(found, {*near, *unsure}),
        near=near,
        unsure=unsure,
    )


@routes.post("/meetings/{meeting}/polls", status_code=201, response_model=asking.Opened)
async def open_poll(meeting: str, body: asking.NewPoll, desk: Here) -> Response:
    """Ask the parties which of some dates suits them."""
    return await desk.run(asking.open_poll, meeting, body, status=201)


@routes.post("/polls/{poll}/answers", response_model=Poll)
async def answer(poll: str, body: commands.Reply, desk: Here) -> Response:
    """Answer for one's party; what it said before no longer counts."""
    return await desk.run(commands.answer, poll, body)


@routes.post("/polls/{poll}/closing", response_model=choosing.Chosen)
async def close(poll: str, body: choosing.Choice, desk: Here) -> Response:
    """Choose a slot, and convoke the meeting for it, or move it there; other polls end with it.

    Refused where national coordinators said no to it, where fewer can come than make a quorum, or
    while some may still answer, unless it is chosen despite_answers.
    """
    return await desk.run(choosing.close, poll, body)


@routes.post("/polls/{poll}/withdrawal", response_model=Poll)
async def withdraw(poll: str, body: Reason, desk: Here) -> Response:
    """Give the poll up; the meeting stays planned."""
    return await desk.run(commands.withdraw, poll, body)


@routes.post("/polls/{poll}/links", status_code=201, response_model=commands.Link)
async def make_link(poll: str, body: commands.LinkFor, desk: Here) -> Response:
    """Make a page on which a party answers without an account."""
    return await desk.run(commands.make_link, poll, body, status=201)
