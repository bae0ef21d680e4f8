"""The page on which secret addresses are made, replaced and ended by who is logged in.

The secretary sees all of them there, a coordinator those of the delegation, anybody else their own.
"""

from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse
from pydantic import ValidationError
from sqlalchemy import ColumnElement, or_
from sqlmodel import col

from events.faults import first_fault
from events.subscriptions import ScopeKind, Settings
from events.vocabulary import PARTY_ROLES, Actor
from services import directory, rights
from services.http import forms, wishes
from services.http.addresses import address_of
from services.http.desk import Command, office_of, who_reads
from services.http.pages import Pages
from services.icalendar.wording import WORDS
from services.refusals import RefusedError, UnacceptableError
from services.subscriptions import commands
from services.subscriptions.commands import NewSubscription, Revocation, Shown, WithAddress
from services.subscriptions.tables import SUBSCRIPTIONS, SubscriptionRow, those_of

pages = APIRouter(tags=["pages"], default_response_class=HTMLResponse, include_in_schema=False)
drawing = Pages("subscriptions", __package__)
MOST = 100  # on one page; the rest is found by whose it is
USUAL = Settings()
OFFICE = "the secretariat"  # no id of a party has a space


@pages.get("/subscriptions")
async def index(request: Request) -> Response:
    """The secret addresses that whoever asks may see, without the addresses themselves."""
    return await listed(request, who_reads(request), request.query_params.get("whose", ""))


@pages.post("/subscriptions/shown")
async def show(request: Request) -> Response:
    """The same, for who says only with a form who they are."""
    sent = await forms.sent(request)
    try:
        return await listed(
            request, forms.acting(request), forms.single(sent, "whose").get("whose", "")
        )
    except RefusedError as error:
        return await listed(request, None, wrong=str(error))


@pages.post("/subscriptions")
async def make(request: Request) -> Response:
    """Make a secret address, and show it this once."""
    fields = await forms.sent(request)
    entered = forms.single(fields, *fields)
    try:
        body = wanted(entered)
    except (RefusedError, ValueError) as error:
        fault = first_fault(error, "the form") if isinstance(error, ValidationError) else str(error)
        return await listed(request, who_reads(request), wrong=fault, entered=entered)
    return await listed_after(request, commands.subscribe, body, entered=entered)


@pages.post("/subscriptions/{subscription}/rotation")
async def rotate(subscription: str, request: Request) -> Response:
    """Give it another address, and show that this once."""
    return await listed_after(request, commands.rotate, subscription)


@pages.post("/subscriptions/{subscription}/revocation")
async def revoke(subscription: str, request: Request) -> Response:
    """End it."""
    try:
        body = Revocation.model_validate(forms.single(await forms.sent(request), "reason"))
    except ValidationError as error:
        wrong = first_fault(error, "the reason")
        return await listed(request, who_reads(request), wrong=wrong)
    return await listed_after(request, commands.revoke, subscription, body)


def wanted(entered: dict[str, str]) -> NewSubscription:
    """What the form asks for; ValueError or UnacceptableError where it makes no sense."""
    kind, _, key = entered.get("scope", "").partition(":")
    owner = None
    if "role" in entered:
        party, name = entered.get("party", ""), entered.get("name", "").strip()
        if not party:
            raise UnacceptableError("say for whom: a delegation, or the secretariat itself")
        capacity = "secretary" if party == OFFICE else f"{party}/{entered['role']}"
        owner = f"{capacity} {name}".strip()
    busy = kind == ScopeKind.BUSY  # what a feed has besides is not asked then
    said = {"meetings": "true", "language": entered.get("language", "")} if busy else entered
    return NewSubscription.model_validate(
        {
            "scope": {"kind": kind, "id": key or None},
            "settings": wishes.wished(said),
            "owner": owner,
        }
    )


async def listed_after(
    request: Request, command: Command, *args: Any, entered: dict[str, str] | None = None
) -> Response:
    """The list after a command, with what came of it."""
    try:
        actor = forms.acting(request)
        done = await forms.carry_out(request, "subscriptions", command, *args, guarded=False)
    except RefusedError as error:
        return await listed(request, who_reads(request), wrong=str(error), entered=entered)
    if command is commands.revoke:
        return await listed(request, actor, ended=Shown.model_validate(done))
    made, replaced = WithAddress.model_validate(done), command is commands.rotate
    return await listed(request, actor, made=made, replaced=replaced)


async def listed(
    request: Request,
    actor: Actor | None,
    whose: str = "",
    *,
    made: WithAddress | None = None,
    replaced: bool = False,
    ended: Shown | None = None,
    wrong: str | None = None,
    entered: dict[str, str] | None = None,
) -> Response:
    """The page; for nobody in particular without the list. `entered` is a form that was refused."""
    async with office_of(request, "subscriptions").database.read() as session:
        bodies = {body.mechanism: body for body in await directory.everything(session)}
        page = (
            await SUBSCRIPTIONS.page(
                session, None, MOST, *matching(whose), **(those_of(actor) if actor else {})
            )
            if actor
            else None
        )
        gone = (
            await SUBSCRIPTIONS.page(
                session, None, MOST, *matching(whose, live=False), **those_of(actor)
            )
            if actor
            else None
        )
    root = address_of(request)
    parties = {party.id: party.name for body in bodies.values() for party in body.parties}
    return drawing.draw(
        request,
        "subscriptions.html",
        status=422 if wrong else 200,
        scripts=("act.js", "copy.js"),
        secret=True,
        actor=actor,
        everybody=actor is None or actor.role in rights.OFFICE,
        bodies=bodies,
        parties=parties,
        roles=PARTY_ROLES,
        words=WORDS,
        settings=USUAL,
        page=page,
        gone=gone,
        most=MOST,
        whose=whose,
        made=made,
        replaced=replaced,
        OFFICE=OFFICE,
        ended=ended,
        wrong=wrong,
        entered=entered or {},
        address=f"{root}{made.address}" if made else None,
        webcal=wishes.webcal_of(made.scope, f"{root}{made.address}") if made else None,
    )


def matching(whose: str, *, live: bool = True) -> list[ColumnElement[bool]]:
    """Those that are not ended (or those that are), and whose owner or id has `whose` in it."""
    digest = col(SubscriptionRow.digest)
    leads = digest.is_not(None) if live else digest.is_(None)
    if not whose.strip():
        return [leads]
    names = (col(SubscriptionRow.owner), col(SubscriptionRow.id))
    return [leads, or_(*(name.contains(whose.strip(), autoescape=True) for name in names))]
