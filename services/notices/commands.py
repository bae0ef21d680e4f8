"""What people may ask of notices: to invite a delegate, to stop, to send a mail again."""

from typing import Annotated

from pydantic import AfterValidator, Field
from sqlmodel import col

from events.road.transaction import Transaction
from events.vocabulary import Identifier, Language, Title
from services import directory, rights
from services.icalendar.entry import Status
from services.icalendar.wording import LANGUAGES
from services.inputs import Input, PlaceZone
from services.mail_addresses import Address, same_for_all
from services.notices import invitations
from services.notices.rules import answer as answers
from services.notices.rules import life, telling
from services.notices.rules.answer import Answer
from services.notices.rules.mail import MailShown
from services.notices.rules.recipient import (
    DIGEST_AT,
    Digest,
    Quiet,
    Recipient,
    WallClock,
    check_keeper,
)
from services.notices.rules.wording import language_for
from services.notices.tables import ANSWERS, MAILS, MEETINGS, RECIPIENTS, AnswerRow, RecipientRow
from services.refusals import NotFoundError, WrongStateError


def in_words(language: str) -> str:
    """`language`, if mail is written in it."""
    if language not in LANGUAGES:
        raise ValueError(f"no mail is written in {language}; take one of {', '.join(LANGUAGES)}")
    return language


class Invitee(Input):
    """A delegate who wants invitations by mail, and how."""

    name: Title = Field(examples=["A. Omarova"])
    address: Address
    language: Annotated[Language, AfterValidator(in_words)] | None = Field(
        default=None, description="The party's, where none is given"
    )
    zone: PlaceZone | None = Field(
        default=None, description="That of the party's capital, where none is given"
    )
    digest: Digest = Digest.IMMEDIATE
    digest_at: WallClock = DIGEST_AT
    quiet: Quiet | None = None


async def keep_recipient(
    work: Transaction, mechanism: str, party: str, handle: Identifier, body: Invitee
) -> Recipient:
    """Invite somebody to the meetings to come, or change how.

    A former address is told that it is not invited any more.
    """
    known = await directory.find(work.session, mechanism)
    facts = next((facts for facts in known.parties if facts.id == party), None)
    if facts is None:
        raise NotFoundError(f"{party} is no party of {mechanism}")
    check_keeper(work.cause.actor, party)
    recipient = Recipient(
        id=f"{mechanism}.{party}.{handle}",
        mechanism=mechanism,
        party=party,
        handle=handle,
        name=body.name,
        address=body.address,
        language=body.language or language_for(facts.languages),
        zone=body.zone or facts.zone,
        digest=body.digest,
        digest_at=body.digest_at,
        quiet=body.quiet,
    )
    before = await RECIPIENTS.find(work.session, recipient.id)
    if before is None:
        await RECIPIENTS.add(work, recipient)
    else:
        before = await RECIPIENTS.take(work, recipient.id)
        revised = recipient.model_copy(update={"revision": before.revision})
        recipient = await RECIPIENTS.save(work, revised)
        if same_for_all(before.address) != same_for_all(recipient.address):
            await invitations.uninvite(work, before)
    for entry in await invitations.to_come(work, mechanism):
        earlier = await invitations.mails_about(work, entry)
        await invitations.tell(work, recipient, entry, earlier)
    return recipient


async def remove_recipient(
    work: Transaction, mechanism: str, party: str, handle: Identifier
) -> Recipient:
    """Send nothing more, not even what waits, but that the meetings to come are without them."""
    check_keeper(work.cause.actor, party)
    recipient = await RECIPIENTS.take(work, f"{mechanism}.{party}.{handle}")
    await invitations.uninvite(work, recipient)
    work.session.remove(RecipientRow, recipient.id)
    return recipient


async def confirm(work: Transaction, meeting: str, key: str) -> Answer:
    """Let an answer count that came from another address than the one it speaks for."""
    rights.secretary(work.cause.actor, "confirm an answer")
    answer, entry = await ANSWERS.take(work, key), await MEETINGS.find(work.session, meeting)
    if entry is None or answer.meeting != entry.id:
        raise NotFoundError(f"{meeting} has no answer {key}; secretariat mail answers lists them")
    if answer.confirmed:
        return answer
    all_of_them = await ANSWERS.all(work.session, col(AnswerRow.meeting) == meeting)
    saved = await ANSWERS.save(work, answer.model_copy(update={"confirmed": True}))
    earlier = [other for other in all_of_them if other.id != key]
    work.publish(*answers.said(saved, earlier, entry))
    return saved


async def retry(work: Transaction, key: str) -> MailShown:
    """Send a mail again that failed or came back; WrongStateError where that would be no news."""
    rights.secretary(work.cause.actor, "send a mail again")
    mail = await MAILS.take(work, key)
    again = life.retried(mail, work.now)
    entry = await MEETINGS.get(work.session, mail.meeting)
    if entry.status is Status.CANCELLED and not mail.calls_off:
        raise WrongStateError("the meeting is cancelled; nobody is invited to it any more")
    if telling.is_void(again, await invitations.mails_about(work, entry)):
        raise WrongStateError("what was sent to that address since tells how the meeting stands")
    return MailShown.of(await MAILS.save(work, again))
