"""Answers and reports, read from a real IMAP server."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from events.notices import AttendanceReplied, Participation
from events.road.database import Database
from services.icalendar import entry as entries
from services.notices import incoming, mailbox
from services.notices.post import IN, Post, Server, Tls, note
from services.notices.rules import life
from services.notices.rules.life import claimed, sent
from services.notices.rules.mail import id_of
from services.notices.rules.recipient import Recipient
from services.notices.service import notices
from services.notices.tables import ANSWERS, MAILS, AsideRow, PostRow
from tests.conftest import CUSTOMS, START, Stage
from tests.notices.clients import OMAROVA, OUTLOOK_COM, STAMP, bounce, carried, reply
from tests.notices.conftest import (
    MEETING,
    ORGANIZER,
    SCHEDULED,
    Sending,
    cancelled,
    circulated,
    moved,
    register,
    settled,
    span,
)
from tests.notices.dovecot import Dovecot, Mailbox
from tests.notices.post_office import PATIENCE, PostOffice
from tests.notices.test_deliveries import event_in
from tests.notices.test_dying import invite

SECRETARY = {"actor": "secretary"}


def post_of(server: Server) -> Post:
    return Post(ORGANIZER, None, server)


@pytest.fixture
async def reading(
    stage: Stage, box: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[None]:
    monkeypatch.setattr(mailbox, "LOOK_SECONDS", 0.02)
    database = stage.program.workers["notices"].database
    work = asyncio.create_task(mailbox.read_by(post_of(box.implicit), database, stage.clock))
    yield
    work.cancel()
    with suppress(asyncio.CancelledError):
        await work


async def attendee(stage: Stage) -> Any:
    answer = await stage.http.get(f"/api/v1/meetings/{MEETING}/replies", headers=SECRETARY)
    return next(a for a in answer.json()["attendees"] if a["party"] == "kazakhstan")


async def aside(stage: Stage) -> list[str]:
    answer = await stage.http.get("/api/v1/mailbox/aside", headers=SECRETARY)
    return [item["reason"] for item in answer.json()["items"]]


async def until(ask: Callable[[], Any], condition: Callable[[Any], bool]) -> Any:
    async with asyncio.timeout(PATIENCE):
        while not condition(found := await ask()):  # noqa: ASYNC110 - others change it
            await asyncio.sleep(0.01)
    return found


async def answers(stage: Stage, number: int) -> Any:
    """The attendee, once so many answers have come in."""
    return await until(lambda: attendee(stage), lambda found: len(found["answers"]) == number)


@pytest.mark.usefixtures("invited", "reading")
async def test_an_answer_is_kept_shown_and_told_without_the_address(
    stage: Stage, box: Mailbox
) -> None:
    assert (await attendee(stage))["participation"] is None
    box.drop(carried(OUTLOOK_COM))
    found = await answers(stage, 1)
    assert (found["participation"], found["current"]) == ("tentative", True)
    assert found["answers"][0]["comment"] == "Буду, если успею\n"
    await stage.program.settle()
    assert await stage.said(AttendanceReplied) == [
        AttendanceReplied(
            mechanism="customs-heads",
            meeting=MEETING,
            party="kazakhstan",
            participation=Participation.TENTATIVE,
            sequence=0,
            delegation=Participation.TENTATIVE,
        )
    ]
    told = [envelope.to_json() for envelope in await stage.envelopes()]
    assert not any("@mfa.example" in text or "Омарова" in text for text in told)
    theirs = await stage.http.get(
        f"/api/v1/meetings/{MEETING}/replies", headers={"actor": "china/delegate"}
    )
    assert theirs.json()["attendees"] == []


@pytest.mark.usefixtures("invited", "reading")
async def test_the_newest_answer_counts_in_whichever_order_they_come(
    stage: Stage, box: Mailbox
) -> None:
    later = STAMP + timedelta(hours=2)
    box.drop(reply("DECLINED", stamp=later))
    await answers(stage, 1)
    box.drop(reply("ACCEPTED"))
    assert (await answers(stage, 2))["participation"] == "declined"
    box.drop(reply("ACCEPTED", stamp=later + timedelta(minutes=1), sender="other@gmail.example"))
    found = await answers(stage, 3)
    assert found["participation"] == "declined", "anybody may have sent it"
    (other,) = [a for a in found["answers"] if not a["confirmed"]]
    assert other["sender"] == "other@gmail.example"
    await stage.program.settle()
    assert len(await stage.said(AttendanceReplied)) == 1
    path = f"/meetings/{MEETING}/replies/{other['id']}/confirm"
    await stage.post(path, {}, actor="secretary")
    assert (await attendee(stage))["participation"] == "accepted"
    await stage.program.settle()
    said = [event.participation for event in await stage.said(AttendanceReplied)]
    assert said == [Participation.DECLINED, Participation.ACCEPTED]


@pytest.mark.usefixtures("invited")
async def test_who_came_later_was_not_invited_to_a_meeting_of_before_and_who_left_was(
    stage: Stage,
) -> None:
    await stage.clock.set(SCHEDULED.span.ends.at + timedelta(days=1))
    await register(stage, "china", name="李娜", address="li.na@mfa.example")
    path = "/mechanisms/customs-heads/recipients/kazakhstan/coordinator"
    assert (await stage.send("DELETE", path, None, "secretary", {})).status_code == 200
    answer = await stage.http.get(f"/api/v1/meetings/{MEETING}/replies", headers=SECRETARY)
    assert [(a["party"], a["stage"]) for a in answer.json()["attendees"]] == [
        ("kazakhstan", "sent")
    ]


@pytest.mark.usefixtures("invited", "reading")
async def test_an_answer_to_an_old_date_is_kept_and_marked(
    stage: Stage, box: Mailbox, office: PostOffice, sending_from: Sending
) -> None:
    async with sending_from(stage, office):
        await stage.tell(moved(1, span(16)))
        await office.mails(2)
        await settled(stage, ["sent", "sent"])
    box.drop(reply("ACCEPTED", sequence=0))
    found = await answers(stage, 1)
    assert (found["participation"], found["current"]) == ("accepted", False)
    box.drop(reply("DECLINED", sequence=1, stamp=STAMP - timedelta(hours=1)))
    found = await answers(stage, 2)
    assert (found["participation"], found["current"]) == ("declined", True)
    await stage.program.settle()
    assert [event.sequence for event in await stage.said(AttendanceReplied)] == [1]


@pytest.mark.usefixtures("invited", "reading")
async def test_who_has_answered_is_not_asked_again_until_the_date_is_another(
    stage: Stage, box: Mailbox, office: PostOffice, sending_from: Sending
) -> None:
    box.drop(reply("ACCEPTED"))
    await answers(stage, 1)
    async with sending_from(stage, office, Post(ORGANIZER, office.server, box.implicit)):
        await stage.tell(circulated())
        agenda = (await office.mails(2))[1]
        assert event_in(agenda)["ATTENDEE"].params["PARTSTAT"] == "ACCEPTED"
        text = agenda.get_body(("plain",))
        assert text is not None
        assert "Вы приняли приглашение" in text.get_content()
        assert "1. Қорғас өткеліндегі жасыл дәліз" in text.get_content()
        await stage.tell(moved(1, span(16)))
        new_date = (await office.mails(3))[2]
        assert event_in(new_date)["ATTENDEE"].params["PARTSTAT"] == "NEEDS-ACTION"


async def test_answers_are_kept_on_postgresql_as_on_sqlite(own_database: str) -> None:
    database = Database(own_database, "notices", notices.migrations)
    await database.migrate()
    await invite(database, 1)
    async with database.write() as session:
        (mail,) = await MAILS.all(session)
        session.put(MAILS.kept(sent(claimed(mail, START), START)))
    server = Server("imap.example", 993, Tls.IMPLICIT)
    await note(database, IN, server, None, START)
    settings = Post(ORGANIZER, None, server)
    hers = reply(attendee="delegate0@mfa.example").as_bytes()
    for place, raw in enumerate([hers, reply(attendee="x@evil.example").as_bytes(), hers], start=1):
        found = incoming.Found(place, raw)
        await incoming.take(database, found, 2**32 - 1, settings, START)
    async with database.read() as session:
        (answer,) = await ANSWERS.all(session)
        assert answer.participation is Participation.ACCEPTED
        assert [row.sender for row in await session.scalars(select(AsideRow))] == ["x@evil.example"]
        (row,) = await session.scalars(select(PostRow))
        assert (row.position, row.validity) == (3, 2**32 - 1)
    await database.close()


@pytest.mark.usefixtures("invited", "reading")
async def test_what_is_forged_or_unknown_is_put_aside_with_the_reason(
    stage: Stage, box: Mailbox
) -> None:
    await register(stage, "china", name="李娜", address="li.na@mfa.example")
    box.drop(reply(attendee="stranger@evil.example"))
    box.drop(reply(uid="another-2027-1@secretariat"))
    box.drop(reply(attendee="li.na@mfa.example"))
    box.drop(reply(sequence=7))
    box.drop(reply(stamp=STAMP.replace(year=2099)))
    box.drop(reply(organizer="somebody@else.example"))
    box.drop(reply(method="COUNTER"))
    box.drop(carried("BEGIN:VCALENDAR\r\nMETHOD:REPLY\r\nBEGIN:VEV"))
    box.drop(b"From: =?x?b?\xff?= <\r\nContent-Type: text/calendar; charset=\xff\r\n\r\n\xff\x00")
    box.drop(b"Content-Type: multipart/report\r\n\r\nnot one\r\n")
    box.drop(bounce("<" + "0" * 16 + "@secretariat.example>"))
    box.drop(reply())
    assert (await answers(stage, 1))["participation"] == "accepted"
    reasons = await aside(stage)
    for why in (
        "stranger@evil.example was not invited",
        "nobody here has invited to another-2027-1@secretariat",
        "li.na@mfa.example was not invited",
        "revision 7",
        "in the future, 2099-01-04",
        "an invitation of somebody@else.example",
        "proposes another date",
        "can't be read",
        "a report that is none of delivery",
        "was not sent from here",
    ):
        assert any(why in reason for reason in reasons), (why, reasons)
    assert len(reasons) == 11


@pytest.mark.usefixtures("reading")
async def test_a_mail_that_came_back_is_shown_and_one_that_is_late_is_not_given_up(
    stage: Stage, box: Mailbox, office: PostOffice, invited: Any
) -> None:
    async def the_mail() -> Any:
        return (await stage.http.get(f"/api/v1/mail/{invited['id']}", headers=SECRETARY)).json()

    box.drop(bounce(f"<{invited['message']}@secretariat.example>", action="delayed"))
    late = await until(the_mail, lambda mail: mail["error"])
    assert late["stage"] == "sent"
    box.drop(bounce("<rewritten@mx>", envelope=invited["message"]))
    back = await until(the_mail, lambda mail: mail["stage"] == "bounced")
    assert back["error"] == "5.1.1 550 5.1.1 no such user"
    ready = (await stage.http.get("/readyz")).json()["notices"]["mail"]
    assert ready["failed"] == 1
    await stage.tell(cancelled(1))
    assert (await the_mail())["stage"] == "superseded"


@pytest.mark.usefixtures("sending")
async def test_a_report_counts_once_and_not_for_what_was_sent_again_since(
    stage: Stage, box: Mailbox, office: PostOffice
) -> None:
    database = stage.program.workers["notices"].database
    step = partial(mailbox.step, database, post_of(box.implicit), stage.clock)
    await register(stage)
    await stage.tell(SCHEDULED)
    (mail,) = await settled(stage, ["sent"])
    report = bounce(f"<{mail['message']}@secretariat.example>")
    box.drop(report)
    assert await step() == 1
    await settled(stage, ["bounced"])
    await stage.post(f"/mail/{mail['id']}/retry")
    (again,) = await settled(stage, ["sent"])
    assert again["message"] != mail["message"]
    box.begin_anew()
    box.drop(report)
    assert await step() == 2
    await settled(stage, ["sent"])
    first, second = await office.mails(2)
    assert first["Message-ID"] != second["Message-ID"], "no program passes over it"


async def test_nobody_is_invited_again_to_a_meeting_that_was_cancelled_since(
    stage: Stage, box: Mailbox, invited: Any
) -> None:
    database = stage.program.workers["notices"].database
    await stage.tell(cancelled(1))
    box.drop(bounce(f"<{invited['message']}@secretariat.example>"))
    assert await mailbox.step(database, post_of(box.implicit), stage.clock) == 1
    await settled(stage, ["bounced", "queued"])
    refused = await stage.post(f"/mail/{invited['id']}/retry")
    assert refused.status_code == 409
    assert "the meeting is cancelled" in refused.json()["detail"]


async def test_who_can_guess_the_id_of_a_mail_can_not_report_it_nor_answer_it(
    stage: Stage, box: Mailbox, invited: Any
) -> None:
    database = stage.program.workers["notices"].database
    guessed = id_of(recipient(), entries.begin(SCHEDULED, CUSTOMS, START), 0)
    assert guessed == invited["id"]
    for name in (guessed, f"{guessed}.{'0' * 16}"):
        box.drop(bounce(f"<{name}@secretariat.example>"))
        forged = reply("DECLINED", sender="mallory@evil.example")
        forged["In-Reply-To"] = f"<{name}@secretariat.example>"
        box.drop(forged)
    assert await mailbox.step(database, post_of(box.implicit), stage.clock) == 4
    await settled(stage, ["sent"])
    found = await attendee(stage)
    assert found["participation"] is None
    assert not any(answer["confirmed"] for answer in found["answers"])


def recipient() -> Recipient:
    return Recipient(
        id="customs-heads.kazakhstan.coordinator",
        mechanism="customs-heads",
        party="kazakhstan",
        handle="coordinator",
        name="Айгүл Омарова",
        address=OMAROVA,
        language="kk",
        zone="Asia/Almaty",
    )


@pytest.mark.usefixtures("invited")
async def test_another_mailbox_is_read_from_its_beginning(
    stage: Stage, server: Dovecot, box: Mailbox
) -> None:
    database = stage.program.workers["notices"].database
    other = server.mailbox()
    box.drop(reply(sequence=7))
    box.drop(reply(sequence=7))
    other.drop(reply())
    assert await mailbox.step(database, post_of(box.implicit), stage.clock) == 2
    async with database.write() as session:
        row = await session.get_one(PostRow, IN)
        validity = other_validity(post_of(other.implicit))
        session.put(row.model_copy(update={"validity": validity}))
    assert await mailbox.step(database, post_of(other.implicit), stage.clock) == 1
    assert (await attendee(stage))["participation"] == "accepted"
    elsewhere = replace(other.starttls, folder="Archive").place
    assert elsewhere != other.starttls.place == other.implicit.place, "a port is no place"


def other_validity(settings: Post) -> int:
    """The UIDVALIDITY that it has, as a mailbox of the same second may have too."""
    assert settings.mailbox is not None
    validity, _ = mailbox.fetch(settings.mailbox, 0, 0)
    return validity


@pytest.mark.usefixtures("invited")
async def test_each_mail_has_its_effect_once_also_when_the_mailbox_forgets_its_numbers(
    stage: Stage, box: Mailbox
) -> None:
    database = stage.program.workers["notices"].database
    box.drop(reply())
    assert await mailbox.step(database, post_of(box.starttls), stage.clock) == 1
    assert await mailbox.step(database, post_of(box.starttls), stage.clock) == 0
    box.begin_anew()
    box.drop(reply("DECLINED", stamp=STAMP + timedelta(hours=1)))
    assert await mailbox.step(database, post_of(box.starttls), stage.clock) == 2
    await stage.program.settle()
    assert len((await attendee(stage))["answers"]) == 2
    assert len(await stage.said(AttendanceReplied)) == 2


@pytest.mark.usefixtures("invited")
async def test_a_mailbox_that_lets_nobody_in_is_said_and_left_alone_for_a_while(
    stage: Stage, box: Mailbox
) -> None:
    database = stage.program.workers["notices"].database
    shut = post_of(replace(box.implicit, password="wrong"))
    assert await mailbox.step(database, shut, stage.clock) == 0
    said = (await stage.http.get("/readyz")).json()["notices"]["mail"]["mailbox"]
    assert str(box.implicit) in said
    assert "AUTHENTICATIONFAILED" in said
    box.drop(reply())
    assert await mailbox.step(database, post_of(box.implicit), stage.clock) == 0
    await stage.clock.set(stage.clock.now() + timedelta(seconds=6))
    assert await mailbox.step(database, post_of(box.implicit), stage.clock) == 1
    assert (await stage.http.get("/readyz")).json()["notices"]["mail"]["mailbox"] is None
    assert OMAROVA in (await attendee(stage))["answers"][0]["sender"]


@pytest.mark.parametrize("makes_way", [False, True])
async def test_what_says_something_of_a_mail_that_may_have_arrived_is_heard(
    tmp_path: Path, *, makes_way: bool
) -> None:
    database = Database(f"sqlite:///{tmp_path}", "notices", notices.migrations)
    await database.migrate()
    await invite(database, 1)
    async with database.write() as session:
        (mail,) = await MAILS.all(session)
        lost = life.failed(
            claimed(life.named(mail, [], "0" * 16), START), None, "connection lost", START
        )
        session.put(MAILS.kept(life.superseded(lost) if makes_way else lost))
    server = Server("imap.example", 993, Tls.IMPLICIT)
    await note(database, IN, server, None, START)
    came = [
        reply(attendee="delegate0@mfa.example").as_bytes(),
        bounce(f"<{lost.message}@secretariat.example>"),
    ]
    for place, raw in enumerate(came, start=1):
        found = incoming.Found(place, raw)
        await incoming.take(database, found, 1, Post(ORGANIZER, None, server), START)
    async with database.read() as session:
        assert await session.scalars(select(AsideRow)) == []
        (answer,) = await ANSWERS.all(session)
        assert answer.confirmed
        (after,) = await MAILS.all(session)
        assert after.stage == ("superseded" if makes_way else "bounced")
        assert after.error == "5.1.1 550 5.1.1 no such user"
    await database.close()
