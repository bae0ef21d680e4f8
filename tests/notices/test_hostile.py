"""Mails that strangers make to end the program, or to hold it up."""

import time

import pytest
from sqlalchemy import select

from events.road.database import Database
from services.notices import incoming
from services.notices.post import IN, Post, Server, Tls, note
from services.notices.rules.life import claimed, sent
from services.notices.rules.reading import NothingForUsError
from services.notices.service import notices
from services.notices.tables import ANSWERS, MAILS, AsideRow, PostRow
from tests.conftest import START
from tests.notices.clients import bounce, reply
from tests.notices.conftest import ORGANIZER
from tests.notices.test_dying import invite

SERVER = Server("imap.example", 993, Tls.IMPLICIT)
SETTINGS = Post(ORGANIZER, None, SERVER)
HERS = "delegate0@mfa.example"


async def prepared(url: str) -> tuple[Database, str]:
    """One delegate who has the invitation; its id."""
    database = Database(url, "notices", notices.migrations)
    await database.migrate()
    await invite(database, 1)
    async with database.write() as session:
        (mail,) = await MAILS.all(session)
        session.put(MAILS.kept(sent(claimed(mail, START), START)))
    await note(database, IN, SERVER, None, START)
    return database, mail.id


async def test_no_letter_that_a_database_refuses_comes_in_by_an_address_or_a_report(
    own_database: str,
) -> None:
    database, key = await prepared(own_database)
    deputy = reply(attendee="dep%00uty@mfa.example", sender="deputy@mfa.example")
    deputy["In-Reply-To"] = f"<{key}@secretariat.example>"
    report = bounce(f"<{key}@secretariat.example>", action="delayed")
    report = report.replace(b"no such user", b"no =?utf-8?q?=00?= such\x00 user")
    for place, raw in enumerate((deputy.as_bytes(), report), start=1):
        await incoming.take(database, incoming.Found(place, raw), 1, SETTINGS, START)
    async with database.read() as session:
        (answer,) = await ANSWERS.all(session)
        assert answer.delegate == "deputy@mfa.example"
        assert "such user" in ((await MAILS.get(session, key)).error or "")
        assert not await session.scalars(select(AsideRow))
    await database.close()


async def test_a_mail_on_which_the_program_fails_is_put_aside_and_the_next_one_read(
    own_database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    database, _ = await prepared(own_database)

    def broken(*_: object) -> None:
        raise RuntimeError("nobody thought of this")

    with monkeypatch.context() as patch:
        patch.setattr("services.notices.rules.answer.whose", broken)
        found = incoming.Found(1, reply(attendee=HERS).as_bytes())
        await incoming.take(database, found, 1, SETTINGS, START)
    later = incoming.Found(2, reply("DECLINED", attendee=HERS).as_bytes())
    await incoming.take(database, later, 1, SETTINGS, START)
    async with database.read() as session:
        (aside,) = await session.scalars(select(AsideRow))
        assert aside.reason == "it can't be used: RuntimeError: nobody thought of this"
        assert len(await ANSWERS.all(session)) == 1
        (row,) = await session.scalars(select(PostRow))
        assert row.position == 2
    await database.close()


PART = b"--b\r\nContent-Type: text/plain" + b";a=b" * 500 + b"\r\n\r\nx\r\n"


@pytest.mark.parametrize(
    "raw",
    [
        b"".join(b"X-%d: %s\r\n" % (n, b"a " * 9000) for n in range(4)),
        b"Content-Type: multipart/mixed; boundary=b\r\n\r\n" + PART * 100,
    ],
)
def test_headers_that_take_long_to_read_are_not_read(raw: bytes) -> None:
    mail = incoming.opened(incoming.Found(1, raw), SETTINGS)
    assert isinstance(mail.said, NothingForUsError)
    assert "its headers are longer" in str(mail.said)


async def test_what_is_not_read_in_time_is_put_aside(monkeypatch: pytest.MonkeyPatch) -> None:
    def slow(*_: object) -> None:
        time.sleep(0.2)

    monkeypatch.setattr(incoming, "READING_SECONDS", 0.01)
    monkeypatch.setattr(incoming, "opened", slow)
    mail = await incoming.read_in_time(incoming.Found(1, b""), SETTINGS)
    assert "takes over 0.01 s" in str(mail.said)


@pytest.mark.parametrize(
    ("status", "attendee"),
    [
        ("DECLINED", HERS),
        ('DECLINED;SENT-BY="mailto:m@evil.example"', HERS),
        (f'DECLINED;DELEGATED-FROM="mailto:{HERS}"', "m@evil.example"),
    ],
)
async def test_a_stranger_speaks_for_nobody_until_the_secretary_confirms_it(
    own_database: str, status: str, attendee: str
) -> None:
    database, _ = await prepared(own_database)
    raw = reply(status, attendee=attendee, sender="m@evil.example").as_bytes()
    await incoming.take(database, incoming.Found(1, raw), 1, SETTINGS, START)
    async with database.read() as session:
        (answer,) = await ANSWERS.all(session)
        assert (answer.confirmed, answer.sender) == (False, "m@evil.example")
    await database.close()
