"""Putting mails into the queue: who is to be told what of a meeting."""

from collections.abc import Iterable

from sqlmodel import col

from events.notices import Participation
from events.road.transaction import Transaction
from services.icalendar.entry import Entry, Status
from services.notices.rules import answer as answers
from services.notices.rules import mail as rules
from services.notices.rules.mail import Mail, Stage
from services.notices.rules.recipient import Recipient
from services.notices.tables import (
    ANSWERS,
    MAILS,
    MEETINGS,
    RECIPIENTS,
    AnswerRow,
    MailRow,
    MeetingRow,
    RecipientRow,
)


async def tell_all(work: Transaction, entry: Entry, reason: str | None = None) -> None:
    """Queue a mail about `entry` to every recipient of its mechanism."""
    invited = await RECIPIENTS.all(work.session, col(RecipientRow.mechanism) == entry.mechanism)
    for recipient in invited:
        await tell(work, recipient, entry, reason)


async def tell(
    work: Transaction, recipient: Recipient, entry: Entry, reason: str | None = None
) -> None:
    """Queue a mail about `entry` to `recipient`, in the place of what has not gone out yet."""
    earlier = await mails_about(work, recipient, entry)
    mail = rules.mail_for(
        recipient,
        entry,
        earlier,
        reason=reason,
        participation=await answered(work, recipient, entry),
        now=work.now,
    )
    await withdraw(work, (known for known in earlier if mail is None or known.id != mail.id))
    if mail is None:
        return
    known = next((known for known in earlier if known.id == mail.id), None)
    if known is None:
        await MAILS.add(work, mail)
    elif known.stage in {Stage.QUEUED, Stage.SUPERSEDED}:
        kept = {"revision": known.revision, "reason": reason or known.reason}
        await MAILS.save(work, mail.model_copy(update=kept))


async def withdraw(work: Transaction, mails: Iterable[Mail]) -> None:
    """Take those of `mails` back that have not arrived."""
    for mail in mails:
        if mail.stage is Stage.QUEUED or mail.stage in rules.UNSETTLED:
            await MAILS.save(work, rules.superseded(mail))


async def mails_about(work: Transaction, recipient: Recipient, entry: Entry) -> list[Mail]:
    return await MAILS.all(
        work.session,
        col(MailRow.recipient) == recipient.id,
        col(MailRow.meeting) == entry.id,
    )


async def answered(work: Transaction, recipient: Recipient, entry: Entry) -> Participation | None:
    """What `recipient` has said of the meeting with the same SEQUENCE."""
    found = answers.counting(
        await ANSWERS.all(
            work.session,
            col(AnswerRow.recipient) == recipient.id,
            col(AnswerRow.meeting) == entry.id,
        )
    )
    return None if found is None or answers.is_old(found, entry) else found.participation


async def to_come(work: Transaction, mechanism: str) -> list[Entry]:
    """The meetings of `mechanism` that will be held, as far as is known now."""
    entries = await MEETINGS.all(
        work.session,
        col(MeetingRow.mechanism) == mechanism,
        col(MeetingRow.ends) > work.now,
    )
    return [entry for entry in entries if entry.status is Status.CONFIRMED]
