"""What a mail from the mailbox does: an answer becomes attendance, a report tells what came back.

A mail and the place in the mailbox are kept in one transaction, so each takes effect once. Anybody
can send one: what can't be read is put aside, and reading is done beside the event loop.
"""

import asyncio
import hashlib
import logging
import re
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from email.message import EmailMessage

from sqlalchemy import delete
from sqlmodel import col

from events.envelope import Cause
from events.road.absence import PASSING
from events.road.database import Database
from events.road.retries import explain
from events.road.transaction import Transaction, transaction
from events.vocabulary import SYSTEM
from services.notices.post import IN, Post
from services.notices.rules import answer as answers
from services.notices.rules import life
from services.notices.rules.answer import Answer
from services.notices.rules.mail import Stage
from services.notices.rules.reading import (
    NothingForUsError,
    Reply,
    Report,
    check_sender,
    parsed,
    read,
    sender_of,
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
LONGEST_FIELD = 32 * 1024  # of a header, unfolded
LONGEST_HEADERS = 64 * 1024  # also of all parts together; 40 microseconds a byte at worst
READING_SECONDS = 20.0
FIELD = re.compile(rb"^[!-9;-~]{1,76}:[^\n]*(?:\n[ \t][^\n]*)*", re.MULTILINE)
LONGEST_REASON = 300
ASIDE_FOR = timedelta(days=90)
BLANK = re.compile(rb"\r?\n\r?\n")

log = logging.getLogger(__name__)


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
    """Let one mail have its effect, and move on behind it, whatever is in it."""
    mail = await read_in_time(found, settings)
    try:
        await let_act(database, found, mail, validity, settings, now)
    except PASSING:
        raise
    except Exception as error:
        log.exception("a mail from the mailbox is put aside")
        unusable = NothingForUsError(f"it can't be used: {explain(error)}")
        await let_act(database, found, replace(mail, said=unusable), validity, settings, now)


async def read_in_time(found: Found, settings: Post) -> "Opened":
    """What is in a mail; a thread can't be stopped, so one that takes too long is left behind."""
    try:
        async with asyncio.timeout(READING_SECONDS):
            return await asyncio.to_thread(opened, found, settings)
    except TimeoutError:
        return Opened("", "", NothingForUsError(f"reading it takes over {READING_SECONDS:g} s"))


async def let_act(
    database: Database,
    found: Found,
    mail: "Opened",
    validity: int,
    settings: Post,
    now: datetime,
) -> None:
    cause = Cause(id=f"mail:{found.key}", actor=SYSTEM, time=now)
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
    """A mail that was read: what it says to us, or why nothing.

    `sender` is its From as people see it, `address` the one address that is in there.
    """

    sender: str
    subject: str
    said: Reply | Report | NothingForUsError
    address: str | None = None


def opened(found: Found, settings: Post) -> Opened:
    """What is in a mail, whatever it is."""
    sender = subject = ""
    address = None
    said: Reply | Report | NothingForUsError
    try:
        message = message_in(found)
        sender, subject = header(message, "From"), header(message, "Subject")
        address = sender_of(message)
        check_sender(message, settings.authority)
        said = read(message)
    except NothingForUsError as error:
        said = error
    except Exception as error:  # noqa: BLE001 - strangers write these
        said = NothingForUsError(f"it can't be read: {explain(error)}")
    return Opened(sender, subject, said, address)


def message_in(found: Found) -> EmailMessage:
    if found.raw is None:
        raise NothingForUsError(f"it is larger than {LARGEST:,} bytes")
    check_headers(found.raw)
    return parsed(found.raw)


def check_headers(raw: bytes) -> None:
    """NothingForUsError where they take too long to read."""
    of_parts = 0
    for field in FIELD.finditer(raw):
        if len(field[0]) > LONGEST_FIELD:
            raise NothingForUsError(f"a line of its headers is longer than {LONGEST_FIELD:,} bytes")
        of_parts += len(field[0]) if field[0][:8].lower() == b"content-" else 0
    if max(of_parts, len(BLANK.split(raw, maxsplit=1)[0])) > LONGEST_HEADERS:
        raise NothingForUsError(f"its headers are longer than {LONGEST_HEADERS:,} bytes")


async def act_on(work: Transaction, found: Found, mail: Opened, settings: Post) -> None:
    """NothingForUsError, with nothing changed, where there is nothing to do."""
    match mail.said:
        case NothingForUsError() as error:
            raise error
        case Report() as report:
            await note_report(work, report)
        case Reply() as reply:
            await note_reply(work, found.key, reply, mail, settings.address)


async def note_reply(
    work: Transaction, key: str, reply: Reply, came: Opened, organizer: str
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
        sender=came.address or came.sender,
        confirmed=answers.is_from(came.address, reply, mail),
        delegate=answers.delegate_of(reply, mail),
        comment=reply.comment,
        received=work.now,
    )
    earlier = await ANSWERS.all(work.session, col(AnswerRow.meeting) == entry.id)
    await ANSWERS.add(work, answer)
    work.publish(*answers.said(answer, earlier, entry))


async def note_report(work: Transaction, report: Report) -> None:
    """Of a mail that is named by all of its key; the rest of it can be guessed."""
    id_ = report.key.partition(".")[0]
    about = (col(MailRow.id) == id_) | (col(MailRow.digest) == report.key)
    found = await MAILS.all(work.session, about)
    mails = [
        mail
        for mail in found
        if mail.message == report.key and (mail.may_have_arrived or mail.stage is Stage.BOUNCED)
    ]
    if not mails:
        raise NothingForUsError("a report about a mail that was not sent from here")
    change = life.bounced if report.final else life.delayed
    for mail in mails:
        if (after := change(mail, report.explanation)) != mail:
            await MAILS.save(work, after)


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
