"""The page of mail: what went out, what did not arrive, who comes, and what a person must decide.

It tells people's addresses, so it is shown to the secretary alone. A browser says who asks by its
form (`act.js`), or a gateway does.
"""

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse
from pydantic import TypeAdapter, ValidationError

from events.faults import first_fault
from events.notices import Participation
from events.vocabulary import Identifier, Role
from services import directory
from services.http import forms
from services.http.desk import Command, office_of
from services.http.pages import Pages
from services.icalendar.wording import WORDS
from services.notices import commands
from services.notices.post import IN, OUT
from services.notices.queries import LATEST, overview
from services.notices.tables import RECIPIENTS
from services.refusals import RefusedError, UnacceptableError

pages = APIRouter(tags=["pages"], default_response_class=HTMLResponse, include_in_schema=False)

drawing = Pages("notices", __package__)
SAID = ("name", "address", "language")
ENTERED = ("body", "party", "handle", *SAID)
WAYS = {"language", "zone", "digest", "digest_at", "quiet"}


WORD = TypeAdapter(Identifier)


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


@pages.post("/mail/recipients")
async def invite(request: Request) -> Response:
    """Invite somebody by mail; who is invited already keeps how it is done."""
    if not is_for(request):
        return await show(request)
    entered = forms.single(await forms.sent(request), *ENTERED)
    mechanism, party, handle = (entered.get(name, "") for name in ("body", "party", "handle"))
    try:
        key = word(handle)
        async with office_of(request, "notices").database.read() as session:
            known = await RECIPIENTS.find(session, f"{mechanism}.{party}.{key}")
        said = {name: value for name, value in entered.items() if name in SAID and value}
        ways = known.model_dump(include=WAYS) if known else {}
        body = commands.Invitee.model_validate(ways | said)
        await forms.carry_out(
            request, "notices", commands.keep_recipient, mechanism, party, key, body
        )
    except ValidationError as error:
        return await show(request, first_fault(error, "the form"), entered=entered)
    except RefusedError as error:
        return await show(request, str(error), entered=entered)
    told = f"{body.name} is invited to the meetings to come."
    if known and known.name != body.name:
        told += f" {known.name}, whose place that was, is invited no more."
    return await show(request, told=told)


def word(said: str) -> str:
    """What somebody is known as in a delegation, of one word or of several."""
    try:
        return WORD.validate_python("-".join(said.lower().split()))
    except ValidationError:
        raise UnacceptableError(
            f"nobody can be known as “{said}”: write Latin letters and digits, like deputy-minister"
        ) from None


@pages.post("/mail/recipients/{mechanism}/{party}/{handle}/removal")
async def remove(mechanism: str, party: str, handle: str, request: Request) -> Response:
    """Invite somebody no more."""
    async with office_of(request, "notices").database.read() as session:
        known = await RECIPIENTS.find(session, f"{mechanism}.{party}.{handle}")
    told = f"{known.name} is invited no more." if known else None
    command = commands.remove_recipient
    return await done(request, command, mechanism, party, handle, told=told)


async def done(request: Request, command: Command, *args: str, told: str | None = None) -> Response:
    """The page after a command, with what came of it, or with why it was refused."""
    if not is_for(request):
        return await show(request)
    try:
        await forms.carry_out(request, "notices", command, *args)
    except RefusedError as error:
        return await show(request, str(error))
    return await show(request, told=told)


def is_for(request: Request) -> bool:
    return "actor" in request.headers and forms.acting(request).role is Role.SECRETARY


async def show(
    request: Request,
    wrong: str | None = None,
    *,
    told: str | None = None,
    entered: dict[str, str] | None = None,
) -> Response:
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
        words=WORDS,
        entered=entered or {},
        told=told,
        wrong=wrong,
    )
