"""Feeds behind a secret address: whose they are, what is in them, and when they are no more."""

import gzip
import re
from datetime import date, datetime, time, timedelta
from hashlib import blake2b, sha256
from typing import Any
from urllib.parse import urlencode, urlsplit

import brotli
import icalendar
import pytest
from hypothesis import given
from hypothesis import strategies as st

from events.followups import (
    FollowUpAccepted,
    FollowUpExtended,
    FollowUpOpened,
    FollowUpWithdrawn,
)
from events.mechanisms import CoordinatorNamed, MilestoneKind
from events.meetings import (
    MeetingCancelled,
    Milestone,
    MilestonesMet,
    MilestonesSet,
    RestrictionSet,
)
from events.moments import Moment, Span
from events.subscriptions import Settings
from services.calendars import feeds, http
from services.calendars.http import TOKEN, wished_in
from services.calendars.service import calendars
from services.icalendar.lines import text as escaped
from services.refusals import UnacceptableError
from services.subscriptions.service import subscriptions
from tests.calendars.readers import by_ical, by_icalendar
from tests.calendars.strict import faults
from tests.calendars.test_service import (
    ADOPTED,
    CANCELLED,
    FEED,
    MEETING,
    MOVED,
    STARTS,
    convened,
    feeds_in,
)
from tests.conftest import CUSTOMS, PARTIES, START, SUMMIT

DELEGATE = "kazakhstan/delegate А. Омарова"
COORDINATOR = "kazakhstan/coordinator Б. Сатпаев"
ALL = "/calendars/all.ics"
ASIA = SUMMIT.model_copy(
    update={"mechanism": "asia-only", "short_name": "Asia", "parties": PARTIES[1:]}
)
UNREACHED = "this one they can't reach"
SECRET_TEXTS = ("海关", "Ташкент", "customs services", "Asia/Tashkent office")
DUE = MilestonesSet(
    mechanism="customs-heads",
    meeting=MEETING,
    milestones=(
        Milestone(
            kind=MilestoneKind.PROPOSALS,
            due=Moment.of(STARTS - timedelta(days=30), "Asia/Tashkent"),
        ),
        Milestone(
            kind=MilestoneKind.MINUTES, due=Moment.of(STARTS + timedelta(days=14), "Asia/Tashkent")
        ),
    ),
)


@pytest.fixture
async def stage(staged: Any) -> Any:
    stage = await staged(subscriptions, calendars)
    await stage.tell(convened())
    return stage


async def following(
    stage: Any, actor: str = DELEGATE, scope: str = "party:kazakhstan", **wishes: Any
) -> Any:
    kind, _, key = scope.partition(":")
    body = {"scope": {"kind": kind, "id": key or None}, "settings": wishes}
    answer = await stage.post("/subscriptions", body, actor=actor)
    assert answer.status_code == 201, answer.text
    return answer.json()


async def text_of(stage: Any, address: str) -> str:
    answer = await stage.http.get(address)
    assert answer.status_code == 200, answer.text
    assert faults(answer.content) == []
    assert by_ical(answer.content) == by_icalendar(answer.content)
    return str(answer.text.replace("\r\n ", ""))


async def is_dead(stage: Any, address: str) -> bool:
    answer = await stage.http.get(address)
    assert answer.status_code in {200, 404}
    if answer.status_code == 404:
        assert "leads nowhere" in answer.json()["detail"]
    return bool(answer.status_code == 404)


async def named(stage: Any, name: str, mechanism: str = "customs-heads") -> None:
    await stage.tell(CoordinatorNamed(mechanism=mechanism, party="kazakhstan", coordinator=name))


async def test_an_address_leads_to_the_feed_until_it_is_rotated_or_revoked(stage: Any) -> None:
    made = await following(stage)
    assert f"UID:{MEETING}@secretariat" in await text_of(stage, made["address"])
    at = f"/subscriptions/{made['id']}"
    moved = (await stage.post(f"{at}/rotation", actor=DELEGATE)).json()
    assert await is_dead(stage, made["address"])
    assert not await is_dead(stage, moved["address"])
    await stage.post(f"{at}/revocation", {}, actor=DELEGATE)
    assert await is_dead(stage, moved["address"])
    assert await is_dead(stage, "/calendars/by-token/guessed.ics")


async def test_a_coordinators_feed_dies_with_the_role(stage: Any) -> None:
    made = await following(stage, COORDINATOR, "mechanism:customs-heads")
    await named(stage, "Б. Сатпаев")
    assert not await is_dead(stage, made["address"])
    await named(stage, "В. Ли")
    assert await is_dead(stage, made["address"])
    await named(stage, "Б. Сатпаев")
    assert await is_dead(stage, made["address"])
    assert not await is_dead(stage, (await following(stage, COORDINATOR))["address"])


async def test_a_delegation_that_leaves_loses_its_feeds(stage: Any) -> None:
    made = await following(stage, scope="mechanism:customs-heads")
    assert not await is_dead(stage, made["address"])
    without = tuple(party for party in PARTIES if party.id != "kazakhstan")
    await stage.tell(CUSTOMS.model_copy(update={"parties": without}))
    assert await is_dead(stage, made["address"])


async def test_a_delegates_own_feed_has_the_bodies_that_it_is_named_for(stage: Any) -> None:
    await stage.tell(convened(SUMMIT))
    await named(stage, "Б. Сатпаев", "heads-of-state")
    made = await following(stage, COORDINATOR, "delegate")
    text = await text_of(stage, made["address"])
    assert "UID:heads-of-state-2027-1@" in text
    assert MEETING not in text
    await named(stage, "Б. Сатпаев")
    assert MEETING in await text_of(stage, made["address"])


async def test_a_delegate_whom_nobody_has_named_follows_the_bodies_of_the_delegation(
    stage: Any,
) -> None:
    await stage.tell(convened(SUMMIT), ASIA.model_copy(update={"parties": PARTIES[2:]}))
    await stage.tell(convened(ASIA))
    made = await following(stage, DELEGATE, "delegate")
    text = await text_of(stage, made["address"])
    assert all(f"UID:{uid}@" in text for uid in (MEETING, "heads-of-state-2027-1"))
    assert "UID:asia-only-2027-1@" not in text
    await named(stage, "А. Омарова")
    assert "heads-of-state" not in await text_of(stage, made["address"])


async def test_a_restricted_meeting_is_busy_to_all_but_its_parties(stage: Any) -> None:
    await stage.tell(ASIA, convened(ASIA))
    await stage.tell(
        RestrictionSet(mechanism="asia-only", meeting="asia-only-2027-1", restricted=True),
        RestrictionSet(mechanism="customs-heads", meeting=MEETING, restricted=True),
        DUE,
    )
    outside = [
        *(ALL, FEED, "/calendars/mechanisms/asia-only.ics"),
        *(f"/calendars/parties/{party.id}.ics" for party in PARTIES),
    ]
    for path in outside:
        for wishes in ("", "?deadlines=true", "?language=ru&alarm_minutes=60", "?all_day=true"):
            text = await text_of(stage, path + wishes)
            assert not any(secret in text for secret in SECRET_TEXTS), path
            assert "SUMMARY;LANGUAGE=" in text
            assert "CLASS:CONFIDENTIAL" in text
            events = text[text.index("BEGIN:VEVENT") :]
            for word in ("LOCATION", "DESCRIPTION;LANGUAGE", "CATEGORIES", "COLOR", "URL", "TZID"):
                assert word not in events, word
            assert not any(body in events for body in ("customs", "asia", "Asia", "uzbekistan"))
    hosted = await text_of(stage, "/calendars/hosts/uzbekistan.ics?deadlines=true")
    assert "BEGIN:VEVENT" not in hosted
    assert "TZID:Asia" not in hosted
    mine = await following(stage)
    assert "海关" in await text_of(stage, mine["address"])
    china = await text_of(stage, (await following(stage, "china/delegate", "all"))["address"])
    assert china.count("SUMMARY;LANGUAGE=en:Busy") == 1
    assert "SUMMARY:Heads of customs" in china
    assert "SUMMARY:Asia" not in china
    await stage.tell(RestrictionSet(mechanism="customs-heads", meeting=MEETING, restricted=False))
    assert "SUMMARY:Heads of customs" in await text_of(stage, FEED)


async def test_a_busy_block_is_the_same_until_it_takes_other_time(stage: Any) -> None:
    await stage.tell(RestrictionSet(mechanism="customs-heads", meeting=MEETING, restricted=True))
    first = await stage.http.get(ALL)
    uid = re.search(r"UID:([0-9a-f]{32})@secretariat", first.text)
    assert uid is not None
    assert sha256(MEETING.encode()).hexdigest()[:32] != uid[1]
    assert blake2b(MEETING.encode(), digest_size=16).hexdigest() != uid[1]
    elsewhere = MOVED.model_copy(update={"span": MOVED.previous, "place": "Самарканд"})
    await stage.advance(START + timedelta(days=1))
    await stage.tell(ADOPTED, DUE, elsewhere)
    same = await stage.http.get(ALL)
    assert (same.content, same.headers["etag"]) == (first.content, first.headers["etag"])
    await stage.advance(START + timedelta(days=2))
    assert (await stage.http.get(ALL)).headers["last-modified"] == same.headers["last-modified"]
    await stage.tell(MOVED.model_copy(update={"sequence": 2}))
    moved = await text_of(stage, ALL)
    for said in (uid[0], "SEQUENCE:1\r\n", "DTSTAMP:20270106T060000Z", "DTSTART:20270921T043000Z"):
        assert said in moved


async def test_a_busy_block_is_on_the_page_of_the_feed(stage: Any) -> None:
    await stage.tell(RestrictionSet(mechanism="customs-heads", meeting=MEETING, restricted=True))
    page = await stage.http.get("/calendars/all")
    assert page.status_code == 200
    assert "Busy" in page.text
    assert "Tashkent" not in page.text


async def test_a_busy_block_stands_among_all_others_by_its_date(stage: Any) -> None:
    early, late = (convened(SUMMIT, STARTS + timedelta(days=days)) for days in (-1, 1))
    await stage.tell(early, late.model_copy(update={"meeting": "heads-of-state-2027-2"}))
    await stage.tell(RestrictionSet(mechanism="customs-heads", meeting=MEETING, restricted=True))
    summaries = re.findall(r"SUMMARY[:;][^\r]*", await text_of(stage, ALL))
    assert [("Busy" in one) for one in summaries] == [False, True, False]


async def test_who_loses_the_role_loses_the_text(stage: Any) -> None:
    await stage.tell(RestrictionSet(mechanism="customs-heads", meeting=MEETING, restricted=True))
    await named(stage, "Б. Сатпаев")
    await named(stage, "Б. Сатпаев", "heads-of-state")
    made = await following(stage, COORDINATOR, "all")
    assert "海关" in await text_of(stage, made["address"])
    await named(stage, "В. Ли")
    assert "SUMMARY;LANGUAGE=en:Busy" in await text_of(stage, made["address"])


async def test_a_feed_looks_as_it_is_wished(stage: Any) -> None:
    await stage.tell(DUE)
    made = await following(stage)
    at = f"/subscriptions/{made['id']}/settings"

    async def wished(**settings: Any) -> str:
        changed = await stage.put(at, settings, actor=DELEGATE)
        assert changed.status_code == 200, changed.text
        return await text_of(stage, made["address"])

    assert (await wished()).count("BEGIN:VEVENT") == 1
    both = await wished(deadlines=True)
    assert both.count("BEGIN:VEVENT") == 3
    assert f"UID:{MEETING}.proposals@secretariat" in both
    assert "SUMMARY:Last day for proposals: Heads of customs" in both
    alone = await wished(deadlines=True, meetings=False, language="ru")
    assert alone.count("BEGIN:VEVENT") == 2
    assert "SUMMARY:Последний день для предложений" in alone
    assert "主办方: 乌兹别克斯坦" in await wished(language="zh")
    noticed = await wished(alarm_minutes=120)
    assert (
        "BEGIN:VALARM\r\nACTION:DISPLAY\r\nDESCRIPTION:Heads of customs\\, 海关\\; \\\\ встреча\r\n"
        "TRIGGER:-PT120M\r\n"
    ) in noticed
    await stage.tell(CANCELLED)
    assert "STATUS:CANCELLED" in await wished()
    assert "BEGIN:VALARM" not in await wished(alarm_minutes=120)
    assert (await wished(hide_cancelled=True)).count("BEGIN:VEVENT") == 0


def parts_of(text: str) -> dict[str, str]:
    """The events of a feed by the beginning of their UID."""
    events = text.split("BEGIN:VEVENT")[1:]
    return {re.findall(r"UID:([^@]*)@", event)[0]: event for event in events}


async def test_what_is_done_or_cancelled_has_no_alarm(stage: Any) -> None:
    path = f"{FEED}?deadlines=true&alarm_minutes=60"
    await stage.tell(DUE)
    done = {"mechanism": "customs-heads", "meeting": MEETING, "at": START}
    await stage.tell(MilestonesMet(**done, kinds=(MilestoneKind.PROPOSALS,)))

    async def alarmed() -> set[str]:
        parts = parts_of(await text_of(stage, path))
        return {uid for uid, event in parts.items() if "BEGIN:VALARM" in event}

    assert await alarmed() == {MEETING, f"{MEETING}.minutes"}
    await stage.tell(CANCELLED)
    assert await alarmed() == set()
    made = await following(stage, deadlines=True, meetings=False, alarm_minutes=60)
    await stage.tell(owed("kazakhstan"))
    assert (await text_of(stage, made["address"])).count("BEGIN:VALARM") == 1
    here = {"mechanism": "customs-heads", "follow_up": "customs-heads-2027-d1-kazakhstan"}
    await stage.tell(FollowUpAccepted(**here, report="customs-heads-2027-d1-kazakhstan.r1"))
    assert "BEGIN:VALARM" not in await text_of(stage, made["address"])


@pytest.mark.parametrize(
    ("minutes", "rings"), [(5, "06-21T09:00"), (1440, "06-21T09:00"), (2880, "06-20T09:00")]
)
async def test_a_reminder_of_a_whole_day_rings_in_the_morning_and_says_of_what(
    stage: Any, minutes: int, rings: str
) -> None:
    await stage.tell(owed("kazakhstan"))
    made = await following(stage, deadlines=True, meetings=False, alarm_minutes=minutes)
    shown = await text_of(stage, made["address"])
    assert "DESCRIPTION:Deadline: Назвать ведомство\\, kazakhstan\r\nTRIGGER" in shown
    event: Any
    (event,) = icalendar.Calendar.from_ical(shown).walk("VEVENT")
    (alarm,) = event.walk("VALARM")
    midnight = datetime.combine(event.start, time())
    assert (midnight + alarm.TRIGGER).isoformat()[5:16] == rings


async def test_a_meeting_of_several_whole_days_rings_the_morning_before(stage: Any) -> None:
    first, last = (Moment.of(STARTS + timedelta(days=n), "Asia/Tashkent") for n in (0, 2))
    await stage.tell(MOVED.model_copy(update={"span": Span(starts=first, ends=last)}))
    shown = await text_of(stage, f"{FEED}?alarm_minutes=30&all_day=true")
    assert "DTSTART;VALUE=DATE:20270914\r\n" in shown
    assert "TRIGGER:-PT900M\r\n" in shown
    assert "TRIGGER:-PT30M\r\n" in await text_of(stage, f"{FEED}?alarm_minutes=30")


async def test_whatever_changes_a_deadline_changes_its_stamp(stage: Any) -> None:
    """SEQUENCE is for another date alone (RFC 5545, 3.8.7.4)."""
    await stage.tell(DUE)
    made = await following(stage, deadlines=True)
    seen = []
    restricted = RestrictionSet(mechanism="customs-heads", meeting=MEETING, restricted=True)
    elsewhere = MOVED.model_copy(update={"span": MOVED.span.in_zone("Asia/Almaty")})
    met = MilestonesMet(
        mechanism="customs-heads", meeting=MEETING, kinds=(MilestoneKind.PROPOSALS,), at=START
    )
    for days, event in enumerate((restricted, met, elsewhere), 1):
        await stage.advance(START + timedelta(days=days))
        await stage.tell(event)
        seen.append(parts_of(await text_of(stage, made["address"]))[f"{MEETING}.proposals"])
    for number, said in enumerate(seen, 5):
        assert f"DTSTAMP:202701{number:02}T060000Z" in said
        assert f"LAST-MODIFIED:202701{number:02}T060000Z" in said
        assert "SEQUENCE:0" in said
    assert "CLASS:CONFIDENTIAL" in seen[0]
    assert len(set(seen)) == 3


async def test_a_meeting_is_in_the_category_of_its_body(stage: Any) -> None:
    body = CUSTOMS.model_copy(update={"short_name": "Таможня; 海关, heads"})
    await stage.tell(body, convened(body).model_copy(update={"meeting": "customs-heads-2027-2"}))
    await stage.tell(owed("kazakhstan"))
    made = await following(stage, deadlines=True, language="ru")
    text = await text_of(stage, made["address"])
    assert "CATEGORIES:Таможня\\; 海关\\, heads\r\n" in text
    assert "CATEGORIES:Таможня\\; 海关\\, heads,Срок\r\n" in text
    read: list[Any] = icalendar.Calendar.from_ical(text).walk("VEVENT")
    assert len(read) == 3
    assert {str(event["CATEGORIES"].cats[0]) for event in read} == {body.short_name}


@pytest.mark.parametrize(
    ("starts", "hours", "says"),
    [
        ("0914T0930", 48, "DTSTART;VALUE=DATE:20270914\r\nDTEND;VALUE=DATE:20270917\r\n"),
        ("0914T0930", 33, "DTSTART;VALUE=DATE:20270914\r\nDTEND;VALUE=DATE:20270916\r\n"),
        ("0914T0000", 48, "DTSTART;VALUE=DATE:20270914\r\nDTEND;VALUE=DATE:20270916\r\n"),
        ("0914T2300", 2, "DTSTART;TZID=Asia/Tashkent:20270914T230000\r\n"),
        ("0914T0900", 24, "DTSTART;TZID=Asia/Tashkent:20270914T090000\r\n"),
        ("0914T0000", 24, "DTSTART;TZID=Asia/Tashkent:20270914T000000\r\n"),
    ],
)
async def test_more_than_a_day_is_whole_days_where_that_is_wished(
    stage: Any, starts: str, hours: int, says: str
) -> None:
    wall = datetime.strptime(f"2027{starts}", "%Y%m%dT%H%M")  # noqa: DTZ007
    first = Moment.at_wall(wall, "Asia/Tashkent")
    last = Moment.of(first.at + timedelta(hours=hours), "Asia/Tashkent")
    await stage.tell(MOVED.model_copy(update={"span": Span(starts=first, ends=last)}))
    assert says in await text_of(stage, f"{FEED}?all_day=true")
    assert "VALUE=DATE" not in await text_of(stage, FEED)


async def test_a_cancelled_meeting_leaves_thirty_days_after_its_date(stage: Any) -> None:
    await stage.tell(MOVED, CANCELLED)
    first = await stage.http.get(FEED)
    await stage.advance(MOVED.span.ends.at + timedelta(days=30, seconds=-1))
    assert (await stage.http.get(FEED)).content == first.content
    await stage.advance(MOVED.span.ends.at + timedelta(days=30))
    last = await stage.http.get(FEED)
    assert b"BEGIN:VEVENT" not in last.content
    assert last.headers["etag"] != first.headers["etag"]
    since = {"If-Modified-Since": first.headers["last-modified"]}
    assert (await stage.http.get(FEED, headers=since)).status_code == 200


async def test_feeds_that_are_alike_are_one_in_memory(stage: Any) -> None:
    await stage.tell(owed("kazakhstan"))
    made = [await following(stage, f"{party.id}/delegate", "all") for party in PARTIES]
    tags = {(await stage.http.get(one["address"])).headers["etag"] for one in made}
    assert len(tags) == 1
    here = feeds_in(stage)
    assert len(here.ready) == 1
    assert len({id(one.ready) for one in here.followers.values()}) == 1
    assert (await stage.http.get(ALL)).headers["etag"] not in tags, "it has another name"
    assert len(here.ready) == 2


async def test_what_does_not_fit_into_memory_is_looked_up_again(
    stage: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(feeds, "MOST_FOLLOWERS", 2)
    monkeypatch.setattr(feeds, "MOST_BYTES", 10)
    made = [
        await following(stage, f"{party.id}/delegate", f"party:{party.id}") for party in PARTIES
    ]
    here = feeds_in(stage)
    for _ in range(2):
        for one in made:
            assert MEETING in await text_of(stage, one["address"])
            assert len(here.followers) <= 2
            assert len(here.digests) <= 4
            assert len(here.ready) == 1
    for one in made:
        await stage.post(f"/subscriptions/{one['id']}/revocation", {})
        assert await is_dead(stage, one["address"])


async def test_what_anybody_may_ask_for_pushes_out_no_secret_address(
    stage: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(feeds, "MOST_FOLLOWERS", 1)
    monkeypatch.setattr(http, "MOST_PUBLIC", 2)
    made = await following(stage, "kazakhstan/delegate", "all")
    await text_of(stage, made["address"])
    here = feeds_in(stage)
    (known,) = here.followers.values()
    for number in range(5):
        await text_of(stage, f"{ALL}?x={number}")
    assert list(here.followers.values()) == [known]
    assert len(here.public) == 2


@pytest.mark.parametrize(
    ("accepted", "coding"),
    [
        ("gzip", "gzip"),
        ("gzip, deflate, br", "br"),
        ("br;q=0, gzip;q=0.5", "gzip"),
        ("*", "br"),
        ("identity", None),
        ("gzip;q=nonsense", None),
        ("gzip;q=1.0, br;q=0.1", "gzip"),
        ("identity;q=1, gzip;q=0.5", None),
        ("identity;q=0.5, *;q=0.1", None),
        ("*;q=0", None),
        ("GZip; Q=0.2,", "gzip"),
        ("x-gzip", "gzip"),
        ("identity;q=0, x-gzip;q=0.001", "gzip"),
        ("", None),
    ],
)
async def test_a_feed_is_compressed_for_who_takes_it(
    stage: Any, accepted: str, coding: str | None
) -> None:
    plain = await stage.http.get(FEED, headers={"Accept-Encoding": "identity"})
    headers = {"Accept-Encoding": accepted}
    async with stage.http.stream("GET", FEED, headers=headers) as answer:
        raw = b"".join([piece async for piece in answer.aiter_raw()])
    assert answer.headers.get("content-encoding") == coding
    assert int(answer.headers["content-length"]) == len(raw)
    assert answer.headers["vary"] == "accept-encoding"
    head = await stage.http.head(FEED, headers=headers)
    for name in ("etag", "vary", "last-modified", "cache-control", "content-length"):
        assert head.headers[name] == answer.headers[name]
    assert head.headers.get("content-encoding") == coding
    read = {"gzip": gzip.decompress, "br": brotli.decompress, None: bytes}[coding]
    assert read(raw) == plain.content
    assert (answer.headers["etag"] == plain.headers["etag"]) == (coding is None)
    for tag in (answer.headers["etag"], plain.headers["etag"]):
        again = await stage.http.get(FEED, headers={**headers, "If-None-Match": tag})
        assert (again.status_code, again.content) == (304, b"")
        assert again.headers["etag"] == tag, "a cache finds its copy by it (RFC 9111, 4.3.3)"


async def test_several_lines_of_a_header_are_one(stage: Any) -> None:
    coded = await stage.http.get(FEED, headers=lines_of("Accept-Encoding", "gzip", "br;q=0"))
    assert coded.headers["content-encoding"] == "gzip"
    known = lines_of("If-None-Match", coded.headers["etag"], '"0"')
    assert (await stage.http.get(FEED, headers=known)).status_code == 304


def lines_of(name: str, *values: str) -> list[tuple[str, str]]:
    return [(name, value) for value in values]


async def test_a_feed_is_no_download_whatever_is_asked_for(stage: Any) -> None:
    for accepted in ("text/html", "application/json", "*/*"):
        answer = await stage.http.get(FEED, headers={"Accept": accepted})
        assert answer.headers["content-type"] == "text/calendar; charset=utf-8"
        assert "content-disposition" not in answer.headers
    made = await following(stage)
    assert (await stage.http.get(made["address"])).headers["cache-control"].startswith("private")
    refused = await stage.http.post(FEED)
    assert (refused.status_code, refused.headers["allow"]) == (405, "GET, HEAD")


@pytest.mark.parametrize(
    ("query", "says"),
    [
        ("language=xx", "take one of en, ru, zh, kk"),
        ("language=1", "language"),
        ("language=ru-", "language"),
        ("deadline=true", "did you mean deadlines?"),
        ("LANGUAGE=ru", "did you mean language?"),
        ("lang=ru", "did you mean language?"),
        ("hide=true", "did you mean hide_cancelled?"),
        ("alarm=30", "did you mean alarm_minutes?"),
        ("allday=1", "did you mean all_day?"),
        ("&".join(["language=en"] * 100), "longer than 512 bytes"),
        ("meetings=false", "would be empty"),
        ("alarm_minutes=7", "alarm_minutes"),
        ("alarm_minutes=" + "9" * 400, "alarm_minutes"),
    ],
)
async def test_a_wish_that_makes_no_sense_is_refused(stage: Any, query: str, says: str) -> None:
    answer = await stage.http.get(f"{FEED}?{query}")
    assert (answer.status_code, says in answer.json()["detail"]) == (422, True), answer.text


@given(
    name=st.sampled_from(["x", "_", "v", "t", "ts", "cb", "nocache", "utm_source", "fbclid"])
    | st.text("bjkqxz0123456789_-", min_size=1),
    value=st.text(max_size=9),
)
def test_what_resembles_no_wish_is_no_wish(name: str, value: str) -> None:
    """People append it so that a program reads the feed anew."""
    query = urlencode({name: value, "deadlines": "true"}).encode()
    assert wished_in(query) == Settings(deadlines=True)


@given(
    name=st.sampled_from(sorted(Settings.model_fields)),
    letter=st.sampled_from("abcxyz"),
    at=st.integers(0, 99),
)
def test_a_wish_with_one_letter_wrong_is_refused(name: str, letter: str, at: int) -> None:
    place = at % len(name)
    for wrong in (
        name[:place] + name[place + 1 :],
        name[:place] + letter + name[place:],
        name[:place] + letter + name[place + 1 :],
    ):
        if wrong not in Settings.model_fields:
            with pytest.raises(UnacceptableError, match="did you mean"):
                wished_in(f"{wrong}=true".encode())


@pytest.mark.parametrize("tag", ["RU", "ru-RU", "ru-Cyrl-RU", "ru-KZ"])
async def test_a_feed_is_in_the_nearest_language_of_a_tag(stage: Any, tag: str) -> None:
    assert await text_of(stage, f"{FEED}?language={tag}") == await text_of(
        stage, f"{FEED}?language=ru"
    )


async def test_a_slash_at_the_end_leads_to_the_feed_by_the_scheme_it_was_asked_by(
    stage: Any,
) -> None:
    made = await following(stage)
    for address in (FEED, ALL, urlsplit(made["address"]).path):
        answer = await stage.http.get(f"{address}/?x=1&language=ru")
        assert answer.status_code == 307
        assert answer.headers["location"] == f"{address}?x=1&language=ru"


async def test_no_cache_keeps_that_there_is_no_feed(stage: Any) -> None:
    for address in (f"{TOKEN}nobody.ics", "/calendars/mechanisms/nobody.ics", f"{FEED}?meetings=0"):
        for accepted in ("text/calendar", "text/html"):
            answer = await stage.http.get(address, headers={"Accept": accepted})
            assert answer.status_code in {404, 422}
            assert answer.headers["cache-control"] == "no-store"


async def test_only_the_changed_meeting_is_written_anew(stage: Any) -> None:
    await stage.tell(convened(SUMMIT))
    here = feeds_in(stage)
    await stage.http.get(ALL)
    before = {key: dict(known) for key, known in here.board.known.items()}
    await stage.tell(MOVED)
    await stage.http.get(ALL)
    kept, moved = ("heads-of-state", "heads-of-state-2027-1"), ("customs-heads", MEETING)
    for (mechanism, meeting), same in ((kept, True), (moved, False)):
        assert (here.board.known[mechanism][meeting] is before[mechanism][meeting]) == same


async def test_when_a_delegation_is_busy_is_told_to_itself_and_the_secretary(stage: Any) -> None:
    await stage.tell(ASIA, convened(ASIA), convened(SUMMIT, STARTS + timedelta(hours=3)), CANCELLED)
    await stage.tell(
        RestrictionSet(mechanism="asia-only", meeting="asia-only-2027-1", restricted=True)
    )

    async def busy(party: str, actor: str, **dates: str) -> Any:
        asked = {"first": "2027-09-01", "last": "2027-09-30", **dates}
        return await stage.http.get(
            f"/api/v1/parties/{party}/free-busy", params=asked, headers={b"actor": actor.encode()}
        )

    told = await busy("kazakhstan", DELEGATE)
    assert told.headers["content-type"].startswith("text/calendar")
    assert "FREEBUSY;FBTYPE=BUSY:20270914T043000Z/20270914T133000Z\r\n" in told.text
    assert "海关" not in told.text
    china = await busy("china", "secretary", last="2027-09-14")
    assert china.text.count("FREEBUSY;") == 1
    assert "20270914T073000Z/20270914T133000Z" in china.text
    refused = await busy("kazakhstan", "china/delegate")
    assert refused.status_code == 403
    assert "only kazakhstan itself and the secretary may see" in refused.json()["detail"]
    assert (await busy("mongolia", "secretary")).status_code == 404
    stamp = re.search(r"DTSTAMP:\d+T\d+Z", china.text)
    assert stamp is not None
    for wrong, why in (
        ({"last": "2026-01-01"}, "the last date, 2026-01-01, comes before the first, 2027-09-01"),
        ({"last": "9999-12-31"}, "from 1990-01-01 to 2200-12-31"),
        ({"first": "0001-01-01"}, "from 1990-01-01 to 2200-12-31"),
        ({"last": "2029-12-31"}, "at most 731 days"),
    ):
        answer = await busy("china", "secretary", **wrong)
        assert (answer.status_code, why in answer.json()["detail"]) == (422, True), answer.text
    await stage.tell(
        MeetingCancelled(
            mechanism=SUMMIT.mechanism,
            meeting=f"{SUMMIT.mechanism}-2027-1",
            span=convened(SUMMIT, STARTS + timedelta(hours=3)).span,
            reason="Отложено",
            sequence=1,
        )
    )
    free = await busy("china", "secretary", last="2027-09-14")
    assert "FREEBUSY;" not in free.text
    assert stamp[0] <= free.text[free.text.index("DTSTAMP:") :].partition("\r")[0]


async def test_free_busy_is_sent_to_those_who_do_not_have_it(stage: Any) -> None:
    address = "/api/v1/parties/china/free-busy?first=2027-09-01&last=2027-09-30"
    actor = {"Actor": "china/delegate"}
    full = await stage.http.get(address, headers=actor)
    head = await stage.http.head(address, headers=actor)
    assert (head.status_code, head.content) == (200, b"")
    for name in ("etag", "cache-control", "content-type", "content-length"):
        assert head.headers[name] == full.headers[name]
    tag = full.headers["etag"]
    for known in (tag, f"W/{tag}", f'"other", {tag}', "*"):
        answer = await stage.http.get(address, headers={**actor, "If-None-Match": known})
        assert (answer.status_code, answer.content) == (304, b""), known
        assert (answer.headers["etag"], answer.headers["vary"]) == (tag, full.headers["vary"])
    other = await stage.http.get(address, headers={**actor, "If-None-Match": '"other"'})
    assert other.content == full.content


async def test_the_page_of_a_feed_says_how_to_subscribe(
    stage: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PUBLIC_URL", "https://meetings.example")
    made = await following(stage)
    page = await stage.http.get(made["address"].removesuffix(".ics"))
    for said in (
        f"https://meetings.example{made['address']}",
        f"webcal://meetings.example{made['address']}",
        "calendar.google.com/calendar/r?cid=webcal%3A%2F%2F",
        "outlook.live.com/calendar/0/addfromweb?url=https%3A%2F%2F",
        "<svg",
    ):
        assert said in page.text
    assert UNREACHED not in page.text
    public = await stage.http.get("/calendars/parties/china?deadlines=true")
    assert "https://meetings.example/calendars/parties/china.ics?deadlines=true" in public.text
    assert 'name="deadlines" value="true" checked' in public.text
    index = await stage.http.get("/calendars")
    assert "/calendars/mechanisms/customs-heads" in index.text


@pytest.mark.parametrize(
    "root",
    [
        None,
        "http://meetings.example",
        "https://127.0.0.1:8000",
        "https://[::1]:8000",
        "https://localhost",
        "https://192.168.1.4",
        "https://office.local",
        "https://intranet",
    ],
)
async def test_a_page_offers_no_program_that_cannot_reach_its_address(
    stage: Any, monkeypatch: pytest.MonkeyPatch, root: str | None
) -> None:
    if root:
        monkeypatch.setenv("PUBLIC_URL", root)
    page = (await stage.http.get("/calendars/parties/china")).text
    assert UNREACHED in page
    assert "Thunderbird" in page
    for link in ("calendar.google.com", "outlook.office.com", "outlook.live.com"):
        assert link not in page


@pytest.mark.parametrize(
    ("language", "owner", "name"),
    [
        ("en", "kazakhstan/delegate А. Омарова", "Kazakhstan, delegation"),
        ("ru", "kazakhstan/delegate А. Омарова", "Казахстан, делегация"),
        ("zh", "secretary", "哈萨克斯坦, 秘书处"),
    ],
)
async def test_a_secret_feed_has_another_name_than_the_public_one(
    stage: Any, language: str, owner: str, name: str
) -> None:
    made = await following(stage, owner, language=language)
    public = await stage.http.get(f"/calendars/parties/kazakhstan.ics?language={language}")
    assert f"NAME:{escaped(name)}\r\n" in await text_of(stage, made["address"])
    assert f"NAME:{name.partition(',')[0]}\r\n" in public.text


async def test_a_secret_page_is_kept_by_no_cache_and_says_what_the_address_shows(
    stage: Any,
) -> None:
    made = await following(stage, deadlines=True, alarm_minutes=120, hide_cancelled=True)
    page = await stage.http.get(made["address"].removesuffix(".ics"))
    assert page.headers["referrer-policy"] == "no-referrer"
    assert page.headers["cache-control"] == "no-store"
    for said in ("А. Омарова, delegate, Kazakhstan", "Meetings and deadlines", "2 hours before"):
        assert said in page.text
    assert "Left out" in page.text
    assert "The bodies that the party belongs to" in page.text
    assert f'{made["address"].removesuffix(".ics")}/settings"' in page.text


@pytest.mark.parametrize(
    ("path", "status", "says"),
    [
        ("/calendars/by-token/guessed", 404, "This secret address leads nowhere"),
        ("/calendars/parties/mongolia", 404, "There is no party called"),
        ("/calendars/mechanisms/nobody", 404, "There is no body called"),
        ("/calendars/all?language=xx", 422, "there are no words in the language xx"),
        ("/calendars/all?wished=yes&language=en", 422, "the feed would be empty"),
        ("/calendars/parties/mongolia?language=zh", 404, "没有名为"),
    ],
)
async def test_a_page_that_is_not_there_says_why_and_nothing_of_an_api(
    stage: Any, path: str, status: int, says: str
) -> None:
    page = await stage.http.get(path)
    assert (page.status_code, says in page.text) == (status, True), page.text
    assert "/api/v1" not in page.text
    assert "There is no feed here" not in page.text


async def test_whom_to_ask_for_a_secret_address_is_said_in_three_languages(stage: Any) -> None:
    for language, says in (
        ("en", "Ask the secretary of your mechanism"),
        ("ru", "Обратитесь к секретарю"),
        ("zh", "请联系本机制的秘书"),
    ):
        page = await stage.http.get(f"/calendars?language={language}")
        assert says in page.text
        assert "secretariat feed add" in page.text
        assert 'href="/subscriptions"' in page.text
        assert f'<html lang="{language}">' in page.text


async def test_a_page_counts_what_is_ahead_and_not_what_is_done_or_over(stage: Any) -> None:
    over = convened(ASIA, STARTS - timedelta(days=240))
    await stage.tell(ASIA, over, convened(SUMMIT, STARTS + timedelta(days=1)), DUE)
    await stage.tell(owed("kazakhstan"))
    at = (await following(stage, scope="all", deadlines=True))["address"].removesuffix(".ics")
    page = await stage.http.get(at)
    assert "<b>3 meetings ahead</b>, <b>3 deadlines to meet</b>" in page.text
    done = {"mechanism": "customs-heads", "follow_up": "customs-heads-2027-d1-kazakhstan"}
    await stage.tell(FollowUpAccepted(**done, report="customs-heads-2027-d1-kazakhstan.r1"))
    page = await stage.http.get(at)
    assert "<b>3 meetings ahead</b>, <b>2 deadlines to meet</b>" in page.text
    await stage.advance(STARTS - timedelta(days=1))
    await stage.tell(CANCELLED)
    page = await stage.http.get(at)
    assert "<b>1 meeting ahead</b>, <b>0 deadlines to meet</b>" in page.text
    assert "Heads of state, 海关; \\ встреча" in page.text
    assert "Wednesday, 15 September 2027, 09:30" in page.text
    assert "Asia/Tashkent, UTC+05:00" in page.text


def owed(party: str) -> FollowUpOpened:
    return FollowUpOpened(
        mechanism="customs-heads",
        follow_up=f"customs-heads-2027-d1-{party}",
        decision="CAC/CUSTOMS/2027/DEC/1",
        party=party,
        task=f"Назвать ведомство, {party}",
        due=date(2027, 6, 22),
    )


async def test_what_a_delegation_owes_is_in_its_own_feeds_and_in_no_other(stage: Any) -> None:
    await stage.tell(owed("kazakhstan"), owed("china"))
    mine = await following(stage, deadlines=True)
    theirs = await following(stage, "china/delegate", "all", deadlines=True)
    without = await following(stage)
    office = await following(stage, "secretary", "all", deadlines=True)
    text = await text_of(stage, mine["address"])
    assert "SUMMARY:Deadline: Назвать ведомство\\, kazakhstan" in text
    assert "DTSTART;VALUE=DATE:20270622" in text
    assert "CLASS:PRIVATE" in text
    assert "china@" not in text
    assert "kazakhstan@" not in await text_of(stage, theirs["address"])
    assert "china@" in await text_of(stage, theirs["address"])
    for address in (
        *(without["address"], office["address"]),
        *(f"{path}?deadlines=true" for path in (ALL, FEED, "/calendars/hosts/uzbekistan.ics")),
        *(f"/calendars/parties/{party.id}.ics?deadlines=true" for party in PARTIES),
    ):
        assert "ведомство" not in await text_of(stage, address)
    here = {"mechanism": "customs-heads", "follow_up": "customs-heads-2027-d1-kazakhstan"}
    await stage.tell(
        FollowUpExtended(**here, party="kazakhstan", due=date(2027, 7, 1), reason="Выборы")
    )
    moved = await text_of(stage, mine["address"])
    assert "SEQUENCE:1" in moved
    assert "DTSTART;VALUE=DATE:20270701\r\nDTEND;VALUE=DATE:20270702" in moved
    await stage.tell(FollowUpAccepted(**here, report="customs-heads-2027-d1-kazakhstan.r1"))
    assert "Done · CAC/CUSTOMS/2027/DEC/1" in await text_of(stage, mine["address"])
    await stage.tell(FollowUpWithdrawn(**here, reason="Ошибка"))
    assert "STATUS:CANCELLED" in await text_of(stage, mine["address"])


async def test_a_coordinator_who_loses_the_role_no_longer_sees_what_is_owed(stage: Any) -> None:
    await stage.tell(owed("kazakhstan"), convened(SUMMIT))
    await named(stage, "Б. Сатпаев")
    await named(stage, "Б. Сатпаев", "heads-of-state")
    made = await following(stage, COORDINATOR, "all", deadlines=True)
    assert "ведомство" in await text_of(stage, made["address"])
    await named(stage, "В. Ли")
    assert "ведомство" not in await text_of(stage, made["address"])
