"""Notices on the stage, with a post office that takes its mail."""

import asyncio
import os
import tempfile
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from events.agendas import AgendaCirculated, AgendaItem, ItemKind
from events.meetings import MeetingCancelled, MeetingRescheduled, MeetingScheduled, Turn
from events.moments import Moment, Span
from services.notices import deliveries
from services.notices.post import Post
from services.notices.service import notices
from tests.conftest import CUSTOMS, Stage, Staging
from tests.notices.dovecot import Dovecot, Mailbox, dovecot
from tests.notices.post_office import PATIENCE, Certificate, PostOffice, certificate, post_office

ORGANIZER = "meetings@secretariat.example"
OMAROVA = "a.omarova@mfa.example"
MEETING = "customs-heads-2027-1"
SPOKEN = {"kazakhstan": "ru"}  # what Omarova reads; who says nothing is written to as the party is


def span(day: int, hour: int = 9, month: int = 6) -> Span:
    starts = Moment.at_wall(
        datetime.fromisoformat(f"2027-{month:02}-{day:02}T{hour:02}:30"), "Asia/Almaty"
    )
    return Span(starts=starts, ends=Moment.of(starts.at + timedelta(hours=7), starts.zone))


SCHEDULED = MeetingScheduled(
    mechanism="customs-heads",
    meeting=MEETING,
    title="Heads of customs: meeting 1 of 2027",
    span=span(9),
    place="Astana, Independence Palace / Астана",
    turn=Turn(host="kazakhstan", chair="kazakhstan", because="host order"),
    sequence=0,
    rules=CUSTOMS.rules,
)


def moved(sequence: int, to: Span) -> MeetingRescheduled:
    return MeetingRescheduled(
        mechanism="customs-heads",
        meeting=MEETING,
        span=to,
        place="Almaty",
        previous=SCHEDULED.span,
        sequence=sequence,
        reason="Государственный визит",
    )


def cancelled(sequence: int) -> MeetingCancelled:
    return MeetingCancelled(
        mechanism="customs-heads",
        meeting=MEETING,
        span=SCHEDULED.span,
        sequence=sequence,
        reason="主办方无法接待",
    )


def circulated() -> AgendaCirculated:
    item = AgendaItem(
        item=f"{MEETING}.i1",
        number="1",
        title="Қорғас өткеліндегі жасыл дәліз",
        kind=ItemKind.PROPOSED,
    )
    return AgendaCirculated(mechanism="customs-heads", meeting=MEETING, revision=0, items=(item,))


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Certificate:
    return certificate(tmp_path_factory.mktemp("certificate"))


@pytest.fixture
async def office(made: Certificate) -> AsyncIterator[PostOffice]:
    async with post_office(made) as opened:
        yield opened


@pytest.fixture(scope="module")
def server(made: Certificate) -> Iterator[Dovecot]:
    with tempfile.TemporaryDirectory() as folder:
        os.chmod(folder, 0o755)  # noqa: PTH101 - Dovecot's users go in and out
        with dovecot(Path(folder), made) as opened:
            yield opened


@pytest.fixture
def box(server: Dovecot) -> Mailbox:
    return server.mailbox()


@pytest.fixture
async def stage(staged: Staging) -> Stage:
    stage: Stage = await staged(notices)
    return stage


Sending = Callable[..., AbstractAsyncContextManager[None]]


@asynccontextmanager
async def at_work(
    stage: Stage, office: PostOffice, settings: Post | None = None
) -> AsyncIterator[None]:
    """Deliveries at work in the background, by other settings than those of `office` if given."""
    database = stage.program.workers["notices"].database
    settings = settings or Post(ORGANIZER, office.server, None)
    work = asyncio.create_task(deliveries.send_by(settings, database, stage.clock))
    try:
        yield
    finally:
        work.cancel()
        with suppress(asyncio.CancelledError):
            await work


@pytest.fixture
def sending_from() -> Sending:
    return at_work


@pytest.fixture
async def sending(stage: Stage, office: PostOffice) -> AsyncIterator[None]:
    async with at_work(stage, office):
        yield


async def register(stage: Stage, party: str = "kazakhstan", **more: Any) -> Any:
    """Have somebody invited; what the API answers."""
    body = {"name": "Айгүл Омарова", "address": OMAROVA, "language": SPOKEN.get(party), **more}
    answer = await stage.put(f"/mechanisms/customs-heads/recipients/{party}/coordinator", body)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def listed(stage: Stage, **params: Any) -> list[Any]:
    """The mails, the oldest revision first."""
    headers = {"actor": "secretary"}
    answer = await stage.http.get("/api/v1/mail", params=params, headers=headers)
    assert answer.status_code == 200, answer.text
    items: list[Any] = answer.json()["items"]
    return sorted(items, key=lambda m: (m["sequence"], m["queued"]))


async def settled(stage: Stage, stages: list[str]) -> list[Any]:
    """The mails, once they have come so far: the office has a mail before we keep that it has."""
    async with asyncio.timeout(PATIENCE):
        while True:
            found = await listed(stage)
            if sorted(mail["stage"] for mail in found) == sorted(stages):
                return found
            await asyncio.sleep(0.01)


@pytest.fixture
async def invited(stage: Stage, office: PostOffice, sending_from: Sending) -> Any:
    """A delegate who has the invitation; the mail that she got."""
    async with sending_from(stage, office):
        await register(stage)
        await stage.tell(SCHEDULED)
        await office.mails(1)
        (mail,) = await settled(stage, ["sent"])
    return mail
