"""The pages of who holds a secret address, on which it is changed, replaced and ended.

They stand below the address itself, and ask for nothing but it: whoever holds it acts as its owner.
"""

from collections.abc import Awaitable, Callable
from functools import wraps
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse
from pydantic import ValidationError

from events.faults import first_fault
from services import directory
from services.http import forms, wishes
from services.http.addresses import address_of
from services.http.desk import Command, office_of
from services.http.languages import nearest
from services.http.pages import SAFETY, SECRET, Pages
from services.icalendar.wording import WORDS
from services.refusals import NotFoundError, UnacceptableError
from services.subscriptions import commands
from services.subscriptions.commands import Revocation, Shown, WithAddress
from services.subscriptions.rules.subscription import Subscription

pages = APIRouter(tags=["pages"], default_response_class=HTMLResponse, include_in_schema=False)
drawing = Pages("subscriptions", __package__)
HERE = "/calendars/by-token/{token}"

Page = Callable[[str, Request], Awaitable[Response]]


def of_holder(page: Page) -> Page:
    """The page, or where the address leads nowhere (any more) one that says so."""

    @wraps(page)
    async def answered(token: str, request: Request) -> Response:
        try:
            return await page(token, request)
        except NotFoundError:
            return drawing.draw(request, "feed-dead.html", status=404, secret=True)

    return answered


@pages.get(HERE + "/settings")
@of_holder
async def look(token: str, request: Request) -> Response:
    """What the address shows, as a form, and the ways to replace and to end it."""
    return await show(request, "held.html", token, saved="saved" in request.query_params)


@pages.post(HERE + "/settings")
@of_holder
async def change(token: str, request: Request) -> Response:
    """Have it show something else."""
    fields = await forms.sent(request)
    try:
        settings = wishes.wished(forms.single(fields, *fields))
    except UnacceptableError as error:
        return await show(request, "held.html", token, status=422, saved=False, wrong=str(error))
    await run(request, token, commands.change_held, settings)
    here = f"{path_of(token)}/settings?saved"
    return RedirectResponse(here, 303, headers=SAFETY | SECRET)


@pages.get(HERE + "/rotation")
@of_holder
async def ask_rotation(token: str, request: Request) -> Response:
    """What another address means, before it is made."""
    return await show(request, "held-rotation.html", token)


@pages.post(HERE + "/rotation")
@of_holder
async def rotate(token: str, request: Request) -> Response:
    """Make another address, and show it."""
    made = WithAddress.model_validate(await run(request, token, commands.rotate_held))
    root = address_of(request)
    return drawing.draw(
        request,
        "held-rotated.html",
        scripts=("copy.js",),
        lang=nearest(made.settings.language),
        secret=True,
        page=(made.address or "").rpartition(".")[0],
        address=f"{root}{made.address}",
        webcal=wishes.webcal_of(made.scope, f"{root}{made.address}"),
    )


@pages.get(HERE + "/revocation")
@of_holder
async def ask_revocation(token: str, request: Request) -> Response:
    """What its end means, before it ends."""
    return await show(request, "held-revocation.html", token)


@pages.post(HERE + "/revocation")
@of_holder
async def revoke(token: str, request: Request) -> Response:
    """End it."""
    try:
        body = Revocation.model_validate(forms.single(await forms.sent(request), "reason"))
    except ValidationError as error:
        wrong = first_fault(error, "the reason")
        return await show(request, "held-revocation.html", token, status=422, wrong=wrong)
    ended = Shown.model_validate(await run(request, token, commands.revoke_held, body))
    lang = nearest(ended.settings.language)
    return drawing.draw(request, "held-revoked.html", lang=lang, secret=True)


async def run(request: Request, token: str, command: Command, *args: Any) -> dict[str, Any]:
    """Carry out what the holder asks for, as the owner; the answer of the command."""
    owner = (await found(request, token)).owner
    return await forms.carry_out(
        request, "subscriptions", command, token, *args, actor=owner, guarded=False
    )


async def found(request: Request, token: str) -> Subscription:
    async with office_of(request, "subscriptions").database.read() as session:
        return await commands.held(session, token)


async def show(
    request: Request,
    template: str,
    token: str,
    *,
    status: int = 200,
    wrong: str | None = None,
    **more: Any,
) -> Response:
    async with office_of(request, "subscriptions").database.read() as session:
        state = await commands.held(session, token)
        bodies = await directory.everything(session)
    return drawing.draw(
        request,
        template,
        status=status,
        scripts=("once.js",),
        lang=nearest(state.settings.language),
        secret=True,
        here=path_of(token),
        owner=state.owner,
        scope=state.scope,
        settings=state.settings,
        parties={party.id: party.name for body in bodies for party in body.parties},
        words=WORDS,
        wrong=wrong,
        **more,
    )


def path_of(token: str) -> str:
    return HERE.format(token=token)
