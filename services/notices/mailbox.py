"""Reading the mailbox: what is new in it, one copy of the service at a time, as long as it runs.

Nothing in the mailbox is changed or taken away.
"""

import asyncio
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial

from imapclient import IMAPClient
from imapclient.exceptions import IMAPClientError

from events.clock import Clock
from events.road.conflicts import again_on_conflict
from events.road.database import Database
from events.road.lease import Lease
from events.road.retries import explain
from services.notices import post
from services.notices.incoming import LARGEST, Found, take
from services.notices.post import IN, Post, Server, Tls

LOOK_SECONDS = 30.0
ANSWER_SECONDS = 20.0
LEASE_SECONDS = 120.0
BATCH = 50

log = logging.getLogger(__name__)


async def read_for_ever(database: Database, clock: Clock) -> None:
    """Read what comes in, one copy of the service at a time, until cancelled."""
    await read_by(Post.from_settings(), database, clock)


async def read_by(settings: Post, database: Database, clock: Clock) -> None:
    lease = Lease(database, "mailbox", LEASE_SECONDS)
    look = partial(step, database, settings, clock)
    try:
        while True:
            if not await lease.attempt(look):
                await asyncio.sleep(LOOK_SECONDS)
    finally:
        await lease.close()


async def step(database: Database, settings: Post, clock: Clock) -> int:
    server, now = settings.mailbox, clock.now()
    fares = await post.fares(database, IN, server, now)
    if server is None or (fares.retry_at is not None and fares.retry_at > now):
        return 0
    try:
        validity, found = await asyncio.to_thread(fetch, server, fares.validity, fares.position)
    except (IMAPClientError, OSError) as error:
        log.warning("the mailbox waits: %s: %s", server, error)
        await again_on_conflict(partial(post.note, database, IN, server, explain(error), now))
        return 0
    if fares.error is not None:
        await again_on_conflict(partial(post.note, database, IN, server, None, now))
    for mail in found:
        await again_on_conflict(partial(take, database, mail, validity, settings, clock.now()))
    return len(found)


def fetch(server: Server, validity: int, position: int) -> tuple[int, list[Found]]:
    """The mails after `position`, BATCH at most, and the UIDVALIDITY they have their places in.

    All of them where the mailbox has another than `validity`.
    """
    with logged_in(server) as client:
        valid = int(client.select_folder(server.folder, readonly=True)[b"UIDVALIDITY"])
        after = position if valid == validity else 0
        uids = sorted(uid for uid in client.search(["UID", f"{after + 1}:*"]) if uid > after)
        return valid, [found for uid in uids[:BATCH] for found in found_at(client, uid)]


def found_at(client: IMAPClient, uid: int) -> Iterator[Found]:
    """The mail at `uid`; nothing where somebody has removed it meanwhile."""
    for facts in client.fetch([uid], ["RFC822.SIZE"]).values():
        if facts[b"RFC822.SIZE"] > LARGEST:
            yield Found(uid, None)
            return
    for facts in client.fetch([uid], ["BODY.PEEK[]"]).values():
        yield Found(uid, facts[b"BODY[]"])


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
