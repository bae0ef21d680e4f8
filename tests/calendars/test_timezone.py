"""Zones as calendar programs read them, against the data that we read."""

import zoneinfo
from datetime import UTC, datetime, timedelta

import icalendar
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from events.moments import Moment
from services.icalendar.timezone import timezones, vtimezone
from tests.conftest import PARTIES

TODAY = sorted({party.zone for party in PARTIES})
IRREGULAR = ("Africa/Casablanca", "America/Nuuk", "America/Santiago", "Asia/Gaza", "Asia/Almaty")
REGULAR = ("Europe/Paris", "America/New_York", "Australia/Lord_Howe", "Pacific/Auckland")
FIRST = datetime(2023, 1, 1, tzinfo=UTC)


def read(block: str) -> icalendar.Timezone:
    (zone,) = icalendar.Timezone.from_ical(block, multiple=True)
    assert isinstance(zone, icalendar.Timezone)
    return zone


@pytest.mark.parametrize("zone", TODAY)
def test_a_zone_of_today_is_one_standard_block(zone: str) -> None:
    written = vtimezone(zone, 2026, 2040)
    assert written.count("BEGIN:STANDARD") == 1
    assert "DAYLIGHT" not in written
    assert "RDATE" not in written
    assert "RRULE" not in written


@pytest.mark.parametrize("zone", REGULAR)
def test_summer_time_by_a_rule_is_two_blocks_with_that_rule(zone: str) -> None:
    written = vtimezone(zone, 2027, 2029)
    assert written.count("BEGIN:STANDARD") == written.count("BEGIN:DAYLIGHT") == 1
    assert written.count("RRULE:FREQ=YEARLY") == 2


def test_clocks_go_to_summer_time_at_the_hour_they_show_before_it() -> None:
    written = vtimezone("Europe/Paris", 2027, 2027)
    assert (
        "BEGIN:DAYLIGHT\r\nDTSTART:20260329T020000\r\nRRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU\r\n"
        "TZNAME:CEST\r\nTZOFFSETFROM:+0100\r\nTZOFFSETTO:+0200\r\n"
    ) in written


def test_a_zone_that_changed_its_offset_for_good_says_when() -> None:
    written = vtimezone("Asia/Almaty", 2023, 2027)
    assert "DTSTART:20240301T000000\r\nTZNAME:+05\r\nTZOFFSETFROM:+0600\r\n" in written
    assert written.count("BEGIN:STANDARD") == 2


@settings(deadline=None, max_examples=300)
@given(
    zone=st.sampled_from([*TODAY, *IRREGULAR, *REGULAR, "UTC", "Asia/Kathmandu", "Europe/Dublin"]),
    minutes=st.lists(st.integers(0, 10 * 366 * 24 * 60), min_size=1, max_size=4),
)
def test_every_instant_of_the_years_has_the_offset_that_the_data_say(
    zone: str, minutes: list[int]
) -> None:
    moments = [Moment.of(FIRST + timedelta(minutes=count), zone) for count in minutes]
    years = [moment.wall.year for moment in moments]
    place = read(vtimezone(zone, min(years), max(years))).to_tz(lookup_tzid=False)
    real = zoneinfo.ZoneInfo(zone)
    for moment in moments:
        early, late = (moment.wall.replace(tzinfo=real, fold=fold) for fold in (0, 1))
        if early.utcoffset() == late.utcoffset():
            assert moment.wall.replace(tzinfo=place).utcoffset() == early.utcoffset()


def test_each_zone_is_defined_once_in_the_order_of_the_names() -> None:
    moments = [Moment.of(FIRST, zone) for zone in ("Asia/Tashkent", "Asia/Almaty", "Asia/Tashkent")]
    names = [line for line in timezones(moments).split("\r\n") if line.startswith("TZID:")]
    assert names == ["TZID:Asia/Almaty", "TZID:Asia/Tashkent"]
