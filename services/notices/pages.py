"""The page of mail: what went out, what did not arrive, who comes, and what a person must decide.

It tells people's addresses, so it is shown to the secretary alone. A browser says who asks by its
form (`act.js`), or a gateway does.
"""

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse

from events.notices import Participation
from events.vocabulary import Role
from services import directory
from services.http import forms
from services.http.desk import Command, office_of
from services.http.pages import Pages
from services.notices import commands
from services.notices.post import IN, OUT
from services.notices.queries import LATEST, overview
from services.refusals import RefusedError

pages = APIRouter(tags=["pages"], default_response_class=HTMLResponse, include_in_schema=False)

drawing = Pages("notices", __package__)


@pages.get("/mail")
@pages.post("/mail")
async def look(request: Request) -> Response:
    """How the mail fares; what opens the page where nobody says who asks."""
    return await show(request)


@pages.post("/mail/{mail}/retry")
async def retry(mail: str, request: Request) -> Response:
    """Send a mail again that failed or came back."""
    return await done(request, commands.retry, mail)


@pages.post("/mail/answers/{meeting}/{answer}/confirm")
async def confirm(meeting: str, answer: str, request: Request) -> Response:
    """Let an answer count that came from another address than the one it speaks for."""
    return await done(request, commands.confirm, meeting, answer)


async def done(request: Request, command: Command, *args: str) -> Response:
    """The page after a command, or with why it was refused."""
    if not is_for(request):
        return await show(request)
    try:
        await forms.carry_out(request, "notices", command, *args)
    except RefusedError as error:
        return await show(request, str(error))
    return await show(request)


def is_for(request: Request) -> bool:
    return "actor" in request.headers and forms.acting(request).role is Role.SECRETARY


async def show(request: Request, wrong: str | None = None) -> Response:
    if not is_for(request):
        status = 403 if "actor" in request.headers else 200
        return drawing.draw(request, "mail-closed.html", status=status, scripts=("act.js",))
    office = office_of(request, "notices")
    now = office.clock.now()
    async with office.database.read() as session:
        found = await overview(session, now)
        bodies = await directory.everything(session)
    return drawing.draw(
        request,
        "mail-page.html",
        status=422 if wrong else 200,
        scripts=("act.js",),
        found=found,
        out=found.posts.get(OUT),
        mailbox=found.posts.get(IN),
        late=[mail for mail in found.waiting if mail.due <= now],
        names={party.id: party.name for body in bodies for party in body.parties},
        bodies={body.mechanism: body.short_name for body in bodies},
        MOST=LATEST,
        YES=Participation.ACCEPTED,
        PERHAPS=Participation.TENTATIVE,
        NO=Participation.DECLINED,
        wrong=wrong,
    )
