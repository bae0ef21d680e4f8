"""Invitations as they go out, over a real SMTP server with STARTTLS and a password."""

from email.message import EmailMessage
from typing import Any

import pytest
from icalendar import Calendar

from services.calendars.service import calendars
from services.notices.service import notices
from tests.conftest import Stage, Staging
from tests.notices.conftest import (
    MEETING,
    OMAROVA,
    ORGANIZER,
    SCHEDULED,
    cancelled,
    circulated,
    moved,
    register,
    settled,
    span,
)
from tests.notices.post_office import PostOffice, raw_of


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
        "Приглашение: Heads of customs: meeting 1 of 2027, 9 июн. 2027\u202fг., 09:30 (Asia/Almaty)"
    )
    assert (mail["Auto-Submitted"], mail["Content-Language"]) == ("auto-generated", "ru")
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
    staged: Staging, office: PostOffice, sending_from: Any
) -> None:
    stage = await staged(calendars, notices)
    async with sending_from(stage, office):
        await register(stage)
        for number, event in enumerate((SCHEDULED, circulated(), moved(1, span(16))), start=1):
            await stage.clock.set(span(1, 9 + number, month=2).starts.at)
            await stage.tell(event)
            mailed = event_in((await office.mails(number))[-1])
            feed = await stage.http.get("/calendars/mechanisms/customs-heads.ics")
            (shown,) = Calendar.from_ical(feed.content).walk("VEVENT")
            for name in ("UID", "SEQUENCE", "DTSTAMP", "LAST-MODIFIED", "DTSTART", "SUMMARY"):
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
    text = second.get_body(("plain",))
    assert text is not None
    assert "原定时间: 2027年6月9日" in text.get_content()
    assert "Государственный визит" in text.get_content()
    await settled(stage, ["sent", "sent", "sent"])


async def test_what_has_not_gone_out_makes_way_for_what_came_after_it(
    stage: Stage, office: PostOffice, sending_from: Any
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
    stage: Stage, office: PostOffice, sending_from: Any
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
    await register(stage, address="omarova@customs.example")
    assert str((await office.mails(2))[1]["To"]).endswith("<omarova@customs.example>")
    await register(stage, address="omarova@customs.example", language="en")
    await stage.tell(SCHEDULED.model_copy(update={"meeting": "customs-heads-2027-3"}))
    assert str((await office.mails(3))[2]["Subject"]).startswith("Invitation: ")


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
