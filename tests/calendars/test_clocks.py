"""Where zones have other rules by now than when a meeting was convened, its wall time stands."""

from datetime import UTC, datetime, timedelta
from typing import Any

from events.mechanisms import MilestoneKind
from events.meetings import Milestone, MilestonesSet, RestrictionSet
from events.moments import Moment, Span
from services.calendars.service import calendars
from services.icalendar.clocks import on_clocks, span_on_clocks
from tests.calendars.test_service import FEED, MEETING, convened, read

SAID = Moment(at=datetime(2027, 9, 14, 3, 30, tzinfo=UTC), zone="Asia/Almaty", offset=360)
STANDS = datetime(2027, 9, 14, 4, 30, tzinfo=UTC)
HOUR = timedelta(hours=1)


def test_a_wall_time_stands_though_the_zone_has_another_offset() -> None:
    moved = on_clocks(SAID)
    assert (moved.wall, moved.at, moved.offset) == (SAID.wall, STANDS, 300)
    assert on_clocks(moved) is moved


def test_a_wall_time_that_clocks_skip_now_comes_after_the_gap() -> None:
    skipped = Moment(at=datetime(2027, 3, 28, 2, 30, tzinfo=UTC), zone="Europe/Paris", offset=0)
    assert on_clocks(skipped).at == datetime(2027, 3, 28, 1, 30, tzinfo=UTC)
    ends = Moment(at=skipped.at + HOUR, zone="Europe/Paris", offset=0)
    span = span_on_clocks(Span(starts=skipped, ends=ends))
    assert span.ends.at > span.starts.at


async def test_feed_and_block_and_free_busy_have_the_same_instant(staged: Any) -> None:
    stage = await staged(calendars)
    span = Span(starts=SAID, ends=SAID.model_copy(update={"at": SAID.at + HOUR}))
    due = Milestone(kind=MilestoneKind.PROPOSALS, due=SAID)
    await stage.tell(
        convened().model_copy(update={"span": span}),
        MilestonesSet(mechanism="customs-heads", meeting=MEETING, milestones=(due,)),
    )
    for seen in await read(stage, f"{FEED}?deadlines=true"):
        assert seen.starts == STANDS
    asked = "/api/v1/parties/china/free-busy?first=2027-09-14&last=2027-09-14"
    free_busy = await stage.http.get(asked, headers={"Actor": "secretary"})
    assert "FREEBUSY;FBTYPE=BUSY:20270914T043000Z/20270914T053000Z" in free_busy.text
    await stage.tell(RestrictionSet(mechanism="customs-heads", meeting=MEETING, restricted=True))
    (block,) = await read(stage)
    assert (block.starts, block.ends) == (STANDS, STANDS + HOUR)


async def test_what_is_in_utc_needs_no_zone_and_may_be_whole_days_all_the_same(staged: Any) -> None:
    stage = await staged(calendars)
    starts, ends = (Moment.of(STANDS + timedelta(days=days), "UTC") for days in (0, 2))
    await stage.tell(convened().model_copy(update={"span": Span(starts=starts, ends=ends)}))
    (seen,) = await read(stage)
    assert (seen.starts, seen.ends) == (starts.at, ends.at)
    text = (await stage.http.get(FEED)).text
    assert "DTSTART:20270914T043000Z\r\n" in text
    assert "TZID=" not in text
    assert "DTSTART;VALUE=DATE:20270914\r\n" in (await stage.http.get(f"{FEED}?all_day=true")).text
    await stage.tell(RestrictionSet(mechanism="customs-heads", meeting=MEETING, restricted=True))
    assert "DTSTART:20270914T043000Z\r\n" in (await stage.http.get(f"{FEED}?all_day=true")).text
