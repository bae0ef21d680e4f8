"""The page of a poll: how it stands, at a glance, and what the secretary may do about it."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse
from pydantic import ValidationError

from events.faults import first_fault
from services.http import forms
from services.http.addresses import address_of
from services.http.desk import Command, office_of, read_for, reader_of
from services.http.languages import ENGLISH
from services.http.pages import SAFETY
from services.inputs import Reason
from services.reading import Reader
from services.refusals import NotFoundError, RefusedError, StaleError
from services.scheduling.commands import choosing
from services.scheduling.commands import polls as commands
from services.scheduling.commands.withdrawing import UNANSWERED
from services.scheduling.pages.entries import in_words
from services.scheduling.pages.poll_facts import drawing, told
from services.scheduling.pages.spoken import in_words_of_page
from services.scheduling.rules.poll import Poll
from services.scheduling.tables import POLLS

pages = APIRouter(tags=["pages"], default_response_class=HTMLResponse, include_in_schema=False)
Unguarded = Annotated[Reader, Depends(reader_of("scheduling", guarded=False), scope="function")]

NOTHING: Mapping[str, str] = MappingProxyType({})


@pages.get("/polls/{poll}")
async def look(poll: str, request: Request, reader: Unguarded) -> Response:
    """How a poll stands, at a glance."""
    return await show(request, reader, poll)


@pages.post("/polls/{poll}/close")
async def close(poll: str, request: Request) -> Response:
    """Choose one of the dates, and convoke the meeting for it, or move it there."""
    sent = await forms.sent(request)
    entered = {name: value for name, value in forms.single(sent, *sent).items() if value.strip()}
    try:
        choice = choosing.Choice.model_validate(entered)
    except ValidationError as error:
        return await refused(request, poll, first_fault(error, "the choice"), entered)
    return await done(request, poll, choosing.close, choice, entered)


@pages.post("/polls/{poll}/links")
async def give_links(poll: str, request: Request) -> Response:
    """Make a link for each delegation, and show them this once."""
    made: dict[str, str] = {}
    async with read_for(request, "scheduling") as reader:
        try:
            asked = await reader.get(POLLS, poll)
        except NotFoundError as error:
            return missing(request, error)
    for party in asked.parties:
        named = commands.LinkFor(party=party)
        try:
            link = await forms.carry_out(request, "scheduling", commands.make_link, poll, named)
        except RefusedError as error:
            return await refused(request, poll, str(error))
        made[party] = f"{address_of(request)}{link['address']}"
    async with read_for(request, "scheduling") as reader:
        return await show(request, reader, poll, links=made)


@pages.post("/polls/{poll}/withdraw")
async def withdraw(poll: str, request: Request) -> Response:
    """Give the poll up."""
    try:
        reason = Reason.model_validate(forms.single(await forms.sent(request), "reason"))
    except ValidationError:
        return await refused(request, poll, "say why the poll is withdrawn")
    return await done(request, poll, commands.withdraw, reason)


async def done(
    request: Request,
    poll: str,
    command: Command,
    body: choosing.Choice | Reason,
    entered: Mapping[str, str] = NOTHING,
) -> Response:
    """The poll's page after a command, or with why it was refused and what was `entered`."""
    try:
        await forms.carry_out(request, "scheduling", command, poll, body)
    except StaleError as error:  # the form shows the meeting as it is by now
        kept = {name: said for name, said in entered.items() if name != "place"}
        lost = {name: said for name, said in entered.items() if name == "place"}
        return await refused(request, poll, str(error), kept, lost)
    except RefusedError as error:
        return await refused(request, poll, str(error), entered)
    return RedirectResponse(f"/polls/{poll}", 303, headers=SAFETY)


async def refused(
    request: Request,
    poll: str,
    wrong: str,
    entered: Mapping[str, str] = NOTHING,
    lost: Mapping[str, str] = NOTHING,
) -> Response:
    async with read_for(request, "scheduling") as reader:
        return await show(request, reader, poll, wrong, entered, lost)


def missing(request: Request, error: NotFoundError) -> Response:
    return drawing.draw(request, "poll-missing.html", status=404, why=str(error))


async def show(
    request: Request,
    reader: Reader,
    key: str,
    wrong: str | None = None,
    entered: Mapping[str, str] = NOTHING,
    lost: Mapping[str, str] = NOTHING,
    links: Mapping[str, str] = NOTHING,
) -> Response:
    """The page of a poll, with what the secretary may do about it, and `links` just made.

    Its form has what was `entered`; what was and is `lost`, or all where there is no form, is
    beside it.
    """
    try:
        poll = await reader.get(POLLS, key)
    except NotFoundError as error:
        return missing(request, error)
    now = office_of(request, "scheduling").clock.now()
    known = await told(reader, poll, ENGLISH, now)
    whole = await POLLS.get(reader.session, key)
    acts = forms.offered(request) and poll.stage in UNANSWERED
    return drawing.draw(
        request,
        "poll.html",
        status=422 if wrong else 200,
        scripts=("act.js", "copy.js"),
        secret=bool(links),
        acts=acts,
        wrong=wrong and in_words_of_page(wrong, known["names"]),
        entered=entered,
        lost=in_words(lost if acts else {**entered, **lost}),
        links=links,
        unseen=notes(whole) - notes(poll),
        **known | ({} if acts else {"near": NOTHING}),
    )


def notes(poll: Poll) -> int:
    """How many delegations wrote to the secretary with their answer."""
    return sum(bool(reply.notes) for reply in poll.replies.values())
