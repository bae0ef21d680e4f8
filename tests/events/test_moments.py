"""Instants with the place they were meant for."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from events.moments import Instant, Moment, Span, Zone

ZONES = (
    "Asia/Shanghai",
    "Asia/Almaty",
    "Asia/Bishkek",
    "Asia/Dushanbe",
    "Asia/Ashgabat",
    "Asia/Tashkent",
)
walls = st.datetimes(datetime(2025, 1, 1), datetime(2099, 12, 31))  # noqa: DTZ001
zones = st.sampled_from(ZONES)


@given(wall=walls, zone=zones)
def test_a_wall_time_in_a_zone_of_the_six_is_kept_as_it_was_said(wall: datetime, zone: str) -> None:
    moment = Moment.at_wall(wall, zone)
    assert moment.wall == wall
    assert moment.at == wall.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)
    assert Moment.of(moment.at, zone) == moment
    assert Moment.model_validate_json(moment.model_dump_json()) == moment
    assert not moment.zone_has_changed


def test_astana_is_one_hour_nearer_to_utc_since_the_first_of_march_2024() -> None:
    before = Moment.at_wall(datetime(2024, 2, 29, 9), "Asia/Almaty")  # noqa: DTZ001
    after = Moment.at_wall(datetime(2024, 3, 1, 9), "Asia/Almaty")  # noqa: DTZ001
    assert (before.offset, after.offset) == (360, 300)


def test_an_offset_that_the_zone_no_longer_has_is_noticed() -> None:
    moment = Moment.at_wall(datetime(2027, 5, 4, 9), "Asia/Almaty")  # noqa: DTZ001
    as_was_thought = moment.model_copy(update={"offset": 360})
    assert as_was_thought.zone_has_changed
    assert as_was_thought.wall == datetime(2027, 5, 4, 10)  # noqa: DTZ001


@pytest.mark.parametrize(
    ("wall", "problem"),
    [
        (datetime(2027, 3, 28, 2, 30), "does not exist in Europe/Berlin"),  # noqa: DTZ001
        (datetime(2027, 10, 31, 2, 30), "happens twice in Europe/Berlin"),  # noqa: DTZ001
        (datetime(9999, 12, 20, 23), "out of the calendar"),  # noqa: DTZ001
        (datetime(1, 1, 2), "out of the calendar"),  # noqa: DTZ001
        (datetime(2027, 5, 4, 9, tzinfo=UTC), "without an offset"),
    ],
)
def test_a_wall_time_that_names_no_single_instant_is_refused(wall: datetime, problem: str) -> None:
    with pytest.raises(ValueError, match=problem):
        Moment.at_wall(wall, "Europe/Berlin")


@pytest.mark.parametrize(
    "name", ["Asia/Astana", "Asia/Beijing", "", "../../etc/passwd", "Азия/Ташкент", "Asia/"]
)
def test_a_zone_that_does_not_exist_is_refused(name: str) -> None:
    with pytest.raises(ValidationError, match="no IANA time zone"):
        TypeAdapter(Zone).validate_python(name)


def test_an_instant_without_a_zone_is_refused() -> None:
    with pytest.raises(ValidationError, match="timezone"):
        TypeAdapter(Instant).validate_python(datetime(2027, 1, 1))  # noqa: DTZ001


@given(start=walls, zone=zones, minutes=st.integers(-1000, 1000))
def test_a_span_ends_after_it_starts(start: datetime, zone: str, minutes: int) -> None:
    starts = Moment.at_wall(start, zone)
    ends = Moment.of(starts.at + timedelta(minutes=minutes), zone)
    if minutes > 0:
        assert Span(starts=starts, ends=ends).ends == ends
    else:
        with pytest.raises(ValidationError, match="the end must come after the start"):
            Span(starts=starts, ends=ends)


def test_a_moment_is_shown_with_its_date_and_zone() -> None:
    moment = Moment.at_wall(datetime(2027, 5, 4, 9), "Asia/Tashkent")  # noqa: DTZ001
    assert str(moment) == "2027-05-04 09:00 Asia/Tashkent (UTC+05:00)"
    assert "UTC-03:30" in str(Moment.of(moment.at.replace(month=1), "America/St_Johns"))
