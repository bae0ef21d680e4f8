"""Who is not invited any more is told so, once, in a form that calendar programs act on."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from email.message import EmailMessage
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from icalendar import Calendar

from events.envelope import Cause
from events.meetings import MeetingCancelled, MeetingRescheduled
from events.road.database import Database
from events.road.transaction import transaction
from events.vocabulary import Actor
from services.notices import deliveries
from services.notices.commands import Invitee, keep_recipient, remove_recipient
from services.notices.post import Post
from services.notices.rules import life
from services.notices.rules.mail import Mail
from services.notices.rules.reading import parsed
from services.notices.rules.recipient import Digest, Quiet
from services.notices.service import notices
from tests.conftest import CUSTOMS, START, Stage
from tests.notices.conftest import (
    MEETING,
    OMAROVA,
    ORGANIZER,
    SCHEDULED,
    Sending,
    cancelled,
    moved,
    register,
    settled,
    span,
)
from tests.notices.post_office import PostOffice
from tests.notices.test_deliveries import calendar_in, event_in
from tests.notices.test_dying import hear

WHO = "/mechanisms/customs-heads/recipients/kazakhstan/coordinator"
LI = "li.na@mfa.example"


async def remove(stage: Stage) -> None:
    assert (await stage.send("DELETE", WHO, None, "secretary", {})).status_code == 200


def to_whom(mail: EmailMessage) -> str:
    address: str = mail["To"].addresses[0].addr_spec
    return address


@pytest.mark.usefixtures("sending")
async def test_who_is_removed_gets_the_meeting_out_of_the_calendar(
    stage: Stage, office: PostOffice
) -> None:
    await register(stage, language="en")
    await register(stage, "china", name="李娜", address=LI)
    await stage.tell(SCHEDULED)
    await settled(stage, ["sent", "sent"])
    await remove(stage)
    mail = (await office.mails(3))[2]
    assert to_whom(mail) == OMAROVA
    assert str(mail["Subject"]).startswith("Invitation withdrawn: Heads of customs")
    assert calendar_in(mail)["METHOD"] == "CANCEL"
    event = event_in(mail)
    assert (str(event["UID"]), event["SEQUENCE"]) == (f"{MEETING}@secretariat", 1)
    assert "STATUS" not in event, "the meeting itself is held"
    assert event["ATTENDEE"] == f"mailto:{OMAROVA}"
    text = mail.get_body(("plain",))
    assert text is not None
    assert "You are no longer invited to this meeting." in text.get_content()
    assert "9 June 2027, 09:30–16:30 (Asia/Almaty, UTC+5)" in text.get_content()
    await stage.tell(moved(1, span(16)))
    await settled(stage, ["sent", "sent", "sent", "sent"])
    assert [to_whom(m) for m in (await office.mails(4))[3:]] == [LI], "nothing more"


@pytest.mark.usefixtures("sending")
async def test_who_has_another_address_keeps_the_meeting_there_alone(
    stage: Stage, office: PostOffice
) -> None:
    await register(stage)
    await stage.tell(SCHEDULED)
    await settled(stage, ["sent"])
    await register(stage, address="omarova@customs.example")
    mails = {to_whom(mail): mail for mail in (await office.mails(3))[1:]}
    assert calendar_in(mails[OMAROVA])["METHOD"] == "CANCEL"
    assert event_in(mails[OMAROVA])["SEQUENCE"] == 1
    invited = mails["omarova@customs.example"]
    assert calendar_in(invited)["METHOD"] == "REQUEST"
    assert event_in(invited)["SEQUENCE"] == 0
    await settled(stage, ["sent", "sent", "sent"])


@pytest.mark.usefixtures("sending")
async def test_who_is_invited_again_gets_higher_numbers_and_can_answer(
    stage: Stage, office: PostOffice
) -> None:
    await register(stage)
    await stage.tell(SCHEDULED)
    await settled(stage, ["sent"])
    await remove(stage)
    await settled(stage, ["sent"] * 2)
    await stage.clock.set(START + timedelta(hours=1))
    await register(stage)
    await settled(stage, ["sent"] * 3)
    await stage.tell(moved(1, span(16)))
    mails = await office.mails(4)
    assert [calendar_in(m)["METHOD"] for m in mails] == ["REQUEST", "CANCEL", "REQUEST", "REQUEST"]
    assert [event_in(m)["SEQUENCE"] for m in mails] == [0, 1, 2, 3]
    stamps = [event_in(m)["DTSTAMP"].dt for m in mails]
    assert stamps == sorted(stamps)
    assert str(mails[2]["Subject"]).startswith("Приглашение: ")
    shown = await settled(stage, ["sent"] * 4)
    assert [mail["sequence"] for mail in shown] == [0, 1, 2, 3]


@pytest.mark.usefixtures("sending")
async def test_who_never_got_an_invitation_is_not_told_that_there_is_none(
    stage: Stage, office: PostOffice
) -> None:
    office.to_recipients = ["550 5.1.1 no such user"]
    await register(stage)
    await stage.tell(SCHEDULED)
    await settled(stage, ["failed"])
    await remove(stage)
    await settled(stage, ["superseded"])


@pytest.mark.usefixtures("sending")
async def test_who_shares_an_address_keeps_its_meetings(stage: Stage, office: PostOffice) -> None:
    await register(stage)
    await register(stage, "china", name="李娜", address=OMAROVA.upper())
    await stage.tell(SCHEDULED)
    await settled(stage, ["sent", "sent"])
    await remove(stage)
    await stage.tell(moved(1, span(16)))
    mails = await office.mails(3)
    assert [calendar_in(mail)["METHOD"] for mail in mails] == ["REQUEST"] * 3


async def test_a_cancellation_that_waits_goes_to_who_was_removed_meanwhile(
    stage: Stage, office: PostOffice, sending_from: Sending
) -> None:
    await register(stage)
    async with sending_from(stage, office):
        await stage.tell(SCHEDULED)
        await settled(stage, ["sent"])
    await stage.tell(cancelled(1))
    await remove(stage)
    async with sending_from(stage, office):
        mail = (await office.mails(2))[1]
        assert event_in(mail)["STATUS"] == "CANCELLED"
        await settled(stage, ["sent", "sent"])


@dataclass
class Program:
    """A calendar program, by RFC 5546 alone: it takes what is newer than what it knows.

    It knows a message by its Message-ID. Two seats with one address are told the same twice.
    """

    seen: tuple[int, datetime] | None = None
    date: datetime | None = None
    taken: set[str] = field(default_factory=set)

    def take(self, raw: bytes) -> None:
        message = parsed(raw)
        if message["Message-ID"] in self.taken:
            return
        self.taken.add(str(message["Message-ID"]))
        for part in message.walk():
            if part.get_content_type() == "text/calendar":
                self.read(Calendar.from_ical(part.get_content()))

    def read(self, calendar: Any) -> None:
        (event,) = calendar.events
        version = int(str(event["SEQUENCE"])), event.DTSTAMP
        date = event.DTSTART if calendar["METHOD"] == "REQUEST" else None
        if version == self.seen:
            assert date == self.date
        assert self.seen is None or version >= self.seen, "a program would pass over it"
        self.seen, self.date = version, date


SEATS = ["first", "second", "third"]
ADDRESSES = ("one@mfa.example", "two@mfa.example", "Two@mfa.example")
NIGHT = Quiet(begins=time(20), ends=time(8))
WISHES: dict[str, dict[str, Any]] = {
    "at once": {},
    "by day": {"quiet": NIGHT},
    "once a day": {"digest": Digest.DAILY},
}
FATES = ["taken", "refused", "later", "lost", "vanishes", "dies", "dies before"]
ARRIVES = {"taken", "lost", "dies"}
SEAT, ADDRESS = st.sampled_from(SEATS), st.sampled_from(ADDRESSES)
DONE = st.one_of(
    st.tuples(st.just("invite"), SEAT, ADDRESS, st.sampled_from(list(WISHES))),
    st.tuples(st.just("remove"), SEAT),
    st.tuples(st.just("move")),
    st.tuples(st.just("cancel")),
    st.tuples(st.just("wait"), st.sampled_from([1, 9, 48])),
    st.tuples(st.just("send"), st.sampled_from(FATES)),
)


@dataclass
class World:
    """Notices with some seats of a delegation, and what the programs of all addresses have."""

    database: Database
    now: datetime = START
    moves: int = 0
    held: bool = True
    seats: dict[str, str] = field(default_factory=dict)
    programs: dict[str, Program] = field(default_factory=dict)
    refused: set[str] = field(default_factory=set)

    async def do(self, what: str, *how: Any) -> None:
        self.now += timedelta(minutes=1)
        if what == "invite":
            seat, address, wish = how
            body = Invitee(name="Айгүл", address=address, **WISHES[wish])
            await self.command(keep_recipient, seat, body)
            self.seats[seat] = address.lower()
        elif what == "remove" and how[0] in self.seats:
            await self.command(remove_recipient, *how)
            del self.seats[how[0]]
        elif what == "move" and self.held:
            self.moves += 1
            await self.hear(moved(self.moves, span(self.moves + 9)))
        elif what == "cancel" and self.held:
            self.held = False
            await self.hear(cancelled(self.moves + 1))
        elif what == "wait":
            self.now += timedelta(hours=how[0])
        elif what == "send":
            await self.send(*how)

    async def hear(self, event: MeetingRescheduled | MeetingCancelled) -> None:
        await hear(self.database, event, event.sequence + 10, self.now)

    async def command(self, command: Callable[..., Any], *more: Any) -> None:
        cause = Cause(id=f"{self.now}", actor=Actor.parse("secretary"), time=self.now)
        async with transaction(self.database, cause) as work:
            await command(work, "customs-heads", "china", *more)

    async def send(self, how: str) -> None:
        """Everything that is due; the first of it goes like `how`."""
        async with self.database.read() as session:
            due = await deliveries.due_at(session, self.now)
        for key in due:
            mails = await deliveries.claim(self.database, key, self.now)
            if mails:
                await self.hand_over(mails, how)
                how = "taken"

    async def hand_over(self, mails: list[Mail], how: str) -> None:
        keep = partial(deliveries.settle, self.database, [mail.id for mail in mails])
        raw = await deliveries.written(self.database, mails, Post(ORGANIZER, None, None))
        address = mails[0].address.lower()
        if how in ARRIVES:
            self.programs.setdefault(address, Program()).take(raw)
        if how == "refused" or mails[0].attempts > len(life.PAUSES):
            self.refused.add(address)
        if how == "taken":
            await keep(partial(life.sent, now=self.now))
        elif how in {"lost", "vanishes"}:
            await keep(partial(life.failed, code=None, error="lost", now=self.now))
        elif how == "later":
            await keep(partial(life.failed, code=451, error="451", now=self.now))
        elif how == "refused":
            await keep(partial(life.failed, code=550, error="550", now=self.now))


def invite(seat: str, address: str, wish: str = "at once") -> tuple[str, ...]:
    return "invite", seat, address, wish


ONE, TAKEN = ADDRESSES[0], ("send", "taken")
TO_FIRST, TO_SECOND = invite("first", ONE), invite("second", ONE)
BY_DAY = invite("second", ONE, "by day")


@settings(max_examples=40, deadline=None)
@given(st.lists(DONE, max_size=14))
@example([TO_FIRST, ("send", "lost"), TO_FIRST, ("remove", "first")])
@example([TO_FIRST, ("send", "lost"), ("send", "later"), ("remove", "first")])
@example([TO_FIRST, TAKEN, ("remove", "first"), TO_SECOND])
@example([TO_FIRST, TAKEN, ("wait", 9), BY_DAY, ("remove", "first"), ("remove", "second")])
@example([BY_DAY, TO_FIRST, ("send", "dies before"), ("remove", "second"), ("move",)])
def test_whatever_happens_a_meeting_is_in_the_calendar_of_who_is_invited_and_of_nobody_else(
    history: list[tuple[Any, ...]],
) -> None:
    with TemporaryDirectory() as folder:
        asyncio.run(live(Path(folder), history))


async def live(folder: Path, history: list[tuple[Any, ...]]) -> None:
    database = Database(f"sqlite:///{folder}", "notices", notices.migrations)
    await database.migrate()
    for ordinal, event in enumerate((CUSTOMS, SCHEDULED)):
        await hear(database, event, ordinal)
    world = World(database)
    try:
        for what, *how in history:
            await world.do(what, *how)
        for _ in range(8):
            await world.do("wait", 9)
            await world.do("send", "taken")
        date = span(world.moves + 9).starts.at if world.moves else SCHEDULED.span.starts.at
        invited = set(world.seats.values()) if world.held else set()
        for address, program in world.programs.items():
            if address not in world.refused:
                assert program.date == (date if address in invited else None), address
        assert invited <= {*world.programs, *world.refused}
    finally:
        await database.close()
