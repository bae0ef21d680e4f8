"""Sending mail: each once, but for the moment between the server's 250 and our commit.

Who dies in that moment sends the mail again, under the same Message-ID and with the same bytes. So
does who loses the connection while the server thinks about a mail: nobody knows what it decided.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Coroutine, Sequence
from contextlib import asynccontextmanager
from datetime import datetime
from functools import partial
from secrets import token_hex
from typing import Any

from aiosmtplib import (
    SMTP,
    SMTPException,
    SMTPRecipientsRefused,
    SMTPResponseException,
    SMTPSenderRefused,
)
from sqlalchemy import select
from sqlmodel import col

from events.clock import Clock
from events.road.conflicts import again_on_conflict
from events.road.database import Database
from events.road.lease import Lease, told_to_stop
from events.road.retries import explain
from events.road.session import Session
from services import directory
from services.mail_addresses import in_transit, needs_utf8
from services.notices import post
from services.notices.digest import compose_digest
from services.notices.message import compose
from services.notices.post import OUT, Post, Server, Tls
from services.notices.rules import life, telling
from services.notices.rules.mail import WAITING, Mail, Stage, id_of_digest
from services.notices.rules.recipient import is_member
from services.notices.tables import MAILS, RECIPIENTS, MailRow

ANSWER_SECONDS = 30.0
PATIENCE_SECONDS = 120.0
LEASE_SECONDS = PATIENCE_SECONDS + 10
BATCH = 50
CLOSING = 421
NO_UTF8 = (
    "the mail server does not take addresses that are not in ASCII (it offers no SMTPUTF8, "
    "RFC 6531): name another address of this person, or another server in SMTP_HOST"
)

log = logging.getLogger(__name__)


class ServerAwayError(Exception):
    """The server can't be used now, for this mail or any other; says why."""


class ConnectionBrokeError(ServerAwayError):
    """It went away while it had a mail, and nobody knows whether it took it."""


class MailRefusedError(Exception):
    """This mail is not taken, now (4xx) or ever (5xx)."""

    def __init__(self, code: int, said: str) -> None:
        self.code = code
        super().__init__(said)


async def send_for_ever(database: Database, clock: Clock) -> None:
    """Send what is due, one copy of the service at a time, until cancelled."""
    await send_by(Post.from_settings(), database, clock)


async def send_by(settings: Post, database: Database, clock: Clock) -> None:
    lease = Lease(database, "mail", LEASE_SECONDS)
    await lease.work(partial(step, lease, settings, clock))


async def step(lease: Lease, settings: Post, clock: Clock) -> int:
    """Send what is due now, over one connection; how many mails came to an end."""
    database, server, now = lease.database, settings.out, clock.now()
    fares = await post.fares(database, OUT, server, now)
    async with database.read() as session:
        due = await due_at(session, now)
    resting = fares.retry_at is not None and fares.retry_at > now
    if server is None or resting or not (due or fares.error):
        return 0
    try:
        async with connected(server) as smtp:
            done = await send_all(lease, smtp, settings, due, clock)
    except ServerAwayError as error:
        log.warning("mail waits: %s: %s", server, error)
        await again_on_conflict(partial(post.note, database, OUT, server, str(error), now))
        return 0
    if fares.error:
        await again_on_conflict(partial(post.note, database, OUT, server, None, now))
    return done


async def due_at(session: Session, now: datetime) -> list[str]:
    """The mails to send, those first that have waited longest."""
    return await session.scalars(
        select(col(MailRow.id))
        .where(col(MailRow.stage).in_(WAITING), col(MailRow.due) <= now)
        .order_by(col(MailRow.due), col(MailRow.id))
        .limit(BATCH)
    )


@asynccontextmanager
async def connected(server: Server) -> AsyncIterator[SMTP]:
    """A session with the server; ServerAwayError where it can't be had or breaks."""
    try:
        smtp = session_with(server)
        await smtp.connect()
    except (SMTPException, OSError) as error:
        raise ServerAwayError(worded(error)) from error
    try:
        yield smtp
    finally:
        await leave(smtp)


def session_with(server: Server) -> SMTP:
    return SMTP(
        hostname=server.host,
        port=server.port,
        username=server.username,
        password=server.password,
        use_tls=server.tls is Tls.IMPLICIT,
        start_tls=server.tls is Tls.STARTTLS,
        tls_context=None if server.tls is Tls.NONE else server.context,
        timeout=ANSWER_SECONDS,
    )


async def leave(smtp: SMTP) -> None:
    try:
        await smtp.quit()
    except (SMTPException, OSError):
        smtp.close()


async def send_all(lease: Lease, smtp: SMTP, settings: Post, keys: list[str], clock: Clock) -> int:
    done = 0
    for key in keys:
        if told_to_stop() or not await lease.held():
            break
        mails = await again_on_conflict(partial(claim, lease.database, key, clock.now()))
        if mails:
            await to_its_end(send(lease.database, smtp, settings, mails, clock))
        done += 1
    return done


async def to_its_end(work: Coroutine[Any, Any, None]) -> None:
    """Do `work` whole, also when this task is cancelled meanwhile."""
    task = asyncio.ensure_future(work)
    try:
        await asyncio.shield(task)
    except asyncio.CancelledError:
        await task
        raise


async def claim(database: Database, key: str, now: datetime) -> list[Mail]:
    """Mark a mail, and those that go out with it, as being sent, before the server hears of them.

    None if it no longer waits, waits for later since it was tried with another, or quiet hours have
    begun since it was due. What was interrupted and has a later revision beside it makes way.
    """
    async with database.write() as session:
        mail = await MAILS.find(session, key)
        if mail is None or mail.stage not in WAITING or mail.due > now:
            return []
        if (later := life.when_it_suits(mail, now)) > now:
            await keep(session, mail.model_copy(update={"due": later}))
            return []
        going = []
        for one in await together(session, mail, now):
            claimed = await as_claimed(session, one, now)
            if claimed.stage is Stage.SENDING:
                going.append(claimed)
            else:
                await keep(session, life.by_itself(claimed))
        digest = mail.digest or (id_of_digest(going) if len(going) > 1 else None)
        return [await keep(session, one.model_copy(update={"digest": digest})) for one in going]


async def as_claimed(session: Session, mail: Mail, now: datetime) -> Mail:
    """`mail` as it is being sent, or as it makes way; as it is where it does not wait."""
    if mail.stage not in WAITING:
        return mail
    others = await about_the_same(session, mail)
    goes = mail.calls_off or await is_invited(session, mail)
    if not goes or telling.is_void(mail, others):
        return life.superseded(mail)
    return life.claimed(life.named(mail, others, token_hex(8)), now)


async def together(session: Session, mail: Mail, now: datetime) -> list[Mail]:
    """What was in one message with `mail`, or goes out in one with it; `mail` is one of them.

    What may have arrived in a digest goes in the same one again, or else alone.
    """
    if mail.digest is not None:
        return await MAILS.all(session, col(MailRow.digest) == mail.digest)
    if mail.waits_with is None or life.in_doubt(mail):
        return [mail]
    waiting = await MAILS.all(
        session,
        col(MailRow.waits_with) == mail.waits_with,
        col(MailRow.stage) == Stage.QUEUED,
        col(MailRow.due) <= now,
        col(MailRow.digest).is_(None),
    )
    return [one for one in waiting if not one.doubt]


async def about_the_same(session: Session, mail: Mail) -> list[Mail]:
    """All mails about the meeting of `mail`."""
    return await MAILS.all(session, col(MailRow.meeting) == mail.meeting)


async def is_invited(session: Session, mail: Mail) -> bool:
    """Whether its recipient still is, at that address, and of a member."""
    known = await RECIPIENTS.find(session, mail.recipient)
    if known is None or not mail.is_to(known.address):
        return False
    return is_member(mail.party, await directory.find(session, mail.mechanism))


async def keep(session: Session, mail: Mail) -> Mail:
    saved = mail.model_copy(update={"revision": mail.revision + 1})
    session.put(MAILS.kept(saved))
    return saved


async def send(
    database: Database, smtp: SMTP, settings: Post, mails: Sequence[Mail], clock: Clock
) -> None:
    """Hand `mails` over in one message, and keep what became of them.

    ServerAwayError ends the round.
    """
    keep_that = partial(settle, database, [mail.id for mail in mails])
    first = mails[0]
    try:
        raw = await written(database, mails, settings)
        await hand_over(smtp, settings.address, first.address, first.message, raw)
    except MailRefusedError as error:
        await keep_that(partial(life.failed, code=error.code, error=str(error), now=clock.now()))
    except ConnectionBrokeError as error:
        await keep_that(partial(life.failed, code=None, error=str(error), now=clock.now()))
        raise
    except ServerAwayError:
        await keep_that(life.released)
        raise
    else:
        await keep_that(partial(life.sent, now=clock.now()))


async def written(database: Database, mails: Sequence[Mail], settings: Post) -> bytes:
    """The bytes of `mails`; MailRefusedError where they can't be written, so that others go on."""
    async with database.read() as session:
        bodies = {
            mechanism: await directory.find(session, mechanism)
            for mechanism in {mail.mechanism for mail in mails}
        }
    try:
        if mails[0].digest is not None:
            return compose_digest(mails, bodies, settings)
        return compose(mails[0], bodies[mails[0].mechanism], settings)
    except Exception as error:
        raise MailRefusedError(life.PERMANENT, f"can't be written: {explain(error)}") from error


async def hand_over(smtp: SMTP, organizer: str, address: str, key: str, raw: bytes) -> None:
    """One mail transaction, with RFC 3461's and RFC 6531's parameters where the server knows them.

    MailRefusedError for something about this mail, ServerAwayError for anything else.
    """
    reports = smtp.supports_extension("dsn")
    options = [f"ENVID={key}", "RET=HDRS"] if reports else []
    wishes = ["NOTIFY=FAILURE,DELAY"] if reports else []
    if needs_utf8(address):
        if not smtp.supports_extension("smtputf8"):
            raise MailRefusedError(life.PERMANENT, NO_UTF8)
        options.append("SMTPUTF8")
    try:
        async with asyncio.timeout(PATIENCE_SECONDS):
            await smtp.sendmail(
                organizer, [in_transit(address)], raw, mail_options=options, rcpt_options=wishes
            )
    except SMTPRecipientsRefused as error:
        (refused,) = error.recipients
        raise refusal(refused) from error
    except SMTPResponseException as error:
        raise refusal(error) from error
    except (SMTPException, OSError) as error:
        raise ConnectionBrokeError(worded(error)) from error


def refusal(error: SMTPResponseException) -> "MailRefusedError | ServerAwayError":
    """What an answer means that is no 2xx: that the sender is refused is no fault of the mail's."""
    if error.code == CLOSING or isinstance(error, SMTPSenderRefused):
        return ServerAwayError(worded(error))
    return MailRefusedError(error.code, worded(error))


async def settle(database: Database, keys: Sequence[str], change: Callable[[Mail], Mail]) -> None:
    """Keep what became of mails that were being sent."""

    async def once() -> None:
        async with database.write() as session:
            for key in keys:
                mail = await MAILS.get(session, key)
                after = change(mail)
                if after.stage is Stage.QUEUED:
                    others = await about_the_same(session, mail)
                    after = life.superseded(after) if telling.is_void(mail, others) else after
                await keep(session, after)

    await again_on_conflict(once)


def worded(error: Exception) -> str:
    """What went wrong; a server's answer as it gave it, in one line."""
    if isinstance(error, SMTPResponseException):
        return f"{error.code} {' '.join(error.message.split())}"
    return explain(error)
