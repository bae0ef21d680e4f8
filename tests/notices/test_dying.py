"""Who sends dies, again and again: every mail arrives, and twice only with the same bytes."""

import asyncio
import os
import random
import signal
import sys
from asyncio.subprocess import Process
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, suppress
from datetime import datetime, time
from pathlib import Path
from typing import Any

import pytest

from events.clock import SetClock
from events.envelope import Cause, Envelope
from events.event import Event
from events.road.database import Database
from events.road.transaction import Transaction, transaction
from events.vocabulary import SYSTEM, Actor
from services.notices import deliveries
from services.notices.commands import Invitee, keep_recipient, remove_recipient
from services.notices.post import Post
from services.notices.rules.mail import Stage
from services.notices.rules.recipient import Digest
from services.notices.service import notices
from services.notices.tables import MAILS
from tests.conftest import CUSTOMS, START
from tests.notices.conftest import ORGANIZER, SCHEDULED
from tests.notices.post_office import PATIENCE, PostOffice, raw_of

SECRETARY = Cause(id="test", actor=Actor.parse("secretary"), time=START)
SOME, KILLS = 12, 2


async def invite(database: Database, number: int, **more: Any) -> None:
    """Have `number` delegates invited to a meeting."""
    for ordinal, event in enumerate((CUSTOMS, SCHEDULED)):
        await hear(database, event, ordinal)
    async with transaction(database, SECRETARY) as work:
        for one in range(number):
            body = Invitee(name=f"Делегат {one}", address=f"delegate{one}@mfa.example", **more)
            await keep_recipient(work, "customs-heads", "china", f"delegate{one}", body)


async def hear(database: Database, event: Event, ordinal: int, at: datetime = START) -> None:
    cause = Cause(id="told", actor=SYSTEM, time=at)
    envelope = Envelope.seal(event, source="/test", cause=cause, ordinal=ordinal)
    async with database.write() as session:
        await notices.heard.handle(Transaction.on(session, "notices", envelope), envelope)


async def stages(database: Database) -> Counter[Stage]:
    async with database.read() as session:
        return Counter(mail.stage for mail in await MAILS.all(session))


async def all_sent(database: Database, number: int) -> None:
    await until_they_stand(database, {Stage.SENT: number})


async def until_they_stand(database: Database, wanted: dict[Stage, int]) -> None:
    async with asyncio.timeout(PATIENCE):
        while await stages(database) != wanted:  # noqa: ASYNC110 - others change it
            await asyncio.sleep(0.02)


class Copies:
    """One process after the other, on one database."""

    def __init__(self, url: str, office: PostOffice) -> None:
        self.url = url
        server = office.server
        assert server.username is not None
        assert server.password is not None
        assert server.authority is not None
        self.settings = {
            "MAIL_ADDRESS": ORGANIZER,
            "SMTP_HOST": server.host,
            "SMTP_PORT": str(server.port),
            "SMTP_TLS": server.tls,
            "SMTP_USERNAME": server.username,
            "SMTP_PASSWORD": server.password,
            "SMTP_CA": server.authority,
        }
        self.process: Process | None = None

    async def start(self) -> None:
        command = [sys.executable, "-m", "tests.notices.one_copy", self.url]
        command.append(START.isoformat())
        self.process = await asyncio.create_subprocess_exec(
            *command, env={**os.environ, **self.settings}
        )

    def kill(self) -> None:
        if self.process is not None and self.process.returncode is None:
            self.process.send_signal(signal.SIGKILL)

    async def ended(self) -> None:
        if self.process is not None:
            async with asyncio.timeout(PATIENCE):
                await self.process.wait()


@pytest.fixture
async def stack() -> AsyncIterator[AsyncExitStack]:
    async with AsyncExitStack() as opened:
        yield opened


@pytest.fixture(params=["sqlite", "postgres"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}"
    return str(request.getfixturevalue("own_database"))


async def prepared(url: str, number: int, stack: AsyncExitStack, **more: Any) -> Database:
    database = Database(url, "notices", notices.migrations)
    stack.push_async_callback(database.close)
    await database.migrate()
    await invite(database, number, **more)
    return database


async def test_who_dies_between_the_servers_answer_and_the_commit_sends_the_same_bytes_again(
    url: str, office: PostOffice, stack: AsyncExitStack
) -> None:
    database = await prepared(url, 2, stack)
    copies = Copies(url, office)
    stack.callback(copies.kill)
    office.before_answer = lambda _: copies.kill()
    await copies.start()
    await copies.ended()
    assert len(office.taken) == 1
    assert await stages(database) == {Stage.SENDING: 1, Stage.QUEUED: 1}
    office.before_answer = lambda _: None
    await copies.start()
    await all_sent(database, 2)
    first, again, second = map(raw_of, office.taken)
    assert first == again != second
    async with database.read() as session:
        attempts = {mail.address: mail.attempts for mail in await MAILS.all(session)}
    assert sorted(attempts.values()) == [1, 2]
    assert attempts[office.taken[0].rcpt_tos[0]] == 2, "who may have it twice is known"
    copies.kill()
    await copies.ended()


async def test_every_mail_arrives_however_often_the_process_is_killed(
    url: str, office: PostOffice, stack: AsyncExitStack
) -> None:
    dice = random.Random(27)
    database = await prepared(url, SOME, stack)
    copies = Copies(url, office)
    stack.callback(copies.kill)
    for _ in range(KILLS):
        left = dice.randrange(1, 4)

        def strike(_: object = None) -> None:
            nonlocal left
            left -= 1
            if left == 0:
                copies.kill()

        office.before_answer = office.before_recipient = lambda _: None
        if dice.random() < 0.5:
            office.before_answer = strike
        else:
            office.before_recipient = strike
        await copies.start()
        await copies.ended()
    office.before_answer = office.before_recipient = lambda _: None
    await copies.start()
    await all_sent(database, SOME)
    copies.kill()
    await copies.ended()
    arrived = Counter(map(raw_of, office.taken))
    assert len(arrived) == SOME, "a repetition has the same bytes"
    assert len(office.taken) <= SOME + KILLS
    assert {envelope.rcpt_tos[0] for envelope in office.taken} == {
        f"delegate{one}@mfa.example" for one in range(SOME)
    }


async def test_who_is_removed_is_told_once_however_often_the_process_dies(
    url: str, office: PostOffice, stack: AsyncExitStack
) -> None:
    database = await prepared(url, 1, stack)
    copies = Copies(url, office)
    stack.callback(copies.kill)
    office.before_answer = lambda _: copies.kill()
    await copies.start()
    await copies.ended()
    assert await stages(database) == {Stage.SENDING: 1}, "the invitation may have arrived"
    async with transaction(database, SECRETARY) as work:
        await remove_recipient(work, "customs-heads", "china", "delegate0")
    await copies.start()
    await copies.ended()
    office.before_answer = lambda _: None
    await copies.start()
    await until_they_stand(database, {Stage.SUPERSEDED: 1, Stage.SENT: 1})
    invitation, withdrawal, again = map(raw_of, office.taken)
    assert withdrawal == again, "one that programs know by its Message-ID"
    assert b"method=REQUEST" in invitation.replace(b'"', b"")
    assert b"method=CANCEL" in withdrawal.replace(b'"', b"")
    copies.kill()
    await copies.ended()


async def test_who_dies_over_a_digest_sends_the_same_digest_again(
    url: str, office: PostOffice, stack: AsyncExitStack
) -> None:
    quiet = {"digest": Digest.DAILY, "digest_at": time(14)}
    database = await prepared(url, 1, stack, **quiet)
    await hear(database, SCHEDULED.model_copy(update={"meeting": "customs-heads-2027-2"}), 5)
    copies = Copies(url, office)
    stack.callback(copies.kill)
    office.before_answer = lambda _: copies.kill()
    await copies.start()
    await copies.ended()
    assert await stages(database) == {Stage.SENDING: 2}
    office.before_answer = lambda _: None
    await copies.start()
    await all_sent(database, 2)
    first, again = map(raw_of, office.taken)
    assert first == again
    assert first.count(b"text/calendar") == 2
    copies.kill()
    await copies.ended()


async def test_of_several_copies_on_postgresql_one_sends_and_another_goes_on_for_it(
    own_database: str, office: PostOffice, stack: AsyncExitStack
) -> None:
    settings = Post(ORGANIZER, office.server, None)
    databases = [Database(own_database, "notices", notices.migrations) for _ in range(2)]
    for database in databases:
        stack.push_async_callback(database.close)
    await databases[0].migrate()
    await invite(databases[0], SOME)
    first, second = (
        deliveries.send_by(settings, database, SetClock(START)) for database in databases
    )
    holder = asyncio.create_task(first)
    await office.mails(1)
    other = asyncio.create_task(second)
    await office.mails(SOME // 3)
    await stopped(holder)
    assert (await stages(databases[0]))[Stage.SENDING] == 0, "it ended what it had begun"
    databases[1].stir()
    await all_sent(databases[0], SOME)
    await stopped(other)
    assert Counter(raw_of(envelope) for envelope in office.taken).most_common(1)[0][1] == 1
    assert len(office.taken) == SOME


async def stopped(copy: "asyncio.Task[None]") -> None:
    copy.cancel()
    with suppress(asyncio.CancelledError):
        await copy
