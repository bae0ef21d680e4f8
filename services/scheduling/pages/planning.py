"""The page below a body's own on which the secretary plans its next meeting."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse
from pydantic import ValidationError

from events.faults import first_fault
from services import directory
from services.http import forms
from services.http.desk import office_of, read_for, reader_of
from services.http.pages import SAFETY, SECRET, Pages
from services.reading import Reader
from services.refusals import RefusedError
from services.scheduling.commands.meetings import Plan, plan_meeting
from services.scheduling.rules.meeting import Stage
from services.scheduling.rules.rotation import year_to_plan
from services.scheduling.tables import MEETINGS, ROTATIONS
from services.steps import steps

pages = APIRouter(tags=["pages"], default_response_class=HTMLResponse, include_in_schema=False)
Reading = Annotated[Reader, Depends(reader_of("scheduling"), scope="function")]

NOTHING: Mapping[str, str] = MappingProxyType({})
ENTERED = ("year", "title", "chair", "restricted", "extraordinary")

drawing = Pages("scheduling", "services.scheduling")


@pages.get("/bodies/{mechanism}/planning")
async def look(mechanism: str, request: Request, reader: Reading, done: str = "") -> Response:
    """The form, or the meeting `done`."""
    return await show(request, reader, mechanism, done=done)


@pages.post("/bodies/{mechanism}/planning")
async def plan(mechanism: str, request: Request) -> Response:
    """Plan a meeting, or say why that cannot be and keep what was entered."""
    sent = await forms.sent(request)
    entered = forms.single(sent, *ENTERED)
    said = {name: words.strip() for name, words in entered.items() if words.strip()}
    co_hosts = sent.get("co_hosts", [])
    try:
        body = Plan.model_validate({**said, "mechanism": mechanism, "co_hosts": co_hosts})
        made = await forms.carry_out(request, "scheduling", plan_meeting, body)
    except ValidationError as error:
        wrong = first_fault(error, "the form")
    except RefusedError as error:
        wrong = str(error)
    else:
        aside = "&restricted" if made["restricted"] else ""
        there = f"/bodies/{quote(mechanism)}/planning?done={quote(made['id'])}{aside}"
        return RedirectResponse(there, 303, headers=SAFETY | SECRET)
    async with read_for(request, "scheduling") as reader:
        await reader.check(mechanism)
        return await show(
            request, reader, mechanism, wrong=wrong, entered=entered, co_hosts=co_hosts
        )


async def show(
    request: Request,
    reader: Reader,
    mechanism: str,
    *,
    done: str = "",
    wrong: str | None = None,
    entered: Mapping[str, str] = NOTHING,
    co_hosts: Sequence[str] = (),
) -> Response:
    body = await directory.find(reader.session, mechanism)
    turns = await reader.get(ROTATIONS, mechanism)
    unseen = await reader.hidden_among([done])
    made = None if unseen else await MEETINGS.find(reader.session, done)
    now = office_of(request, "scheduling").clock.now()
    return drawing.draw(
        request,
        "planning.html",
        status=422 if wrong else 200,
        scripts=("act.js",),
        secret=True,
        body=body,
        turns=turns,
        year=year_to_plan(turns, body.rules, now.year),
        made=await reader.shown(made)
        if made and (made.mechanism, made.stage) == (mechanism, Stage.PLANNED)
        else None,
        hidden=made is None and "restricted" in request.query_params,
        next_steps=steps(
            ahead=True, dated=False, noting=(), restricted=made.restricted if made else False
        ),
        acts=forms.offered(request),
        wrong=wrong,
        entered=entered,
        co_hosts=co_hosts,
    )
