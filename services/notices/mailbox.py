"""Reading the mailbox: answers become attendance, reports tell of mails that came back.

A mail and the place in the mailbox are kept in one transaction, so each takes effect once. Nothing
in the mailbox is changed or taken away.
"""

import asyncio
import hashlib
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.message import EmailMessage
from email.utils import parseaddr
from functools import partial

from imapclient import IMAPClient
from imapclient.exceptions import IMAPClientError
from sqlalchemy import delete
from sqlmodel import col

from events.clock import Clock
from events.envelope import Cause
from events.road.absence import DatabaseUnreachableError
from events.road.conflicts import again_on_conflict
from events.road.database import Database
from events.road.lease import Lease
from events.road.retries import explain
from events.road.transaction import Transaction, transaction
from events.vocabulary import SYSTEM
from services.notices import post
from services.notices.post import IN, Post, Server, Tls
from services.notices.rules import answer as answers
from services.notices.rules import mail as rules
from services.notices.rules.answer import Answer
from services.notices.rules.mail import Stage
from services.notices.rules.reading import NothingForUsError, Reply, Report, parsed, read
from services.notices.tables import (
    ANSWERS,
    MAILS,
    MEETINGS,
    AnswerRow,
    AsideRow,
    MailRow,
    PostRow,
)

LOOK_SECONDS = 30.0
ANSWER_SECONDS = 20.0
LEASE_SECONDS = 120.0
BATCH = 50
LARGEST = 4 * 1024 * 1024
ASIDE_FOR = timedelta(days=90)

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Found:
    """A mail at its place in the mailbox; no text where it is larger than LARGEST."""

    position: int
    raw: bytes | None


async def read_for_ever(database: Database, clock: Clock) -> None:
    """Read what comes in, one copy of the service at a time, until cancelled."""
    await read_by(Post.from_settings(), database, clock)


async def read_by(settings: Post, database: Database, clock: Clock) -> None:
    lease = Lease(database, "mailbox", LEASE_SECONDS)
    try:
        while True:
            if not await attempt(lease, settings, clock):
                await asyncio.sleep(LOOK_SECONDS)
    finally:
        await lease.close()


async def attempt(lease: Lease, settings: Post, clock: Clock) -> int:
    """One look, if this copy is the one that reads; how many mails it read."""
    try:
        return await step(lease.database, settings, clock) if await lease.held() else 0
    except DatabaseUnreachableError as error:
        log.warning("the mailbox waits for its database: %s", error)
        return 0


async def step(database: Database, settings: Post, clock: Clock) -> int:
    server, now = settings.mailbox, clock.now()
    fares = await post.fares(database, IN, server, now)
    if server is None or (fares.retry_at is not None and fares.retry_at > now):
        return 0
    try:
        validity, found = await asyncio.to_thread(
            fetch, server, settings.folder, fares.validity, fares.position
        )
    except (IMAPClientError, OSError) as error:
        log.warning("the mailbox waits: %s: %s", server, error)
        await again_on_conflict(partial(post.note, database, IN, server, explain(error), now))
        return 0
    if fares.error is not None:
        await again_on_conflict(partial(post.note, database, IN, server, None, now))
    for mail in found:
        await again_on_conflict(
            partial(take, database, mail, validity, settings.address, clock.now())
        )
    return len(found)


def fetch(server: Server, folder: str, validity: int, position: int) -> tuple[int, list[Found]]:
    """The mails after `position`, BATCH at most, and the UIDVALIDITY they have their places in.

    All of them where the mailbox has another than `validity`.
    """
    with logged_in(server) as client:
        valid = int(client.select_folder(folder, readonly=True)[b"UIDVALIDITY"])
        after = position if valid == validity else 0
        uids = sorted(uid for uid in client.search(["UID", f"{after + 1}:*"]) if uid > after)
        return valid, [found_at(client, uid) for uid in uids[:BATCH]]


def found_at(client: IMAPClient, uid: int) -> Found:
    size = client.fetch([uid], ["RFC822.SIZE"])[uid][b"RFC822.SIZE"]
    if size > LARGEST:
        return Found(uid, None)
    return Found(uid, client.fetch([uid], ["BODY.PEEK[]"])[uid][b"BODY[]"])


@contextmanager
def logged_in(server: Server) -> Iterator[IMAPClient]:
    implicit = server.tls is Tls.IMPLICIT
    with IMAPClient(
        server.host,
        port=server.port,
        ssl=implicit,
        ssl_context=server.context if implicit else None,
        timeout=ANSWER_SECONDS,
    ) as client:
        if server.tls is Tls.STARTTLS:
            client.starttls(server.context)
        if client.has_capability("AUTH=PLAIN"):
            client.plain_login(server.username, server.password)
        else:  # LOGIN takes no password that is not ASCII
            client.login(server.username, server.password)
        yield client


async def take(
    database: Database, found: Found, validity: int, organizer: str, now: datetime
) -> None:
    """Let one mail have its effect, and move on behind it."""
    key = hashlib.sha256(found.raw or str(found.position).encode()).hexdigest()[:32]
    cause = Cause(id=f"mail:{key}", actor=SYSTEM, time=now)
    async with transaction(database, cause) as work:
        row = await work.session.get_one(PostRow, IN)
        if row.validity == validity and row.position >= found.position:
            return
        row.validity, row.position = validity, found.position
        work.session.put(row)
        message = parsed(found.raw or b"")
        try:
            await act_on(work, key, message, organizer, too_large=found.raw is None)
        except NothingForUsError as error:
            await put_aside(work, key, message, str(error))


async def act_on(
    work: Transaction, key: str, message: EmailMessage, organizer: str, *, too_large: bool
) -> None:
    """NothingForUsError, with nothing changed, where there is nothing to do."""
    if too_large:
        raise NothingForUsError(f"it is larger than {LARGEST:,} bytes")
    try:
        said = read(message)
    except NothingForUsError:
        raise
    except Exception as error:
        raise NothingForUsError(f"it can't be read: {explain(error)[:300]}") from error
    if isinstance(said, Report):
        await note_report(work, said)
    else:
        await note_reply(work, key, said, parseaddr(str(message["From"] or ""))[1], organizer)


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
        sequence=reply.sequence,
        stamp=reply.stamp,
        sender=sender,
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
    mail = await MAILS.find(work.session, report.key)
    if mail is None or mail.stage not in {Stage.SENT, Stage.SENDING, Stage.BOUNCED}:
        raise NothingForUsError("a report about a mail that was not sent from here")
    change = rules.bounced if report.final else rules.delayed
    await MAILS.save(work, change(mail, report.explanation))


async def put_aside(work: Transaction, key: str, message: EmailMessage, reason: str) -> None:
    """For a person to see, for ASIDE_FOR; the mail itself stays in the mailbox."""
    await work.session.execute(delete(AsideRow).where(col(AsideRow.at) < work.now - ASIDE_FOR))
    work.session.put(
        AsideRow(
            id=key,
            at=work.now,
            sender=header(message, "From"),
            subject=header(message, "Subject"),
            reason=reason,
        )
    )


def header(message: EmailMessage, name: str) -> str:
    try:
        return str(message.get(name, ""))[:300]
    except Exception:  # noqa: BLE001 - the same
        return ""
