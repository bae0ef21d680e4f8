"""Notice in calendar days and in days that the host works, counted back and on."""

from datetime import UTC, date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from events.mechanisms import MilestoneKind, Rules
from events.moments import Moment
from events.working_time import Ruling
from services.working_time.calendar import Calendar
from services.working_time.counting import first_start, last_call
from services.working_time.days import Override
from services.working_time.hours import Office
from tests.conftest import CUSTOMS, PARTIES

SIX = tuple(Office.of(party) for party in PARTIES)
MONDAY = Moment.at_wall(datetime(2027, 3, 1, 14), "Asia/Shanghai")  # noqa: DTZ001
ZONES = st.sampled_from(
    ["Asia/Shanghai", "Asia/Ashgabat", "Europe/Helsinki", "Australia/Lord_Howe"]
)
CALLED = st.datetimes(datetime(2027, 1, 1), datetime(2027, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001
CLOSED = st.lists(st.dates(date(2027, 1, 1), date(2028, 3, 1)), unique=True, max_size=30)


def procedure(notice: int, *, working: bool = True) -> Rules:
    kinds = (MilestoneKind.INVITATION,) if working else ()
    change = {"notice_days": notice, "proposals_days": 0, "circulation_days": 0}
    return CUSTOMS.rules.model_copy(update={**change, "working_days": kinds})


def test_notice_of_working_days_begins_at_the_hour_of_the_call() -> None:
    calendar = Calendar(SIX)
    first = first_start(MONDAY, procedure(5), calendar, "china")
    assert f"{first.wall:%a %d %H:%M}" == "Mon 08 14:00"
    late = first_start(MONDAY, procedure(5, working=False), calendar, "china")
    assert f"{late.wall:%a %d %H:%M}" == "Sat 06 14:00"


def test_who_calls_on_a_day_off_has_as_much_notice_as_on_the_working_day_after_it() -> None:
    calendar = Calendar(SIX)
    saturday = Moment.of(MONDAY.at - timedelta(days=2), MONDAY.zone)
    first = first_start(saturday, procedure(5), calendar, "china")
    assert f"{first.wall:%a %d %H:%M}" == "Sat 06 00:00"
    assert last_call(first, procedure(5), calendar, "china").wall.date() == MONDAY.wall.date()


@given(
    called=CALLED,
    zone=ZONES,
    notice=st.integers(0, 60),
    working=st.booleans(),
    closed=CLOSED,
    later=st.integers(0, 60 * 24 * 40),
)
def test_what_begins_no_earlier_than_the_first_start_is_called_in_time(
    called: datetime, zone: str, notice: int, working: bool, closed: list[date], later: int
) -> None:
    say = {"name": "x", "source": "x", "dated": date(2027, 1, 1)}
    overrides = tuple(Override(party="china", on=on, ruling=Ruling.HOLIDAY, **say) for on in closed)
    calendar, rules = Calendar(SIX, overrides), procedure(notice, working=working)
    first = first_start(Moment.of(called, zone), rules, calendar, "china")
    after = Moment.of(first.at + timedelta(minutes=later), zone)
    assert last_call(after, rules, calendar, "china").at >= called
    before = Moment.of(first.at - timedelta(minutes=later + 1), zone)
    if not working or calendar.works(before.wall.date(), "china"):
        assert last_call(before, rules, calendar, "china").at < called


def test_days_are_counted_at_the_wall_time_whatever_clocks_do_meanwhile() -> None:
    calendar, rules = Calendar(SIX), procedure(14, working=False)
    meeting = Moment.at_wall(datetime(2028, 4, 3, 2, 30), "Europe/Berlin")  # noqa: DTZ001
    assert f"{last_call(meeting, rules, calendar, 'china').wall:%d %b %H:%M}" == "20 Mar 02:30"
    skipped = Moment.at_wall(datetime(2028, 4, 9, 2, 30), "Europe/Berlin")  # noqa: DTZ001
    assert f"{last_call(skipped, rules, calendar, 'china').wall:%d %b %H:%M}" == "26 Mar 03:30"
