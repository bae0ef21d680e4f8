"""Invitations as they go out, over a real SMTP server with STARTTLS and a password."""

import asyncio
import re
from dataclasses import replace
from datetime import timedelta
from email.message import EmailMessage
from typing import Any

import pytest
from icalendar import Calendar

from events.meetings import RestrictionSet
from services.calendars.service import calendars
from services.notices.post import LONGEST_PAUSE, Post, Tls
from services.notices.service import notices
from services.program.doctor import examine_service
from tests.conftest import CUSTOMS, START, Stage, Staging
from tests.notices.conftest import (
    MEETING,
    OMAROVA,
    ORGANIZER,
    SCHEDULED,
    Sending,
    cancelled,
    circulated,
    listed,
    moved,
    register,
    settled,
    span,
)
from tests.notices.post_office import (
    PATIENCE,
    Certificate,
    PostOffice,
    Reporting,
    post_office,
    raw_of,
)


def calendar_in(mail: EmailMessage) -> Calendar:
    """The calendar that programs act on, once it is seen to be the one that is attached."""
    part = next(p for p in mail.walk() if p.get_content_type() == "text/calendar")
    (attached,) = mail.iter_attachments()
    assert attached.get_content_type() == "application/ics"
    assert attached.get_payload(decode=True) == part.get_payload(decode=True)
    calendar = Calendar.from_ical(part.get_content())
    assert part.get_param("method") == calendar["METHOD"]
    return calendar


def event_in(mail: EmailMessage) -> Any:
    (event,) = calendar_in(mail).walk("VEVENT")
    return event


@pytest.mark.usefixtures("sending")
async def test_a_convocation_is_mailed_to_each_recipient_as_an_invitation(
    stage: Stage, office: PostOffice
) -> None:
    await register(stage)
    await register(stage, "china", name="李娜", address="li.na@mfa.example")
    await stage.tell(SCHEDULED)
    mails = {str(mail["To"]): mail for mail in await office.mails(2)}
    assert set(mails) == {f"Айгүл Омарова <{OMAROVA}>", "李娜 <li.na@mfa.example>"}
    mail = mails[f"Айгүл Омарова <{OMAROVA}>"]
    assert mail["From"] == f"Secretariat <{ORGANIZER}>"
    assert mail["Subject"] == (
        "Приглашение: Руководители таможенных служб: 1-я встреча 2027 года, "
        "9 июн. 2027\u202fг., 09:30 (Asia/Almaty)"
    )
    assert (mail["Auto-Submitted"], mail["Content-Language"]) == ("auto-generated", "ru")
    assert mail["X-Auto-Response-Suppress"] == "OOF, AutoReply", "out of office is no answer"
    assert re.fullmatch(r"<[0-9a-f]{16}\.[0-9a-f]{16}@secretariat\.example>", mail["Message-ID"])
    assert calendar_in(mail)["METHOD"] == "REQUEST"
    event = event_in(mail)
    assert event["ATTENDEE"] == f"mailto:{OMAROVA}"
    assert event["ATTENDEE"].params["PARTSTAT"] == "NEEDS-ACTION"
    assert event["ORGANIZER"] == f"mailto:{ORGANIZER}"
    assert event.start == SCHEDULED.span.starts.at
    text = mail.get_body(("plain",))
    assert text is not None
    assert "среда, 9 июня" in text.get_content()
    assert "李娜" not in office.taken[0].original_content.decode()  # type: ignore[union-attr]


async def test_feed_and_mail_tell_of_the_same_revision(
    staged: Staging,
    office: PostOffice,
    sending_from: Sending,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("MAIL_ADDRESS", ORGANIZER)
    stage = await staged(calendars, notices)
    async with sending_from(stage, office):
        await register(stage)
        for number, event in enumerate((SCHEDULED, circulated(), moved(1, span(16))), start=1):
            await stage.clock.set(span(1, 9 + number, month=2).starts.at)
            await stage.tell(event)
            mailed = event_in((await office.mails(number))[-1])
            feed = await stage.http.get("/calendars/mechanisms/customs-heads.ics?language=ru")
            (shown,) = Calendar.from_ical(feed.content).walk("VEVENT")
            for name in ("UID", "SEQUENCE", "DTSTAMP", "DTSTART", "SUMMARY", "ORGANIZER"):
                assert mailed[name].to_ical() == shown[name].to_ical(), name


@pytest.mark.usefixtures("sending")
async def test_a_new_date_and_a_cancellation_follow_with_higher_numbers(
    stage: Stage, office: PostOffice
) -> None:
    await register(stage, language="zh")
    await stage.tell(SCHEDULED)
    await office.mails(1)
    await stage.tell(moved(1, span(16)))
    await office.mails(2)
    await stage.tell(cancelled(2))
    first, second, third = await office.mails(3)
    assert [calendar_in(m)["METHOD"] for m in (first, second, third)] == [
        "REQUEST",
        "REQUEST",
        "CANCEL",
    ]
    assert [event_in(m)["SEQUENCE"] for m in (first, second, third)] == [0, 1, 2]
    assert {str(event_in(m)["UID"]) for m in (first, second, third)} == {f"{MEETING}@secretariat"}
    assert event_in(third)["STATUS"] == "CANCELLED"
    assert first["References"] is None
    assert {m[name] for m in (second, third) for name in ("In-Reply-To", "References")} == {
        first["Message-ID"]
    }, "so programs show them as one conversation"
    assert event_in(first)["DESCRIPTION"].params["LANGUAGE"] == "zh"
    text = second.get_body(("plain",))
    assert text is not None
    assert "由 2027年6月9日09:30 改为 2027年6月16日09:30 (Asia/Almaty, UTC+5)" in text.get_content()
    assert "Государственный визит" in text.get_content()
    await settled(stage, ["sent", "sent", "sent"])


@pytest.mark.usefixtures("sending")
async def test_nothing_is_mailed_where_nothing_is_new_and_else_it_says_what_is(
    stage: Stage, office: PostOffice
) -> None:
    await register(stage, language="en")
    await stage.tell(SCHEDULED)
    await office.mails(1)
    await settled(stage, ["sent"])
    await stage.tell(circulated())
    await office.mails(2)
    await settled(stage, ["sent"] * 2)
    await stage.tell(circulated())
    await stage.tell(RestrictionSet(mechanism="customs-heads", meeting=MEETING, restricted=False))
    assert len(await listed(stage)) == 2
    await stage.tell(moved(1, span(16)))
    *_, agenda, date = await office.mails(3)
    assert "- The provisional agenda is circulated.\n" in text_of(agenda)
    said = text_of(date)
    assert (
        "- Moved from 9 Jun 2027, 09:30 "
        "to 16 Jun 2027, 09:30 (Asia/Almaty, UTC+5)\n"
        "- New place: Almaty\n"
    ) in said
    assert "agenda is circulated" not in said


@pytest.mark.usefixtures("sending")
@pytest.mark.parametrize(
    ("zone", "told"), [("Asia/Tashkent", False), ("Asia/Bishkek", True), ("Asia/Almaty", False)]
)
async def test_hours_that_are_those_of_the_place_are_not_said_again(
    stage: Stage, office: PostOffice, zone: str, told: bool
) -> None:
    await register(stage, language="en", zone=zone)
    await stage.tell(SCHEDULED)
    (mail,) = await office.mails(1)
    assert ("Your time" in text_of(mail)) is told


def text_of(mail: EmailMessage) -> str:
    text = mail.get_body(("plain",))
    assert text is not None
    return str(text.get_content()).replace("\r\n", "\n")


@pytest.mark.usefixtures("sending")
async def test_a_meeting_that_is_restricted_is_told_as_that_to_who_sits_in_it_alone(
    stage: Stage, office: PostOffice
) -> None:
    await register(stage, language="tg")
    await register(stage, "china", name="李娜", address="li.na@mfa.example")
    await stage.tell(SCHEDULED)
    invitations = await office.mails(2)
    assert not any("CLASS" in event_in(mail) for mail in invitations)
    await settled(stage, ["sent", "sent"])
    others = tuple(party for party in CUSTOMS.parties if party.id != "china")
    await stage.tell(CUSTOMS.model_copy(update={"parties": others}))
    await stage.clock.set(START + timedelta(hours=1))
    hidden = RestrictionSet(mechanism="customs-heads", meeting=MEETING, restricted=True)
    await stage.tell(hidden)
    mails = {mail["To"].addresses[0].addr_spec: mail for mail in (await office.mails(4))[2:]}
    hers, theirs = mails[OMAROVA], mails["li.na@mfa.example"]
    assert (event_in(hers)["CLASS"], event_in(hers)["SEQUENCE"]) == ("CONFIDENTIAL", 0)
    assert event_in(hers)["DTSTAMP"].dt > event_in(invitations[0])["DTSTAMP"].dt
    assert hers["Sensitivity"] == "Company-Confidential"
    text = hers.get_body(("plain",))
    assert text is not None
    assert "Ин ҷаласа пӯшида аст" in text.get_content()
    assert calendar_in(theirs)["METHOD"] == "CANCEL"
    await stage.tell(hidden.model_copy(update={"restricted": False}))
    again = (await office.mails(5))[4]
    assert "CLASS" not in event_in(again)
    await settled(stage, ["sent"] * 5)


async def test_what_has_not_gone_out_makes_way_for_what_came_after_it(
    stage: Stage, office: PostOffice, sending_from: Sending
) -> None:
    await register(stage)
    await stage.tell(SCHEDULED, moved(1, span(16)))
    await register(stage, "china", name="李娜", address="li.na@mfa.example")
    async with sending_from(stage, office):
        mails = await office.mails(2)
        assert [event_in(mail)["SEQUENCE"] for mail in mails] == [1, 1]
        assert all("риглашение" in str(m["Subject"]) or "邀请" in str(m["Subject"]) for m in mails)
        await settled(stage, ["superseded", "sent", "sent"])


async def test_who_never_heard_of_a_meeting_does_not_hear_of_its_cancellation(
    stage: Stage, office: PostOffice, sending_from: Sending
) -> None:
    await register(stage)
    await stage.tell(SCHEDULED, cancelled(1))
    async with sending_from(stage, office):
        await stage.tell(SCHEDULED.model_copy(update={"meeting": "customs-heads-2027-2"}))
        (mail,) = await office.mails(1)
        assert str(event_in(mail)["UID"]) == "customs-heads-2027-2@secretariat"


@pytest.mark.usefixtures("sending")
async def test_who_is_registered_later_is_invited_to_the_meetings_to_come(
    stage: Stage, office: PostOffice
) -> None:
    await stage.tell(SCHEDULED, SCHEDULED.model_copy(update={"meeting": "customs-heads-2027-2"}))
    await stage.tell(cancelled(1))
    await register(stage)
    (mail,) = await office.mails(1)
    assert str(event_in(mail)["UID"]) == "customs-heads-2027-2@secretariat"
    await register(stage, language="en")
    await stage.tell(SCHEDULED.model_copy(update={"meeting": "customs-heads-2027-3"}))
    assert str((await office.mails(2))[1]["Subject"]).startswith("Invitation: ")


@pytest.mark.usefixtures("sending")
async def test_what_the_server_refuses_for_good_is_shown_and_can_be_sent_again(
    stage: Stage, office: PostOffice
) -> None:
    office.to_recipients = ["550 5.1.1 no such user"]
    await register(stage)
    await stage.tell(SCHEDULED)
    (failed,) = await settled(stage, ["failed"])
    assert (failed["code"], failed["error"]) == (550, "550 5.1.1 no such user")
    refused = await stage.post(f"/mail/{failed['id']}/retry", actor="kazakhstan/coordinator")
    assert refused.status_code == 403
    assert (await stage.post(f"/mail/{failed['id']}/retry")).status_code == 200
    await office.mails(1)
    (sent,) = await settled(stage, ["sent"])
    assert (sent["attempts"], sent["error"]) == (1, None)
    assert (await stage.post(f"/mail/{failed['id']}/retry")).status_code == 409


@pytest.mark.usefixtures("sending")
async def test_what_the_server_can_not_take_now_comes_again_with_the_same_bytes(
    stage: Stage, office: PostOffice
) -> None:
    office.to_mails = ["250 taken", "451 4.7.1 greylisted", "250 taken"]
    await register(stage)
    await register(stage, "china", name="李娜", address="li.na@mfa.example")
    await stage.tell(SCHEDULED)
    await office.mails(1)
    await office.until(lambda: office.asked == 4)
    waiting = await settled(stage, ["queued", "sent"])
    (waits,) = [mail for mail in waiting if mail["stage"] == "queued"]
    assert (waits["attempts"], waits["code"]) == (1, 451)
    assert waits["due"] > waits["queued"]
    await stage.clock.set(stage.clock.now().replace(hour=12))
    stage.program.workers["notices"].database.stir()
    await office.mails(2)
    await settled(stage, ["sent", "sent"])
    assert len({raw_of(envelope) for envelope in office.taken}) == 2


async def outgoing(stage: Stage) -> Any:
    """What keeps mail from going out, as /readyz says it; the service is ready all the same."""
    answer = await stage.http.get("/readyz")
    assert answer.status_code == 200
    return answer.json()["notices"]["mail"]["outgoing"]


async def until_it_says(stage: Stage, what: str | None) -> None:
    """Return once that is in what it says, or it says nothing where `what` is none."""
    async with asyncio.timeout(PATIENCE):
        while True:
            said = await outgoing(stage)
            if said == what or (said and what and what in said):
                return
            await asyncio.sleep(0.01)


async def later(stage: Stage) -> None:
    """Let the longest pause pass."""
    await stage.clock.set(stage.clock.now() + LONGEST_PAUSE)
    stage.program.workers["notices"].database.stir()


@pytest.mark.parametrize("tls", Tls)
async def test_any_server_will_do(
    stage: Stage, made: Certificate, sending_from: Sending, tls: Tls
) -> None:
    async with post_office(made, tls) as office, sending_from(stage, office):
        await register(stage)
        await stage.tell(SCHEDULED)
        await office.mails(1)
        await settled(stage, ["sent"])


async def test_a_server_that_can_report_is_asked_to_report_what_comes_back(
    stage: Stage, made: Certificate, sending_from: Sending
) -> None:
    async with post_office(made, kind=Reporting) as office, sending_from(stage, office):
        await register(stage)
        await stage.tell(SCHEDULED)
        await office.mails(1)
        (mail,) = await settled(stage, ["sent"])
        assert Reporting.wishes == [f"ENVID={mail['message']}", "RET=HDRS", "NOTIFY=FAILURE,DELAY"]


async def test_mails_wait_for_a_server_that_is_not_there_yet_and_nobody_is_to_blame(
    stage: Stage, made: Certificate, sending_from: Sending
) -> None:
    async with post_office(made) as office:
        port = office.server.port
    async with sending_from(stage, office):
        await register(stage)
        await stage.tell(SCHEDULED)
        await until_it_says(stage, f"127.0.0.1:{port} since 2027-01-04 06:00 UTC: ")
        (waits,) = await listed(stage)
        assert (waits["stage"], waits["attempts"]) == ("queued", 0)
        async with post_office(made, port=port) as opened:
            await later(stage)
            await opened.mails(1)
            await settled(stage, ["sent"])
            await until_it_says(stage, None)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"password": "wrong"}, "535 5.7.8 Authentication credentials invalid"),
        ({"authority": None}, "certificate verify failed"),
        ({"tls": Tls.IMPLICIT}, "SSL"),
        ({"username": None, "password": None}, "530 5.7.0 Authentication required"),
    ],
)
async def test_a_server_that_does_not_let_us_in_is_said_and_costs_no_mail_an_attempt(
    stage: Stage, office: PostOffice, sending_from: Sending, change: dict[str, Any], says: str
) -> None:
    right = office.server
    office.server = replace(right, **change)
    await register(stage)
    await stage.tell(SCHEDULED)
    async with sending_from(stage, office):
        await until_it_says(stage, says)
    (waits,) = await listed(stage)
    assert (waits["stage"], waits["attempts"]) == ("queued", 0)
    office.server = right
    await stage.clock.set(stage.clock.now() + LONGEST_PAUSE)
    async with sending_from(stage, office):
        await office.mails(1)
        await settled(stage, ["sent"])


@pytest.mark.usefixtures("sending")
async def test_a_server_that_goes_down_in_the_midst_gets_the_mail_when_it_is_back(
    stage: Stage, office: PostOffice
) -> None:
    office.to_mails = ["421 4.3.2 shutting down"]
    await register(stage)
    await stage.tell(SCHEDULED)
    await until_it_says(stage, "421 4.3.2 shutting down")
    (waits,) = await listed(stage)
    assert (waits["stage"], waits["attempts"]) == ("queued", 0)
    await later(stage)
    await office.mails(1)
    await settled(stage, ["sent"])


@pytest.mark.usefixtures("sending")
async def test_what_a_later_revision_has_overtaken_is_not_tried_again(
    stage: Stage, office: PostOffice
) -> None:
    office.to_mails = ["451 4.7.1 greylisted"]
    await register(stage)
    await stage.tell(SCHEDULED)
    await settled(stage, ["queued"])
    await office.until(lambda: office.asked == 2)
    await stage.tell(moved(1, span(16)))
    (mail,) = await office.mails(1)
    assert event_in(mail)["SEQUENCE"] == 1
    await settled(stage, ["superseded", "sent"])


async def test_without_a_server_mails_wait_and_the_program_says_so(
    stage: Stage, office: PostOffice, sending_from: Sending
) -> None:
    nothing = Post.from_settings({})
    await register(stage)
    await stage.tell(SCHEDULED)
    async with sending_from(stage, office, nothing):
        await until_it_says(stage, "no server is configured")
    report = await examine_service(stage.program.workers["notices"], stage.clock.now())
    assert (report.mails_waiting, report.healthy) == (1, True)
    async with sending_from(stage, office):
        await office.mails(1)
        await settled(stage, ["sent"])


@pytest.mark.usefixtures("sending")
async def test_who_is_removed_gets_nothing_more_and_who_is_quiet_gets_it_in_the_morning(
    stage: Stage, office: PostOffice
) -> None:
    """It is six in London, and eleven in Almaty."""
    await register(stage, quiet={"begins": "10:00", "ends": "14:00"})
    await register(stage, "china", address="li.na@mfa.example", digest="daily")
    await stage.tell(SCHEDULED)
    due = {mail["party"]: mail["due"] for mail in await settled(stage, ["queued", "queued"])}
    assert due == {"kazakhstan": "2027-01-04T09:00:00Z", "china": "2027-01-05T00:00:00Z"}
    await stage.clock.set(START.replace(hour=9))
    stage.program.workers["notices"].database.stir()
    await office.mails(1)
    await settled(stage, ["sent", "queued"])
    path = "/mechanisms/customs-heads/recipients/china/coordinator"
    assert (await stage.send("DELETE", path, None, "kazakhstan/coordinator", {})).status_code == 403
    assert (await stage.send("DELETE", path, None, "china/coordinator", {})).status_code == 200
    await settled(stage, ["sent", "superseded"])


async def test_what_waited_for_a_server_until_quiet_hours_waits_for_their_end(
    stage: Stage, office: PostOffice, sending_from: Sending
) -> None:
    await register(stage, quiet={"begins": "21:00", "ends": "07:30"})
    await stage.tell(SCHEDULED)
    day = stage.clock.now().replace(hour=0, minute=0)
    await stage.clock.set(day + timedelta(hours=18))  # 23:00 in Almaty
    async with sending_from(stage, office):
        async with asyncio.timeout(PATIENCE):
            while (await listed(stage))[0]["due"][11:16] != "02:30":  # noqa: ASYNC110 - others change it
                await asyncio.sleep(0.01)
        assert not office.taken
        await stage.clock.set(day + timedelta(hours=26, minutes=30))
        await settled(stage, ["sent"])


async def test_a_party_sees_its_own_addresses_and_only_the_secretary_the_mail(
    stage: Stage,
) -> None:
    await register(stage)
    await register(stage, "china", name="李娜", address="li.na@mfa.example")
    path = "/api/v1/mechanisms/customs-heads/recipients"
    for actor, seen in (
        ("secretary", {"china", "kazakhstan"}),
        ("china/delegate", {"china"}),
        ("tajikistan/coordinator", set()),
    ):
        answer = await stage.http.get(path, headers={"actor": actor})
        assert {item["party"] for item in answer.json()["items"]} == seen
    assert (await stage.http.get(path)).status_code == 400
    for place in ("/mail", "/mailbox/aside"):
        answer = await stage.http.get(f"/api/v1{place}", headers={"actor": "china/coordinator"})
        assert answer.status_code == 403
    body = {"name": "X", "address": "x@mfa.example"}
    path = "/mechanisms/customs-heads/recipients"
    assert (await stage.put(f"{path}/atlantis/x", body)).status_code == 404
    refused = await stage.put(f"{path}/china/x", body, actor="kazakhstan/coordinator")
    assert refused.status_code == 403
    assert (await stage.put(f"{path}/china/x", {**body, "address": "x"})).status_code == 422
