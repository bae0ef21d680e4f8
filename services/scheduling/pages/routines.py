"""The pages of when parties work: what is known, and the forms to announce what is otherwise."""

from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime, timedelta
from itertools import islice
from types import MappingProxyType
from typing import Annotated, Any
from urllib.parse import quote
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse
from pydantic import BaseModel, ValidationError

from events.faults import first_fault
from events.vocabulary import Role
from events.working_time import Hours, Ruling, Weekday
from services.http import forms
from services.http.desk import Command, office_of, read_for, reader_of
from services.http.pages import SAFETY, Pages
from services.http.visitors import visitor_of
from services.reading import Reader
from services.refusals import RefusedError, StaleError, UnacceptableError
from services.scheduling.commands import routines as commands
from services.scheduling.commands.routines import Announcement
from services.scheduling.pages.rechecks import KINDS, Known, called, known_to
from services.scheduling.pages.spoken import in_words_of_page
from services.scheduling.queries import calendar_of
from services.scheduling.rules.routine import Routine
from services.scheduling.tables import ROUTINES
from services.working_time.calendar import Calendar
from services.working_time.days import Day, DayKind

pages = APIRouter(tags=["pages"], default_response_class=HTMLResponse, include_in_schema=False)
Reading = Annotated[Reader, Depends(reader_of("scheduling"), scope="function")]
Entered = Mapping[str, str]

NOTHING: Entered = MappingProxyType({})
ONE_DAY = timedelta(days=1)
DAYS_SHOWN = 365
DAYS_NEXT = 2
NEEDED = {
    "on": "say which day it is",
    "ruling": "say whether it is a day off, is worked, or is as the holiday data have it",
    "source": "say what says so, like Decree 112 of the Government",
    "dated": "say of when that is; of what is announced of a day, the later dated holds",
}

CHANGED = (
    "somebody entered a day or other hours since you opened this; those of now are above. Set "
    "yours if they are still to hold"
)

drawing = Pages("scheduling", "services.scheduling")
drawing.environment.globals |= {
    "KINDS": KINDS,
    "RULING": Ruling,
    "WEEKDAYS": list(Weekday),
}


@pages.get("/routines")
async def index(request: Request, reader: Reading) -> Response:
    """The office hours of every party, and its next days off."""
    now = office_of(request, "scheduling").clock.now()
    routines = await ROUTINES.all(reader.session)
    calendar = await calendar_of(reader.session, tuple(one.id for one in routines))
    return drawing.draw(
        request,
        "routines.html",
        routines=sorted(routines, key=lambda one: one.facts.name),
        days_off={
            one.id: list(islice((d for d in ahead(one, calendar, now) if not d.works), DAYS_NEXT))
            for one in routines
        },
    )


@pages.get("/routines/{party}")
async def look(
    party: str,
    request: Request,
    reader: Reading,
    on: date | None = None,
    ruling: Ruling = Ruling.HOLIDAY,
    day: date | None = None,
    dated: date | None = None,
) -> Response:
    """Its days and hours, with `on` and `ruling` in the form; `day` was entered, from `dated`."""
    entered = {"on": f"{on}", "ruling": ruling} if on else NOTHING
    return await show(request, reader, party, entered=entered, ruled=day, dated=dated)


@pages.post("/routines/{party}/days")
async def rule_day(party: str, request: Request) -> Response:
    """Announce what a day is, or say why that cannot be and keep what was entered."""
    return await take(request, party, "days", announcement, commands.rule_day)


@pages.post("/routines/{party}/hours")
async def set_hours(party: str, request: Request) -> Response:
    """Set the hours, or say why that cannot be and keep what was entered."""
    return await take(request, party, "hours", hours, commands.set_hours)


async def take(
    request: Request, party: str, act: str, form: Callable[[forms.Sent], Any], command: Command
) -> Response:
    sent = await forms.sent(request)
    try:
        body = read(form, sent)
        seen = forms.seen_in(sent)
        await forms.carry_out(request, "scheduling", command, party, body, seen=seen)
    except RefusedError as error:
        stale = isinstance(error, StaleError)
        entered = {**forms.single(sent, *sent), "act": act}
        entered["weekend"] = " ".join(sent.get("weekend", ()))
        async with read_for(request, "scheduling") as reader:
            wrong = CHANGED if stale else str(error)
            return await show(request, reader, party, wrong=wrong, entered=entered)
    of = f"day={body.on}&dated={body.dated}" if isinstance(body, Announcement) else "hours"
    return RedirectResponse(f"/routines/{quote(party)}?{of}", 303, headers=SAFETY)


def read(form: Callable[[forms.Sent], BaseModel], sent: forms.Sent) -> BaseModel:
    """What the command is told; UnacceptableError where what was entered makes no sense."""
    try:
        return form(sent)
    except ValidationError as error:
        raise UnacceptableError(first_fault(error, "the form")) from None


def announcement(sent: forms.Sent) -> Announcement:
    entered = forms.single(sent, *Announcement.model_fields)
    for name, ask in NEEDED.items():
        if not entered.get(name, "").strip():
            raise UnacceptableError(ask)
    return Announcement.model_validate(entered)


def hours(sent: forms.Sent) -> Hours:
    lunch = forms.single(sent, "lunch_begins", "lunch_ends")
    if len(lunch) == 1:
        raise UnacceptableError("say when lunch begins and when it ends, or leave both empty")
    return Hours.model_validate(
        {
            **forms.single(sent, "opens", "closes"),
            "lunch": list(lunch.values()) or None,
            "weekend": sent.get("weekend", []),
        }
    )


async def show(
    request: Request,
    reader: Reader,
    party: str,
    *,
    wrong: str | None = None,
    entered: Entered = NOTHING,
    ruled: date | None = None,
    dated: date | None = None,
) -> Response:
    routine = await reader.get(ROUTINES, party)
    now = office_of(request, "scheduling").clock.now()
    calendar = await calendar_of(reader.session, (party,))
    known = await known_to(request, reader)
    return drawing.draw(
        request,
        "routine.html",
        status=422 if wrong else 200,
        scripts=("act.js",),
        routine=routine,
        days=list(ahead(routine, calendar, now)),
        today=today_of(routine, now),
        entered=entered,
        wrong=wrong and in_words_of_page(wrong, {party: routine.facts.name}),
        ruled=routine.holding.get(ruled) if ruled else None,
        dated=dated,
        done="hours" in request.query_params,
        meetings=[one for one in known.meetings if is_about(party, known, one.id, one.turn.host)],
        polls=[pair for pair in known.polls if is_about(party, known, pair[0].id)],
        found=known.checks,
        asking=known.asking,
        reasons=NOTHING,
        enters=may_enter(request, party),
        acts=forms.offered(request),
        **await called(reader.session),
    )


def may_enter(request: Request, party: str) -> bool:
    """Whether the forms are shown: to the secretary, and to the coordinator of `party`."""
    who = visitor_of(request)
    coordinates = who is not None and (who.role, who.party) == (Role.COORDINATOR, party)
    return forms.offered(request) or coordinates


def is_about(party: str, known: Known, key: str, host: str | None = None) -> bool:
    """Whether it is otherwise by `party`; deadlines are counted by the days of the host."""
    check = known.checks[key]
    found = any(one.party == party for one in check.findings)
    return found or (host == party and bool(check.shifts))


def today_of(routine: Routine, now: datetime) -> date:
    return now.astimezone(ZoneInfo(routine.facts.zone)).date()


def ahead(routine: Routine, calendar: Calendar, now: datetime) -> Iterator[Day]:
    """The days off and the made-up working days of a year to come, and all that is announced."""
    today = today_of(routine, now)
    announced = {on for on in routine.holding if on >= today}
    year = {today + number * ONE_DAY for number in range(DAYS_SHOWN)}
    for on in sorted(announced | year):
        day = calendar.day(routine.id, on)
        if on in announced or day.kind in {DayKind.HOLIDAY, DayKind.MADE_UP}:
            yield day
