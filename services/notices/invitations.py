"""Putting mails into the queue: who is to be told what of a meeting, and who not any more."""

from collections.abc import Iterable, Sequence

from sqlmodel import col

from events.mechanisms import CoordinatorNamed
from events.notices import Participation
from events.road.transaction import Transaction
from services import directory
from services.icalendar.entry import Entry, Status
from services.notices.rules import answer as answers
from services.notices.rules import life, telling
from services.notices.rules.mail import UNSETTLED, Mail, Stage
from services.notices.rules.recipient import (
    COORDINATOR,
    Recipient,
    is_member,
    is_the_one_named,
    shares_address,
)
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
    """Queue a mail about `entry` to every recipient of its mechanism.

    Whose party is no member any more hears only that it is without them.
    """
    earlier = await mails_about(work, entry)
    invited, former = await recipients_of(work, entry.mechanism)
    for recipient in invited:
        await tell(work, recipient, entry, earlier, reason)
    for recipient in former:
        await take_back(work, [mail for mail in earlier if mail.recipient == recipient.id])
        if not shares_address(recipient, invited):
            await withdraw(work, recipient, earlier)


async def tell(
    work: Transaction,
    recipient: Recipient,
    entry: Entry,
    earlier: Sequence[Mail],
    reason: str | None = None,
) -> None:
    """Queue a mail about `entry` to `recipient`, in the place of what has not gone out yet.

    `earlier` are all mails about the meeting.
    """
    mail = telling.mail_for(
        recipient,
        entry,
        earlier,
        reason=reason,
        participation=await answered(work, recipient, entry),
        now=work.now,
    )
    await take_back(work, telling.make_way(recipient, mail, earlier), recipient.address)
    if mail is not None:
        await queue(work, mail, earlier)


async def queue(work: Transaction, mail: Mail, earlier: Iterable[Mail]) -> None:
    """Keep `mail` to be sent, unless it is one of `earlier` that has gone out."""
    known = next((known for known in earlier if known.id == mail.id), None)
    if known is None:
        await MAILS.add(work, mail)
    elif known.stage in {Stage.QUEUED, Stage.SUPERSEDED}:
        await MAILS.save(work, life.instead_of(known, mail))


async def uninvite(work: Transaction, recipient: Recipient) -> None:
    """Take back what waits for `recipient`, and the meetings to come out of their calendar.

    Not where somebody else of the mechanism has the same address, and so keeps the meetings.
    """
    await take_back(work, await MAILS.all(work.session, col(MailRow.recipient) == recipient.id))
    invited, _ = await recipients_of(work, recipient.mechanism)
    if shares_address(recipient, invited):
        return
    for entry in await to_come(work, recipient.mechanism):
        await withdraw(work, recipient, await mails_about(work, entry))


async def withdraw(work: Transaction, recipient: Recipient, earlier: Sequence[Mail]) -> None:
    """Queue what takes a meeting out of the calendar of `recipient`, if they may have it there.

    Nobody is invited at their address any more: what still waits for it, of `earlier` about the
    meeting, is taken back.
    """
    here = await take_back(work, telling.to_same(recipient.address, earlier))
    mail = telling.withdrawal_for(recipient, here, work.now)
    if mail is not None:
        await queue(work, mail, here)


async def succeed(work: Transaction, event: CoordinatorNamed) -> None:
    """Invite a party's former coordinator no more, now that another is named."""
    key = f"{event.mechanism}.{event.party}.{COORDINATOR}"
    known = await RECIPIENTS.find(work.session, key)
    if known is not None and not is_the_one_named(known, event):
        await uninvite(work, known)
        work.session.remove(RecipientRow, key)


async def take_back(
    work: Transaction, mails: Iterable[Mail], told: str | None = None
) -> list[Mail]:
    """Let those of `mails` make way that have not arrived; all of them, as they are then.

    What calls a meeting off goes out all the same, but for that to the address `told`, which hears
    something else instead.
    """
    after = []
    for mail in mails:
        waits = mail.stage is Stage.QUEUED and (
            not mail.calls_off or (told is not None and mail.is_to(told))
        )
        if waits or mail.stage in UNSETTLED:
            after.append(await MAILS.save(work, life.superseded(mail)))
        else:
            after.append(mail)
    return after


async def mails_about(work: Transaction, entry: Entry) -> list[Mail]:
    return await MAILS.all(work.session, col(MailRow.meeting) == entry.id)


async def recipients_of(
    work: Transaction, mechanism: str
) -> tuple[list[Recipient], list[Recipient]]:
    """Who is invited to the meetings of `mechanism`, and whose party is no member any more."""
    body = await directory.find(work.session, mechanism)
    everybody = await RECIPIENTS.all(work.session, col(RecipientRow.mechanism) == mechanism)
    invited = [one for one in everybody if is_member(one.party, body)]
    return invited, [one for one in everybody if one not in invited]


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
