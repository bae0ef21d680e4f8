"""The routes of planning."""

import csv
import io
from typing import Annotated

from fastapi import APIRouter, Depends, Response
from pydantic import BaseModel

from services.http.desk import Desk, Paged, desk_of, reader_of, shown
from services.inputs import Reason
from services.planning import commands
from services.planning.pages import picture_of
from services.planning.rules.plan import Plan, Stage
from services.planning.tables import PLANS, SearchRow
from services.reading import Reader
from services.records import Page

routes = APIRouter(tags=["planning"])
Here = Annotated[Desk, Depends(desk_of("planning"))]
Reading = Annotated[Reader, Depends(reader_of("planning"), scope="function")]


class Headway(BaseModel):
    """How far the search is, after `spent` seconds.

    `cost` is of the best plan yet, none before there is any; no plan costs less than `bound`. Both
    weigh what is left out, and what moves, more than all wishes.
    """

    plan: str
    stage: Stage
    cost: int | None
    bound: int
    spent: float


@routes.get("/plans")
async def list_plans(
    reader: Reading, paging: Paged, year: int | None = None, stage: Stage | None = None
) -> Page[Plan]:
    """Plans, in order of their id; all of them, or those that fit every filter given."""
    return await reader.page(PLANS, paging, year=year, stage=stage)


@routes.get("/plans/{plan}", response_model=Plan)
async def read_plan(plan: str, reader: Reading) -> Response:
    """A plan: every meeting with its date, its host and the wishes it breaks; what was left out."""
    return shown(await reader.get(PLANS, plan))


@routes.get("/plans/{plan}/progress")
async def read_progress(plan: str, reader: Reading) -> Headway:
    """How far the search for a plan is."""
    found = await reader.get(PLANS, plan)
    search = await reader.session.get_one(SearchRow, plan)
    return Headway(
        plan=found.id,
        stage=found.stage,
        cost=search.cost,
        bound=search.bound,
        spent=search.spent,
    )


@routes.get("/plans/{plan}/table.csv", response_class=Response)
async def read_table(plan: str, reader: Reading) -> Response:
    """A line a meeting, in the order of dates: CSV (RFC 4180) in UTF-8."""
    found = await reader.get(PLANS, plan)
    text = io.StringIO()
    lines = csv.writer(text)
    lines.writerow(("mechanism", "meeting", "host", "first", "last", "firm", "cost", "broken"))
    for one in found.meetings:
        broken = "; ".join(f"{each.text} ({each.cost})" for each in one.broken)
        lines.writerow(
            (one.mechanism, one.meeting, one.host, one.first, one.last, one.firm, one.cost, broken)
        )
    return Response(text.getvalue(), media_type="text/csv; charset=utf-8")


@routes.get("/plans/{plan}/picture.svg", response_class=Response)
async def read_picture(plan: str, reader: Reading) -> Response:
    """The year as a picture: SVG, a row a body, a bar a meeting."""
    return Response(await picture_of(reader, plan), media_type="image/svg+xml")


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


@routes.post("/plans/{plan}/acceptance", response_model=Plan)
async def accept(plan: str, body: commands.Parts, desk: Here) -> Response:
    """Take the dates of some bodies, or of all: their delegations are asked in polls."""
    return await desk.run(commands.accept, plan, body)


@routes.post("/plans/{plan}/dismissal", response_model=Plan)
async def dismiss(plan: str, body: Reason, desk: Here) -> Response:
    """Give up what was not accepted."""
    return await desk.run(commands.dismiss, plan, body)
