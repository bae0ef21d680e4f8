"""Answers as odd programs, servers and character sets leave them, and what is told of them."""

import base64
import quopri
from dataclasses import replace
from datetime import timedelta
from email.message import EmailMessage
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText
from email.policy import SMTP
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from events.notices import Participation
from events.road.database import Database
from services.notices import incoming, mailbox
from services.notices.post import IN, Post, Server, Tls, note
from services.notices.rules.life import claimed, sent
from services.notices.rules.reading import NothingForUsError, Reply, Report, parsed, read, sender_of
from services.notices.service import notices
from services.notices.tables import ANSWERS, MAILS, AsideRow
from tests.conftest import START, Stage
from tests.notices.clients import GOOGLE, OMAROVA, ORGANIZER, STAMP, UID, bounce, carried, reply
from tests.notices.dovecot import Mailbox
from tests.notices.test_dying import invite
from tests.notices.test_mailbox import aside, attendee, post_of

KEY = "0123456789abcdef"
SAID = "Буду, если успею"
HEAD = f"From: {OMAROVA}\r\nTo: {ORGANIZER}\r\nMIME-Version: 1.0\r\n"


def raw(calendar: bytes, kind: str, encoding: str = "8bit", more: str = "") -> EmailMessage:
    head = f"{HEAD}{more}Content-Type: {kind}\r\nContent-Transfer-Encoding: {encoding}\r\n\r\n"
    return parsed(head.encode() + calendar)


def commented(words: str) -> str:
    return GOOGLE.replace("SEQUENCE:0", f"COMMENT:{words}\nSEQUENCE:0").replace("\n", "\r\n")


@pytest.mark.parametrize(
    ("charset", "kind", "words"),
    [
        ("koi8-r", "text/calendar; method=REPLY; charset=koi8-r", SAID),
        ("windows-1251", "text/calendar; charset=windows-1251", SAID),
        ("gb18030", 'text/calendar; charset="gb18030"', "我会出席"),
        ("utf-16", "text/calendar; charset=utf-16", SAID),
        ("utf-8-sig", "text/calendar", SAID),
        ("utf-8", "text/calendar; charset=us-ascii", SAID),
        ("utf-8", "text/calendar; charset=no-such-thing", SAID),
        ("utf-8", "application/ics; name=invite.ics", SAID),
        ("utf-8", 'application/octet-stream; name="Reply.ICS"', SAID),
    ],
)
@pytest.mark.parametrize("encoding", ["8bit", "base64", "quoted-printable"])
def test_an_answer_is_read_in_the_character_set_that_it_is_in(
    charset: str, kind: str, words: str, encoding: str
) -> None:
    content = commented(words).encode(charset)
    if encoding == "base64":
        content = base64.encodebytes(content)
    elif encoding == "quoted-printable":
        content = quopri.encodestring(content)
    found = read(raw(content, kind, encoding))
    assert isinstance(found, Reply)
    assert (found.uid, found.attendee, found.comment) == (UID, OMAROVA, words)


def test_an_answer_in_no_character_set_at_all_counts_all_the_same() -> None:
    found = read(raw(commented(SAID).encode("koi8-r"), "text/calendar"))
    assert isinstance(found, Reply)
    assert found.participation is Participation.TENTATIVE


def test_headers_are_read_folded_and_in_any_character_set() -> None:
    subject = "=?koi8-r?B?8NLJztHUzw==?=\r\n =?gb18030?B?0ru2qA==?="
    message = parsed(f"From: =?koi8-r?Q?=E1?= <a@b.example>\r\nSubject: {subject}\r\n\r\n".encode())
    assert incoming.header(message, "Subject") == "Принято一定"
    bare = parsed("Subject: Да\r\n\r\n".encode("koi8-r"))
    incoming.header(bare, "Subject").encode()


def test_the_answer_counts_where_the_invitation_came_back_with_it() -> None:
    message = EmailMessage(policy=SMTP)
    message.set_content("да")
    for method in ("REQUEST", "REPLY"):
        calendar = GOOGLE.replace("METHOD:REPLY", f"METHOD:{method}")
        message.add_attachment(calendar.encode(), maintype="application", subtype="ics")
    assert isinstance(read(parsed(message.as_bytes())), Reply)


@pytest.mark.parametrize(
    ("message", "why"),
    [
        (
            reply(method="COUNTER", more="COMMENT:накануне праздник").as_bytes(),
            r"another date \(COUNTER\), 2027-06-09 04:30 \(UTC\), накануне праздник; talk to",
        ),
        (reply(method="REFRESH").as_bytes(), r"how the meeting stands now \(REFRESH\)"),
        (
            reply('DELEGATED;DELEGATED-TO="mailto:Deputy@mfa.example"').as_bytes(),
            "a.omarova@mfa.example sends deputy@mfa.example instead",
        ),
        (b"Content-Type: application/ms-tnef; name=winmail.dat\r\n\r\nx", "winmail.dat"),
    ],
)
def test_what_needs_a_person_says_what_to_do(message: bytes, why: str) -> None:
    with pytest.raises(NothingForUsError, match=why):
        read(parsed(message))


def test_a_report_about_an_address_in_another_script_is_read() -> None:
    """RFC 6533."""
    report = (
        "Content-Type: multipart/report; report-type=global-delivery-status; boundary=b\r\n\r\n"
        "--b\r\nContent-Type: text/plain\r\n\r\nno\r\n"
        "--b\r\nContent-Type: message/global-delivery-status\r\n\r\n"
        "Reporting-MTA: dns; mx.example\r\n\r\nFinal-Recipient: utf-8; омарова@mfa.example\r\n"
        "Action: failed\r\nStatus: 5.1.1\r\nDiagnostic-Code: smtp; 550 no such user\r\n\r\n"
        "--b\r\nContent-Type: message/global-headers\r\n\r\n"
        f"Message-ID: <{KEY}@secretariat.example>\r\n\r\n--b--\r\n"
    )
    found = read(parsed(report.encode()))
    assert found == Report(KEY, final=True, explanation="5.1.1 550 no such user")


async def drop(stage: Stage, box: Mailbox, *messages: EmailMessage) -> None:
    for message in messages:
        box.drop(message)
    database = stage.program.workers["notices"].database
    assert await mailbox.step(database, post_of(box.implicit), stage.clock) == len(messages)


@pytest.mark.usefixtures("invited")
async def test_who_is_sent_instead_answers_for_the_one_invited(stage: Stage, box: Mailbox) -> None:
    both = f'ATTENDEE;PARTSTAT=ACCEPTED;DELEGATED-FROM="mailto:{OMAROVA}":mailto:deputy@mfa.example'
    alone = GOOGLE.replace(
        f":mailto:{OMAROVA}", f';DELEGATED-FROM="mailto:{OMAROVA}":mailto:d@mfa.example'
    ).replace("20270104T08", "20270104T09")
    await drop(
        stage,
        box,
        reply('DELEGATED;DELEGATED-TO="mailto:deputy@mfa.example"', more=both),
        carried(alone, sender="d@mfa.example"),
    )
    found = await attendee(stage)
    assert [(a["participation"], a["delegate"]) for a in found["answers"]] == [
        ("accepted", "deputy@mfa.example"),
        ("tentative", "d@mfa.example"),
    ]
    assert await aside(stage) == []


async def test_an_answer_under_another_address_is_known_by_the_mail_that_it_answers(
    stage: Stage, box: Mailbox, invited: Any
) -> None:
    answer, stranger = (reply(attendee="aigul@mfa.example", organizer=None) for _ in range(2))
    answer["In-Reply-To"] = f"<{invited['message']}@secretariat.example>"
    stranger["In-Reply-To"] = f"<{KEY}@secretariat.example>"
    await drop(stage, box, stranger, answer)
    found = await attendee(stage)
    assert [a["delegate"] for a in found["answers"]] == ["aigul@mfa.example"]
    assert found["participation"] == "accepted"
    assert [reason for reason in await aside(stage) if "aigul@mfa.example was not" in reason]


@pytest.mark.parametrize(
    "sender",
    [
        f"{OMAROVA} <m@evil.example>",
        f"{OMAROVA}, m@evil.example",
        f"=?utf-8?q?{OMAROVA.replace('@', '=40')}?=, <m@evil.example>",
        f"Delegates: {OMAROVA};",
    ],
)
def test_a_sender_who_may_be_read_in_two_ways_is_none(sender: str) -> None:
    assert sender_of(parsed(f"From: {sender}\r\n\r\n".encode())) is None


@pytest.mark.parametrize(
    "sender",
    [
        f"A. Omarova <{OMAROVA}>",
        f"Айгүл <{OMAROVA}>",
        f"{'long ' * 80}<{OMAROVA}>",
        f"{OMAROVA} (A)",
    ],
)
def test_a_sender_is_known_whatever_name_stands_beside_the_address(sender: str) -> None:
    assert sender_of(parsed(f"From: {sender}\r\n\r\n".encode())) == OMAROVA


def test_a_report_is_read_that_a_gateway_has_put_into_a_mail_of_its_own() -> None:
    whole = MIMEMultipart("mixed")
    report = bounce(f"<{KEY}@secretariat.example>", action="FAILED (undeliverable)")
    whole.attach(parsed(report))
    whole.attach(MIMEText("Checked for viruses."))
    found = read(parsed(whole.as_bytes()))
    assert isinstance(found, Report)
    assert (found.key, found.final) == (KEY, True)


async def test_what_a_database_does_not_take_holds_up_nobody(own_database: str) -> None:
    """PostgreSQL takes no U+0000 and no lone surrogates."""
    database = Database(own_database, "notices", notices.migrations)
    await database.migrate()
    await invite(database, 1)
    async with database.write() as session:
        (mail,) = await MAILS.all(session)
        session.put(MAILS.kept(sent(claimed(mail, START), START)))
    server = Server("imap.example", 993, Tls.IMPLICIT)
    await note(database, IN, server, None, START)
    hers = reply(attendee="delegate0@mfa.example", more="COMMENT:a\x00b").as_bytes()
    odd = [
        b"Subject: =?utf-8?q?a=00b?= \xd0\r\nFrom: \xff\xfe\x00 <x@y>\r\n\r\n",
        reply(uid="a\x00b@secretariat").as_bytes(),
        reply(uid="customs-heads-2027-1\x00@secretariat", attendee="\x00@x").as_bytes(),
        reply(sequence=-(10**30)).as_bytes(),
        reply("ACC\x00EPTED\x07").as_bytes(),
        hers,
    ]
    for place, content in enumerate(odd, start=1):
        found = incoming.Found(place, content)
        await incoming.take(database, found, 1, Post(ORGANIZER, None, server), START)
    async with database.read() as session:
        (answer,) = await ANSWERS.all(session)
        assert answer.comment == "ab"
        assert len(await session.scalars(select(AsideRow))) == len(odd) - 1
    await database.close()


@settings(max_examples=200)
@given(st.binary(max_size=300), st.sampled_from(["text/calendar", "multipart/report", "x"]))
def test_whatever_comes_is_read_or_said_to_be_unreadable(content: bytes, kind: str) -> None:
    found = incoming.Found(1, f"Content-Type: {kind}; boundary=b\r\n".encode() + content)
    mail = incoming.opened(found, Post(ORGANIZER, None, None))
    assert str(mail.said)
    f"{mail.sender}{mail.subject}".encode()


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (
            b"".join(
                f"Content-Type: multipart/mixed; boundary=b{n}\r\n\r\n--b{n}\r\n".encode()
                for n in range(1000)
            ),
            "it can't be read",
        ),
        (b"Content-Type: text/plain" + b";\r\n a=b" * 20_000 + b"\r\n\r\n", "is longer than"),
        (b"From: " + b"a <a@b.example>,\r\n " * 10_000 + b"\r\n\r\n", "is longer than"),
    ],
)
def test_a_mail_made_to_break_or_delay_its_reader_is_put_aside(content: bytes, why: str) -> None:
    mail = incoming.opened(incoming.Found(1, content), Post(ORGANIZER, None, None))
    assert isinstance(mail.said, NothingForUsError)
    assert why in str(mail.said)


@pytest.mark.usefixtures("invited")
async def test_a_mailbox_that_goes_away_is_said_and_read_on_when_it_is_back(
    stage: Stage, box: Mailbox
) -> None:
    database = stage.program.workers["notices"].database
    await drop(stage, box, reply())
    gone = post_of(replace(box.implicit, port=1))
    assert await mailbox.step(database, gone, stage.clock) == 0
    said = (await stage.http.get("/readyz")).json()["notices"]["mail"]["mailbox"]
    assert "Connection refused" in said
    await stage.clock.set(stage.clock.now() + timedelta(minutes=1))
    await drop(stage, box, reply("DECLINED", stamp=STAMP + timedelta(hours=1)))
    assert (await attendee(stage))["participation"] == "declined"


@pytest.mark.usefixtures("invited")
async def test_a_mail_that_somebody_removes_meanwhile_is_passed_over(
    stage: Stage, box: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    look = mailbox.found_at

    def removed_first(client: Any, uid: int) -> Any:
        for file in [*box.folder.glob("*/*.test*")][:1] if uid == 1 else []:
            file.unlink()
        client.noop()
        return look(client, uid)

    monkeypatch.setattr(mailbox, "found_at", removed_first)
    box.drop(b"Subject: first\r\n\r\n")
    box.drop(reply())
    database = stage.program.workers["notices"].database
    assert await mailbox.step(database, post_of(box.implicit), stage.clock) == 1
