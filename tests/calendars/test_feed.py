"""Feeds after any history of meetings: exact bytes, and two parsers that read what was said."""

import re
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

import icalendar
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from events.agendas import AgendaAdopted, AgendaItem, ItemKind
from events.followups import FollowUpAccepted, FollowUpOpened
from events.mechanisms import MilestoneKind
from events.meetings import (
    MeetingCancelled,
    MeetingRescheduled,
    MeetingScheduled,
    Milestone,
    MilestonesMet,
    MilestonesSet,
    RestrictionSet,
    Turn,
)
from events.moments import Moment, Span
from services.calendars.rules.assembly import KEPT, NEVER, Fragment, Meeting, alias_of, feed
from services.calendars.rules.reading import Edition
from services.calendars.tables import searched_by
from services.icalendar import entry as rules
from services.icalendar import task as tasks
from services.icalendar.calendar import Method, calendar
from services.icalendar.clocks import span_on_clocks
from services.icalendar.entry import Entry
from services.icalendar.lines import in_utc
from services.icalendar.vevent import Attendee, Participation, busy, deadlines, vevent, with_uid
from services.icalendar.wording import LANGUAGES, WORDS
from tests.calendars.readers import Outside, Reader, Seen, by_ical, by_icalendar
from tests.calendars.strict import faults, unfolded
from tests.conftest import CUSTOMS, START, SUMMIT

ZONES = (
    "Asia/Shanghai",
    "Asia/Almaty",
    "Asia/Bishkek",
    "Asia/Dushanbe",
    "Asia/Ashgabat",
    "Asia/Tashkent",
    "Europe/Paris",
    "America/New_York",
    "UTC",
)
PLAIN = "aZ ,;:\\\"'%^—Ққұәñ中華人民共和国é́🕊👨‍👩‍👧"
TEXTS = st.text(st.sampled_from(PLAIN), min_size=1, max_size=90).map(lambda t: f"x{t}x")


def between(starts: datetime, ends: datetime, zone: str) -> Span:
    return Span(starts=Moment.of(starts, zone), ends=Moment.of(ends, zone))


INSTANTS = st.integers(0, 3 * 365 * 24 * 12).map(lambda n: START + n * timedelta(minutes=5))
SPANS = st.builds(
    lambda at, zone, hours: between(at, at + timedelta(hours=hours), zone),
    INSTANTS,
    st.sampled_from(ZONES),
    st.integers(1, 72),
)
SECRET = b"secret"
TURN = Turn(host="uzbekistan", chair="china", because="it is the turn of uzbekistan")


def scheduled(
    span: Span, *, title: str = "Meeting", place: str = "Ташкент", number: int = 1
) -> MeetingScheduled:
    return MeetingScheduled(
        mechanism="customs-heads",
        meeting=f"customs-heads-2027-{number}",
        title=title,
        span=span,
        place=place,
        turn=TURN,
        sequence=0,
        rules=CUSTOMS.rules,
    )


EDITION = Edition(
    name="Таможня 海关",
    mechanisms=("customs-heads",),
    host=None,
    readable=frozenset(),
    party=None,
    meetings=True,
    deadlines=False,
    hide_cancelled=False,
    language="en",
    alarm_minutes=None,
    all_day=False,
)


def an_hour_from(at: datetime, zone: str = "Asia/Tashkent") -> Span:
    return between(at, at + timedelta(hours=1), zone)


@st.composite
def histories(draw: st.DrawFn) -> list[list[Any]]:
    """For each of some meetings, in the order of their dates, what was said of it."""
    told = []
    for number in range(1, draw(st.integers(1, 5)) + 1):
        span = draw(SPANS)
        place = draw(TEXTS)
        said: list[Any] = [scheduled(span, title=draw(TEXTS), place=place, number=number)]
        for sequence in range(1, draw(st.integers(0, 3)) + 1):
            moved = draw(SPANS)
            said.append(
                MeetingRescheduled(
                    mechanism="customs-heads",
                    meeting=said[0].meeting,
                    span=moved,
                    place=place,
                    previous=span,
                    sequence=sequence,
                    reason="погода",
                )
            )
            span = moved
        if draw(st.booleans()):
            said.append(
                MeetingCancelled(
                    mechanism="customs-heads",
                    meeting=said[0].meeting,
                    span=span,
                    sequence=len(said),
                    reason=draw(TEXTS),
                )
            )
        told.append(said)
    return sorted(told, key=lambda said: (said[-1].span.starts.at, said[0].meeting))


def entry_after(said: list[Any]) -> Entry:
    entry = rules.begin(said[0], CUSTOMS, START)
    for number, event in enumerate(said[1:], 1):
        entry = rules.evolve(entry, event, START + timedelta(minutes=number))
    return entry


def block_of(meeting: str) -> str:
    """The UID of the block of a meeting before those who may not read it."""
    return f"{alias_of(meeting, SECRET)}@secretariat"


def meeting_of(entry: Entry) -> Meeting:
    years = searched_by(entry)
    return Meeting(
        id=entry.id,
        host=entry.turn.host,
        starts=entry.span.starts.at,
        ends=entry.span.ends.at,
        zone=entry.span.starts.zone,
        first_year=years["first_year"],
        last_year=years["last_year"],
        cancelled=entry.cancelled,
        restricted=entry.restricted,
        alias=entry.id,
        leaves=entry.span.ends.at + KEPT if entry.cancelled else NEVER,
        fragments={
            language: Fragment.of(
                vevent(entry, language=language).encode(),
                with_uid(busy(entry, language=language), block_of(entry.id)).encode(),
                deadlines(entry, language=language).encode(),
            )
            for language in LANGUAGES
        },
    )


def written(entries: list[Entry], **wishes: Any) -> bytes:
    """The feed of `entries`, out of their fragments."""
    wanted = EDITION._replace(**wishes)
    meetings = {"customs-heads": [meeting_of(entry) for entry in entries]}
    return feed(wanted, meetings, since=START, now=START).content


def as_told(said: list[Any], language: str) -> Seen:
    """What a reader must see, from the events alone."""
    cancelled = isinstance(said[-1], MeetingCancelled)
    span = said[-1].span
    words = WORDS[language]
    note = f"{words.cancelled}: {said[-1].reason}" if cancelled else words.no_agenda
    return Seen(
        uid=f"{said[0].meeting}@secretariat",
        sequence=len(said) - 1,
        status="CANCELLED" if cancelled else "CONFIRMED",
        starts=span.starts.at,
        ends=span.ends.at,
        summary=said[0].title,
        location=said[0].place,
        description=note,
    )


@settings(deadline=None, max_examples=150)
@given(told=histories(), hidden=st.booleans(), language=st.sampled_from(LANGUAGES))
def test_four_parsers_read_what_was_said(
    readers: tuple[Reader, ...], told: list[list[Any]], hidden: bool, language: str
) -> None:
    entries = [entry_after(said) for said in told]
    content = written(entries, hide_cancelled=hidden, language=language)
    assert faults(content) == []
    expected = [
        as_told(said, language)
        for said in told
        if not (hidden and isinstance(said[-1], MeetingCancelled))
    ]
    for read in readers:
        seen = read(content)
        assert [x._replace(description="") for x in seen] == [
            x._replace(description="") for x in expected
        ]
        for one, wanted in zip(seen, expected, strict=True):
            assert wanted.description in one.description


@pytest.mark.parametrize("which", ["first", "second"])
@pytest.mark.parametrize(
    ("zone", "change", "twice"),
    [
        ("Europe/London", datetime(2028, 10, 29, 1, tzinfo=UTC), timedelta(hours=1)),
        ("America/New_York", datetime(2027, 11, 7, 6, tzinfo=UTC), timedelta(hours=1)),
        ("Australia/Lord_Howe", datetime(2027, 4, 3, 15, tzinfo=UTC), timedelta(minutes=30)),
    ],
)
def test_four_parsers_read_an_end_that_clocks_show_twice(
    readers: tuple[Reader, ...], zone: str, change: datetime, twice: timedelta, which: str
) -> None:
    ends = change - twice + timedelta(minutes=10) + (which == "second") * twice
    for length in (timedelta(hours=2), timedelta(days=2)):
        span = between(ends - length, ends, zone)
        entry = entry_after([scheduled(span)])
        invited = vevent(entry, attendees=[Attendee("a@mfa.example", "A")])
        message = calendar(Method.REQUEST, [(invited, span.starts)])
        for content in (written([entry]), message):
            assert faults(content) == []
            assert f"DTSTART;TZID={zone}:{span.starts.wall:%Y%m%dT%H%M%S}\r\n" in content.decode()
            for read in readers:
                (seen,) = read(content)
                assert (seen.starts, seen.ends) == (span.starts.at, ends)
    after = ends.astimezone(ZoneInfo(zone)).date() + timedelta(days=1)
    for read in readers:
        assert [seen.ends for seen in read(written([entry], all_day=True))] == [after]


@pytest.mark.parametrize(
    ("said", "stands"),
    [
        (datetime(2027, 10, 31, 2, 30, tzinfo=UTC), datetime(2027, 10, 31, 0, 30, tzinfo=UTC)),
        (datetime(2027, 3, 28, 2, 30, tzinfo=UTC), datetime(2027, 3, 28, 1, 30, tzinfo=UTC)),
    ],
)
def test_four_parsers_read_a_start_that_clocks_show_twice_or_skip_by_now(
    readers: tuple[Reader, ...], said: datetime, stands: datetime
) -> None:
    """It was said when there was to be no summer time any more."""
    starts, ends = (
        Moment(at=said + after, zone="Europe/Paris", offset=0)
        for after in (timedelta(), timedelta(days=2))
    )
    content = written([entry_after([scheduled(Span(starts=starts, ends=ends))])])
    assert faults(content) == []
    shown = span_on_clocks(Span(starts=starts, ends=ends))
    assert shown.starts.at == stands
    for read in readers:
        assert [(seen.starts, seen.ends) for seen in read(content)] == [(stands, shown.ends.at)]


@settings(deadline=None)
@given(histories())
def test_the_same_history_gives_the_same_bytes(told: list[list[Any]]) -> None:
    first, second = (written([entry_after(said) for said in told]) for _ in range(2))
    assert first == second


@given(before=st.integers(0, 80), text=TEXTS)
def test_a_line_is_folded_nowhere_but_between_characters(before: int, text: str) -> None:
    said = scheduled(an_hour_from(START), title="я" * before + text)
    content = written([entry_after([said])])
    assert faults(content) == []
    assert by_ical(content)[0].summary == said.title


def test_line_breaks_of_an_agenda_are_written_as_text_and_read_as_breaks() -> None:
    adopted = AgendaAdopted(
        mechanism="customs-heads",
        meeting="customs-heads-2027-1",
        items=tuple(
            AgendaItem(item=f"i{n}", number=str(n), title=title, kind=ItemKind.PROPOSED)
            for n, title in enumerate(("Adoption; of, the \\ agenda", "Жасыл дәліз"), 1)
        ),
    )
    content = written([entry_after([scheduled(an_hour_from(START)), adopted])])
    for read in (by_ical, by_icalendar):
        assert read(content)[0].description.endswith(
            "Agenda:\n1. Adoption; of, the \\ agenda\n2. Жасыл дәліз"
        )


def stamp_in(event: str) -> str:
    (stamp,) = set(re.findall(r"\r\n(?:DTSTAMP|LAST-MODIFIED):(\S+)", event))
    return str(stamp)


@pytest.mark.parametrize("now", [START, START - timedelta(days=300)], ids=["stands", "went back"])
def test_what_changes_has_a_later_stamp_though_the_clock_has_none(now: datetime) -> None:
    here = {"mechanism": "customs-heads", "meeting": "customs-heads-2027-1"}
    first, span = an_hour_from(START), an_hour_from(START + timedelta(days=7))
    due = Milestone(kind=MilestoneKind.PROPOSALS, due=first.starts)
    meeting = rules.begin(scheduled(first), CUSTOMS, START)
    owed = FollowUpOpened(
        mechanism="customs-heads",
        follow_up="customs-heads-2027-d1-kazakhstan",
        decision="CAC/CUSTOMS/2027/DEC/1",
        party="kazakhstan",
        task="Report",
        due=START.date(),
    )
    task = tasks.begin(owed, "Customs", START)
    shown, mailed = [meeting], meeting
    for event in (
        MilestonesSet(**here, milestones=(due,)),
        MeetingRescheduled(
            **here, span=span, place="Almaty", previous=first, sequence=1, reason="flood"
        ),
        MilestonesMet(**here, kinds=(due.kind,), at=START),
        RestrictionSet(**here, restricted=True),
        AgendaAdopted(**here, items=()),
    ):
        shown.append(rules.evolve(shown[-1], event, now))
        if not isinstance(event, MilestonesSet | MilestonesMet):
            mailed = rules.evolve(mailed, event, now)
    assert vevent(shown[-1]) == vevent(mailed), "mail hears nothing of what is due"
    shown.append(rules.renamed(shown[-1], SUMMIT, now))
    accepted = FollowUpAccepted(mechanism="customs-heads", follow_up=task.id, report="r1")
    done = tasks.evolve(task, accepted, now)
    for versions in (
        [vevent(one) for one in shown],
        [busy(one) for one in shown],
        [deadlines(one) for one in shown[1:]],
        [tasks.vtask(one) for one in (task, done, tasks.renamed(done, "Heads", now))],
    ):
        for before, after in pairwise(versions):
            assert (stamp_in(after) > stamp_in(before)) == (after != before)
    assert stamp_in(deadlines(shown[1])) == in_utc(START), "nothing of it was shown before"


def test_a_feed_without_meetings_is_a_calendar_all_the_same() -> None:
    content = written([])
    assert faults(content) == []
    assert by_ical(content) == by_icalendar(content) == []


@pytest.mark.parametrize(
    ("broken", "fault"),
    [
        (b"BEGIN:VCALENDAR\nEND:VCALENDAR\r\n", "a bare CR or LF"),
        (b"BEGIN:VCALENDAR\r\nEND:VCALENDAR", "the last line has no end"),
        (b"X:" + b"a" * 74 + b"\r\n", "76 octets in a line"),
        ("X:Қ".encode()[:3] + b"\r\n " + "Қ".encode()[1:] + b"\r\n", "cut inside a character"),
        (b"UID:1\r\nUID:1\r\n", "UID:1 stands 2 times"),
        (b"DTSTART;TZID=Asia/Almaty:20270101T090000\r\n", "no VTIMEZONE for Asia/Almaty"),
        (b"DTSTAMP:20270101T090000\r\n", "no UTC time"),
        (b"BEGIN:VEVENT\r\n", "VEVENT is never closed"),
        (
            b"DTSTART;VALUE=DATE:20270102\r\nDTEND;VALUE=DATE:20270102\r\n",
            "20270102 comes not after 20270102",
        ),
    ],
)
def test_the_checker_of_bytes_finds_what_is_wrong(broken: bytes, fault: str) -> None:
    assert any(fault in found for found in faults(broken))


@settings(deadline=None, max_examples=100)
@given(zone=st.sampled_from(["Europe/Paris", "America/New_York"]), minutes=st.integers(-300, 300))
def test_meetings_around_a_change_of_clocks_keep_their_instant(
    by_ical_js: Outside, zone: str, minutes: int
) -> None:
    change = {
        "Europe/Paris": datetime(2027, 3, 28, 1, tzinfo=UTC),
        "America/New_York": datetime(2027, 3, 14, 7, tzinfo=UTC),
    }[zone]
    at = change + timedelta(minutes=minutes)
    content = written([entry_after([scheduled(an_hour_from(at, zone))])])
    assert [seen.starts for seen in by_ical(content)] == [at]
    assert [seen.starts for seen in by_icalendar(content)] == [at]
    unknown = content.replace(zone.encode(), b"Test/Elsewhere")
    seen = by_ical_js(unknown)[0]
    assert (seen.starts, seen.ends) == (at, at + timedelta(hours=1))


def test_the_invitation_and_the_feed_have_the_same_event_but_for_who_is_invited() -> None:
    entry = entry_after([scheduled(an_hour_from(START))])
    invited = (
        Attendee("a@mfa.example", 'А. "Айгерим" Омарова, 外交部; ^'),
        Attendee("b@mfa.example", "B", Participation.ACCEPTED),
    )
    published = vevent(entry)
    asked = vevent(entry, attendees=invited)
    message = calendar(Method.REQUEST, [(asked, entry.span.starts)])
    assert "ATTENDEE" not in published
    assert faults(message) == []
    assert b"METHOD:REQUEST\r\n" in message
    assert by_ical(message) == by_icalendar(message) == by_ical(written([entry]))
    (event,) = icalendar.Calendar.from_ical(message).walk("VEVENT")
    said_of: Any = event["ATTENDEE"]
    for said, attendee in zip(said_of, invited, strict=True):
        assert str(said) == f"mailto:{attendee.address}"
        assert said.params["PARTSTAT"] == attendee.participation
    without = [line for line in unfolded(message) if not line.startswith("ATTENDEE")]
    assert set(unfolded(published.encode())) <= set(without)
