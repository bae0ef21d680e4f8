"""The pages of plans: the list of them, and one with its search, its year, and what came of it."""

from collections import Counter, defaultdict
from collections.abc import Collection
from itertools import groupby
from typing import Annotated, Any
from urllib.parse import quote

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse
from pydantic import ValidationError
from sqlmodel import col

from services import directory
from services.http import forms
from services.http.desk import Command, office_of, read_for, reader_of
from services.http.pages import SAFETY, Pages
from services.inputs import Reason
from services.planning import commands
from services.planning.queries import being_made, brief_in, polled, replaced, summit_first
from services.planning.rules import curve
from services.planning.rules import picture as drawn
from services.planning.rules import tall_picture as narrow
from services.planning.rules.headway import CURVE
from services.planning.rules.plan import Plan, Stage
from services.planning.rules.poll import Poll
from services.planning.rules.standing import Stage as Held
from services.planning.tables import (
    PLANS,
    POLLS,
    STANDINGS,
    PollRow,
    SearchRow,
    StandingRow,
)
from services.reading import Reader
from services.refusals import NotFoundError, RefusedError

pages = APIRouter(tags=["pages"], default_response_class=HTMLResponse, include_in_schema=False)
Reading = Annotated[Reader, Depends(reader_of("planning"), scope="function")]

drawing = Pages("planning", __package__)
MEASURES = {
    name: getattr(drawn, name) for name in ("LEFT", "TOP", "DAY", "ROW", "RIGHT", "BOTTOM", "BAR")
}

NARROW_MEASURES = {name: getattr(narrow, name) for name in ("WIDTH", "TOP", "DAY", "BAR", "HOST")}


async def picture_of(reader: Reader, key: str, *, tall: bool) -> str:
    """The year of a plan as SVG; NotFoundError or WrongStateError when it can't be drawn."""
    plan = await reader.get(PLANS, key)
    brief = brief_in(await reader.session.get_one(SearchRow, key))
    if tall:
        template = drawing.environment.get_template("tall-year.svg")
        return template.render(p=narrow.tall_picture(brief, plan), **NARROW_MEASURES)
    template = drawing.environment.get_template("year.svg")
    return template.render(p=drawn.picture(brief, plan), **MEASURES)


@pages.get("/plans")
async def index(request: Request, reader: Reading) -> Response:
    """Every plan, the last year and the last plan first."""
    return await listed(request, reader)


@pages.post("/plans")
async def make(request: Request) -> Response:
    """Begin to make a plan, and show how the search goes."""
    sent = await forms.sent(request)
    try:
        body = commands.NewPlan.model_validate(forms.single(sent, "year"))
        made = await forms.carry_out(request, "planning", commands.make, body)
    except ValidationError:
        wrong = "write the year in digits, like 2028"
    except RefusedError as error:
        wrong = str(error)
    else:
        return RedirectResponse(f"/plans/{quote(made['id'])}", 303, headers=SAFETY)
    async with read_for(request, "planning") as reader:
        return await listed(request, reader, wrong)


@pages.get("/plans/{plan}")
async def look(plan: str, request: Request, reader: Reading) -> Response:
    """A plan: its year at a glance, why every date, and what came of each."""
    return await show(request, reader, plan)


@pages.post("/plans/{plan}/stop")
async def stop(plan: str, request: Request) -> Response:
    """End the search with the best so far."""
    return await done(request, plan, commands.interrupt)


@pages.post("/plans/{plan}/accept")
async def accept(plan: str, request: Request) -> Response:
    """Take the dates of the bodies that are marked."""
    sent = await forms.sent(request)
    marked = tuple(sent.get("body", ()))
    if not marked and "all" not in sent:
        return await refused(request, plan, "mark the bodies whose dates you take")
    again = "again" in sent
    parts = (
        commands.Parts(all=True, ask_again=again)
        if "all" in sent
        else commands.Parts(bodies=marked, ask_again=again)
    )
    return await done(request, plan, commands.accept, parts, marked=marked)


@pages.post("/plans/{plan}/dismiss")
async def dismiss(plan: str, request: Request) -> Response:
    """Give up what was not accepted."""
    try:
        reason = Reason.model_validate(forms.single(await forms.sent(request), "reason"))
    except ValidationError:
        return await refused(request, plan, "say why it is given up")
    return await done(request, plan, commands.dismiss, reason)


async def done(
    request: Request, plan: str, command: Command, *args: Any, marked: Collection[str] = ()
) -> Response:
    """The plan's page after a command, or with why it was refused and what was `marked`."""
    try:
        await forms.carry_out(request, "planning", command, plan, *args)
    except RefusedError as error:
        wrong = str(error).replace("say ask_again", "mark that they are asked again")
        return await refused(request, plan, wrong, marked)
    return RedirectResponse(f"/plans/{quote(plan)}", 303, headers=SAFETY)


async def refused(
    request: Request, plan: str, wrong: str, marked: Collection[str] = ()
) -> Response:
    async with read_for(request, "planning") as reader:
        return await show(request, reader, plan, wrong, marked)


async def listed(request: Request, reader: Reader, wrong: str | None = None) -> Response:
    found = [await reader.shown(plan) for plan in await PLANS.all(reader.session)]
    plans = sorted(found, key=lambda plan: (-plan.year, -plan.number))
    now = office_of(request, "planning").clock.now()
    bodies = await directory.everything(reader.session)
    return drawing.draw(
        request,
        "plans.html",
        status=422 if wrong else 200,
        scripts=("act.js",),
        years=[(year, list(several)) for year, several in groupby(plans, lambda plan: plan.year)],
        names={body.mechanism: body.short_name for body in bodies},
        line=drawn.line,
        replaced=await replaced(reader.session, plans),
        next_year=now.year + 1,
        standing=await convoked(reader, now.year),
        acts=forms.offered(request),
        wrong=wrong,
    )


async def convoked(reader: Reader, since: int) -> list[tuple[int, int]]:
    """The years from `since` on in which meetings are convoked, and how many."""
    found = await STANDINGS.all(reader.session, col(StandingRow.year) >= since)
    hidden = await reader.hidden_among(one.id for one in found)
    return sorted(
        Counter(
            one.year for one in found if one.stage is Held.CONVOKED and one.id not in hidden
        ).items()
    )


async def show(
    request: Request,
    reader: Reader,
    key: str,
    wrong: str | None = None,
    marked: Collection[str] = (),
) -> Response:
    try:
        plan = await reader.get(PLANS, key)
    except NotFoundError as error:
        return drawing.draw(request, "plan-missing.html", status=404, why=str(error))
    row = await reader.session.get_one(SearchRow, key)
    bodies = await summit_first(reader.session)
    points = CURVE.validate_json(row.curve)
    making = plan.stage is Stage.MAKING
    return drawing.draw(
        request,
        "plan.html",
        status=422 if wrong else 200,
        scripts=("act.js", "live.js") if making else ("act.js",),
        plan=plan,
        replaced_by=(await replaced(reader.session, [plan])).get(key),
        names={body.mechanism: body.short_name for body in bodies},
        parts=sorted(plan.open_parts, key=[body.mechanism for body in bodies].index),
        parties={party.id: party.name for body in bodies for party in body.parties},
        line=drawn.line(plan),
        so_far=points[-1] if points else None,
        curve=curve.drawn(points),
        measures=curve,
        stopping=row.stop,
        first=await being_made(reader.session) if making and not points else None,
        acts=forms.offered(request),
        wrong=wrong,
        marked=marked,
        asking=(await polled(reader.session, [plan])).get(key, ()),
        **await what_came_of(reader, plan),
    )


async def what_came_of(reader: Reader, plan: Plan) -> dict[str, Any]:
    """The meetings of the plan that there are by now, and the polls about them."""
    hidden = await reader.hidden_among(one.meeting for one in plan.meetings)
    ids = [one.meeting for one in plan.meetings if one.meeting not in hidden]
    polls: defaultdict[str, list[Poll]] = defaultdict(list)
    for poll in await POLLS.all(reader.session, col(PollRow.meeting).in_(ids)):
        polls[poll.meeting].append(poll)
    standings = await STANDINGS.all(reader.session, col(StandingRow.id).in_(ids))
    return {
        "polls": polls,
        "standings": {one.id: one for one in standings},
    }
