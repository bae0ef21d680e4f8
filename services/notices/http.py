"""The routes of notices: who is invited, what was mailed, what was answered."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Response
from pydantic import BaseModel
from sqlalchemy import select
from sqlmodel import col

from events.road.session import Session
from events.vocabulary import Actor, Identifier
from services import directory, rights
from services.http.desk import Desk, Paged, actor_of, desk_of, reading, shown
from services.notices import commands
from services.notices.queries import Attendee, attendees
from services.notices.rules.answer import Answer
from services.notices.rules.mail import MailShown, Stage
from services.notices.rules.recipient import Recipient
from services.notices.tables import (
    MAILS,
    MEETINGS,
    RECIPIENTS,
    AsideRow,
    RecipientRow,
)
from services.refusals import NotFoundError

routes = APIRouter(tags=["notices"])
Here = Annotated[Desk, Depends(desk_of("notices", guarded=False))]
Reading = Annotated[Session, Depends(reading("notices"))]
Asking = Annotated[Actor, Depends(actor_of)]


class RecipientList(BaseModel):
    """Those who are invited to a mechanism's meetings, as far as the asker may know of them."""

    items: list[Recipient]


class Replies(BaseModel):
    """What those who were invited to a meeting have said. `sequence` is that of the invitation."""

    meeting: Identifier
    sequence: int
    attendees: list[Attendee]


class MailPage(BaseModel):
    """Some of the mails. `next` is where the following page starts; none after the last."""

    items: list[MailShown]
    next: str | None


class Aside(BaseModel):
    """A mail from the mailbox that changed nothing, and why."""

    id: str
    at: datetime
    sender: str
    subject: str
    reason: str


class AsideList(BaseModel):
    items: list[Aside]


@routes.get("/mechanisms/{mechanism}/recipients")
async def list_recipients(mechanism: str, session: Reading, actor: Asking) -> RecipientList:
    """Who is invited by mail. A party sees its own."""
    await directory.find(session, mechanism)
    found = await RECIPIENTS.all(session, col(RecipientRow.mechanism) == mechanism)
    return RecipientList(items=[r for r in found if sees(actor, r.party)])


def sees(actor: Actor, party: str) -> bool:
    return actor.role in rights.OFFICE or actor.party == party


@routes.put("/mechanisms/{mechanism}/recipients/{party}/{handle}", response_model=Recipient)
async def keep_recipient(
    mechanism: str, party: str, handle: Identifier, body: commands.Invitee, desk: Here
) -> Response:
    """Invite a delegate by mail to the meetings to come, or change how it is done."""
    return await desk.run(commands.keep_recipient, mechanism, party, handle, body)


@routes.delete("/mechanisms/{mechanism}/recipients/{party}/{handle}", response_model=Recipient)
async def remove_recipient(mechanism: str, party: str, handle: Identifier, desk: Here) -> Response:
    """Invite a delegate no more. Who has had invitations to meetings to come is told so."""
    return await desk.run(commands.remove_recipient, mechanism, party, handle)


@routes.get("/meetings/{meeting}/replies")
async def read_replies(meeting: str, session: Reading, actor: Asking) -> Replies:
    """Who was invited by mail, and what they said. A party sees its own."""
    entry = await MEETINGS.find(session, meeting)
    if entry is None:
        raise NotFoundError(f"no meeting called {meeting} has, or had, a date")
    if actor.role not in rights.OFFICE:
        body = await directory.find(session, entry.mechanism)
        rights.party(actor, tuple(party.id for party in body.parties), "see who comes")
    invited = (await attendees(session, entry))[entry.id]
    return Replies(
        meeting=meeting,
        sequence=entry.sequence,
        attendees=[one for one in invited if sees(actor, one.party)],
    )


@routes.post("/meetings/{meeting}/replies/{answer}/confirm", response_model=Answer)
async def confirm(meeting: str, answer: str, desk: Here) -> Response:
    """Let an answer count that came from another address than the one it speaks for."""
    return await desk.run(commands.confirm, meeting, answer)


@routes.get("/mail")
async def list_mail(
    session: Reading,
    actor: Asking,
    paging: Paged,
    stage: Stage | None = None,
    meeting: Identifier | None = None,
    recipient: Identifier | None = None,
) -> MailPage:
    """The mails, in order of their id: all, or those that fit every filter given."""
    rights.secretary(actor, "see the mail")
    found = await MAILS.page(
        session, paging.after, paging.limit, stage=stage, meeting=meeting, recipient=recipient
    )
    return MailPage(items=[MailShown.of(mail) for mail in found.items], next=found.next)


@routes.get("/mail/{mail}", response_model=MailShown)
async def read_mail(mail: str, session: Reading, actor: Asking) -> Response:
    """A mail, what became of it, and why."""
    rights.secretary(actor, "see the mail")
    return shown(MailShown.of(await MAILS.get(session, mail)))


@routes.post("/mail/{mail}/retry", response_model=MailShown)
async def retry(mail: str, desk: Here) -> Response:
    """Send a mail again that failed or came back."""
    return await desk.run(commands.retry, mail)


@routes.get("/mailbox/aside")
async def list_aside(session: Reading, actor: Asking) -> AsideList:
    """The last mails from the mailbox that changed nothing, newest first, and why."""
    rights.secretary(actor, "read the mailbox")
    rows = await session.scalars(select(AsideRow).order_by(col(AsideRow.at).desc()).limit(200))
    return AsideList(items=[Aside(**row.model_dump()) for row in rows])
