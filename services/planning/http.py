"""The routes of planning."""

import asyncio
import csv
import io
from collections.abc import AsyncIterator, Sequence
from typing import Annotated

from fastapi import APIRouter, Depends, Header, Request, Response
from fastapi.responses import StreamingResponse
from fastapi.sse import KEEPALIVE_COMMENT, format_sse_event
from pydantic import BaseModel, Field

from events.road.database import Database
from events.road.session import Session
from events.vocabulary import Actor, Identifier
from services.http.desk import Desk, Paged, desk_of, office_of, reader_of, shown, who_reads
from services.http.streams import STREAM, first_of, streamed
from services.inputs import Reason
from services.planning import commands
from services.planning.pages import picture_of
from services.planning.queries import Since, asked_now, newer, polled, since_asked
from services.planning.rules.asking import AskedNow, Asking
from services.planning.rules.headway import CURVE, Reached
from services.planning.rules.headway import shown as shown_of
from services.planning.rules.plan import Plan, Stage
from services.planning.rules.wishes import said
from services.planning.tables import PLANS, SearchRow
from services.reading import Reader
from services.records import Page

END = "end"


class Shown(Plan):
    """A plan, and which has its place; nothing of it can be accepted then.

    `polls` are those that accepting its dates withdraws; `asked_now` are all that wait about its
    meetings, of whichever plan or of none. `planned_since` are meetings of its year that it does
    not know, and `otherwise_now` those that stand otherwise than it has them; a plan that is made
    from it knows.
    """

    replaced_by: Identifier | None = None
    polls: tuple[Asking, ...] = ()
    asked_now: tuple[AskedNow, ...] = ()
    planned_since: tuple[Identifier, ...] = ()
    otherwise_now: dict[Identifier, str] = Field(
        default={}, examples=[{"customs-heads-2028-1": "convoked for 14 September 2028"}]
    )


routes = APIRouter(tags=["planning"])
Here = Annotated[Desk, Depends(desk_of("planning"))]
Reading = Annotated[Reader, Depends(reader_of("planning"), scope="function")]


class Headway(BaseModel):
    """How far the search is; `now` is none while it has only begun.

    What `wishes` are at last is the `cost` of the plan. Who may not read all that it counts is told
    none of it once the search is over.
    """

    plan: str
    stage: Stage
    now: Reached | None


@routes.get("/plans")
async def list_plans(
    reader: Reading, paging: Paged, year: int | None = None, stage: Stage | None = None
) -> Page[Shown]:
    """Plans, in order of their id; all of them, or those that fit every filter given."""
    page = await reader.page(PLANS, paging, year=year, stage=stage)
    return Page(items=await told_of(reader, page.items), next=page.next)


@routes.get("/plans/{plan}", response_model=Shown)
async def read_plan(plan: str, reader: Reading) -> Response:
    """A plan: every meeting with its date, its host and the wishes it breaks; what was left out."""
    found = await reader.get(PLANS, plan)
    (told,) = await told_of(reader, [found])
    return shown(told)


async def told_of(reader: Reader, plans: Sequence[Plan]) -> list[Shown]:
    by = await newer(reader.session, plans)
    polls = await polled(reader.session, plans)
    asked = await asked_now(reader, plans)
    since = await since_asked(reader, (plan for plan in plans if plan.id not in by))
    nothing = Since()
    return [
        Shown(
            **dict(plan),
            replaced_by=by.get(plan.id) if plan.stage is Stage.PROPOSED else None,
            polls=polls.get(plan.id, ()),
            asked_now=asked[plan.id],
            planned_since=since.get(plan.id, nothing).planned,
            otherwise_now=dict(since.get(plan.id, nothing).otherwise),
        )
        for plan in plans
    ]


@routes.get("/plans/{plan}/progress")
async def read_progress(plan: str, reader: Reading) -> Headway:
    """How far the search for a plan is."""
    return await headway(reader.session, await reader.get(PLANS, plan))


@routes.get("/plans/{plan}/progress/stream", response_class=StreamingResponse, responses=STREAM)
async def stream_progress(
    plan: str,
    request: Request,
    last_event_id: Annotated[str | None, Header(description="`end` after the last one")] = None,
) -> Response:
    """How far the search is, as server-sent events: now, on every change, and last how it ended.

    The last one has the id `end`. Who comes back after it, as every EventSource does, gets 204,
    which tells it to stay away.
    """
    database = office_of(request, "planning").database
    async with database.read() as session:
        await PLANS.get(session, plan)
    if last_event_id == END:
        return Response(status_code=204)
    return streamed(told(database, request.app.state.closing, plan, who_reads(request)))


async def told(
    database: Database, closing: asyncio.Event, plan: str, who: Actor | None
) -> AsyncIterator[bytes]:
    """How far the search is whenever that changes, until it ends or the server closes."""
    said = None
    with database.watched() as changed:
        while not closing.is_set():
            changed.clear()
            async with database.read() as session:
                reader = await Reader.of(session, who)
                found = await headway(session, await reader.get(PLANS, plan))
            over = found.stage is not Stage.MAKING
            if found != said:
                said = found
                yield format_sse_event(
                    data_str=found.model_dump_json(),
                    event="headway",
                    id=END if over else None,
                )
            if over:
                return
            if not await first_of(changed, closing):
                yield KEEPALIVE_COMMENT


async def headway(session: Session, plan: Plan) -> Headway:
    search = await session.get_one(SearchRow, plan.id)
    curve = shown_of(CURVE.validate_json(search.curve), plan)
    now = Reached.model_validate(curve[-1].model_dump(exclude={"cost", "bound"})) if curve else None
    return Headway(plan=plan.id, stage=plan.stage, now=now)


@routes.get("/plans/{plan}/table.csv", response_class=Response)
async def read_table(plan: str, reader: Reading) -> Response:
    """A line a meeting, in the order of dates: CSV (RFC 4180) in UTF-8."""
    found = await reader.get(PLANS, plan)
    text = io.StringIO()
    lines = csv.writer(text)
    lines.writerow(("mechanism", "meeting", "host", "first", "last", "firm", "cost", "broken"))
    for one in found.meetings:
        broken = "; ".join(map(said, one.broken))
        lines.writerow(
            (one.mechanism, one.meeting, one.host, one.first, one.last, one.firm, one.cost, broken)
        )
    return Response(text.getvalue(), media_type="text/csv; charset=utf-8")


@routes.get("/plans/{plan}/picture.svg", response_class=Response)
async def read_picture(plan: str, reader: Reading, tall: bool = False) -> Response:
    """The year as a picture: SVG, a row a body, a bar a meeting; or `tall`, from top to bottom."""
    return Response(await picture_of(reader, plan, tall=tall), media_type="image/svg+xml")


@routes.post("/plans", status_code=201, response_model=Plan)
async def make(body: commands.NewPlan, desk: Here) -> Response:
    """Begin to make a plan of a year; it is proposed when the search ends, or is interrupted."""
    return await desk.run(commands.make, body, status=201)


@routes.post("/plans/{plan}/replanning", status_code=201, response_model=Plan)
async def replan(plan: str, body: commands.Again, desk: Here) -> Response:
    """Begin to make another plan from this one, with as few changes as can be."""
    return await desk.run(commands.replan, plan, body, status=201)


@routes.post("/plans/{plan}/interruption", response_model=Plan)
async def interrupt(plan: str, desk: Here) -> Response:
    """End the search with the best so far; nothing where it has ended already."""
    return await desk.run(commands.interrupt, plan)


@routes.post("/plans/{plan}/acceptance", response_model=commands.Taken)
async def accept(plan: str, body: commands.Parts, desk: Here) -> Response:
    """Take the dates of some bodies or meetings, or of all: delegations are asked in polls."""
    return await desk.run(commands.accept, plan, body)


@routes.post("/plans/{plan}/dismissal", response_model=Plan)
async def dismiss(plan: str, body: Reason, desk: Here) -> Response:
    """Give up what was not accepted."""
    return await desk.run(commands.dismiss, plan, body)
