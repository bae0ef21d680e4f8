"""What a mail from the mailbox does: an answer becomes attendance, a report tells what came back.

A mail and the place in the mailbox are kept in one transaction, so each takes effect once. Anybody
can send one: what can't be read is put aside, and reading is done beside the event loop.
"""

import asyncio
import hashlib
import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.message import EmailMessage
from email.utils import parseaddr

from sqlalchemy import delete
from sqlmodel import col

from events.envelope import Cause
from events.road.database import Database
from events.road.retries import explain
from events.road.transaction import Transaction, transaction
from events.vocabulary import SYSTEM
from services.notices.post import IN, Post
from services.notices.rules import answer as answers
from services.notices.rules import mail as rules
from services.notices.rules.answer import Answer
from services.notices.rules.mail import Stage
from services.notices.rules.reading import (
    NothingForUsError,
    Reply,
    Report,
    check_sender,
    parsed,
    read,
    shown,
)
from services.notices.tables import (
    ANSWERS,
    MAILS,
    MEETINGS,
    AnswerRow,
    AsideRow,
    MailRow,
    PostRow,
)

LARGEST = 4 * 1024 * 1024
LONGEST_FIELD = 32 * 1024  # of a header, unfolded; what reading it takes grows by the square
FIELD = re.compile(rb"^[!-9;-~]{1,76}:[^\n]*(?:\n[ \t][^\n]*)*", re.MULTILINE)
LONGEST_REASON = 300
ASIDE_FOR = timedelta(days=90)
REPORTED = {Stage.SENT, Stage.SENDING, Stage.BOUNCED}


@dataclass(frozen=True)
class Found:
    """A mail at its place in the mailbox; no text where it is larger than LARGEST bytes."""

    position: int
    raw: bytes | None

    @property
    def key(self) -> str:
        content = self.raw or f"at {self.position}".encode()
        return hashlib.sha256(content).hexdigest()[:32]


async def take(
    database: Database, found: Found, validity: int, settings: Post, now: datetime
) -> None:
    """Let one mail have its effect, and move on behind it."""
    cause = Cause(id=f"mail:{found.key}", actor=SYSTEM, time=now)
    mail = await asyncio.to_thread(opened, found, settings)
    async with transaction(database, cause) as work:
        row = await work.session.get_one(PostRow, IN)
        if row.validity == validity and row.position >= found.position:
            return
        row.validity, row.position = validity, found.position
        work.session.put(row)
        try:
            await act_on(work, found, mail, settings)
        except NothingForUsError as error:
            await put_aside(work, found, mail, shown(str(error))[:LONGEST_REASON])


@dataclass(frozen=True)
class Opened:
    """A mail that was read: what it says to us, or why nothing."""

    sender: str
    subject: str
    said: Reply | Report | NothingForUsError


def opened(found: Found, settings: Post) -> Opened:
    """What is in a mail, whatever it is."""
    sender = subject = ""
    said: Reply | Report | NothingForUsError
    try:
        message = message_in(found)
        sender, subject = header(message, "From"), header(message, "Subject")
        check_sender(message, settings.authority)
        said = read(message)
    except NothingForUsError as error:
        said = error
    except Exception as error:  # noqa: BLE001 - strangers write these
        said = NothingForUsError(f"it can't be read: {explain(error)}")
    return Opened(sender, subject, said)


def message_in(found: Found) -> EmailMessage:
    if found.raw is None:
        raise NothingForUsError(f"it is larger than {LARGEST:,} bytes")
    if any(len(field[0]) > LONGEST_FIELD for field in FIELD.finditer(found.raw)):
        raise NothingForUsError(f"a line of its headers is longer than {LONGEST_FIELD:,} bytes")
    return parsed(found.raw)


async def act_on(work: Transaction, found: Found, mail: Opened, settings: Post) -> None:
    """NothingForUsError, with nothing changed, where there is nothing to do."""
    match mail.said:
        case NothingForUsError() as error:
            raise error
        case Report() as report:
            await note_report(work, report)
        case Reply() as reply:
            await note_reply(work, found.key, reply, mail.sender, settings.address)


async def note_reply(
    work: Transaction, key: str, reply: Reply, sender: str, organizer: str
) -> None:
    meeting = reply.uid.rpartition("@")[0]
    entry = await MEETINGS.find(work.session, meeting)
    mails = await MAILS.all(work.session, col(MailRow.meeting) == meeting)
    mail = answers.whose(reply, entry, mails, organizer, work.now)
    if isinstance(mail, str) or entry is None:
        raise NothingForUsError(str(mail))
    if await ANSWERS.find(work.session, key) is not None:
        return
    answer = Answer(
        id=key,
        mechanism=entry.mechanism,
        meeting=entry.id,
        recipient=mail.recipient,
        party=mail.party,
        participation=reply.participation,
        sequence=answers.sequence_of(reply, mail),
        stamp=reply.stamp,
        sender=parseaddr(sender)[1],
        delegate=answers.delegate_of(reply, mail),
        comment=reply.comment,
        received=work.now,
    )
    earlier = await ANSWERS.all(
        work.session,
        col(AnswerRow.recipient) == mail.recipient,
        col(AnswerRow.meeting) == entry.id,
    )
    await ANSWERS.add(work, answer)
    work.publish(*answers.said(answer, earlier, entry))


async def note_report(work: Transaction, report: Report) -> None:
    about = (col(MailRow.id) == report.key) | (col(MailRow.digest) == report.key)
    mails = [mail for mail in await MAILS.all(work.session, about) if mail.stage in REPORTED]
    if not mails:
        raise NothingForUsError("a report about a mail that was not sent from here")
    change = rules.bounced if report.final else rules.delayed
    for mail in mails:
        await MAILS.save(work, change(mail, report.explanation))


async def put_aside(work: Transaction, found: Found, mail: Opened, reason: str) -> None:
    """For a person to see, for ASIDE_FOR; the mail itself stays in the mailbox."""
    await work.session.execute(delete(AsideRow).where(col(AsideRow.at) < work.now - ASIDE_FOR))
    work.session.put(
        AsideRow(
            id=found.key,
            at=work.now,
            sender=mail.sender,
            subject=mail.subject,
            reason=reason,
        )
    )


def header(message: EmailMessage, name: str) -> str:
    try:
        return shown(str(message.get(name, "")))[:300]
    except Exception:  # noqa: BLE001 - whatever is wrong with it, there is none to show
        return ""
