"""Working days of several parties at once, and office hours in UTC."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from events.mechanisms import PartyFacts
from events.working_time import Weekday
from services.working_time.calendar import Calendar
from services.working_time.hours import Office
from services.working_time.minutes import DAY, date_of, instant_of, midnight, minute_of
from services.working_time.stretches import Use
from tests.conftest import PARTIES

SIX = Calendar(tuple(Office.of(party) for party in PARTIES))
NAMES = tuple(party.id for party in PARTIES)
DATES = st.dates(date(2026, 1, 1), date(2027, 12, 31))
SOME = st.lists(st.sampled_from(NAMES), unique=True, max_size=3)


def office(zone: str, **settings: Any) -> Office:
    facts = PartyFacts(
        id="place", name="Place", side="far", zone=zone, capital="Place", languages=("en",)
    )
    return Office.of(facts, **settings)


@pytest.mark.parametrize(
    ("party", "opens"),
    [
        ("china", 1),
        ("kazakhstan", 4),
        ("kyrgyzstan", 3),
        ("tajikistan", 4),
        ("turkmenistan", 4),
        ("uzbekistan", 4),
    ],
)
def test_each_capital_opens_at_its_own_nine(party: str, opens: int) -> None:
    morning, afternoon = SIX.office_hours(party, date(2027, 6, 10))
    nine = datetime(2027, 6, 10, opens, tzinfo=UTC)
    assert morning == (nine, nine + timedelta(hours=4))
    assert afternoon == (nine + timedelta(hours=5), nine + timedelta(hours=9))


def test_astana_opens_an_hour_later_in_utc_since_march_2024() -> None:
    before, after = date(2024, 2, 29), date(2024, 3, 1)
    assert SIX.office_hours("kazakhstan", before)[0][0] == datetime(2024, 2, 29, 3, tzinfo=UTC)
    assert SIX.office_hours("kazakhstan", after)[0][0] == datetime(2024, 3, 1, 4, tzinfo=UTC)


def test_a_day_off_has_no_office_hours() -> None:
    assert SIX.office_hours("china", date(2026, 10, 1)) == ()
    assert len(SIX.office_hours("china", date(2026, 10, 10))) == 2  # a Saturday, made up


def test_office_hours_follow_summer_time() -> None:
    helsinki = Calendar((office("Europe/Helsinki"),))
    hours = [helsinki.office_hours("place", date(2027, 3, day))[0][0].hour for day in (24, 30)]
    assert hours == [7, 6]


@pytest.mark.parametrize(
    ("opens", "on", "why"),
    [
        (time(3, 30), date(2026, 3, 29), "does not exist in Europe/Helsinki"),
        (time(3, 30), date(2027, 10, 31), "happens twice in Europe/Helsinki"),
    ],
)
def test_an_opening_that_does_not_exist_or_exists_twice_is_refused(
    opens: time, on: date, why: str
) -> None:
    helsinki = Calendar((office("Europe/Helsinki", opens=opens, weekend=(Weekday.MONDAY,)),))
    with pytest.raises(ValueError, match=f"the office of place keeps hours that fail: .* {why}"):
        helsinki.office_hours("place", on)


def test_a_time_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="has no zone; write one"):
        minute_of(datetime(2027, 1, 1))  # noqa: DTZ001


@given(on=DATES, parties=SOME)
def test_the_next_working_day_is_the_first_that_all_work(on: date, parties: list[str]) -> None:
    found = SIX.next_working_day(on, *parties)
    assert SIX.works(found, *parties)
    assert found > on
    assert SIX.working_days(on + timedelta(days=1), found, *parties) == (found,)
    back = SIX.previous_working_day(found, *parties)
    assert back <= on
    assert SIX.next_working_day(back, *parties) == found


@given(on=DATES, count=st.integers(0, 25), parties=SOME)
def test_counting_working_days_agrees_with_listing_them(
    on: date, count: int, parties: list[str]
) -> None:
    later = SIX.working_day_from(on, count, *parties)
    earlier = SIX.working_day_from(on, -count, *parties)
    assert len(SIX.working_days(on + timedelta(days=1), later, *parties)) == count
    assert len(SIX.working_days(earlier, on - timedelta(days=1), *parties)) == count


def test_parties_that_never_work_together_are_refused() -> None:
    week = list(Weekday)
    early = Office.of(PARTIES[0], weekend=week[:4])
    late = Office.of(PARTIES[1], weekend=week[4:])
    with pytest.raises(ValueError, match="no day is worked by all of china, kazakhstan"):
        Calendar((early, late)).next_working_day(date(2027, 1, 1))


def test_a_party_that_is_not_there_or_there_twice_is_refused() -> None:
    with pytest.raises(ValueError, match="mongolia has no office here; these have: china, kaz"):
        SIX.day("mongolia", date(2027, 1, 1))
    with pytest.raises(ValueError, match="china has two offices"):
        Calendar((*SIX.offices, SIX.offices[0]))


@given(
    on=DATES,
    zone=st.sampled_from(["Asia/Kathmandu", "Africa/Cairo", "Australia/Lord_Howe", "Asia/Beirut"]),
)
def test_stretches_leave_no_gap_from_midnight_to_midnight(on: date, zone: str) -> None:
    place = Calendar((office(zone, country="XX"),))
    cut = list(place.stretches("place", on, on + timedelta(days=2)))
    assert cut[0].starts == midnight(on, zone)
    assert cut[-1].ends == midnight(on + timedelta(days=3), zone)
    assert all(before.ends == after.starts for before, after in pairwise(cut))
    working = sum(stretch.ends - stretch.starts for stretch in cut if stretch.use is Use.OFFICE)
    assert working == 8 * 60 * len(place.working_days(on, on + timedelta(days=2)))


@given(minute=st.integers(0, 60 * 366 * DAY), party=st.sampled_from(PARTIES))
def test_minutes_and_dates_agree(minute: int, party: PartyFacts) -> None:
    assert minute_of(instant_of(minute)) == minute
    on = date_of(minute, party.zone)
    assert midnight(on, party.zone) <= minute < midnight(on + timedelta(days=1), party.zone)
