"""Feeds as a calendar program asks for them: again and again, and seldom anew."""

from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any

import pytest

from events.agendas import AgendaAdopted, AgendaItem, ItemKind
from events.envelope import Cause, Envelope
from events.mechanisms import MechanismRegistered
from events.meetings import MeetingCancelled, MeetingRescheduled, MeetingScheduled, Turn
from events.moments import Moment, Span
from events.vocabulary import SYSTEM
from services.calendars import feeds
from services.calendars.feeds import Feeds, feeds_of
from services.calendars.look import look
from services.calendars.service import calendars
from services.icalendar.vevent import NOBODY
from tests.calendars.readers import Seen, by_ical, by_icalendar
from tests.calendars.strict import faults, unfolded
from tests.conftest import CUSTOMS, PARTIES, SUMMIT

MEETING = "customs-heads-2027-1"
FEED = "/calendars/mechanisms/customs-heads.ics"
STARTS = datetime(2027, 9, 14, 4, 30, tzinfo=UTC)


def on(instant: datetime) -> Span:
    ends = instant + timedelta(hours=6)
    return Span(starts=Moment.of(instant, "Asia/Tashkent"), ends=Moment.of(ends, "Asia/Tashkent"))


def convened(body: MechanismRegistered = CUSTOMS, starts: datetime = STARTS) -> MeetingScheduled:
    return MeetingScheduled(
        mechanism=body.mechanism,
        meeting=f"{body.mechanism}-2027-1",
        title=f"{body.short_name}, 海关; \\ встреча",
        span=on(starts),
        place="Ташкент, Дворец форумов",
        turn=Turn(host="uzbekistan", chair="china", because="it is the turn of uzbekistan"),
        sequence=0,
        rules=body.rules,
    )


MOVED = MeetingRescheduled(
    mechanism="customs-heads",
    meeting=MEETING,
    span=on(STARTS + timedelta(days=7)),
    place="Ташкент, Дворец форумов",
    previous=on(STARTS),
    sequence=1,
    reason="наводнение",
)
CANCELLED = MeetingCancelled(
    mechanism="customs-heads", meeting=MEETING, span=MOVED.span, sequence=2, reason="нет кворума"
)
ADOPTED = AgendaAdopted(
    mechanism="customs-heads",
    meeting=MEETING,
    items=(
        AgendaItem(
            item=f"{MEETING}.i1", number="1", title="Жасыл дәліздер", kind=ItemKind.STANDING
        ),
    ),
)


@pytest.fixture
async def stage(staged: Any) -> Any:
    stage = await staged(calendars)
    await stage.tell(convened())
    return stage


def feeds_in(stage: Any) -> Feeds:
    worker = stage.program.workers["calendars"]
    return feeds_of(worker.database, worker.clock)


async def read(stage: Any, path: str = FEED) -> list[Seen]:
    answer = await stage.http.get(path)
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "text/calendar; charset=utf-8"
    assert faults(answer.content) == []
    seen = by_ical(answer.content)
    assert seen == by_icalendar(answer.content)
    return seen


async def test_a_meeting_moves_and_is_cancelled_under_one_uid(stage: Any) -> None:
    (first,) = await read(stage)
    await stage.tell(MOVED)
    (second,) = await read(stage)
    await stage.tell(CANCELLED)
    (third,) = await read(stage)
    assert {first.uid, second.uid, third.uid} == {f"{MEETING}@secretariat"}
    assert [x.sequence for x in (first, second, third)] == [0, 1, 2]
    assert [x.status for x in (first, second, third)] == ["CONFIRMED", "CONFIRMED", "CANCELLED"]
    assert [x.starts for x in (first, second)] == [STARTS, STARTS + timedelta(days=7)]
    assert first.summary == "Heads of customs, 海关; \\ встреча"
    assert "нет кворума" in third.description


async def test_the_agenda_shows_in_the_entry(stage: Any) -> None:
    await stage.tell(ADOPTED)
    (seen,) = await read(stage)
    assert "1. Жасыл дәліздер" in seen.description


async def test_a_body_that_is_called_otherwise_has_one_name_in_all_its_meetings(stage: Any) -> None:
    await stage.advance(STARTS)
    called = CUSTOMS.model_copy(update={"short_name": "Customs", "full_name": "Customs services"})
    await stage.tell(called)
    text = (await stage.http.get(FEED)).text.replace("\r\n ", "")
    assert "CATEGORIES:Customs\r\n" in text
    assert "Customs services\\nHost" in text
    assert f"LAST-MODIFIED:{STARTS:%Y%m%dT%H%M%SZ}" in text
    await stage.advance(STARTS + timedelta(days=1))
    await stage.tell(called)
    assert (await stage.http.get(FEED)).text.replace("\r\n ", "") == text


async def test_a_meeting_never_dated_is_in_no_feed(staged: Any) -> None:
    stage = await staged(calendars)
    await stage.tell(CANCELLED.model_copy(update={"span": None}))
    assert await read(stage) == []


async def test_an_event_that_comes_twice_changes_nothing(stage: Any) -> None:
    await stage.tell(MOVED)
    before = (await stage.http.get(FEED)).content
    await stage.program.road.publish((await stage.envelopes())[-1:])
    await stage.program.settle()
    assert (await stage.http.get(FEED)).content == before


async def test_each_feed_has_the_meetings_that_belong_to_it(stage: Any) -> None:
    asia = SUMMIT.model_copy(
        update={"mechanism": "asia-only", "short_name": "Asia", "parties": PARTIES[1:]}
    )
    await stage.tell(asia, convened(SUMMIT, STARTS + timedelta(days=30)), convened(asia))
    every = {"customs-heads-2027-1", "heads-of-state-2027-1", "asia-only-2027-1"}
    for path, expected in (
        (FEED, {"customs-heads-2027-1"}),
        ("/calendars/mechanisms/heads-of-state.ics", {"heads-of-state-2027-1"}),
        ("/calendars/parties/kazakhstan.ics", every),
        ("/calendars/parties/china.ics", every - {"asia-only-2027-1"}),
        ("/calendars/all.ics", every),
    ):
        seen = [entry.uid.removesuffix("@secretariat") for entry in await read(stage, path)]
        assert set(seen) == expected
        assert len(seen) == len(expected)


async def test_a_copy_that_is_still_good_is_not_sent_again(stage: Any) -> None:
    await stage.http.get(FEED)
    await stage.advance(stage.clock.now() + timedelta(seconds=4))
    full = await stage.http.get(FEED)
    etag = full.headers["etag"]
    changed = full.headers["last-modified"]
    said = parsedate_to_datetime(changed)
    for headers in (
        {"If-None-Match": etag},
        {"If-None-Match": f"W/{etag}"},
        {"If-None-Match": f'"other", W/{etag}'},
        {"If-None-Match": "*"},
        {"If-Modified-Since": changed},
        {"If-Modified-Since": f"{said:%A, %d-%b-%y %H:%M:%S} GMT"},
        {"If-Modified-Since": f"{said:%a %b} {said.day:2} {said:%H:%M:%S %Y}"},
        {"If-None-Match": etag, "If-Modified-Since": "Fri, 01 Jan 1999 00:00:00 GMT"},
    ):
        for ask in (stage.http.get, stage.http.head):
            answer = await ask(FEED, headers=headers)
            assert (answer.status_code, answer.content) == (304, b""), headers
            for name in ("etag", "last-modified", "cache-control", "vary", "content-type"):
                assert answer.headers[name] == full.headers[name]
            assert "content-encoding" not in answer.headers
    for headers in (
        {"If-None-Match": '"other"'},
        {"If-None-Match": '"other"', "If-Modified-Since": changed},
        {"If-Modified-Since": "Fri, 01 Jan 1999 00:00:00 GMT"},
        {"If-Modified-Since": "Fri, 01 Jan 2100 00:00:00 GMT"},
        {"If-Modified-Since": "yesterday"},
        {"If-Modified-Since": changed.removesuffix(" GMT")},
        {"If-Modified-Since": "Mon, 01 Jan 99999999999999999999 00:00:00 GMT"},
    ):
        assert (await stage.http.get(FEED, headers=headers)).status_code == 200, headers


async def is_unchanged(stage: Any, since: str) -> bool:
    answer = await stage.http.get(FEED, headers={"If-Modified-Since": since})
    return bool(answer.status_code == 304)


async def later(stage: Any, **time: float) -> str:
    """The date that the feed has after a while."""
    await stage.advance(stage.clock.now() + timedelta(**time))
    return str((await stage.http.get(FEED)).headers["last-modified"])


async def test_two_changes_in_one_second_are_two(stage: Any) -> None:
    await later(stage, seconds=10.2)
    await stage.tell(MOVED)
    between = await later(stage, seconds=0.1)
    await stage.tell(CANCELLED)
    for _ in range(4):
        assert not await is_unchanged(stage, between)
        after = await later(stage, seconds=1)
        date = stage.clock.now() - timedelta(seconds=1)  # as a server may still say it
        assert parsedate_to_datetime(after) <= date, "RFC 9110, 8.8.2.1"
    assert await is_unchanged(stage, after)
    assert await later(stage, days=3) == after


async def test_what_is_heard_late_changes_the_feed_when_it_is_heard(stage: Any) -> None:
    await stage.http.get(FEED)
    before = await later(stage, hours=2)
    assert await is_unchanged(stage, before)
    cause = Cause(id="late", actor=SYSTEM, time=stage.clock.now() - timedelta(hours=1))
    await stage.program.road.publish([Envelope.seal(MOVED, source="/test", cause=cause, ordinal=0)])
    await stage.program.settle()
    (seen,) = await read(stage)
    assert seen.sequence == 1
    assert not await is_unchanged(stage, before)


async def test_a_new_process_may_show_it_otherwise_and_so_sends_it_once_more(stage: Any) -> None:
    """With other zone data, other words, or another address of its own."""
    await stage.http.get(FEED)
    before = await later(stage, hours=2)
    assert await is_unchanged(stage, before)
    feeds.OF_DATABASES.pop(stage.program.workers["calendars"].database)
    assert not await is_unchanged(stage, before)
    assert await is_unchanged(stage, await later(stage, seconds=4))


async def test_a_change_of_one_meeting_changes_the_feeds_it_is_in_and_no_other(stage: Any) -> None:
    await stage.tell(convened(SUMMIT))
    paths = (FEED, "/calendars/all.ics", "/calendars/mechanisms/heads-of-state.ics")
    before = [(await stage.http.get(path)).headers["etag"] for path in paths]
    await stage.tell(MOVED)
    after = [(await stage.http.get(path)).headers["etag"] for path in paths]
    assert [x == y for x, y in zip(before, after, strict=True)] == [False, False, True]


async def test_a_meeting_has_the_address_of_its_page_where_the_server_knows_its_own(
    staged: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """SECRETARIAT_URL is what the command line asks, which may be another address."""
    monkeypatch.setenv("SECRETARIAT_URL", "http://10.0.0.1:8000")
    for said, line in ((None, None), ("", None), ("https://m.example/", "https://m.example")):
        if said is not None:
            monkeypatch.setenv("PUBLIC_URL", said)
        stage = await staged(calendars, folder=f"data{said is None}{bool(said)}")
        await stage.tell(convened())
        found = [one for one in unfolded((await stage.http.get(FEED)).content) if "URL:" in one]
        assert found == ([f"URL:{line}/meetings/{MEETING}"] if line else [])


async def test_the_organizer_is_the_address_that_mail_comes_from(
    staged: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    for said, address in ((None, NOBODY), ("meetings@мфа.example", "meetings@xn--80axy.example")):
        if said is not None:
            monkeypatch.setenv("MAIL_ADDRESS", said)
        stage = await staged(calendars, folder=f"data{said is None}")
        await stage.tell(convened())
        found = [x for x in unfolded((await stage.http.get(FEED)).content) if "ORGANIZER" in x]
        assert found == [f"ORGANIZER:mailto:{address}"]


def test_fragments_are_written_anew_for_another_organizer(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    before = look()
    monkeypatch.setenv("MAIL_ADDRESS", "meetings@secretariat.example")
    assert look() != before


async def test_the_bytes_do_not_depend_on_when_they_are_asked_for(stage: Any) -> None:
    before = (await stage.http.get(FEED)).content
    await stage.advance(datetime(2029, 1, 1, tzinfo=UTC))
    assert (await stage.http.get(FEED)).content == before


async def test_the_head_of_a_feed_is_that_of_the_feed(stage: Any) -> None:
    full, head = await stage.http.get(FEED), await stage.http.head(FEED)
    assert head.status_code == 200
    assert head.content == b""
    for name in ("etag", "last-modified", "content-type", "cache-control"):
        assert head.headers[name] == full.headers[name]


@pytest.mark.parametrize(
    ("path", "says"),
    [
        ("/calendars/mechanisms/nobody.ics", "no mechanism called nobody"),
        ("/calendars/parties/mongolia.ics", "no party called mongolia"),
        ("/calendars/all.ics%0a", "no feed at this address"),
    ],
)
async def test_a_feed_of_nobody_is_not_found(stage: Any, path: str, says: str) -> None:
    answer = await stage.http.get(path)
    assert answer.status_code == 404
    assert says in answer.json()["detail"]
