"""The routes of followups."""

from typing import Annotated

from fastapi import APIRouter, Depends, Response

from services.followups import commands
from services.followups.rules.followup import FollowUp, Stage
from services.followups.rules.referral import Referral
from services.followups.tables import FOLLOW_UPS, REFERRALS
from services.http.desk import Desk, Paged, desk_of, reader_of, shown
from services.inputs import Reason
from services.reading import Reader
from services.records import Page

routes = APIRouter(tags=["follow-ups"])
Here = Annotated[Desk, Depends(desk_of("followups"))]
Reading = Annotated[Reader, Depends(reader_of("followups"), scope="function")]


@routes.get("/follow-ups")
async def list_follow_ups(
    reader: Reading,
    paging: Paged,
    mechanism: str | None = None,
    party: str | None = None,
    stage: Stage | None = None,
    decision: str | None = None,
) -> Page[FollowUp]:
    """Follow-ups, in order of their id; all of them, or those that fit every filter given."""
    return await reader.page(
        FOLLOW_UPS,
        paging,
        mechanism=mechanism,
        party=party,
        stage=stage,
        decision=decision,
    )


@routes.get("/follow-ups/{follow_up}", response_model=FollowUp)
async def read_follow_up(follow_up: str, reader: Reading) -> Response:
    """What a party must do, by when, and how it stands."""
    return shown(await reader.get(FOLLOW_UPS, follow_up))


@routes.post("/follow-ups/{follow_up}/report", response_model=FollowUp)
async def report(follow_up: str, body: commands.NewReport, desk: Here) -> Response:
    """The responsible party says what it did, with a link to the evidence."""
    return await desk.run(commands.report, follow_up, body)


@routes.post("/follow-ups/{follow_up}/acceptance", response_model=FollowUp)
async def accept(follow_up: str, desk: Here) -> Response:
    """The report is good; nothing more is owed."""
    return await desk.run(commands.accept, follow_up)


@routes.post("/follow-ups/{follow_up}/return", response_model=FollowUp)
async def give_back(follow_up: str, body: Reason, desk: Here) -> Response:
    """The report is not enough; the task is owed again."""
    return await desk.run(commands.give_back, follow_up, body)


@routes.post("/follow-ups/{follow_up}/extension", response_model=FollowUp)
async def extend(follow_up: str, body: commands.Extension, desk: Here) -> Response:
    """Put the due date off."""
    return await desk.run(commands.extend, follow_up, body)


@routes.post("/follow-ups/{follow_up}/withdrawal", response_model=FollowUp)
async def withdraw(follow_up: str, body: Reason, desk: Here) -> Response:
    """Release the party from its task."""
    return await desk.run(commands.withdraw, follow_up, body)


@routes.post("/follow-ups/{follow_up}/referral", status_code=201, response_model=Referral)
async def refer(follow_up: str, body: commands.NewReferral, desk: Here) -> Response:
    """Hand the matter to another mechanism, where it becomes a carried item."""
    return await desk.run(commands.refer, follow_up, body, status=201)


@routes.get("/referrals")
async def list_referrals(
    reader: Reading, paging: Paged, mechanism: str | None = None, to: str | None = None
) -> Page[Referral]:
    """Referrals, in order of their id: all, those of one mechanism, or those to one."""
    return await reader.page(REFERRALS, paging, mechanism=mechanism, to=to)


@routes.get("/referrals/{referral}", response_model=Referral)
async def read_referral(referral: str, reader: Reading) -> Response:
    """A matter that one mechanism handed to another, and whether that took it up."""
    return shown(await reader.get(REFERRALS, referral))
