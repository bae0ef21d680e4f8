"""The pages of plans: the list of them, and one with its search, its year, and what came of it."""

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable
from datetime import date
from itertools import groupby
from typing import Annotated, Any
from urllib.parse import quote

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse
from pydantic import ValidationError
from sqlmodel import col

from events.mechanisms import MechanismRegistered
from services import directory
from services.http import forms
from services.http.desk import Command, office_of, read_for, reader_of
from services.http.pages import SAFETY, Pages
from services.inputs import Reason
from services.planning import commands
from services.planning.queries import (
    Since,
    asked_now,
    being_made,
    brief_in,
    newer,
    polled,
    replaced,
    since_asked,
    summit_first,
)
from services.planning.rules import curve, headway
from services.planning.rules import picture as drawn
from services.planning.rules import tall_picture as narrow
from services.planning.rules.asking import asks_about, span_of
from services.planning.rules.headway import CURVE
from services.planning.rules.plan import Plan, Stage
from services.planning.rules.poll import Poll
from services.planning.rules.standing import Stage as Held
from services.planning.rules.standing import Standing
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

REPLAN = re.compile(r"secretariat plan replan (\S+)")
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
        wrong = on_pages(error)
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


@pages.post("/plans/{plan}/replan")
async def replan(plan: str, request: Request) -> Response:
    """Begin to plan the year again from this plan, and show how the search goes."""
    sent = await forms.sent(request)
    try:
        body = commands.Again(release=tuple(sent.get("release", ())))
        made = await forms.carry_out(request, "planning", commands.replan, plan, body)
    except ValidationError:
        return await refused(request, plan, "mark the meetings that may move")
    except RefusedError as error:
        return await refused(request, plan, on_pages(error))
    return RedirectResponse(f"/plans/{quote(made['id'])}", 303, headers=SAFETY)


@pages.post("/plans/{plan}/accept")
async def accept(plan: str, request: Request) -> Response:
    """Take the dates of the bodies and single meetings that are marked."""
    sent = await forms.sent(request)
    bodies, meetings = tuple(sent.get("body", ())), tuple(sent.get("meeting", ()))
    marked = (*bodies, *meetings)
    if not marked and "all" not in sent:
        return await refused(request, plan, "mark the bodies whose dates you take")
    again = "again" in sent
    parts = (
        commands.Parts(all=True, ask_again=again)
        if "all" in sent
        else commands.Parts(bodies=bodies, meetings=meetings, ask_again=again)
    )
    return await done(request, plan, commands.accept, parts, marked=marked, said="asked")


@pages.post("/plans/{plan}/dismiss")
async def dismiss(plan: str, request: Request) -> Response:
    """Give up what was not accepted."""
    try:
        reason = Reason.model_validate(forms.single(await forms.sent(request), "reason"))
    except ValidationError:
        return await refused(request, plan, "say why it is given up")
    return await done(request, plan, commands.dismiss, reason)


async def done(
    request: Request,
    plan: str,
    command: Command,
    *args: Any,
    marked: Collection[str] = (),
    said: str = "",
) -> Response:
    """The plan's page after a command, which says so, or why it was refused and what `marked`."""
    try:
        await forms.carry_out(request, "planning", command, plan, *args)
    except RefusedError as error:
        return await refused(request, plan, on_pages(error), marked)
    address = f"/plans/{quote(plan)}"
    return RedirectResponse(f"{address}?{said}" if said else address, 303, headers=SAFETY)


def on_pages(error: RefusedError) -> str:
    """Why it was refused, with what to do on the pages instead of in a terminal."""
    text = str(error).replace("say ask_again", "mark that they are asked again")
    return REPLAN.sub(r"“Plan the year again” on the page of \1", text)


def in_words_of(page: str) -> Callable[[str], str]:
    """Tells of what `page` offers for an option of the terminal; of none, where that is empty."""
    return lambda text: text.replace(" (--release)", page)


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
        again=await planned_again(reader, plans, now.year),
        next_year=now.year + 1,
        standing=await convoked(reader, now.year),
        acts=forms.offered(request),
        wrong=wrong,
    )


async def planned_again(reader: Reader, plans: list[Plan], since: int) -> dict[int, str]:
    """By year, from `since` on, the plan from which it is planned again: the last that stands."""
    ready = [plan for plan in plans if plan.meetings and plan.year >= since]
    old = await newer(reader.session, ready)
    in_order = sorted(ready, key=lambda plan: (plan.stage is not Stage.DISMISSED, plan.number))
    return {plan.year: plan.id for plan in in_order if plan.id not in old}


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
    points = headway.shown(CURVE.validate_json(row.curve), plan)
    making = plan.stage is Stage.MAKING
    later = (await newer(reader.session, [plan])).get(key)
    now, acts = office_of(request, "planning").clock.now(), forms.offered(request)
    again = acts and plan.meetings and not later and plan.year >= now.year
    came_of = await what_came_of(reader, plan)
    held = held_of(bodies, came_of["standings"].values(), now.date())
    return drawing.draw(
        request,
        "plan.html",
        status=422 if wrong else 200,
        scripts=("act.js", "live.js") if making else ("act.js",),
        plan=plan,
        replaced_by=later if plan.stage is Stage.PROPOSED else None,
        newer=later,
        just_asked="asked" in request.query_params,
        names={body.mechanism: body.short_name for body in bodies},
        parts=sorted(plan.open_parts, key=[body.mechanism for body in bodies].index),
        asks_about=asks_about,
        span_of=span_of,
        parties={party.id: party.name for body in bodies for party in body.parties},
        line=drawn.line(plan),
        so_far=points[-1] if points else None,
        curve=curve.drawn(points),
        measures=curve,
        stopping=row.stop,
        first=await being_made(reader.session) if making and not points else None,
        acts=acts,
        again=again,
        held=held,
        told=in_words_of(" (mark it under “Plan it again”)" if again and held else ""),
        wrong=wrong,
        marked=marked,
        asking=(await polled(reader.session, [plan])).get(key, ()),
        asked_now=(await asked_now(reader, [plan]))[key],
        since=Since() if later else (await since_asked(reader, [plan]))[key],
        decided=[one for one in plan.meetings if any(each.let_stand for each in one.broken)],
        costly=[one for one in plan.meetings if not all(each.let_stand for each in one.broken)],
        **came_of,
    )


def held_of(
    bodies: Iterable[MechanismRegistered], standings: Iterable[Standing], today: date
) -> list[Standing]:
    """The meetings that a replan moves only where the secretary releases them."""
    above = {body.parent for body in bodies}
    return [
        one
        for one in standings
        if one.mechanism in above and one.stage is Held.CONVOKED and one.first and one.first > today
    ]


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
        "restricted": hidden,
        "elsewhere": {
            one.meeting
            for one in plan.meetings
            for waiting in [[poll for poll in polls[one.meeting] if poll.waits]]
            if waiting and not any(asks_about(poll, one.first) for poll in waiting)
        },
    }
