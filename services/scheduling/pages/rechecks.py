"""The page of coming meetings and polls that no longer stand on what their dates stood on."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Annotated, Any
from urllib.parse import quote

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse
from pydantic import ValidationError
from sqlmodel import col

from events.meetings import Change
from events.road.session import Session
from services import directory
from services.http import forms
from services.http.desk import Command, office_of, read_for, reader_of
from services.http.pages import SAFETY, Pages
from services.inputs import Reason
from services.reading import Reader
from services.refusals import RefusedError, StaleError
from services.scheduling.commands import rechecks as commands
from services.scheduling.commands.withdrawing import UNANSWERED
from services.scheduling.rules.meeting import Meeting
from services.scheduling.rules.poll import Poll
from services.scheduling.rules.recheck import DATA, Recheck
from services.scheduling.tables import (
    MEETINGS,
    POLLS,
    RECHECKS,
    MeetingRow,
    PollRow,
    RecheckRow,
)

pages = APIRouter(tags=["pages"], default_response_class=HTMLResponse, include_in_schema=False)
Reading = Annotated[Reader, Depends(reader_of("scheduling"), scope="function")]

KINDS = {
    Change.DAY_OFF: "a day off",
    Change.MAY_BE_OFF: "perhaps a day off",
    Change.CLOCKS: "other clocks",
    Change.HOURS: "other office hours",
}

NOTHING: Mapping[str, str] = MappingProxyType({})

drawing = Pages("scheduling", "services.scheduling")
drawing.environment.globals["KINDS"] = KINDS


@dataclass(frozen=True, slots=True)
class Known:
    """What a reader may see of what is checked: coming meetings, the soonest first, and polls.

    `asking` are, by meeting, those that ask for another date of one that has a date.
    """

    checks: Mapping[str, Recheck]
    coming: Sequence[Meeting]
    polls: Sequence[tuple[Recheck, Meeting]]
    asking: Mapping[str, Sequence[Poll]]

    @property
    def meetings(self) -> list[Meeting]:
        """Those with something to look at."""
        return [one for one in self.coming if otherwise(self.checks[one.id])]


@pages.get("/rechecks")
async def index(request: Request, reader: Reading) -> Response:
    """Every meeting and every poll with something to look at, the soonest meeting first."""
    return await listed(request, reader, stands=request.query_params.get("stands"))


@pages.post("/rechecks/{meeting}/settle")
async def settle(meeting: str, request: Request) -> Response:
    """Let a meeting or a poll stand as it is, and say so."""
    ask = "say why it may stand as it is"
    return await done(request, commands.settle, meeting, ask, f"?stands={quote(meeting)}")


@pages.post("/rechecks/{meeting}/recount")
async def recount(meeting: str, request: Request) -> Response:
    """Count the deadlines of a meeting again."""
    return await done(request, commands.recount, meeting, "say why they are counted again")


async def done(
    request: Request, command: Command, meeting: str, ask: str, said: str = ""
) -> Response:
    """The page after a command, or with why it was refused; `ask` is said where no reason is."""
    sent = await forms.sent(request)
    entered = forms.single(sent, "reason")
    try:
        reason = Reason.model_validate(entered)
        seen = forms.seen_in(sent)
        await forms.carry_out(request, "scheduling", command, meeting, reason, seen=seen)
    except ValidationError:
        wrong = ask
    except StaleError:
        wrong = "what is found has changed since you opened this; look again, and say it then"
    except RefusedError as error:
        wrong = str(error)
    else:
        return RedirectResponse(f"/rechecks{said}", 303, headers=SAFETY)
    async with read_for(request, "scheduling") as reader:
        return await listed(
            request, reader, f"{meeting}: {wrong}", reasons={meeting: entered.get("reason", "")}
        )


async def listed(
    request: Request,
    reader: Reader,
    wrong: str | None = None,
    stands: str | None = None,
    reasons: Mapping[str, str] = NOTHING,
) -> Response:
    known = await known_to(request, reader)
    return drawing.draw(
        request,
        "rechecks.html",
        status=422 if wrong else 200,
        scripts=("act.js",),
        meetings=known.meetings,
        standing=[
            (one, known.checks[one.id].fixed_on_days_off, known.checks[one.id].settled)
            for one in known.coming
            if known.checks[one.id].fixed_on_days_off or known.checks[one.id].settled
        ],
        polls=known.polls,
        stands=known.checks.get(stands or ""),
        asking=known.asking,
        found=known.checks,
        data=DATA,
        acts=forms.offered(request),
        wrong=wrong,
        reasons=reasons,
        **await called(reader.session),
    )


async def called(session: Session) -> dict[str, Any]:
    """The names of bodies and of parties."""
    known = await directory.everything(session)
    return {
        "bodies": {body.mechanism: body.short_name for body in known},
        "names": {party.id: party.name for body in known for party in body.parties},
    }


async def known_to(request: Request, reader: Reader) -> Known:
    session = reader.session
    checks = {one.id: one for one in await RECHECKS.all(session, reader.may_see(RecheckRow.id))}
    now = office_of(request, "scheduling").clock.now()
    coming = await MEETINGS.all(
        session, col(MeetingRow.id).in_(list(checks)), col(MeetingRow.starts) > now
    )
    return Known(
        checks=checks,
        coming=sorted(coming, key=lambda one: (one.span and one.span.starts.at, one.id)),
        polls=[
            (one, await MEETINGS.get(session, one.asks_for))
            for one in checks.values()
            if one.asks_for and otherwise(one)
        ],
        asking=await still_asking(session, [one.id for one in coming]),
    )


def otherwise(check: Recheck) -> bool:
    return bool(check.findings or check.shifts)


async def still_asking(session: Session, meetings: list[str]) -> dict[str, list[Poll]]:
    """By meeting, the polls that ask for another date of those that have one."""
    asking: defaultdict[str, list[Poll]] = defaultdict(list)
    waiting = col(PollRow.stage).in_(UNANSWERED)
    for poll in await POLLS.all(session, col(PollRow.meeting).in_(meetings), waiting):
        asking[poll.meeting].append(poll)
    return asking
