"""One mail a day with all that is new, which others' programs read as it was meant."""

import re
from datetime import timedelta
from email.message import EmailMessage
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from ical.calendar_stream import IcsCalendarStream
from icalendar import Calendar
from imapclient import IMAPClient

from events.road.database import Database
from services.notices import deliveries, mailbox
from services.notices.post import Post
from services.notices.rules import life
from services.notices.rules.reading import parsed
from services.notices.service import notices
from tests.conftest import CUSTOMS, START, Stage
from tests.notices.clients import bounce
from tests.notices.conftest import (
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
from tests.notices.dovecot import Mailbox
from tests.notices.post_office import PostOffice, raw_of
from tests.notices.test_dying import hear, invite
from tests.notices.test_mailbox import post_of, until

SECOND = SCHEDULED.model_copy(update={"meeting": "customs-heads-2027-2", "span": span(2, 14, 3)})
THIRD = SCHEDULED.model_copy(update={"meeting": "customs-heads-2027-3", "span": span(20)})
DAILY = {"digest": "daily", "digest_at": "08:00"}
MORNING = START.replace(day=5, hour=3)  # eight in Almaty


async def morning(stage: Stage, day: int = 5) -> None:
    await stage.clock.set(MORNING.replace(day=day))
    stage.program.workers["notices"].database.stir()


def calendars_in(mail: EmailMessage) -> dict[str, Any]:
    """The VEVENTs that are attached, by file."""
    found = {}
    for part in mail.iter_attachments():
        assert part.get_content_type() == "text/calendar"
        assert part.get_content_disposition() == "attachment"
        calendar = Calendar.from_ical(part.get_content())
        assert part.get_param("method") == calendar["METHOD"]
        (event,) = calendar.events
        (same,) = IcsCalendarStream.calendar_from_ics(part.get_content()).events
        assert (same.uid, same.sequence) == (str(event["UID"]), event["SEQUENCE"])
        assert same.dtstart == event.start
        event["METHOD"] = calendar["METHOD"]
        found[str(part.get_filename())] = event
    return found


def texts_of(mail: EmailMessage) -> list[str]:
    """The text, and the page without its marks."""
    texts = []
    for kind in ("plain", "html"):
        body = mail.get_body((kind,))
        assert body is not None
        texts.append(re.sub(r"<[^>]+>", "\n", body.get_content()))
    return texts


@pytest.mark.usefixtures("sending")
async def test_all_that_is_new_comes_in_one_mail_and_each_meeting_with_a_file_of_its_own(
    stage: Stage, office: PostOffice
) -> None:
    await register(stage, **DAILY)
    await stage.tell(SCHEDULED, SECOND, THIRD)
    await morning(stage)
    (first,) = await office.mails(1)
    assert set(calendars_in(first)) == {
        "1-customs-heads-2027-2.ics",
        "2-customs-heads-2027-1.ics",
        "3-customs-heads-2027-3.ics",
    }
    assert all(event["METHOD"] == "REQUEST" for event in calendars_in(first).values())
    shown = await settled(stage, ["sent"] * 3)
    (digest,) = {mail["digest"] for mail in shown}
    await stage.clock.set(MORNING + timedelta(hours=1))
    assert first["Message-ID"] == f"<{digest}@secretariat.example>"
    await stage.tell(
        moved(1, span(16)), cancelled(2).model_copy(update={"meeting": SECOND.meeting})
    )
    await stage.tell(circulated().model_copy(update={"meeting": THIRD.meeting}))
    await morning(stage, day=6)
    second = (await office.mails(2))[1]
    assert {
        file: (event["METHOD"], event["SEQUENCE"], str(event["ATTENDEE"]))
        for file, event in calendars_in(second).items()
    } == {
        "1-customs-heads-2027-2.ics": ("CANCEL", 2, f"mailto:{OMAROVA}"),
        "2-customs-heads-2027-1.ics": ("REQUEST", 1, f"mailto:{OMAROVA}"),
        "3-customs-heads-2027-3.ics": ("REQUEST", 0, f"mailto:{OMAROVA}"),
    }
    assert str(second["Subject"]) == (
        "Новости о ваших встречах и заседаниях (3), 6 янв. 2027\u202fг. (Asia/Almaty)"
    )
    assert second["Content-Language"] == "ru"
    for text in texts_of(second):
        for said in (
            "Мероприятие отменено.",
            "Дата изменена.",
            "среда, 16 июня 2027\u202fг., 09:30–16:30 (Asia/Almaty, UTC+5)",
            "Перенесено с 9 июн. 2027\u202fг., 09:30 на 16 июн.",
            "Разослана предварительная повестка дня.",
            f"письмом на {ORGANIZER}, приедете ли вы",
            "вторник, 2 марта 2027\u202fг., 14:30–21:30 (Asia/Almaty, UTC+5)",
            "Государственный визит",
            "1. Қорғас өткеліндегі жасыл дәліз",
            "2-customs-heads-2027-1.ics",
        ):
            assert said in text, said
        for clock in re.finditer(r"\d\d:\d\d(?!.*UTC)", text):
            raise AssertionError(f"a time without its zone: {clock[0]}")
        assert text.count("потому что указаны") == 1
        assert "откройте его, чтобы ответить" not in text, "no mailbox is read here"
    await settled(stage, ["sent"] * 6)


@pytest.mark.usefixtures("sending")
async def test_a_single_piece_of_news_comes_as_an_invitation_that_programs_act_on(
    stage: Stage, office: PostOffice
) -> None:
    await register(stage, **DAILY)
    await stage.tell(SCHEDULED)
    await morning(stage)
    (mail,) = await office.mails(1)
    assert any(part.get_content_type() == "text/calendar" for part in mail.walk())
    assert str(mail["Subject"]).startswith("Приглашение: ")
    (sent,) = await settled(stage, ["sent"])
    assert sent["digest"] is None


@pytest.mark.usefixtures("sending")
async def test_a_person_named_in_several_bodies_gets_one_mail_and_others_get_their_own(
    stage: Stage, office: PostOffice
) -> None:
    council = {"mechanism": "business-council", "short_name": "Business Council"}
    await stage.tell(CUSTOMS.model_copy(update=council))
    await register(stage, **DAILY)
    await register(stage, "china", name="李娜", address="li.na@mfa.example", **DAILY)
    path = "/mechanisms/business-council/recipients/kazakhstan/delegate"
    body = {"name": "Айгүл Омарова", "address": OMAROVA.upper(), "language": "ru", **DAILY}
    assert (await stage.put(path, body)).status_code == 200
    other = {"mechanism": "business-council", "meeting": "business-council-2027-1"}
    await stage.tell(SCHEDULED, THIRD, SCHEDULED.model_copy(update=other))
    await morning(stage)
    await morning(stage)
    mails = {str(mail["To"].addresses[0].addr_spec).lower(): mail for mail in await office.mails(2)}
    assert len(calendars_in(mails[OMAROVA])) == 3
    assert len(calendars_in(mails["li.na@mfa.example"])) == 2
    assert all("Деловой совет" in text for text in texts_of(mails[OMAROVA]))
    await settled(stage, ["sent"] * 5)


@pytest.mark.usefixtures("sending")
async def test_what_is_urgent_and_who_is_removed_is_told_too(
    stage: Stage, office: PostOffice
) -> None:
    await register(stage, **DAILY)
    soon = span(4, 20, 1)
    await stage.tell(SCHEDULED.model_copy(update={"span": soon}), THIRD)
    (urgent,) = await office.mails(1)
    assert str(urgent["Subject"]).startswith("Приглашение: ")
    await morning(stage)
    await office.mails(2)
    await settled(stage, ["sent", "sent"])
    path = "/mechanisms/customs-heads/recipients/kazakhstan/coordinator"
    assert (await stage.send("DELETE", path, None, "secretary", {})).status_code == 200
    await settled(stage, ["sent", "sent", "queued"])
    await morning(stage, day=6)
    assert "METHOD:CANCEL" in next(
        part.get_content()
        for part in (await office.mails(3))[2].walk()
        if part.get_content_type() == "text/calendar"
    )


@pytest.mark.usefixtures("sending")
async def test_a_digest_that_is_not_taken_now_comes_again_with_what_is_new_since(
    stage: Stage, office: PostOffice
) -> None:
    office.to_mails = ["451 4.7.1 greylisted"]
    await register(stage, **DAILY)
    await stage.tell(SCHEDULED, THIRD)
    await morning(stage)

    async def why() -> Any:
        return {(mail["stage"], mail["code"], mail["digest"]) for mail in await listed(stage)}

    await until(why, lambda found: found == {("queued", 451, None)})
    await stage.clock.set(MORNING + timedelta(seconds=1))
    await stage.tell(moved(1, span(16)))
    await morning(stage, day=6)
    (mail,) = await office.mails(1)
    assert {event["SEQUENCE"] for event in calendars_in(mail).values()} == {0, 1}
    await settled(stage, ["superseded", "sent", "sent"])


async def test_a_digest_whose_fate_nobody_knows_goes_again_with_the_same_bytes(
    tmp_path: Path,
) -> None:
    database = Database(f"sqlite:///{tmp_path}", "notices", notices.migrations)
    await database.migrate()
    await invite(database, 1, digest="daily")
    await hear(database, SECOND, 2)
    first = await given_away(database, days=2)
    await hear(database, THIRD, 3)
    again = await given_away(database, days=4)
    assert first[0] in again, "the same two"
    assert len(again) == 2, "and the new one by itself, as nobody knows of the others"
    await hear(database, moved(1, span(16)), 4)
    last = await given_away(database, days=9)
    assert {*again} & {*last} == {*again} - {*first}, "what went by itself goes as it was"
    ids = [str(parsed(raw)["Message-ID"]) for raw in last]
    assert {str(parsed(raw)["Message-ID"]) for raw in again} < {*ids}
    rest = last[ids.index(str(parsed(first[0])["Message-ID"]))]
    assert [event["UID"] for event in calendars_in(parsed(rest)).values()] == [
        f"{SECOND.meeting}@secretariat"
    ], "the same message without what was moved, which comes alone"
    assert len({*ids}) == len(ids) == 3
    await database.close()


async def given_away(database: Database, days: int) -> list[bytes]:
    """What is handed over then, of which nobody learns what became."""
    now, handed = START + timedelta(days=days), []
    async with database.read() as session:
        due = await deliveries.due_at(session, now)
    for key in due:
        if mails := await deliveries.claim(database, key, now):
            handed.append(await deliveries.written(database, mails, Post(ORGANIZER, None, None)))
            lost = partial(life.failed, code=None, error="lost", now=now)
            await deliveries.settle(database, [mail.id for mail in mails], lost)
    return handed


async def test_a_digest_that_came_back_is_shown_for_each_meeting(
    stage: Stage, office: PostOffice, sending_from: Sending, box: Mailbox
) -> None:
    await register(stage, **DAILY)
    await stage.tell(SCHEDULED, THIRD)
    async with sending_from(stage, office):
        await morning(stage)
        (mail,) = await office.mails(1)
        await settled(stage, ["sent", "sent"])
    box.drop(raw_of(office.taken[0]))
    box.drop(bounce(str(mail["Message-ID"])))
    with mailbox.logged_in(box.implicit) as client:
        check_structure(client)
    database = stage.program.workers["notices"].database
    assert await mailbox.step(database, post_of(box.implicit), stage.clock) == 2
    back = await listed(stage)
    assert [(m["stage"], m["error"]) for m in back] == [
        ("bounced", "5.1.1 550 5.1.1 no such user")
    ] * 2


def check_structure(client: IMAPClient) -> None:
    """That Dovecot reads the MIME as it was meant."""
    client.select_folder("INBOX", readonly=True)
    found = client.fetch([1], ["BODYSTRUCTURE", "ENVELOPE"])[1]
    parts, kind = found[b"BODYSTRUCTURE"][:2]
    assert kind == b"mixed"
    alternatives, first, second = parts
    assert alternatives[1] == b"alternative"
    for part in (first, second):
        assert part[:2] == (b"text", b"calendar")
        assert (b"method", b"REQUEST") in list(zip(part[2][::2], part[2][1::2], strict=True))
