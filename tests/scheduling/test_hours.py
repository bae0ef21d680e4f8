"""Whether a meeting keeps office hours, when its date is given and when it is checked again."""

from datetime import UTC, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from events.moments import MINUTE, Moment
from services.scheduling.rules.hours import kept_on, outside
from services.scheduling.rules.meeting import lasting
from services.working_time.calendar import Calendar
from services.working_time.hours import Office
from tests.conftest import PARTIES

CALENDAR = Calendar(tuple(Office.of(party) for party in PARTIES))
CHINA, KAZAKHSTAN = CALENDAR.office("china"), CALENDAR.office("kazakhstan")


@pytest.mark.parametrize(
    ("place", "party", "there"),
    [
        ("Beijing", CHINA, CHINA),
        ("Xi'an", CHINA, CHINA),
        ("Astana, Independence Palace", CHINA, KAZAKHSTAN),
        ("Astana, Independence Palace", KAZAKHSTAN, None),
        ("Online", CHINA, CHINA),
        (None, KAZAKHSTAN, KAZAKHSTAN),
    ],
)
def test_hours_are_the_hosts_on_the_clocks_of_the_place_or_online_each_partys(
    place: str | None, party: Office, there: Office | None
) -> None:
    assert kept_on(place, CHINA, party, CALENDAR) == there


@given(
    begins=st.integers(0, 48).map(
        lambda n: datetime(2027, 5, 11, tzinfo=UTC) + n * timedelta(minutes=30)
    ),
    minutes=st.sampled_from([30, 240, 540, 600, 1000, 1440]),
    days=st.integers(1, 3),
    host=st.sampled_from([CHINA, KAZAKHSTAN]),
)
def test_a_meeting_is_outside_of_office_hours_when_a_minute_of_a_session_is(
    begins: datetime, minutes: int, days: int, host: Office
) -> None:
    """As clocks in Astana show it, wherever it was written down."""
    whole = timedelta(days=days - 1, minutes=minutes)
    span = lasting(Moment.of(begins, "Asia/Shanghai"), whole)
    starts = Moment.of(begins, "Asia/Almaty").wall
    walls = [starts + timedelta(days=day, minutes=n) for day in range(days) for n in range(minutes)]
    within = all(host.opens <= wall.time() < host.closes for wall in walls)
    found = outside(span, host, KAZAKHSTAN)
    assert (found is None) is within
    assert within or found == (starts.time(), (starts + minutes * MINUTE).time())


def test_clocks_that_change_between_two_sessions_are_read_on_each_day() -> None:
    office = KAZAKHSTAN.model_copy(update={"zone": "Europe/Helsinki", "closes": time(17)})
    for hours, wrong in ((8, None), (9, (time(9), time(18)))):
        starts = datetime(2027, 3, 27, 7, tzinfo=UTC)  # nine there, and six on the next day
        ends = datetime(2027, 3, 28, 6 + hours, tzinfo=UTC)
        span = lasting(Moment.of(starts, office.zone), ends - starts)
        assert outside(span, office, office) == wrong
